"""What is declared of a RootPassword, and what becomes of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pulumi_milvus.resources.kept_secret import DESCRIPTION, as_place

SECRET_OUTPUTS = ("password", "token", "seed")
OUTPUTS = SECRET_OUTPUTS


class RootPasswordSpec(BaseModel):
    """The password of Milvus's user root: made here, kept in the state as a secret, changed on the server first."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, strict=True)

    rotation: int = Field(
        default=1,
        ge=1,
        le=1_000_000,
        description="Which password it is. Raise it by one for a new password: Milvus is given that before anything "
        "else is. 1 by default",
    )
    secret: Annotated[str | None, AfterValidator(as_place)] = Field(
        default=None, description=f"{DESCRIPTION}. The password stands under its key `password`"
    )
    password: str | None = Field(
        default=None, description="The password, 40 letters and digits; a secret", json_schema_extra={"secret": True}
    )
    token: str | None = Field(
        default=None,
        description="`root:password`, as clients and the provider's `token` take it; a secret",
        json_schema_extra={"secret": True},
    )
    seed: str | None = Field(
        default=None,
        description="What every new password is made from, drawn at random when the resource is created; a secret",
        json_schema_extra={"secret": True},
    )
