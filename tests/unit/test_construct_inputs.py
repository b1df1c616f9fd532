"""Inputs of a component from other languages: each value stays where it stands, with its secrecy and its resources."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from pulumi_milvus.provider.component_host import component_provider
from pulumi_milvus.provider.construct_inputs import ConstructInputs

CLUSTER = "urn:pulumi:dev::test::milvus:index:EksCluster::cluster"


def secret(value: Any) -> dict[str, Any]:
    return {rpc._special_sig_key: rpc._special_secret_sig, "value": value}


def output(**parts: Any) -> dict[str, Any]:
    return {rpc._special_sig_key: rpc._special_output_value_sig, **parts}


async def read(component: str, inputs: dict[str, Any], urns: dict[str, set[str]]) -> dict[str, Any]:
    host: Any = component_provider()
    wire = struct_pb2.Struct()
    wire.update(inputs)
    definition = host._component_defs[component]
    found = await ConstructInputs(host._type_defs).read(wire, definition.inputs, urns)
    mapped: dict[str, Any] = host.map_inputs(found, definition)
    return mapped


async def told(value: Any) -> tuple[Any, bool, bool, set[str]]:
    """Value, whether it is known, whether it is secret, and the resources that it comes of."""
    assert isinstance(value, pulumi.Output)
    resources = {await resource.urn.future() or "" for resource in await value.resources()}
    return await value.future(), await value.is_known(), await value.is_secret(), resources


@pytest.mark.parametrize("urns", [set(), {CLUSTER}], ids=["alone", "of a resource"])
@pytest.mark.parametrize(
    ("wire", "value", "known", "is_secret"),
    [
        (secret("text"), "text", True, True),
        (rpc.UNKNOWN, None, False, False),
        (output(), None, False, False),
        (output(value="text", secret=True), "text", True, True),
        (output(secret=True), None, False, True),
    ],
    ids=["secret", "unknown", "unknown output", "secret output", "unknown secret"],
)
def test_a_kubeconfig_is_kept_whatever_it_comes_of(
    wire: Any, value: str | None, known: bool, is_secret: bool, urns: set[str]
) -> None:
    async def run() -> None:
        cluster = {"kubeconfig": wire, "context": "blue"}
        for component in ("MilvusOperator", "Milvus"):
            found = (await read(component, {"cluster": cluster, "workload": {"collections": []}}, {"cluster": urns}))[
                "cluster"
            ]
            shown, was_known, was_secret, resources = await told(found["kubeconfig"])
            assert (was_known, was_secret) == (known, is_secret)
            assert shown == value
            assert resources <= urns
            assert set(found) == {"kubeconfig", "context"}

    asyncio.run(run())


def test_a_value_that_is_known_stays_itself_though_it_comes_of_a_resource() -> None:
    async def run() -> None:
        kubernetes = {"namespace": "search", "objectStore": {"kind": "s3", "bucket": output(value="vectors")}}
        workload = {"collections": [{"name": "a", "vectors": 5, "dimension": 8, "indexParams": {"M": 16}}]}
        found = await read("Milvus", {"kubernetes": kubernetes, "workload": workload}, {"kubernetes": {CLUSTER}})
        assert found["kubernetes"] == {"namespace": "search", "object_store": {"kind": "s3", "bucket": "vectors"}}
        collection = {"name": "a", "vectors": 5, "dimension": 8, "index_params": {"M": 16}}
        assert found["workload"] == {"collections": [collection]}

    asyncio.run(run())


def test_a_list_of_what_resources_give_is_an_output_of_them() -> None:
    async def run() -> None:
        inputs = {"clusterName": "c", "kubernetesVersion": "1.33", "subnetIds": ["a", "b"], "tags": {"team": "x"}}
        found = await read("EksCluster", inputs, {"subnetIds": {CLUSTER}})
        assert await told(found["subnet_ids"]) == (["a", "b"], True, False, {CLUSTER})
        assert found["tags"] == {"team": "x"}

    asyncio.run(run())


def test_what_must_be_known_is_refused_all_at_once_each_with_its_path() -> None:
    inputs = {
        "workload": {"collections": [{"name": "a", "vectors": rpc.UNKNOWN, "indexParams": {"M": output()}}]},
        "kubernetes": {
            "objectStore": {"bucket": output()},
            "registry": secret("mirror"),
            "name": output(value="mirror", secret=True),
            "pullSecrets": [output()],
        },
        "aliases": output(),
        "cluster": output(),
    }
    with pytest.raises(pulumi.InputPropertiesError) as caught:
        asyncio.run(read("Milvus", inputs, {}))
    errors = {item["property_path"]: item["reason"] for item in caught.value.errors or ()}
    assert set(errors) == {
        "workload.collections[0].vectors",
        "workload.collections[0].indexParams.M",
        "kubernetes.objectStore.bucket",
        "kubernetes.registry",
        "kubernetes.name",
        "kubernetes.pullSecrets[0]",
        "aliases",
        "cluster",
    }
    for secret_one in ("kubernetes.registry", "kubernetes.name"):
        assert "kept in clear" in errors.pop(secret_one)
    assert all("known during `up` only" in reason for reason in errors.values())
    assert "mirror" not in str(caught.value)
