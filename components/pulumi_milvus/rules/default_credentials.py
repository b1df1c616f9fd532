"""Rule ``default-credentials``: no password that stands in a manual.

Facts: Milvus's configuration, the environment of the pods, values of an operator's in-cluster MinIO, Secrets. Callers:
``check``, the policy pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules import authorization
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking

RULE: Final = "default-credentials"
LEVEL: Final = "error"
REASON: Final = (
    "minioadmin of MinIO and root:Milvus of Milvus stand in every manual: who reaches the port is in. An empty "
    "password is none."
)
FIX: Final = "a generated password in a Secret, given to the pods by an environment variable"
SOURCE: Final = (
    "Milvus 3.0 docs, adminGuide/authenticate.md; milvus-helm 5.0.19, values.yaml (minioadmin); Milvus Operator 1.3.8, "
    "milvus_webhook.go (a store that is not external is deployed)"
)
_MINIO: Final = "minioadmin"
_ROOT: Final = "Milvus"
_ROOT_KEY: Final = "common.security.defaultRootPassword"
_ROOT_VARIABLE: Final = "COMMON_SECURITY_DEFAULTROOTPASSWORD"
_SPEAKS: Final = ("standalone", "proxy", "mixCoord", "rootCoord")
_MINIO_SETTINGS: Final = ("minio.accessKeyID", "minio.secretAccessKey")


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the passwords that files show."""
    return list(dict.fromkeys([*_settings(facts), *_environment(facts), *_secrets(facts), *_in_cluster(facts)]))


def _settings(facts: MilvusFacts) -> Iterator[Finding]:
    for key in _MINIO_SETTINGS:
        if facts.setting(key) == _MINIO:
            yield _finding(f"{facts.config_subject}.{key}", f"{key} is {_MINIO}, the default of MinIO")
    root = facts.setting(_ROOT_KEY)
    if root == _ROOT:
        yield _finding(f"{facts.config_subject}.{_ROOT_KEY}", f"root's password is {_ROOT}, the default of Milvus")
    elif root == "":
        yield _finding(f"{facts.config_subject}.{_ROOT_KEY}", "root's password is empty")
    elif root is None and facts.config_known and authorization.is_on(facts) and not _told(facts):
        what = f"root's password begins as {_ROOT}, and whether somebody has changed it is not in these files"
        yield lacking(RULE, facts.config_subject, what, f"{_ROOT_VARIABLE} from a Secret", SOURCE)


def _told(facts: MilvusFacts) -> bool:
    """Whether the pods are given a password of root from a Secret or the like."""
    return any(_ROOT_VARIABLE in pod.env for pod in facts.pods_of(_SPEAKS))


def _environment(facts: MilvusFacts) -> Iterator[Finding]:
    """Variables with a default's value; one that all components share is said once."""
    for name, value in dict.fromkeys((name, value) for pod in facts.pods for name, value in pod.env.items()):
        subject = next(pod.subject for pod in facts.pods if pod.env.get(name) == value) + f".env.{name}"
        if value == _MINIO and name.startswith("MINIO"):
            yield _finding(subject, f"{name} is {_MINIO}, the default of MinIO")


def _secrets(facts: MilvusFacts) -> Iterator[Finding]:
    """Secrets beside a Milvus: any with MinIO's default; those that its pods or its store name, empty ones too."""
    named = _named_secrets(facts)
    for secret in facts.cluster.secrets:
        if (secret.namespace or "default") != (facts.namespace or "default"):
            continue
        for key, value in secret.values.items():
            subject = f"{secret.subject}.{key}"
            if value is None:
                continue
            if value.strip() == _MINIO:
                yield _finding(subject, f"{key} is {_MINIO}, the default of MinIO")
            elif value.strip() == f"root:{_ROOT}":
                yield _finding(subject, f"{key} is root:{_ROOT}, the default of Milvus")
            elif secret.name in named and (value.strip() == "" or value.strip() == _ROOT):
                yield _finding(subject, f"{key} is {'empty' if not value.strip() else value.strip()}")


def _named_secrets(facts: MilvusFacts) -> frozenset[str]:
    storage = facts.dependencies.declared.get("storage")
    reference = storage.get("secretRef") if isinstance(storage, Mapping) else None
    found = {str(reference)} if reference else set()
    for kind in ("Milvus", "Deployment", "StatefulSet"):
        for item in facts.cluster.objects.get(kind, ()):
            metadata = item.get("metadata") or {}
            if (metadata.get("namespace") or "default") == (facts.namespace or "default") and str(
                metadata.get("name", "")
            ).startswith(facts.name):
                found |= set(_references(item))
    return frozenset(found)


def _references(value: Any) -> Iterator[str]:
    """Names of Secrets that an object's containers take variables from."""
    if isinstance(value, Mapping):
        reference = value.get("secretKeyRef") or value.get("secretRef")
        if isinstance(reference, Mapping) and reference.get("name"):
            yield str(reference["name"])
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _references(item)


def _in_cluster(facts: MilvusFacts) -> Iterator[Finding]:
    """A MinIO that the operator deploys by a chart whose own keys are minioadmin."""
    storage = facts.dependencies.declared.get("storage")
    if facts.source == "resource" and not _names_store(facts):
        # Many files show a part of a resource, with the store in an overlay.
        what = f"no store is named in these files; where none is, the operator deploys MinIO with the keys {_MINIO}"
        yield lacking(RULE, "dependencies.storage", what, "storage: {external: true, ...}, or keys in a Secret", SOURCE)
        return
    inside = storage.get("inCluster") if isinstance(storage, Mapping) else None
    if not isinstance(storage, Mapping) or storage.get("external") or not isinstance(inside, Mapping):
        return
    values = inside.get("values")
    values = values if isinstance(values, Mapping) else {}
    keys = {name: values.get(name) for name in ("accessKey", "secretKey", "rootUser", "rootPassword")}
    given = {name: value for name, value in keys.items() if value is not None}
    for name, value in given.items():
        if value in (_MINIO, ""):
            subject = f"dependencies.storage.inCluster.values.{name}"
            yield _finding(subject, f"{name} is {value or 'empty'}")
    if not given and not values.get("existingSecret"):
        subject = "dependencies.storage.inCluster.values"
        yield _finding(subject, f"MinIO is deployed with the chart's own keys, {_MINIO}")


def _names_store(facts: MilvusFacts) -> bool:
    """Whether anything is said of the store beside its kind: what is not outside is deployed by the operator."""
    storage = facts.dependencies.declared.get("storage")
    said = storage if isinstance(storage, Mapping) else {}
    named = any(said.get(key) for key in ("external", "endpoint", "secretRef", "inCluster"))
    return named or facts.setting("common.storageType") == "local"


def _finding(subject: str, message: str) -> Finding:
    return Finding(RULE, LEVEL, subject, message, FIX, SOURCE)
