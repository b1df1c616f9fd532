"""Rule wal-allowed: the documentation's matrix of write-ahead logs, topologies and releases."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.rules import wal_allowed
from pulumi_milvus.rules.facts import EnvironmentFacts

COLLECTION = {"name": "articles", "vectors": 2_000_000, "dimension": 768}


def found(wal: str | None, topology: str, version: str | None = "3.0.2") -> list[tuple[str, str, str]]:
    facts = EnvironmentFacts(topology=topology, wal=wal, milvus_version=version)
    return [(item.rule, item.level, item.subject) for item in wal_allowed.check(facts)]


@pytest.mark.parametrize(
    ("wal", "topology"),
    [
        ("woodpecker", "standalone"), ("woodpecker", "distributed"), ("woodpecker-local", "standalone"),
        ("woodpecker-service", "distributed"), ("pulsar", "standalone"), ("pulsar", "distributed"),
        ("kafka", "standalone"), ("kafka", "distributed"), ("rocksmq", "standalone"), (None, "distributed"),
    ],
)  # fmt: skip
def test_what_goes(wal: str | None, topology: str) -> None:
    assert found(wal, topology) == []


@pytest.mark.parametrize(
    ("wal", "topology", "version"),
    [
        ("woodpecker-local", "distributed", "3.0.2"), ("rocksmq", "distributed", "3.0.2"),
        ("natsmq", "distributed", "2.6.24"), ("woodpecker-service", "standalone", "3.0.2"),
        ("woodpecker-service", "distributed", "2.6.24"), ("woodpecker-service", "distributed", "3.0.0"),
    ],
)  # fmt: skip
def test_what_does_not(wal: str, topology: str, version: str) -> None:
    assert found(wal, topology, version) == [("wal-allowed", "error", "wal")]


def test_a_version_that_is_not_known_is_not_judged() -> None:
    assert found("woodpecker-service", "distributed", None) == []


def test_the_planner_says_it_and_lays_out_nothing() -> None:
    keys = {"collections": [COLLECTION], "topology": "distributed", "wal": "woodpecker-service"}
    assert [item.rule for item in make_plan(read_workload(keys)).findings] == ["wal-allowed"]
    assert not make_plan(read_workload({**keys, "milvus_version": "3.0.2"})).has_errors


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({"topology": "distributed"}, "object_store"),
        ({"availability": "pod"}, "object_store"),
        ({"etcd": "external"}, "etcd"),
        ({"wal": "kafka"}, "wal"),
    ],
)
def test_choices_that_exclude_each_other(keys: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValues) as told:
        read_workload({"collections": [COLLECTION], "object_store": "local", **keys})
    assert [problem.path for problem in told.value.problems] == [field]
