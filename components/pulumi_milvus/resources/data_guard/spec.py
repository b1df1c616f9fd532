"""What is declared of a DataGuard: everything that leads a Milvus to its data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

_CONFIG = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, strict=True)


class GuardedObjectStoreSpec(BaseModel):
    """The object store of a Milvus."""

    model_config = _CONFIG

    kind: Literal["s3", "azure", "gcs", "in_cluster"] = Field(description="s3, azure, gcs or in_cluster")
    bucket: str = Field(min_length=1, description="Bucket or container")
    endpoint: str | None = Field(default=None, description="host:port of the store")
    root_path: str | None = Field(default=None, description="Folder in the bucket; namespace/name if left out")
    pods: int | None = Field(default=None, ge=1, description="Of MinIO in the cluster: its pods, each with a drive")


class GuardedEtcdSpec(BaseModel):
    """The etcd of a Milvus."""

    model_config = _CONFIG

    kind: Literal["in_cluster", "external"] = Field(description="in_cluster or external")
    endpoints: list[str] = Field(default=[], description="host:port of every member")
    root_path: str | None = Field(default=None, description="Prefix of the keys; namespace/name if left out")


class GuardedStorageClassSpec(BaseModel):
    """What of a storage class cannot be changed once it is made."""

    model_config = _CONFIG

    provisioner: str = Field(min_length=1, description="Driver that makes its volumes")
    parameters: dict[str, str] = Field(default={}, description="The driver's own parameters")
    reclaim_policy: Literal["Retain", "Delete"] = Field(default="Retain", description="Retain or Delete")
    volume_binding_mode: Literal["WaitForFirstConsumer", "Immediate"] = Field(
        default="WaitForFirstConsumer", description="WaitForFirstConsumer or Immediate"
    )


class DataGuardSpec(BaseModel):
    """Keeps an environment with its data: a change that would part them is refused in preview, with what to do instead.

    Let everything else of the environment depend on it: once, when it is made, it asks the cluster of its provider, if
    there is one, whether a Milvus can be made there. It deletes nothing.
    """

    model_config = _CONFIG

    namespace: str = Field(min_length=1, description="Namespace of the Milvus")
    name: str = Field(min_length=1, description="Name of the Milvus in its namespace")
    topology: Literal["standalone", "distributed"] = Field(description="standalone or distributed")
    variant: Literal["operator", "self_contained"] = Field(
        default="operator",
        description="operator, with etcd and object store outside; or self_contained, one pod with all of it inside",
    )
    milvus_version: str = Field(
        pattern=r"^v?[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$", description="Release of Milvus, such as 2.6.24"
    )
    gpu_image: bool = Field(default=False, description="Whether the image is Milvus's GPU image")
    wal: Literal["woodpecker", "woodpecker-local", "woodpecker-service", "pulsar", "kafka", "rocksmq", "natsmq"] = (
        Field(description="The write-ahead log: woodpecker, woodpecker-local, woodpecker-service, pulsar, kafka ...")
    )
    mix_coordinator: bool | None = Field(
        default=None, description="Of a Milvus before 2.6: whether it runs with one coordinator, mixCoord"
    )
    object_store: GuardedObjectStoreSpec | None = Field(
        default=None, description="The object store; none where variant is self_contained"
    )
    etcd: GuardedEtcdSpec | None = Field(default=None, description="etcd; none where variant is self_contained")
    collections: dict[str, Annotated[int, Field(ge=0)]] = Field(
        default={}, description="Collections that are declared, each with its number of vectors"
    )
    storage_classes: dict[str, GuardedStorageClassSpec] | None = Field(
        default=None, description="Storage classes that the environment makes, by name"
    )
    traces: list[str] | None = Field(
        default=None,
        description="Settings that leave something in the pods when they are taken away, which is then told: tls, "
        "azure_identity, local_disk, metrics",
    )
    tls: bool | None = Field(
        default=None, description="Whether clients reach it with TLS, so that a rotation in the same run is refused"
    )
    password_rotation: int | None = Field(
        default=None, ge=1, description="Which password of root it has; not raised together with a change of tls"
    )
    disposable: bool = Field(
        default=False,
        description="Says that nobody needs the data. What is refused otherwise is allowed with a warning, once an "
        "earlier `pulumi up` has applied it",
    )
