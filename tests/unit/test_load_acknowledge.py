"""A wish for quick acknowledgements: what the planned log cannot keep is said, with what can and what is nearest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import call
from pulumi_milvus.planning.load.acknowledge import acknowledge_reach
from pulumi_milvus.planning.load.wal import PLANNED_WAL, WAL_NAMES, write_ahead_log
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.rules import RULE_IDS, check_environment
from pulumi_milvus.rules.facts import EnvironmentFacts

RULE = "insert-acknowledge"
ONE: dict[str, Any] = {"name": "articles", "vectors": 1_000_000, "dimension": 768}


def workload(topology: str | None, wished_ms: float | None, **keys: Any) -> dict[str, Any]:
    return {"collections": [ONE], "topology": topology, "insert_acknowledge_ms": wished_ms, **keys}


def found(data: dict[str, Any]) -> list[Any]:
    return [finding for finding in make_plan(read_workload(data)).findings if finding.rule == RULE]


@pytest.mark.parametrize(
    ("topology", "offered", "not_offered"),
    [
        ("standalone", ("wal: woodpecker-local", "1.8 to 20 ms", "wal: pulsar (Pulsar; 35 ms)"), ("service", "kafka")),
        ("distributed", ("wal: woodpecker-service", "3.0.1", "1 to 10 ms", "wal: pulsar"), ("local", "kafka")),
    ],
)
def test_fifty_milliseconds_are_not_to_be_had_of_embedded_woodpecker(
    topology: str, offered: tuple[str, ...], not_offered: tuple[str, ...]
) -> None:
    (finding,) = found(workload(topology, 50))
    assert (finding.level, finding.subject) == ("warning", "insert_acknowledge_ms")
    assert "after 200 to 500 ms, not 50" in finding.message
    assert "wish 500" in finding.fix
    assert all(words in finding.fix for words in offered)
    assert not any(words in finding.fix for words in not_offered)
    decisions = {item.what: item for item in make_plan(read_workload(workload(topology, 50))).decisions}
    assert decisions["insert_acknowledge_ms"].choice == "not reachable"
    assert all(words in decisions["insert_acknowledge_ms"].because for words in offered)


def test_the_logs_offered_are_those_of_the_topology_that_was_chosen() -> None:
    """Nothing is declared: the rule judges what the planner chose, and not what it supposed at first."""
    made = make_plan(read_workload(workload(None, 50)))
    (finding,) = [finding for finding in made.findings if finding.rule == RULE]
    assert made.topology == "standalone"
    assert "woodpecker-local" in finding.fix
    assert "service" not in finding.fix


@pytest.mark.parametrize(
    ("wished_ms", "level", "choice"),
    [(500, None, "kept"), (499, "advice", "not always kept"), (200, "advice", "not always kept"), (199, "warning", "")],
)
def test_what_some_inserts_keep_is_advice(wished_ms: float, level: str | None, choice: str) -> None:
    data = workload("distributed", wished_ms)
    assert [finding.level for finding in found(data)] == ([level] if level else [])
    decisions = {item.what: item.choice for item in make_plan(read_workload(data)).decisions}
    assert decisions["insert_acknowledge_ms"] == (choice or "not reachable")


def test_a_wish_that_nothing_keeps_has_a_nearest() -> None:
    (finding,) = found(workload("distributed", 0.5))
    assert "nothing keeps 0.5 ms for certain, nearest: wal: woodpecker-service (" in finding.fix


@pytest.mark.parametrize("topology", ["lite", "managed"])
def test_a_log_without_figures_is_said_to_be_unknown(topology: str) -> None:
    (finding,) = found(workload(topology, 50))
    assert (finding.level, finding.source) == ("advice", "not measured")
    assert "not known" in finding.message


@pytest.mark.parametrize(
    ("topology", "wal", "keys"),
    [
        ("standalone", "woodpecker-local", {}),
        ("distributed", "woodpecker-service", {"milvus_version": "3.0.1"}),
        ("distributed", "pulsar", {}),
    ],
)
def test_the_log_that_is_offered_keeps_the_wish(topology: str, wal: str, keys: dict[str, Any]) -> None:
    offered = found(workload(topology, 50))[0].fix
    assert f"wal: {wal}" in offered
    assert found(workload(topology, 50, wal=wal, **keys)) == []
    (finding,) = found(workload(topology, 0.9, wal=wal, **keys))
    assert finding.level == "warning"


def test_no_wish_is_no_finding_and_the_rule_has_an_id() -> None:
    assert found(workload("distributed", None)) == []
    assert check_environment(EnvironmentFacts(topology="distributed", wal=PLANNED_WAL)) == []
    assert RULE in RULE_IDS


def test_batch_page_and_explanation_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps(workload("distributed", 50))
    batch = json.loads(call(monkeypatch, "plan", "--batch", "-", stdin=data).out)
    assert [item["level"] for item in batch["findings"] if item["rule"] == RULE] == ["warning"]
    page = call(monkeypatch, "plan", "-", stdin=data)
    assert page.status == 0
    assert "warning: insert_acknowledge_ms" in page.out
    assert "(rule insert-acknowledge;" in " ".join(page.out.split())
    explained = call(monkeypatch, "plan", "--explain", "insert_acknowledge_ms", "-", stdin=data)
    assert explained.status == 0
    assert "not reachable" in explained.out


@pytest.mark.property
@given(
    st.floats(0.001, 3_600_000), st.floats(1, 1_000), st.sampled_from(WAL_NAMES), st.sampled_from(["standalone", "x"])
)
def test_a_longer_wish_is_never_harder_to_keep(wished_ms: float, times: float, wal: str, topology: str) -> None:
    short, long = acknowledge_reach(wished_ms, wal, topology), acknowledge_reach(wished_ms * times, wal, topology)
    assert (short.kept, short.ever) <= (long.kept, long.ever)
    assert short.kept <= short.ever
    assert bool(short.why) != short.kept
    assert write_ahead_log(wal).acknowledgement_ms.highest > wished_ms or short.kept
