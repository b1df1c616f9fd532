"""What is declared of a Readiness."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pulumi_milvus.cluster_access.access import MILVUS_PORT

OUTPUTS = ("endpoint", "status", "readyPods", "wantedPods")


class ReadinessSpec(BaseModel):
    """Waits until a Milvus in the cluster is really ready: every pod of every role runs what was declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, strict=True)

    namespace: str = Field(min_length=1, description="The namespace of the Milvus resource or StatefulSet")
    name: str = Field(min_length=1, description="The name of the Milvus resource or StatefulSet")
    kind: Literal["Milvus", "StatefulSet"] = Field(
        default="Milvus",
        description="What is waited for: Milvus, a resource of the Milvus Operator (by default), or StatefulSet, a "
        "self-contained standalone",
    )
    spec: dict[str, Any] | None = Field(
        default=None,
        description="What must be in force: the resource's spec, or the part that counts. A change of it makes the "
        "next `pulumi up` wait again",
    )
    revision: str | None = Field(
        default=None,
        description="Any text that changes with what is waited for, such as a hash; a change of it waits again",
    )
    service: str | None = Field(
        default=None,
        description="The Service that clients use, which must have a ready pod. By default NAME-milvus for a Milvus "
        "resource, and the governing Service for a StatefulSet",
    )
    port: int = Field(default=MILVUS_PORT, ge=1, le=65_535, description="The Service's port; 19530 by default")
    timeout_seconds: float | None = Field(
        default=None,
        gt=0,
        description="How long to wait. By default the resource's custom timeout, or an hour",
    )
    endpoint: str | None = Field(
        default=None, description="Where clients inside the cluster reach Milvus: host:port; an output"
    )
    status: str | None = Field(default=None, description="The status that the operator reports; an output")
    ready_pods: dict[str, int] | None = Field(default=None, description="Ready pods of each role; an output")
    wanted_pods: dict[str, int] | None = Field(default=None, description="Pods that each role shall have; an output")
