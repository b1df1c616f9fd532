"""What is declared of an OperatorGuard."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class OperatorGuardSpec(BaseModel):
    """Refuses to be deleted while a Milvus resource exists in the cluster, so that the operator it depends on stays."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, strict=True)

    acknowledge_unreachable: bool = Field(
        default=False,
        description="Says ahead that it may be deleted although the cluster gives no answer, as when the cluster "
        "itself is gone already",
    )
    cluster_id: str | None = Field(
        default=None,
        description="The UID of the cluster's namespace kube-system, by which another cluster is told apart; filled in "
        "by the provider",
    )
