"""Plans and settings that the tests of manifests share.

``GOLDEN`` has plans that were kept as they were, so that its files change with the manifests alone; ``REAL`` plans the
values files of the stacks anew. Write the kept plans anew: ``python tests/manifest_cases.py``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.settings import ClusterSettings, read_cluster_settings
from pulumi_milvus.planning.plan import Plan, Role
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import Problem
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.values_file import read_values

CLONE: Final = Path(__file__).parent.parent
GOLDEN_FOLDER: Final = CLONE / "tests" / "unit" / "golden" / "manifests"
_KEPT: Final = ("topology", "hardware", "milvus_version", "wal", "node_pools", "dependencies", "object_store_bytes")

S3: Final[dict[str, Any]] = {
    "kind": "s3",
    "bucket": "vectors",
    "region": "us-east-1",
    "service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/milvus"},
}
WORLD: Final[dict[str, Any]] = {
    "clients": [{"namespace": "search"}, {"cidr": "10.8.0.0/16"}, {"pod_labels": {"app": "loader"}}],
    "monitoring": [{"namespace": "monitoring", "pod_labels": {"app.kubernetes.io/name": "prometheus"}}],
    "etcd": {"storage_class": "gp3"},
}
EVERYTHING: Final[dict[str, Any]] = WORLD | {
    "name": "vec",
    "namespace": "vectors",
    "object_store": {"kind": "s3", "bucket": "vectors", "endpoint": "store.example.com", "credentials_secret": "keys"},
    "registry": "registry.example.com/mirror",
    "pull_secrets": ["mirror"],
    "service": {"type": "LoadBalancer", "source_ranges": ["10.0.0.0/8"], "annotations": {"example.com/team": "search"}},
    "tls": {"secret": "vec-tls"},
    "priority_class": {"name": "vectors", "value": 1_000_000},
    "autoscale": {"query_node": {"max": 40}, "proxy": {"max": 12}},
    "node_pools": {"query-node": {"labels": {"pool": "query"}, "taints": [{"key": "dedicated", "value": "query"}]}},
}

# Case -> the stack whose plan it is, and the settings.
GOLDEN: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "standalone_self_contained": ("standalone", {}),
    "standalone_operator": ("standalone_external", {"object_store": S3}),
    "distributed_s3_zones": ("distributed", {"object_store": S3} | WORLD),
    "distributed_everything": ("distributed", EVERYTHING),
    "nvme": ("nvme", {"object_store": S3} | WORLD),
    "gpu": ("gpu", {"object_store": S3} | WORLD),
    "distributed_log_service": ("log_service", {"object_store": S3} | WORLD),
    "distributed_in_cluster_store": ("trial", {"object_store": {"kind": "in_cluster"}, "storage_class": "fast"}),
}

# The Milvus resource in every form: the golden ones that have one, and more.
VARIANTS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    **{name: case for name, case in GOLDEN.items() if name != "standalone_self_contained"},
    "standalone_everything": ("standalone_external", EVERYTHING | {"autoscale": {}, "node_pools": {}}),
    "pulsar": (
        "distributed_pulsar",
        {"object_store": S3, "wal": {"kind": "pulsar", "addresses": ["pulsar.queue:6650"]}},
    ),
    "kafka": (
        "nvme_kafka",
        {"object_store": S3, "wal": {"kind": "kafka", "addresses": ["kafka:9092", "kafka-2:9092"]}},
    ),
    "azure": ("gpu", {"object_store": {"kind": "azure", "bucket": "vectors", "storage_account": "account"}}),
    "gcs": (
        "gpu",
        {
            "object_store": {"kind": "gcs", "bucket": "vectors"},
            "etcd": {"kind": "external", "endpoints": ["etcd:2379"]},
        },
    ),
    "groups": (
        "nvme",
        {"object_store": S3, "resource_groups": [{"name": "hot", "pods": 4}, {"name": "cold", "pods": 5}]},
    ),
}
_TRIAL: Final[dict[str, Any]] = {
    "collections": [{"name": "articles", "vectors": 1_000_000, "dimension": 768, "index": "HNSW", "mmap": True}],
    "queries_per_second": 50,
    "topology": "distributed",
    "object_store": "in_cluster",
}

# A shipped stack, and what its workload says besides.
_CHANGED: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "log_service": ("distributed", {"wal": "woodpecker-service", "milvus_version": "3.0.2"}),
    "standalone_external": ("standalone", {"object_store": "external"}),
    "distributed_pulsar": ("distributed", {"wal": "pulsar"}),
    "nvme_kafka": ("nvme", {"wal": "kafka"}),
}


def settings_of(declared: object) -> ClusterSettings:
    """The settings that are declared; a mistake in them fails the test."""
    problems: list[Problem] = []
    settings = read_cluster_settings(declared, "config.milvus:kubernetes", problems)
    assert not problems, problems
    return settings


@functools.cache
def real_plan(stack: str) -> Plan:
    """The plan made now for a stack's values file, for the same with something else said, or for a small trial."""
    if stack == "trial":
        return make_plan(read_workload(_TRIAL))
    shipped, more = _CHANGED.get(stack, (stack, {}))
    workload = read_values(CLONE / "stacks" / f"Pulumi.{shipped}.yaml").workload
    if not more:
        return make_plan(workload)
    return make_plan(read_workload(json.loads(workload.model_dump_json(exclude_unset=True)) | more))


@functools.cache
def kept_plan(stack: str) -> Plan:
    """The plan of a stack as it was kept."""
    kept = json.loads((GOLDEN_FOLDER / "plans" / f"{stack}.json").read_text(encoding="utf-8"))
    plain: dict[str, Any] = {key: tuple(kept[key]) if isinstance(kept[key], list) else kept[key] for key in _KEPT}
    return Plan(
        **plain,
        workload=read_workload(kept["workload"]),
        roles={name: Role(**role) for name, role in kept["roles"].items()},
        collection_plans=tuple(kept["collection_plans"]),
    )


def with_wal(plan: Plan, wal: str) -> Plan:
    """The plan as for a workload that names this log, which is then outside."""
    return replace(plan, wal=wal, workload=plan.workload.model_copy(update={"wal": wal}))


def made_variant(variant: str) -> tuple[tuple[Manifest, ...], Plan]:
    """The objects of a variant for the plan made now, and that plan."""
    stack, declared = VARIANTS[variant]
    plan = real_plan(stack)
    if "resource_groups" in declared:
        pods = plan.roles["query_node"].pods
        declared = declared | {"resource_groups": [{"name": "hot", "pods": 2}, {"name": "cold", "pods": pods - 2}]}
    return deployment_manifests(plan, settings_of(declared)), plan


def _keep(stack: str) -> None:
    """Write the plan of a stack as it is now."""
    plan = real_plan(stack)
    told = plan.to_json()
    kept = {
        "workload": json.loads(plan.workload.model_dump_json(exclude_unset=True)),
        **{key: told[key] for key in _KEPT},
        "roles": told["roles"],
        "collection_plans": [dict(item) for item in plan.collection_plans],
    }
    path = GOLDEN_FOLDER / "plans" / f"{stack}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sorted({stack for stack, _ in GOLDEN.values()}):
        _keep(name)
