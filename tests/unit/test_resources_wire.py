"""Plain values survive the way to Pulumi's property values and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.provider.experimental.property_value import Computed, PropertyValue

from pulumi_milvus.collection_schema.values import parameter_value, same_stored, single_precision
from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.names import wire_properties
from pulumi_milvus.resources.wire import UNKNOWN, has_unknown, plain_map, property_map, to_plain, to_property

SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.just(UNKNOWN),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(VALUES)
def test_there_and_back(value: Any) -> None:
    back = to_plain(to_property(value))
    assert back == value
    assert has_unknown(back) == has_unknown(value)


@given(st.dictionaries(st.text(min_size=1).filter(lambda key: not key.startswith("__")), VALUES, max_size=5))
def test_over_the_protocol_and_back(values: dict[str, Any]) -> None:
    marshalled = PropertyValue.marshal_map(property_map(values))
    assert plain_map(PropertyValue.unmarshal_map(marshalled)) == values


@given(VALUES, VALUES)
def test_differences_say_exactly_whether_values_differ(one: Any, other: Any) -> None:
    found = differences({"a": one}, {"a": other})
    if not has_unknown(other):
        assert bool(found) == (not _alike(one, other))
    assert differences({"a": other}, {"a": other}) == [] or has_unknown(other)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    return bool(one == other)


def test_whole_numbers_are_ints_and_bools_stay() -> None:
    back = plain_map({"n": PropertyValue(3.0), "half": PropertyValue(0.5), "yes": PropertyValue(True)})
    assert back == {"n": 3, "half": 0.5, "yes": True}
    assert type(back["n"]) is int
    assert type(back["yes"]) is bool


def test_unknown_in_both_shapes_of_the_sdk() -> None:
    sentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert to_plain(PropertyValue(sentinel)) is UNKNOWN
    assert to_plain(PropertyValue(Computed())) is UNKNOWN
    assert to_property(UNKNOWN).value == sentinel


def test_nulls_and_the_engines_own_keys_are_left_out() -> None:
    given_ = {"a": PropertyValue(None), "__defaults": PropertyValue([]), "b": PropertyValue("x")}
    assert plain_map(given_) == {"b": "x"}
    assert property_map({"a": None, "b": {"c": None}})["b"].value == {}


def test_what_cannot_travel_is_said() -> None:
    with pytest.raises(TypeError, match="set cannot travel"):
        to_property({1})


@pytest.mark.parametrize(
    ("written", "meant"),
    [("16", 16), (" 16 ", 16), ("0.2", 0.2), ("1e-3", 1e-3), ("true", True), ("False", False), ("-1", -1)],
)
def test_parameters_as_text(written: str, meant: object) -> None:
    assert parameter_value(written) == meant
    assert type(parameter_value(written)) is type(meant)


@pytest.mark.parametrize("text", ["SQ8", "nan", "inf", "", "1_000", "0x10", "IVF1024,Flat"])
def test_what_is_no_number_stays_text(text: str) -> None:
    assert parameter_value(text) == text


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_stored_float_keeps_its_value(value: float) -> None:
    assert same_stored(single_precision(value), value)


def test_a_stored_float_reads_as_it_was_written() -> None:
    assert single_precision(0.10000000149011612) == 0.1
    assert same_stored(1 / 3, 0.3333333432674408)
    assert not same_stored(0.1, 0.1001)
    assert not same_stored("x", 1.0)


def test_names_on_the_wire() -> None:
    sent = wire_properties(
        {
            "collection_name": "a",
            "fields": [{"data_type": "X", "index": {"index_type": "HNSW", "params": {"ef_construction": 1}}}],
            "properties": {"some_key": "kept"},
            "shards": None,
        }
    )
    assert sent == {
        "collectionName": "a",
        "fields": [{"dataType": "X", "index": {"indexType": "HNSW", "params": {"ef_construction": 1}}}],
        "properties": {"some_key": "kept"},
    }


def test_paths_quote_keys_with_dots() -> None:
    found = differences({"properties": {"a.b": 1, 'x"y': 1}}, {"properties": {"plain": 1}})
    assert [item.path for item in found] == ['properties["a.b"]', "properties.plain", 'properties["x\\"y"]']
