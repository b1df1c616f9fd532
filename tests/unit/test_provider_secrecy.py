"""Secrets that go into the provider come back marked, whatever shape they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.provider.experimental.property_value import PropertyValue

from pulumi_milvus.provider.secrecy import marked
from pulumi_milvus.resources.wire import plain_map, to_property


def secret(value: Any) -> PropertyValue:
    return to_property(value).with_secret(True)


def open_(value: Any) -> PropertyValue:
    return to_property(value)


def shown(values: Mapping[str, PropertyValue]) -> Any:
    """Plain data, with what is hidden as the word."""
    return {key: _shown(value) for key, value in values.items()}


def _shown(value: PropertyValue) -> Any:
    if value.is_secret:
        return "hidden"
    if isinstance(value.value, Mapping):
        return shown(value.value)
    if isinstance(value.value, tuple):
        return [_shown(item) for item in value.value]
    return value.value


@pytest.mark.parametrize(
    ("answer", "given_", "expected"),
    [
        ({"a": open_("x")}, {"a": secret("x")}, {"a": "hidden"}),
        ({"a": open_("other")}, {"a": secret("x")}, {"a": "hidden"}),
        ({"a": secret("x")}, {"a": open_("x")}, {"a": "hidden"}),
        ({"a": open_("x"), "b": open_("y")}, {"a": secret("x")}, {"a": "hidden", "b": "y"}),
        ({"a": open_("x")}, {"a": open_("x"), "b": secret("y")}, {"a": "x"}),
        ({"a": open_({"b": 1, "c": 2})}, {"a": PropertyValue({"b": secret(1)})}, {"a": {"b": "hidden", "c": 2.0}}),
        ({"a": open_([1, 2])}, {"a": PropertyValue([secret(1), open_(2)])}, {"a": "hidden"}),
        ({"a": open_("now a text")}, {"a": PropertyValue({"b": secret(1)})}, {"a": "hidden"}),
        ({"a": open_("x")}, None, {"a": "x"}),
    ],
)
def test_what_is_marked(
    answer: dict[str, PropertyValue], given_: dict[str, PropertyValue] | None, expected: dict[str, Any]
) -> None:
    assert shown(marked(answer, given_)) == expected


_LEAVES = st.builds(
    lambda text, hidden: to_property(text).with_secret(hidden), st.text("ab", max_size=2), st.booleans()
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(PropertyValue, st.lists(inner, max_size=3)),
        st.builds(PropertyValue, st.dictionaries(st.sampled_from("ab"), inner, max_size=2)),
    ),
    max_leaves=6,
)
_MAPS = st.dictionaries(st.sampled_from("abc"), _VALUES, max_size=3)


@pytest.mark.property(2_000)
@given(values=_MAPS)
def test_nothing_secret_that_comes_back_is_open(values: dict[str, PropertyValue]) -> None:
    """An answer that repeats what was given, unmarked as plain data is, hides every secret and changes no value."""
    answer = {key: to_property(value) for key, value in plain_map(values).items()}
    result = marked(answer, values)
    assert plain_map(result) == plain_map(values)
    _hides(result, values)


def _hides(result: Mapping[str, PropertyValue], values: Mapping[str, PropertyValue]) -> None:
    for key, value in values.items():
        if key not in result or result[key].is_secret:
            continue
        assert not value.is_secret
        if isinstance(value.value, Mapping):
            inner = result[key].value
            assert isinstance(inner, Mapping)
            _hides(inner, value.value)
        else:
            assert not value.contains_secret()
