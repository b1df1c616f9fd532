"""The policy pack judges collections by the shared rules, also those that another program or provider made."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import ResourceValidationArgs, ResourceValidationPolicy
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError, unknown_checking_proxy

sys.path.insert(0, str(Path(__file__).parents[2] / "policies"))

from milvus_collections import collection_policies

GOOD_INDEX = {"indexType": "HNSW", "metricType": "COSINE", "params": {"M": 16.0}}


def violations(props: Mapping[str, Any], kind: str = "milvus:index:Collection") -> dict[str, list[str]]:
    """Messages by policy for one resource, as the pack's process would report them."""
    found: dict[str, list[str]] = {}
    for policy in collection_policies():
        assert isinstance(policy, ResourceValidationPolicy)
        messages: list[str] = []
        args = ResourceValidationArgs(
            resource_type=kind,
            props=unknown_checking_proxy(dict(props)),
            urn="urn:pulumi:a::b::milvus:index:Collection::articles",
            name="articles",
            opts=None,  # type: ignore[arg-type]
            provider=None,
        )
        policy.validate(args, lambda message, _urn=None, found=messages: found.append(message))  # type: ignore[misc]
        found[policy.name] = messages
    return found


def collection(index: Mapping[str, Any], endpoint: str = "http://milvus:19530", **field: Any) -> dict[str, Any]:
    """A collection's inputs as the engine hands them to a pack: every number a float."""
    vector = {"name": "vector", "dataType": "FLOAT_VECTOR", "dimension": 768.0, "index": dict(index), **field}
    return {
        "collectionName": "articles",
        "endpoint": endpoint,
        "fields": [{"name": "id", "dataType": "INT64", "isPrimary": True}, vector],
    }


def test_a_right_collection_passes() -> None:
    assert violations(collection(GOOD_INDEX)) == {"index-pair": [], "lite-limits": []}


def test_a_wrong_pair_breaks_index_pair() -> None:
    found = violations(collection({"indexType": "IVF_FLAT"}, dataType="BINARY_VECTOR"))
    assert "BINARY_VECTOR" in found["index-pair"][0]


def test_what_lite_lacks_breaks_lite_limits_only_on_lite() -> None:
    diskann = {"indexType": "DISKANN"}
    assert "DISKANN" in violations(collection(diskann, ".data/milvus.db"))["lite-limits"][0]
    assert violations(collection(diskann))["lite-limits"] == []


def test_other_resources_are_none_of_its_business() -> None:
    assert violations({"bucket": "b"}, "aws:s3/bucket:Bucket") == {"index-pair": [], "lite-limits": []}


def test_an_unknown_value_is_neither_a_pass_nor_a_crash() -> None:
    with pytest.raises(UnknownValueError):
        violations(collection(GOOD_INDEX) | {"collectionName": UNKNOWN_STRING_VALUE})
