"""Arguments of the component Backup."""

from typing import NotRequired, TypedDict

from pulumi_milvus.kubernetes.milvus_args import ClusterAccessArgs
from pulumi_milvus.kubernetes.settings_args import ObjectStoreArgs


class MilvusBackupArgs(TypedDict):
    """Which Milvus is backed up, and when and where to. For one that others made: Milvus and its kin make their own."""

    namespace: str
    """Namespace of that Milvus, which is there; the backup's objects are made in it."""
    name: str
    """Its name: the backup's objects are called <name>-backup. At most 40 characters, no dots."""
    address: str
    """Where the backup reaches it, host:port, without TLS: milvus-backup 0.5.16 cannot restore through TLS."""
    management_address: NotRequired[str]
    """host:port that pauses the deletion of files; port 9091 of the same host by default."""
    object_store: ObjectStoreArgs
    """Its object store, with bucket and root_path as that Milvus has them."""
    password_secret: str
    """Secret in that namespace with root's password."""
    password_key: NotRequired[str]
    """Key of that password in the Secret; password by default."""
    schedule: NotRequired[str]
    """When, as cron writes it, UTC; daily at three by default."""
    bucket: NotRequired[str]
    """Bucket of the backups, in the same store; Milvus's own by default."""
    root_path: NotRequired[str]
    """Folder in that bucket; milvus_backups/namespace/name by default."""
    retention_days: NotRequired[int]
    """How long backups are kept; 7 days by default."""
    service_account_annotations: NotRequired[dict[str, str]]
    """Annotations that bind the backup's own identity; those of object_store by default."""
    credentials_secret: NotRequired[str]
    """Secret with accesskey and secretkey of its own; that of object_store by default."""
    registry: NotRequired[str]
    """Prefix of its image: a mirror that the nodes can reach."""
    pull_secrets: NotRequired[list[str]]
    """Names of Secrets with the registry's credentials."""
    cluster: NotRequired[ClusterAccessArgs]
    """Which cluster; the one that kubectl talks to by default."""
