"""The frame of a stack's program: mistakes in their own words, and less looking for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pulumi
import pytest

from pulumi_milvus import plain_errors
from pulumi_milvus.planning.problems import InvalidValues, Problem


@pytest.fixture(autouse=True)
def _thresholds_stay() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_python_collects_garbage_less_often_and_never_more_often_than_it_was_told() -> None:
    gc.set_threshold(700, 11, 12)
    with plain_errors():
        assert gc.get_threshold() == (100_000, 11, 12)
    gc.set_threshold(1_000_000)
    with plain_errors():
        assert gc.get_threshold()[0] == 1_000_000
    gc.set_threshold(0)
    with plain_errors():
        assert gc.get_threshold()[0] == 0, "0: somebody turned it off"


def test_mistakes_end_the_program_in_their_own_words() -> None:
    with pytest.raises(pulumi.RunError, match="dimension is missing"), plain_errors():
        raise InvalidValues([Problem("dimension", "", "dimension is missing", "768")])
