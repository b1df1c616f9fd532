"""Which Milvus runs: the newest 2.6 by default, 3.0 by one line, and 3.0.0 not at all."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload


def plan(**keys: Any) -> Plan:
    collection = {"name": "articles", "vectors": 2_000_000, "dimension": 768}
    return make_plan(read_workload({"collections": [collection], **keys}))


def chosen(made: Plan) -> tuple[str, str, str]:
    decision = next(item for item in made.decisions if item.what == "milvus_version")
    return made.milvus_version, decision.choice, decision.source


def test_the_newest_2_6_by_default() -> None:
    version, choice, source = chosen(plan())
    assert version == choice == "2.6.24"
    assert "milvus-io/milvus" in source


@pytest.mark.parametrize("written", ["3.0.2", "v3.0.2", "3.0.1", "2.6.11"])
def test_another_by_one_line(written: str) -> None:
    version, choice, source = chosen(plan(milvus_version=written, topology="distributed"))
    assert version == choice == written.removeprefix("v")
    assert source == "declared"


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("3.0.0", "3.0.2"),
        ("2.5.27", "2.6.24"),
        ("3.1.0", "3.0.2"),
        ("latest", "2.6.24"),
        (3.0, "3.0.2"),
        ("3.0", "3.0.2"),
    ],
)
def test_what_cannot_run_is_refused_with_the_nearest(written: object, nearest: str) -> None:
    with pytest.raises(InvalidValues) as told:
        plan(milvus_version=written)
    (problem,) = told.value.problems
    assert (problem.path, problem.nearest) == ("milvus_version", nearest)


def test_an_index_is_judged_by_the_release() -> None:
    collection = {"name": "passages", "vectors": 2_000_000, "dimension": 768, "index": "AISAQ"}
    old = make_plan(read_workload({"collections": [collection], "milvus_version": "2.6.0"}))
    assert [(finding.rule, finding.level) for finding in old.findings] == [("index-pair", "error")]
    assert not make_plan(read_workload({"collections": [collection]})).has_errors
