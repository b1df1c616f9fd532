"""Rule ``static-keys``: the object store is reached by an identity, not by keys that stand in a ConfigMap.

Facts: ``dependencies.storage`` of a Milvus resource, ``minio`` in the configuration, the environment of the pods.
Callers: ``check``, the policy pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.rules.milvus_facts import MilvusFacts

RULE: Final = "static-keys"
LEVEL: Final = "prod on AWS, else warning"
REASON: Final = (
    "Keys of an object store do not expire, and the operator writes them in clear into a ConfigMap that everybody with "
    "read access to the namespace can see. On AWS a role of the service account needs no key."
)
FIX: Final = "minio.useIAM: true, and a service account with eks.amazonaws.com/role-arn"
SOURCE: Final = "recorded of Milvus Operator 1.3.8: the keys stand in user.yaml; Milvus 3.0 docs, clouds/aws/eks.md"
_KEY_SETTINGS: Final = ("minio.accessKeyID", "minio.secretAccessKey")
_KEY_VARIABLES: Final = ("MINIO_ACCESS_KEY_ID", "MINIO_SECRET_ACCESS_KEY", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY")


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge how Milvus signs in to a store outside the cluster; a MinIO inside it has nothing but keys."""
    depends = facts.dependencies
    storage = depends.declared.get("storage")
    reference = storage.get("secretRef") if isinstance(storage, Mapping) else None
    identity = facts.setting_on("minio.useIAM") is True
    on_aws = _is_aws(facts)
    if facts.source == "resource":
        if not (depends.store_external and reference) or identity:
            return []
        subject, message = "dependencies.storage.secretRef", f"Milvus signs in by the keys of Secret {reference}"
    else:
        named = [key for key in _KEY_SETTINGS if facts.setting(key)]
        named += [name for pod in facts.pods for name in _KEY_VARIABLES if name in pod.env]
        # Without an address nothing says that the store is outside.
        if not named or identity or not on_aws:
            return []
        subject, message = facts.config_subject, f"Milvus signs in by {', '.join(dict.fromkeys(named))}"
    level: Level = facts.prod_level if on_aws else "warning"
    fix = FIX if on_aws else "an identity of the cloud, where the store has one (minio.useIAM: true)"
    return [Finding(RULE, level, subject, message, fix, SOURCE)]


def _is_aws(facts: MilvusFacts) -> bool:
    endpoint = facts.dependencies.store_endpoint or str(facts.setting("minio.address") or "")
    return "amazonaws.com" in endpoint or facts.setting("minio.cloudProvider") == "aws"
