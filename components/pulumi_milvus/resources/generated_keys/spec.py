"""What is declared of GeneratedKeys, and what becomes of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pulumi_milvus.resources.kept_secret import DESCRIPTION, as_place

SECRET_OUTPUTS = ("accessKey", "secretKey", "seed")
OUTPUTS = SECRET_OUTPUTS


class GeneratedKeysSpec(BaseModel):
    """An access key and a secret key, made here and kept in the state as secrets. No server is asked.

    Who takes them starts with them: a MinIO whose root keys they are must restart after a rotation, and so its clients.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, strict=True)

    rotation: int = Field(
        default=1,
        ge=1,
        le=1_000_000,
        description="Which pair it is. Raise it by one for a new pair, and restart the pods that take it. 1 by default",
    )
    secret: Annotated[str | None, AfterValidator(as_place)] = Field(
        default=None, description=f"{DESCRIPTION}. The keys stand under its keys `accesskey` and `secretkey`"
    )
    access_key: str | None = Field(
        default=None, description="The access key, 20 letters and digits; a secret", json_schema_extra={"secret": True}
    )
    secret_key: str | None = Field(
        default=None, description="The secret key, 40 letters and digits; a secret", json_schema_extra={"secret": True}
    )
    seed: str | None = Field(
        default=None,
        description="What every new pair is made from, drawn at random when the resource is created; a secret",
        json_schema_extra={"secret": True},
    )
