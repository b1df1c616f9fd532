"""The settings of a cluster: read whole or refused with every mistake, and their JSON Schema says the same."""

from __future__ import annotations

import json
from typing import Any

import hypothesis
import jsonschema
import pytest
from hypothesis import strategies as st

from manifest_cases import EVERYTHING, GOLDEN
from planner_workloads import at_most
from pulumi_milvus.manifests.setting_keys import SETTINGS
from pulumi_milvus.manifests.setting_shapes import Items, Named, Plain, Shape, Table
from pulumi_milvus.manifests.settings import ClusterSettings, cluster_settings_schema, read_cluster_settings
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.values_file import read_values_text

SCHEMA = jsonschema.Draft202012Validator(cluster_settings_schema())
PATH = "config.milvus:kubernetes"


def read(value: object) -> tuple[ClusterSettings, list[str]]:
    problems: list[Problem] = []
    settings = read_cluster_settings(value, PATH, problems)
    return settings, [str(problem) for problem in problems]


@pytest.mark.parametrize("declared", [declared for _, declared in GOLDEN.values()], ids=GOLDEN)
def test_the_settings_of_tests_are_read_and_fit_the_schema(declared: dict[str, Any]) -> None:
    assert read(declared)[1] == []
    assert [error.message for error in SCHEMA.iter_errors(declared)] == []
    assert read(json.dumps(declared))[0] == read(declared)[0], "`pulumi config set` keeps a text"


def test_every_mistake_is_said_at_once() -> None:
    _, problems = read(
        {
            "name": "Vec.prod",
            "autoscal": {},
            "object_store": {"kind": "s4", "bucket": "s3://Vectors"},
            "clients": [{"cidr": "0.0.0.0/0"}, {"cidr": "10.0.0.1/8"}, {}],
            "service": {"type": "LoadBalancer"},
            "create_namespace": "yes",
            "node_pools": {"query-node": {"taints": [{"value": "x"}]}},
            "etcd": {"kind": "external"},
            "wal": {"kind": "woodpecker", "addresses": ["http://a:1"]},
        }
    )
    assert problems == [
        f"{PATH}.autoscal: unknown key, nearest: autoscale",
        f"{PATH}.name: 'Vec.prod': a name of lower-case letters, digits and dashes is needed, a letter first, "
        "at most 40 characters, nearest: vec-prod",
        f"{PATH}.create_namespace: 'yes': true or false is needed, without quotes, nearest: true",
        f"{PATH}.object_store.kind: 's4': one of s3, azure, gcs, in_cluster is needed, nearest: s3",
        f"{PATH}.object_store.bucket: 's3://Vectors': 3 to 63 lower-case letters, digits, dots and dashes are needed, "
        "nearest: vectors",
        f"{PATH}.etcd: endpoints are missing, without which the operator stops for every Milvus of the cluster, "
        "nearest: endpoints: [etcd.example.com:2379]",
        f"{PATH}.wal.addresses[0]: 'http://a:1': a bare address host:port is needed, nearest: a:1",
        f"{PATH}.clients[0].cidr: '0.0.0.0/0': that is the whole internet: name the networks that may connect, "
        "nearest: 10.0.0.0/8",
        f"{PATH}.clients[1].cidr: '10.0.0.1/8': the address has bits beyond the prefix, or is written another way, "
        "nearest: 10.0.0.0/8",
        f"{PATH}.clients[2]: {{}}: says nobody, nearest: {{namespace: search}}",
        f"{PATH}.service: a load balancer without source_ranges is open to all that reach it, "
        "nearest: source_ranges: [10.0.0.0/8]",
        f"{PATH}.node_pools.query-node.taints[0]: key is missing, nearest: key: dedicated",
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "a mapping is needed"),
        ({"object_store": "gcs"}, "bucket is missing"),
        ({"object_store": {"kind": "s3", "bucket": "vectors"}}, "region is missing"),
        ({"object_store": {"kind": "azure", "bucket": "vectors"}}, "storage_account is missing"),
        ({"object_store": {"kind": "in_cluster", "region": "us-east-1"}}, "in_cluster is made here"),
        (
            {
                "object_store": {
                    "kind": "gcs",
                    "bucket": "vectors",
                    "credentials_secret": "keys",
                    "service_account_annotations": {"a": "b"},
                }
            },
            "keys and an identity together",
        ),
        ({"wal": {"kind": "kafka", "addresses": ["kafka"]}}, "a bare address host:port is needed"),
        ({"wal": "pulsar"}, "addresses of pulsar are missing"),
        ({"wal": {"kind": "pulsar", "addresses": ["a:1"], "credentials_secret": "x"}}, "for kafka alone"),
        ({"etcd": {"endpoints": ["a:1"]}}, "in_cluster is made here"),
        ({"clients": [{"cidr": "10.0.0.0/8", "namespace": "x"}]}, "a network has no namespace"),
        ({"service": {"source_ranges": ["10.0.0.0/8"]}}, "is for a load balancer"),
        ({"autoscale": {"query_node": {"min": 5, "max": 3}}}, "is above max"),
        ({"autoscale": {"data_node": {"max": 3}}}, "one of query_node, proxy is needed"),
        ({"resource_groups": [{"name": "a", "pods": 1}, {"name": "a", "pods": 1}]}, "another group has this name"),
        ({"registry": "https://registry.example.com/"}, "nearest: registry.example.com"),
        ({"backup": {"schedule": "daily"}}, "a schedule in five fields is needed"),
    ],
)
def test_what_cannot_work_is_refused(value: object, said: str) -> None:
    _, problems = read(value)
    assert len(problems) == 1
    assert said in problems[0]


