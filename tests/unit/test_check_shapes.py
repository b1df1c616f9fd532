"""Milvus resources of the shapes that people use: no crash, no false alarm, and every finding explained.

The shapes are those that samples of the operator and values of the chart show, written anew: check_shapes/*.yaml.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from inspecting import findings_of

from pulumi_milvus.rules.rule_texts import rule_texts

SHAPES: list[dict[str, Any]] = [
    shape
    for path in sorted((Path(__file__).parent / "check_shapes").glob("*.yaml"))
    for shape in yaml.safe_load(path.read_text())
]
# What stands in the place of any one value; a Milvus resource is written by hand, and half of it may be missing.
WRONG_VALUES: tuple[Any, ...] = (None, "", "text", 7, -1.5, True, [], [None], ["text"], {}, {"name": None})


def files_of(shape: dict[str, Any], spec: Any) -> list[dict[str, Any]]:
    """The Milvus of a shape, with what stands beside it."""
    milvus = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": {"name": "vectors"}, "spec": spec}
    return [milvus, *shape.get("beside", ())]


def test_there_are_enough_of_them_and_no_name_is_used_twice() -> None:
    names = [shape["shape"] for shape in SHAPES]
    assert len(set(names)) == len(names) >= 40


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape["shape"])
def test_each_finding_is_explained_and_nothing_else_is_found(shape: dict[str, Any]) -> None:
    found = findings_of(files_of(shape, shape["spec"]))
    assert {finding.rule for finding in found if finding.level != "advice"} == set(shape["finds"])
    assert all(shape["finds"].values())
    assert set(shape["finds"]) <= {text.rule for text in rule_texts()}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape["shape"])
def test_no_wrong_value_anywhere_is_a_crash(shape: dict[str, Any]) -> None:
    for spec in damaged(shape["spec"]):
        for finding in findings_of(files_of(shape, spec)):
            assert finding.message


def damaged(spec: dict[str, Any]) -> Iterator[Any]:
    """The spec with each of its values in turn replaced by each wrong one."""
    yield from WRONG_VALUES
    for path in paths(spec):
        for wrong in WRONG_VALUES:
            other = copy.deepcopy(spec)
            holder: Any = other
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = wrong
            yield other


def paths(value: Any) -> Iterator[tuple[Any, ...]]:
    """Every place below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (key,)
        for rest in paths(item):
            yield (key, *rest)
