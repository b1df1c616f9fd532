"""Quantities as the stand-in operator spells them: the way a typed client of Kubernetes does."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standins.operator.quantities import amount, canonical


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2000m", "2"),  # recorded: cluster-querynode-quantities
        ("0.5Gi", "512Mi"),  # the same
        ("16Gi", "16Gi"),  # recorded: cluster-replicas-resources
        ("16384Mi", "16Gi"),
        ("1.5Gi", "1536Mi"),
        ("1000Mi", "1000Mi"),
        ("512Ki", "512Ki"),
        ("0.5", "500m"),
        ("1500m", "1500m"),
        ("1000", "1k"),
        ("1e3", "1e3"),
        ("5368709120", "5368709120"),
        ("0", "0"),
        ("0Gi", "0"),
        (4, "4"),
        (0.25, "250m"),
        ("64 GB", "64 GB"),
    ],
)
def test_canonical(written: str | float, stored: str) -> None:
    assert canonical(written) == stored


@pytest.mark.property
@given(
    number=st.decimals(min_value=0, max_value=10**6, places=3),
    suffix=st.sampled_from(["", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti"]),
)
def test_a_canonical_quantity_is_worth_the_same_and_stays(number: object, suffix: str) -> None:
    written = f"{number}{suffix}"
    stored = canonical(written)
    # Finer than a billionth is rounded up.
    assert 0 <= amount(stored) - amount(written) < Fraction(1, 10**9)
    assert canonical(stored) == stored


def test_what_is_no_quantity_is_named() -> None:
    with pytest.raises(ValueError, match="'64 GB' is no quantity, as 500m, 2 or 16Gi are"):
        amount("64 GB")
