"""Rule wal-unchanged: the log of a running Milvus stays, and where it must not there is another way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules import RULE_IDS, wal_unchanged
from pulumi_milvus.rules.change_facts import DeploymentChange, DeploymentFacts

RUNNING = DeploymentFacts(
    namespace="milvus",
    name="milvus",
    topology="distributed",
    variant="operator",
    milvus_version="3.0.2",
    wal="woodpecker",
    collections={"articles": 40_000_000},
)


def found(before: str, after: str, *, disposable: bool = False) -> list[Finding]:
    was = replace(RUNNING, wal=before, disposable=disposable)
    return wal_unchanged.check(DeploymentChange(before=was, after=replace(RUNNING, wal=after)))


@pytest.mark.parametrize("wal", ["woodpecker", "woodpecker-local", "woodpecker-service", "pulsar", "kafka", "rocksmq"])
def test_the_same_log_is_nothing_to_say(wal: str) -> None:
    assert found(wal, wal) == []


@pytest.mark.parametrize(
    ("before", "after", "online"),
    [
        ("pulsar", "woodpecker", True),
        ("woodpecker", "kafka", True),
        ("rocksmq", "woodpecker-local", True),
        ("pulsar", "kafka", False),
        ("woodpecker", "woodpecker-local", False),
        ("woodpecker", "woodpecker-service", False),
        ("natsmq", "woodpecker", False),
    ],
)
def test_another_log_is_refused_with_the_way_that_there_is(before: str, after: str, *, online: bool) -> None:
    (finding,) = found(before, after)
    assert (finding.rule, finding.level, finding.subject) == ("wal-unchanged", "error", "wal")
    assert f"{before} would become {after}" in finding.message
    assert finding.fix.startswith(f"keep {before}")
    assert ("WAL alter API" in finding.fix) == online
    assert ("No online switch" in finding.fix) != online
    assert f"beside this one with {after}" in finding.fix


def test_data_that_nobody_needs_may_go_with_its_log() -> None:
    (finding,) = found("pulsar", "woodpecker", disposable=True)
    assert finding.level == "warning"
    assert "disposable" in finding.fix


def test_another_variant_is_judged_as_such() -> None:
    after = replace(RUNNING, topology="standalone", variant="self_contained", wal="woodpecker-local")
    assert wal_unchanged.check(DeploymentChange(before=RUNNING, after=after)) == []


def test_the_id_is_public() -> None:
    assert wal_unchanged.RULE in RULE_IDS
