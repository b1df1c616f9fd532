"""What is backed up and where to, and whether milvus-backup can do it at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.manifests.names import METRICS_PORT, MILVUS_PORT, root_path, root_secret, store_secret
from pulumi_milvus.manifests.plan_defaults import variant_of, with_plan
from pulumi_milvus.manifests.setting_values import Backup, ClusterSettings, ObjectStore
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.rules.facts import BackupFacts

# No namespace has an underscore: no Milvus's own folder, which is namespace/name, is above or below it.
_FOLDER: Final = "milvus_backups"
_INSIDE: Final = (
    "its files are on the volume of its pod, and milvus-backup 0.5.16 reads an object store (its configs know a Milvus "
    "with local storage only after that release)"
)
# Without REST a backup learns of segments from the names of their files, and a restore, which imports by REST, fails.
_TLS: Final = (
    "with TLS REST is on port 8080, and milvus-backup 0.5.16 looks for it on 19530: no restore would work "
    "(its internal/client/milvus/restful.go; milvus-io/milvus#46523)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupTarget:
    """One Milvus that is backed up. ``management``: the base of the URL of its port 9091.

    ``settings`` has namespace, names, registry and ``backup``; ``store`` is Milvus's own, with its ``root_path`` said.
    ``password_secret`` has root's password under ``password_key``.
    """

    settings: ClusterSettings
    store: ObjectStore
    host: str
    port: int
    management: str
    password_secret: str
    password_key: str = "password"

    @property
    def backup(self) -> Backup:
        """The settings of the backup."""
        return self.settings.backup or Backup()

    @property
    def bucket(self) -> str:
        """The bucket of the backups."""
        return self.backup.bucket or str(self.store.bucket)

    @property
    def root_path(self) -> str:
        """The folder of the backups in their bucket."""
        return self.backup.root_path or f"{_FOLDER}/{root_path(self.settings)}"

    @property
    def keys_secret(self) -> str | None:
        """The Secret with the keys that reach both buckets; None where an identity does."""
        if self.backup.service_account_annotations:
            return None
        return self.backup.credentials_secret or store_secret(self.settings)

    @property
    def identity(self) -> dict[str, str]:
        """Annotations that bind the identity of the backup's pods; may be empty."""
        if self.keys_secret is not None:
            return {}
        return dict(self.backup.service_account_annotations or self.store.service_account_annotations)


def backup_wanted(plan: Plan, settings: ClusterSettings) -> bool:
    """Whether a backup is asked for: as set, else where the environment is for production."""
    return settings.backup.enabled if settings.backup is not None else plan.workload.production


def backup_obstacle(plan: Plan, settings: ClusterSettings) -> str | None:
    """Why milvus-backup cannot back this Milvus up; None where it can."""
    if variant_of(plan, settings) == "self_contained":
        return _INSIDE
    return _TLS if settings.tls_secret is not None else None


def backup_target(plan: Plan, settings: ClusterSettings) -> BackupTarget | None:
    """The backup of a plan's Milvus; None where none is wanted or none can be made."""
    settings = with_plan(plan, settings)
    store = settings.object_store
    if store is None or not backup_wanted(plan, settings) or backup_obstacle(plan, settings) is not None:
        return None
    host = settings.address.rpartition(":")[0]
    return BackupTarget(
        settings=settings,
        store=store,
        host=host,
        port=MILVUS_PORT,
        management=f"http://{host}:{METRICS_PORT}",
        password_secret=root_secret(settings),
    )


def backup_facts(plan: Plan, settings: ClusterSettings) -> BackupFacts:
    """What the rule ``backup`` judges."""
    return BackupFacts(
        production=plan.workload.production,
        made=backup_target(plan, settings) is not None,
        obstacle=backup_obstacle(plan, settings),
        instead=settings.backup.instead if settings.backup is not None else None,
    )


def folder_problems(target: BackupTarget, path: str) -> Iterator[Problem]:
    """Backups within Milvus's own folder, or around it, where deleting one would reach the other."""
    own = target.store.root_path or root_path(target.settings)
    same = target.bucket == target.store.bucket
    if same and (_within(own, target.root_path) or _within(target.root_path, own)):
        reason = f"Milvus's own files are under {own} in this bucket, and neither may be inside the other"
        yield Problem(path, shown(target.root_path), reason, f"{_FOLDER}/{own}")


def _within(inner: str, outer: str) -> bool:
    return f"{inner}/".startswith(f"{outer}/")
