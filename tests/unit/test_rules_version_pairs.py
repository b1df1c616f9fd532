"""Rule version-pairs: releases side by side, and the way from one to another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_milvus.kubernetes.operator import OPERATOR_VERSION
from pulumi_milvus.manifests.images import WOODPECKER_IMAGE
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.milvus_version import DEFAULT_VERSION, NEWEST_3_0
from pulumi_milvus.planning.versions import parse_version
from pulumi_milvus.rules import RULE_IDS, check_environment, version_pairs
from pulumi_milvus.rules.change_facts import DeploymentChange, DeploymentFacts
from pulumi_milvus.rules.facts import EnvironmentFacts

RUNNING = DeploymentFacts(
    namespace="milvus",
    name="milvus",
    topology="distributed",
    variant="operator",
    milvus_version="2.6.24",
    wal="woodpecker",
    collections={"articles": 40_000_000},
)


def path(before: str, after: str, **keys: Any) -> list[Finding]:
    was = replace(RUNNING, milvus_version=before, **keys)
    return version_pairs.check_change(DeploymentChange(before=was, after=replace(was, milvus_version=after)))


@pytest.mark.parametrize(
    ("before", "after"),
    [("2.6.24", "2.6.24"), ("2.6.0", "2.6.24"), ("3.0.1", "3.0.2"), ("2.5.3", "2.5.16"), ("v2.6.24", "2.6.24")],
)
def test_ways_without_a_word(before: str, after: str) -> None:
    assert path(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "keys", "words"),
    [
        ("2.5.15", "2.6.24", {}, ("skips a step", "2.5.16 with mixCoordinator first, then 2.6.24")),
        ("2.4.6", "3.0.2", {}, ("skips a step", "2.5.16 with mixCoordinator first")),
        ("2.5.16", "2.6.24", {"mix_coordinator": False}, ("separate coordinators", "turn mixCoordinator on")),
        ("2.5.27", "3.0.2", {"mix_coordinator": True}, ("in one step", "milvus_version: 2.6.24 first")),
        ("3.0.2", "2.6.24", {}, ("cannot be seen from here", "keep 3.0.2", "the backup from before the upgrade")),
        ("2.6.24", "2.5.27", {}, ("no way back over a minor release", "keep 2.6.24")),
        ("3.0.2", "2.5.27", {}, ("no way back over a minor release",)),
        ("3.1.0", "3.0.2", {}, ("no way back over a minor release",)),
    ],
)
def test_ways_that_are_refused(before: str, after: str, keys: dict[str, Any], words: tuple[str, ...]) -> None:
    (finding,) = path(before, after, **keys)
    assert (finding.rule, finding.level, finding.subject) == ("version-pairs", "error", "milvus_version")
    told = f"{finding.message}; {finding.fix}"
    assert [word for word in words if word not in told] == []
    assert path(before, after, **keys, disposable=True)[0].level == "warning"


@pytest.mark.parametrize(
    ("before", "after", "keys", "words"),
    [
        ("2.6.24", "3.0.2", {}, ("take a backup first", "may fail once 3.0 has written")),
        ("2.6.3", "3.0.2", {}, ("go to milvus_version: 2.6.24 first",)),
        ("2.6.24", "2.6.20", {}, ("goes back within a minor release",)),
        ("2.5.16", "2.6.24", {}, ("must run with mixCoordinator now",)),
        ("2.5.16", "2.6.24", {"topology": "standalone", "mix_coordinator": True}, ("#49584",)),
        ("3.0.2", "3.1.0", {}, ("no way to a release this new",)),
    ],
)
def test_ways_with_a_warning(before: str, after: str, keys: dict[str, Any], words: tuple[str, ...]) -> None:
    (finding,) = path(before, after, **keys)
    assert (finding.level, finding.subject) == ("warning", "milvus_version")
    told = f"{finding.message}; {finding.fix}"
    assert [word for word in words if word not in told] == []


def test_what_is_no_release_cannot_be_compared() -> None:
    (finding,) = path("latest", "2.6.24")
    assert finding.level == "advice"


@pytest.mark.parametrize(("gpu", "words"), [(True, "GPU_CAGRA instead of HNSW"), (False, "cannot load an index GPU_*")])
def test_another_kind_of_image_means_another_autoindex(*, gpu: bool, words: str) -> None:
    was = replace(RUNNING, gpu_image=not gpu)
    (finding,) = version_pairs.check_change(DeploymentChange(before=was, after=replace(was, gpu_image=gpu)))
    assert (finding.level, finding.subject) == ("warning", "gpu_image")
    assert words in finding.message


def pairs(**facts: Any) -> list[tuple[str, str]]:
    found = version_pairs.check(EnvironmentFacts(topology="distributed", **facts))
    return [(finding.subject, finding.level) for finding in found]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"milvus_version": "3.0.2", "wal": "woodpecker-service"}, []),
        ({"wal": "woodpecker-service", "woodpecker_version": "v0.1.42"}, []),
        ({"wal": "woodpecker-service", "woodpecker_version": "v0.1.36"}, [("woodpecker_version", "error")]),
        ({"wal": "woodpecker", "woodpecker_version": "v0.1.36"}, []),
        ({"wal": "woodpecker-service", "operator_version": "1.3.7"}, [("operator_version", "warning")]),
        ({"wal": "woodpecker-service", "operator_version": "1.3.8"}, []),
        ({"milvus_version": "3.0.2", "operator_version": "1.2.3"}, [("operator_version", "warning")]),
        ({"milvus_version": "2.6.24", "operator_version": "1.2.3"}, []),
        ({"milvus_version": "2.6.24", "index_format_version": 10}, [("index_format_version", "error")]),
        ({"milvus_version": "2.6.24", "index_format_version": 8}, []),
        ({"milvus_version": "3.0.2", "index_format_version": 10}, []),
        (
            {"milvus_version": "2.6.24", "gpu_image": True, "cuda_driver_version": "520.61"},
            [("cuda_driver_version", "error")],
        ),
        (
            {"milvus_version": "2.6.18", "gpu_image": True, "cuda_driver_version": "520.61"},
            [("cuda_driver_version", "warning")],
        ),
        (
            {"milvus_version": "3.0.2", "gpu_image": True, "cuda_driver_version": "535.104.05"},
            [("cuda_driver_version", "warning")],
        ),
        ({"milvus_version": "3.0.2", "gpu_image": True, "cuda_driver_version": "550.90.07"}, []),
        ({"milvus_version": "3.0.2", "gpu_image": False, "cuda_driver_version": "470.1"}, []),
    ],
)
def test_side_by_side(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert pairs(**facts) == expected


def test_it_is_among_the_rules_on_an_environment() -> None:
    facts = EnvironmentFacts(topology="distributed", milvus_version="2.6.24", index_format_version=10)
    assert [finding.rule for finding in check_environment(facts)] == [version_pairs.RULE]
    assert version_pairs.RULE in RULE_IDS


@pytest.mark.parametrize("milvus", [DEFAULT_VERSION, NEWEST_3_0])
def test_the_releases_that_are_pinned_here_go_together(milvus: str) -> None:
    pinned = EnvironmentFacts(
        topology="distributed",
        wal="woodpecker-service" if (parse_version(milvus) or ()) >= (3, 0, 1) else "woodpecker",
        milvus_version=milvus,
        operator_version=OPERATOR_VERSION,
        woodpecker_version=WOODPECKER_IMAGE.rsplit(":", 1)[-1],
    )
    assert version_pairs.check(pinned) == []
