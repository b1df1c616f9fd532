"""`milvus:index:DataGuard` for Python programs."""

from collections.abc import Mapping
from typing import Any, Final, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.resources.names import wire_properties

_WIRE_NAMES: Final = {
    "milvus_version": "milvusVersion",
    "gpu_image": "gpuImage",
    "mix_coordinator": "mixCoordinator",
    "object_store": "objectStore",
    "storage_classes": "storageClasses",
    "password_rotation": "passwordRotation",
}
_PYTHON_NAMES: Final = {wire: name for name, wire in _WIRE_NAMES.items()}


class GuardedObjectStoreArgs(TypedDict):
    """The object store of a Milvus."""

    kind: pulumi.Input[str]
    """s3, azure, gcs or in_cluster."""
    bucket: pulumi.Input[str]
    """Bucket or container."""
    endpoint: NotRequired[pulumi.Input[str]]
    """host:port of the store."""
    root_path: NotRequired[pulumi.Input[str]]
    """Folder in the bucket; namespace/name if left out."""
    pods: NotRequired[pulumi.Input[int]]
    """Of MinIO in the cluster: its pods, each with a drive."""


class GuardedEtcdArgs(TypedDict):
    """The etcd of a Milvus."""

    kind: pulumi.Input[str]
    """in_cluster or external."""
    endpoints: NotRequired[pulumi.Input[list[str]]]
    """host:port of every member."""
    root_path: NotRequired[pulumi.Input[str]]
    """Prefix of the keys; namespace/name if left out."""


class GuardedStorageClassArgs(TypedDict):
    """What of a storage class cannot be changed once it is made, in Kubernetes' own words."""

    provisioner: pulumi.Input[str]
    """Driver that makes its volumes."""
    parameters: NotRequired[Mapping[str, pulumi.Input[str]]]
    """The driver's own parameters."""
    reclaimPolicy: NotRequired[pulumi.Input[str]]
    """Retain, by default, or Delete."""
    volumeBindingMode: NotRequired[pulumi.Input[str]]
    """WaitForFirstConsumer, by default, or Immediate."""


class DataGuardArgs(TypedDict):
    """Everything that leads a Milvus to its data."""

    namespace: pulumi.Input[str]
    """Namespace of the Milvus."""
    name: pulumi.Input[str]
    """Name of the Milvus in its namespace."""
    topology: pulumi.Input[str]
    """standalone or distributed."""
    variant: NotRequired[pulumi.Input[str]]
    """operator, or self_contained; operator by default."""
    milvus_version: pulumi.Input[str]
    """Release of Milvus, such as 2.6.24."""
    gpu_image: NotRequired[pulumi.Input[bool]]
    """Whether the image is Milvus's GPU image. False by default."""
    wal: pulumi.Input[str]
    """woodpecker, woodpecker-local, woodpecker-service, pulsar, kafka, rocksmq or natsmq."""
    mix_coordinator: NotRequired[pulumi.Input[bool]]
    """Of a Milvus before 2.6: whether it runs with one coordinator."""
    object_store: NotRequired[GuardedObjectStoreArgs]
    """The object store; none where the variant is self_contained."""
    etcd: NotRequired[GuardedEtcdArgs]
    """etcd; none where the variant is self_contained."""
    collections: NotRequired[Mapping[str, pulumi.Input[int]]]
    """Collections that are declared, each with its number of vectors."""
    storage_classes: NotRequired[Mapping[str, GuardedStorageClassArgs]]
    """Storage classes that the environment makes, by name."""
    traces: NotRequired[pulumi.Input[list[str]]]
    """Settings that leave something in the pods when they are taken away: tls, azure_identity, local_disk, metrics."""
    tls: NotRequired[pulumi.Input[bool]]
    """Whether clients reach it with TLS, so that a rotation in the same run is refused."""
    password_rotation: NotRequired[pulumi.Input[int]]
    """Which password of root it has; not raised together with a change of tls."""
    disposable: NotRequired[pulumi.Input[bool]]
    """Says that nobody needs the data; it counts once an earlier `pulumi up` has applied it. False by default."""


class DataGuard(pulumi.CustomResource):
    """Refuses, in preview, the changes of an environment that would part Milvus from its data.

    Let everything else of the environment depend on it: once, when it is made, it asks the cluster of its provider, if
    there is one, whether a Milvus can be made there. It deletes nothing.
    """

    def __init__(
        self,
        resource_name: str,
        args: DataGuardArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """All of it by `args`: a collection may be called as anything else is."""
        given = dict(cast(Mapping[str, Any], args))
        # Names of collections and classes are the user's and stay as they are, as do a driver's parameters.
        named = {"collections": given.pop("collections", None) or {}}
        if classes := given.pop("storage_classes", None):
            named["storageClasses"] = classes
        super().__init__("milvus:index:DataGuard", resource_name, wire_properties(given) | named, opts)

    def translate_input_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return _WIRE_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return _PYTHON_NAMES.get(prop, prop)
