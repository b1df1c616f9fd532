"""Broken values files: whatever is wrong, there is a list of problems with places, and never a traceback."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broken_values import BARE, SCRAPS, VALUES, mutate
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.values_file import Values, read_values_text, values_of


def check_problems(problems: Sequence[Problem]) -> None:
    """At least one problem, each with a place and a reason, in one printable line."""
    assert problems
    for problem in problems:
        assert problem.path
        assert problem.reason
        text = str(problem)
        assert "\n" not in text
        assert len(text) < 1_000
        text.encode()
        json.dumps(problem.to_json())


def judged(read: Any, *given_values: Any) -> Values | None:
    """The values, or None where problems were reported properly; anything else fails the test."""
    try:
        values = read(*given_values)
    except InvalidValues as error:
        check_problems(error.problems)
        return None
    assert isinstance(values, Values)
    return values


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32), changes=st.integers(min_value=1, max_value=6))
def test_broken_data(seed: int, changes: int) -> None:
    chance = random.Random(seed)
    data = copy.deepcopy(chance.choice([BARE, VALUES]))
    for _ in range(changes):
        mutate(data, chance)
    judged(values_of, data)


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32), changes=st.integers(min_value=1, max_value=8))
def test_broken_text(seed: int, changes: int) -> None:
    chance = random.Random(seed)
    whole = chance.choice([BARE, VALUES])
    text = yaml.safe_dump(whole, sort_keys=False) if chance.random() < 0.8 else json.dumps(whole, indent=1)
    for _ in range(changes):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 1, 2, 10, 60]))
        text = text[:start] + chance.choice([*SCRAPS, text[end : end + 30]]) + text[end:]
    judged(read_values_text, text)


@pytest.mark.property
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    judged(read_values_text, data)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*BARE, *BARE["collections"][0], "config", 1, None]), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.property
@given(_anything)
def test_any_data(data: Any) -> None:
    judged(values_of, data)


@pytest.mark.parametrize("data", [BARE, VALUES])
def test_what_the_mutations_start_from_is_right(data: dict[str, Any]) -> None:
    assert judged(values_of, data) is not None
    assert judged(read_values_text, yaml.safe_dump(data)) is not None
