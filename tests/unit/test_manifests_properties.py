"""Whatever the settings and the workload: all problems, or objects that Kubernetes and the operator take."""

from __future__ import annotations

import json
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from kubernetes_schemas import wrong_fields
from manifest_cases import S3, kept_plan, settings_of, with_wal
from manifest_traps import TRAPS
from planner_workloads import at_most, workloads
from pulumi_milvus.manifests.agreement import settings_against_plan
from pulumi_milvus.manifests.compose.compose_file import compose_text
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.notes import notes
from pulumi_milvus.manifests.secrets import needed_secrets
from pulumi_milvus.manifests.yaml_documents import manifests_text
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

STACKS = ("standalone", "distributed", "nvme", "gpu", "trial")
_PEERS = st.lists(
    st.sampled_from([{"namespace": "search"}, {"cidr": "10.0.0.0/8"}, {"pod_labels": {"a": "b"}, "namespace": "x"}]),
    max_size=2,
)
_STORES = st.sampled_from(
    [
        S3,
        "in_cluster",
        {"kind": "s3", "bucket": "vectors", "endpoint": "store:9000", "use_ssl": False, "credentials_secret": "keys"},
        {"kind": "azure", "bucket": "vectors", "storage_account": "account", "root_path": "a/b"},
        {"kind": "gcs", "bucket": "vectors", "credentials_secret": "keys"},
    ]
)
_POOLS = st.sampled_from([{}, {"general": {"labels": {"a": "b"}}}, {"query-node": {"taints": [{"key": "k"}]}}])
# Settings that can be as they are declared; whether they go with the plan is the plan's to say.
SETTINGS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["m", "vec-prod", "a" * 40]),
        "namespace": st.sampled_from(["x", "n" * 63]),
        "create_namespace": st.booleans(),
        "operator": st.sampled_from(["install", "existing"]),
        "registry": st.sampled_from(["registry.example.com/mirror", "localhost:5000"]),
        "pull_secrets": st.sampled_from([[], ["one"], ["one", "two"]]),
        "variant": st.sampled_from(["self_contained", "operator"]),
        "object_store": _STORES,
        "etcd": st.sampled_from([{"kind": "external", "endpoints": ["a:1", "b:2"]}, {"storage_class": "fast"}]),
        "wal": st.sampled_from(
            [
                "woodpecker",
                {"kind": "pulsar", "addresses": ["p:6650"]},
                {"kind": "kafka", "addresses": ["k:9092"], "credentials_secret": "user"},
            ]
        ),
        "clients": _PEERS,
        "monitoring": _PEERS,
        "metrics": st.booleans(),
        "service": st.sampled_from([{"type": "LoadBalancer", "source_ranges": ["10.0.0.0/8"]}, "ClusterIP"]),
        "tls": st.just("cert"),
        "storage_class": st.just("disk"),
        "select_nodes": st.sampled_from(["pool", "instance_type", "none"]),
        "node_pools": _POOLS,
        "priority_class": st.sampled_from(["high", {"name": "high", "value": 5}]),
        "autoscale": st.sampled_from([{}, {"query_node": {"max": 90}}, {"proxy": {"max": 9, "min": 4}}]),
        "network_policies": st.booleans(),
    },
)


def holds(plan: Plan, declared: dict[str, Any]) -> None:
    """The law: all problems, or objects that can be made."""
    settings = settings_of(declared)
    problems = settings_against_plan(plan, settings)
    if problems:
        assert all(str(problem) for problem in problems)
        return
    made = deployment_manifests(plan, settings)
    keys = [manifest.key for manifest in made]
    assert len(keys) == len(set(keys))
    for place, manifest in enumerate(made):
        assert set(manifest.after) <= set(keys[:place])
        _is_sound(manifest, plan)
    assert manifests_text(made)
    assert all(notes(plan, settings))
    assert needed_secrets(plan, settings)


def _is_sound(manifest: Manifest, plan: Plan) -> None:
    assert json.loads(json.dumps(manifest.body)) == dict(manifest.body)
    labels = manifest.body["metadata"].get("labels", {})
    assert all(len(value) <= 63 for value in [manifest.name, *labels.values()])
    if manifest.kind == "Milvus":
        assert [name for name, trap in TRAPS.items() if not trap.free(dict(manifest.body), plan)] == []
    else:
        assert wrong_fields(manifest.body) == []


@pytest.mark.property
@hypothesis.given(stack=st.sampled_from(STACKS), declared=SETTINGS, names_log=st.booleans())
@hypothesis.settings(max_examples=at_most(2_000), suppress_health_check=[hypothesis.HealthCheck.too_slow])
def test_any_settings_give_problems_or_sound_objects(stack: str, declared: dict[str, Any], *, names_log: bool) -> None:
    plan, wal = kept_plan(stack), declared.get("wal")
    holds(with_wal(plan, wal["kind"]) if names_log and isinstance(wal, dict) else plan, declared)


@pytest.mark.property
@pytest.mark.timeout(600)
@hypothesis.given(plain=workloads(), declared=SETTINGS)
@hypothesis.settings(max_examples=at_most(100), suppress_health_check=list(hypothesis.HealthCheck))
def test_any_plan_gives_problems_or_sound_objects(plain: dict[str, Any], declared: dict[str, Any]) -> None:
    """A hundred plans even in the full profile: each takes up to some seconds, and the planner has laws of its own."""
    plan = make_plan(read_workload(plain))
    holds(plan, {"object_store": S3} | declared)
    holds(plan, declared)
    if plan.topology == "standalone" and plan.roles and plan.workload.object_store == "local":
        assert compose_text(plan, settings_of({}))
