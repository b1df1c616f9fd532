"""The Secrets that the objects refer to. Their values are in no manifest: they are made, or given, elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_milvus.manifests.backup_target import backup_target
from pulumi_milvus.manifests.names import root_secret, store_secret
from pulumi_milvus.manifests.outside import wal_of
from pulumi_milvus.manifests.plan_defaults import with_plan
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.plan import Plan

# common.security.defaultRootPassword: at most 72 characters (Milvus 3.0 docs, configure_common.md).
LONGEST_PASSWORD: Final = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededSecret:
    """A Secret in Milvus's namespace: its name, the keys that are read, whether its values are generated, and what for.

    ``type`` is Kubernetes' type of the Secret. ``generated`` false: a person, or another program, has made it.
    """

    key: str
    name: str
    keys: tuple[str, ...]
    generated: bool
    purpose: str
    type: str = "Opaque"


def needed_secrets(plan: Plan, settings: ClusterSettings) -> tuple[NeededSecret, ...]:
    """Every Secret that the manifests of this plan name, in the order in which they are needed."""
    settings = with_plan(plan, settings)
    found = [
        NeededSecret(
            key="root-secret",
            name=root_secret(settings),
            keys=("password",),
            generated=True,
            purpose="password of Milvus's user root, taken when the database is made",
        )
    ]
    store = store_secret(settings)
    if store is not None and settings.object_store is not None:
        made_here = settings.object_store.kind == "in_cluster"
        found.append(
            NeededSecret(
                key="minio-secret" if made_here else "store-secret",
                name=store,
                keys=("accesskey", "secretkey"),
                generated=made_here,
                purpose="keys of the object store",
            )
        )
    backup = backup_target(plan, settings)
    if backup is not None and backup.keys_secret not in (None, store):
        found.append(
            NeededSecret(
                key="backup-secret",
                name=str(backup.keys_secret),
                keys=("accesskey", "secretkey"),
                generated=False,
                purpose="keys of the backups",
            )
        )
    if settings.tls_secret is not None:
        found.append(
            NeededSecret(
                key="tls-secret",
                name=settings.tls_secret,
                keys=("tls.crt", "tls.key", "ca.crt"),
                generated=False,
                purpose="certificate of Milvus for its clients",
                type="kubernetes.io/tls",
            )
        )
    log = wal_of(plan, settings).credentials_secret
    if log is not None:
        found.append(
            NeededSecret(
                key="wal-secret",
                name=log,
                keys=("username", "password"),
                generated=False,
                purpose="user of Kafka",
            )
        )
    found.extend(
        NeededSecret(
            key=f"pull-secret-{name}",
            name=name,
            keys=(".dockerconfigjson",),
            generated=False,
            purpose="credentials of the registry",
            type="kubernetes.io/dockerconfigjson",
        )
        for name in settings.pull_secrets
    )
    return tuple(found)