def test_short_forms_mean_the_long_ones() -> None:
    short, problems = read(
        {"object_store": "in_cluster", "tls": "cert", "priority_class": "high", "etcd": "in_cluster"}
    )
    assert problems == []
    assert short.object_store is not None
    assert (short.object_store.kind, short.object_store.use_ssl, short.tls_secret) == ("in_cluster", False, "cert")


def test_a_values_file_has_them() -> None:
    workload = "collections: [{name: a, vectors: 1000, dimension: 8}]"
    values = read_values_text(f"config: {{'milvus:workload': {{{workload}}}, 'milvus:kubernetes': {{name: vec}}}}")
    assert values.settings.kubernetes == ClusterSettings(name="vec")
    with pytest.raises(InvalidValues, match=r"config\.milvus:kubernetes\.nam: unknown key, nearest: name"):
        read_values_text(f"config: {{'milvus:workload': {{{workload}}}, 'milvus:kubernetes': {{nam: vec}}}}")


def _values_for(shape: Shape) -> st.SearchStrategy[Any]:
    """Values that fit a shape more often than not."""
    if isinstance(shape, Table):
        keys = {name: _values_for(key.shape) for name, key in shape.keys.items()}
        return st.fixed_dictionaries({}, optional=keys) | st.dictionaries(
            st.text(max_size=5), st.integers(), max_size=1
        )
    if isinstance(shape, Items):
        return st.lists(_values_for(shape.item), max_size=2)
    if isinstance(shape, Named):
        return st.dictionaries(
            st.sampled_from(["a", "query_node", "query-node", "A b"]), _values_for(shape.item), max_size=2
        )
    assert isinstance(shape, Plain)
    words = shape.json_schema().get("enum", [])
    usual = ["vectors", "us-east-1", "10.0.0.0/8", "a:1", "host", True, False, 3, 0, None, "0 3 * * *", "", 1.5, [], {}]
    return st.sampled_from([*words, *usual]) | st.text(max_size=6)


@pytest.mark.property
@hypothesis.given(value=_values_for(SETTINGS))
@hypothesis.settings(max_examples=at_most(3_000), suppress_health_check=[hypothesis.HealthCheck.too_slow])
def test_any_value_is_read_or_refused_and_what_is_read_fits_the_schema(value: Any) -> None:
    settings, problems = read(value)
    assert isinstance(settings, ClusterSettings)
    if problems:
        assert settings == ClusterSettings()
        assert all(problem.startswith(PATH) for problem in problems)
    else:
        assert [error.message for error in SCHEMA.iter_errors(value)] == []


def test_unknown_keys_fit_neither() -> None:
    assert not SCHEMA.is_valid(EVERYTHING | {"unknown": 1})
    assert not SCHEMA.is_valid({"object_store": {"kind": "s3", "buckets": "vectors"}})
