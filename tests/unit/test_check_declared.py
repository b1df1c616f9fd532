"""`check` asks the rules on declarations as well: the log, releases side by side, indexes of what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from inspecting import cluster_milvus, levels_of, workload

from pulumi_milvus.rules import index_pair, metric_follows_model, version_pairs, wal_allowed

Object = dict[str, Any]


def dependencies(**parts: Any) -> Callable[[Object], None]:
    def change(spec: Object) -> None:
        spec["dependencies"] |= parts

    return change


def release(version: str, **parts: Any) -> Callable[[Object], None]:
    def change(spec: Object) -> None:
        spec["components"]["image"] = f"milvusdb/milvus:{version}"
        spec["dependencies"] |= parts

    return change


OUTSIDE = {"external": True, "quorumBufferPools": [{"name": "a", "seeds": ["w-0.w:17946"]}]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (None, []),
        (dependencies(msgStreamType="pulsar"), []),
        (dependencies(msgStreamType="rocksmq"), ["error"]),
        (release("v3.0.2", woodpecker=OUTSIDE), []),
        (release("v2.6.24", woodpecker=OUTSIDE), ["error"]),
        (lambda spec: spec["config"].update(woodpecker={"storage": {"type": "local"}}), ["error"]),
    ],
)
def test_the_log_goes_with_the_mode_and_the_release(
    change: Callable[[Object], None] | None, expected: list[str]
) -> None:
    assert levels_of([cluster_milvus(change)], rule=wal_allowed.RULE) == expected


def operator(version: str) -> Object:
    container = {"name": "manager", "image": f"milvusdb/milvus-operator:{version}"}
    labels = {"app": "milvus-operator"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "milvus-operator", "namespace": "milvus-operator"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


@pytest.mark.parametrize(("version", "expected"), [("v1.3.10", []), ("v1.2.0", ["warning"]), ("main", [])])
def test_the_operator_beside_it(version: str, expected: list[str]) -> None:
    assert levels_of([cluster_milvus(release("v3.0.2")), operator(version)], rule=version_pairs.RULE) == expected


def test_an_index_format_of_a_later_release() -> None:
    def change(spec: Object) -> None:
        spec["config"]["dataCoord"] = {"targetVecIndexVersion": 10}

    assert levels_of([cluster_milvus(change)], rule=version_pairs.RULE) == ["error"]


@pytest.mark.parametrize(
    ("stored", "rule", "expected"),
    [
        (workload("HNSW"), index_pair.RULE, []),
        (workload("HNSW", index_params={"M": 1_000_000}), index_pair.RULE, ["error"]),
        (workload("BIN_FLAT"), index_pair.RULE, ["error"]),
        (
            {"collections": [{"name": "a", "vectors": 1, "embedding_model": "BAAI/bge-base-en-v1.5", "metric": "L2"}]},
            metric_follows_model.RULE,
            ["warning"],
        ),
    ],
)
def test_what_is_stored(stored: Object, rule: str, expected: list[str]) -> None:
    assert levels_of([cluster_milvus()], stored, rule=rule) == expected
