"""Settings that do not go with the plan are refused together, before anything is made; and what a person must know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from manifest_cases import EVERYTHING, S3, kept_plan, settings_of, with_wal
from pulumi_milvus.manifests.agreement import settings_against_plan, variant_of
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.notes import notes
from pulumi_milvus.manifests.settings import ClusterSettings
from pulumi_milvus.planning.problems import InvalidValues

STORE = {"object_store": S3}


def said(stack: str, declared: dict[str, Any], **changed: Any) -> list[str]:
    plan = replace(kept_plan(stack), **changed)
    return [
        str(problem).removeprefix("config.milvus:kubernetes")
        for problem in settings_against_plan(plan, settings_of(declared))
    ]


@pytest.mark.parametrize(
    ("stack", "declared", "expected"),
    [
        ("distributed", {}, ".object_store: is missing"),
        ("standalone_external", {}, ".object_store: is missing: the workload says object_store: external"),
        ("standalone_external", {"variant": "self_contained"}, ".variant: 'self_contained': the workload"),
        ("distributed", {"variant": "self_contained"} | STORE, ".variant: 'self_contained': one pod holds all of it"),
        ("trial", STORE, ".object_store.kind: 's3': the workload says object_store: in_cluster"),
        ("standalone", {"variant": "self_contained"} | STORE, ".object_store: 's3': a self-contained Milvus keeps"),
        ("standalone", {"etcd": {"kind": "external", "endpoints": ["a:1"]}}, ".etcd.kind: 'external': a self"),
        ("standalone", {"wal": {"kind": "pulsar", "addresses": ["a:1"]}}, ".wal.kind: 'pulsar': a self-contained"),
        ("standalone_external", {"wal": {"kind": "woodpecker_service", "addresses": ["a:1"]}} | STORE,
            ".wal.kind: 'woodpecker_service': Woodpecker as a service",
        ),
        (
            "distributed",
            {"wal": {"kind": "woodpecker_service", "addresses": ["a:1"]}} | STORE,
            ".wal.kind: 'woodpecker_service': Woodpecker as a service needs Milvus 3.0.1",
        ),
        ("distributed", {"autoscale": {"query_node": {"min": 2, "max": 30}}} | STORE, ".autoscale.query_node.min: 2"),
        ("distributed", {"autoscale": {"query_node": {"max": 2}}} | STORE, ".autoscale.query_node.max: 2"),
        ("standalone", {"autoscale": {"query_node": {"max": 2}}}, ".autoscale.query_node: a standalone"),
        ("nvme", {"resource_groups": [{"name": "a", "pods": 2}]} | STORE, ".resource_groups: 2: pods of all groups"),
        ("standalone", {"resource_groups": [{"name": "a", "pods": 2}]}, ".resource_groups: a standalone"),
        ("distributed", {"node_pools": {"querynode": {}}} | STORE, ".node_pools.querynode: the plan has no pool"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_the_plan_is_refused(stack: str, declared: dict[str, Any], expected: str) -> None:
    problems = said(stack, declared)
    assert len(problems) == 1
    assert problems[0].startswith(expected)
    assert "nearest" in problems[0]
    with pytest.raises(InvalidValues):
        deployment_manifests(kept_plan(stack), settings_of(declared))


def test_a_self_contained_milvus_is_not_put_on_disks_that_are_lost() -> None:
    assert "local disks are lost" in said("standalone", {}, hardware="nvme")[0]


def test_a_store_in_the_cluster_is_planned_and_is_no_production() -> None:
    plan = kept_plan("trial")
    assert said("trial", {}) == []
    assert said("trial", {"object_store": "in_cluster"}) == []
    production = plan.workload.model_copy(update={"production": True})
    assert "is for trials" in said("trial", {}, workload=production)[0]
    assert "the plan has no pods for it" in said("distributed", {"object_store": "in_cluster"})[0]


def test_what_the_workload_says_is_inside_cannot_be_outside() -> None:
    (problem,) = said("standalone", {"variant": "operator"} | STORE)
    assert "which is the volume of a self-contained pod" in problem
    assert len(said("standalone", {"variant": "operator"})) == 1
    outside = kept_plan("distributed").workload.model_copy(update={"etcd": "external"})
    assert "endpoints are missing" in said("distributed", STORE, workload=outside)[0]


def test_the_plans_log_must_say_where_it_is() -> None:
    assert "wal does not say where it is" in said("distributed", STORE, wal="pulsar")[0]
    wal = {"wal": {"kind": "woodpecker_service", "addresses": ["woodpecker-0:17946"]}}
    assert said("log_service", wal | STORE) == []
    made = deployment_manifests(kept_plan("log_service"), settings_of(wal | STORE))
    spec = next(manifest.body["spec"] for manifest in made if manifest.kind == "Milvus")
    pools = [{"name": "pool", "seeds": ["woodpecker-0:17946"]}]
    assert spec["dependencies"]["woodpecker"] == {"external": True, "quorumBufferPools": pools}
    assert spec["dependencies"]["msgStreamType"] == "woodpecker"


def test_a_written_plan_without_its_dependencies_is_refused() -> None:
    assert len(said("standalone", {}, dependencies=())) == 2
    assert "does not say pods of etcd" in said("distributed", STORE, dependencies=())[0]
    external = {"etcd": {"kind": "external", "endpoints": ["a:1"]}} | STORE
    assert said("distributed", external, dependencies=()) == []


def test_a_written_plan_may_say_little_of_its_pools() -> None:
    pools = tuple({"name": pool["name"], "instance_type": "any"} for pool in kept_plan("nvme").node_pools)
    made = deployment_manifests(replace(kept_plan("nvme"), node_pools=pools), settings_of(STORE))
    node = next(manifest.body["spec"]["components"]["queryNode"] for manifest in made if manifest.kind == "Milvus")
    assert node["nodeSelector"] == {"milvus.io/node-pool": "query-node"}


def test_a_log_that_the_workload_names_is_the_one_that_is_set() -> None:
    workload = kept_plan("distributed").workload.model_copy(update={"wal": "pulsar"})
    wal = {"wal": {"kind": "kafka", "addresses": ["kafka:9092"]}}
    (problem,) = said("distributed", wal | STORE, workload=workload, wal="pulsar")
    assert problem == ".wal.kind: 'kafka': the workload says wal: pulsar, nearest: pulsar"
    pulsar = {"wal": {"kind": "pulsar", "addresses": ["pulsar:6650"]}}
    assert said("distributed", pulsar | STORE, workload=workload, wal="pulsar") == []


@pytest.mark.parametrize(
    ("kind", "named"), [("pulsar", "pulsar"), ("kafka", "kafka"), ("woodpecker_service", "woodpecker-service")]
)
def test_a_log_that_the_plan_was_not_made_for_is_refused(kind: str, named: str) -> None:
    wal = {"wal": {"kind": kind, "addresses": ["log:9092"]}}
    assert said("distributed", wal | STORE, milvus_version="3.0.2") == [
        f".wal.kind: {kind!r}: the plan was made for woodpecker, since the workload names no log, "
        f"nearest: wal: {named} in the workload, or woodpecker"
    ]
    made_for = with_wal(kept_plan("distributed"), named).workload
    assert said("distributed", wal | STORE, workload=made_for, wal=named, milvus_version="3.0.2") == []


def test_several_problems_come_together() -> None:
    assert len(said("distributed", {"autoscale": {"query_node": {"max": 2}}, "node_pools": {"x": {}}})) == 3


@pytest.mark.parametrize("topology", ["lite", "managed"])
def test_a_plan_without_pods_is_refused(topology: str) -> None:
    assert "topology" in said("distributed", STORE, topology=topology)[0]
    assert "was not sized" in said("distributed", STORE, roles={})[0]


def test_a_standalone_is_self_contained_until_an_object_store_is_named() -> None:
    assert variant_of(kept_plan("standalone"), ClusterSettings()) == "self_contained"
    assert variant_of(kept_plan("standalone_external"), settings_of(STORE)) == "operator"
    assert variant_of(kept_plan("nvme"), settings_of(STORE)) == "operator"


def test_index_formats_of_3_0_are_asked_for_where_an_index_needs_them() -> None:
    plan = kept_plan("distributed")
    sparse = {
        "segment_bytes": 2**30,
        "resolved_indexes": [{"index": "SPARSE_INVERTED_INDEX", "params": {"inverted_index_algo": "SINDI"}}],
    }
    config = {}
    for version in ("3.0.2", "2.6.24"):
        changed = replace(plan, milvus_version=version, collection_plans=(*plan.collection_plans, sparse))
        made = deployment_manifests(changed, settings_of(STORE))
        config[version] = next(manifest.body["spec"]["config"] for manifest in made if manifest.kind == "Milvus")
    assert config["3.0.2"]["dataCoord"]["targetVecIndexVersion"] == 10
    assert "targetVecIndexVersion" not in config["2.6.24"]["dataCoord"]


def told(stack: str, declared: dict[str, Any]) -> str:
    return "\n".join(notes(kept_plan(stack), settings_of(declared)))


def test_notes_say_what_objects_cannot() -> None:
    assert "enforces them" in told("distributed", STORE)
    assert "clients is empty" in told("distributed", STORE)
    assert "every pod of the cluster may connect" in told("distributed", STORE | {"network_policies": False})
    assert "milvus.io/node-pool, one of: query-node" in told("distributed", STORE)
    assert "milvus.io/node-pool" not in told("distributed", STORE | {"select_nodes": "none"})
    assert "RAID0" in told("nvme", STORE)
    assert "driver from 545" in told("gpu", STORE)
    assert "in namespace milvus-operator" in told("distributed", STORE | {"operator": "existing"})
    assert "for trials" in told("trial", {"object_store": "in_cluster"})
    assert "kept 7 days" in told("distributed", STORE)
    assert "Backups are made" not in told("standalone", {})
    everything = told("distributed", EVERYTHING)
    assert (
        "Secret keys (keys of the object store; keys accesskey, secretkey) must be in namespace vectors" in everything
    )
    assert "conditional writes" in everything
    assert "metrics server" in everything
    assert "the operator needs the registry too" in everything
    assert "without TLS" not in everything
    assert "without TLS" in told("distributed", STORE | {"service": EVERYTHING["service"]})
