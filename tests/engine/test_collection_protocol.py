"""The provider as a process, over the protocol that the engine speaks, against a real Milvus Lite."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from collection_specs import articles, dense, hybrid, index, key
from lite_lock import is_held
from provider_process import provider_process
from resource_driver import Place

URN = "urn:pulumi:dev::test::milvus:index:Collection::"
ALIAS = "urn:pulumi:dev::test::milvus:index:Lite$milvus:index:Alias::live"


def words(failed: pytest.ExceptionInfo[grpc.RpcError]) -> str:
    """What the user would read, which is never a traceback."""
    details = str(failed.value.details())
    assert "Traceback" not in details
    assert "Unexpected" not in details
    return details


def test_a_whole_life(place: Place, tmp_path: Path) -> None:
    with provider_process({"uri": place.uri, "waitSeconds": 10}, tmp_path) as provider:
        urn = URN + "articles"
        checked, failures = provider.check(urn, articles())
        assert failures == []
        assert provider.create(urn, checked, preview=True)[1]["loaded"] is True
        identifier, state = provider.create(urn, checked)
        assert identifier == "articles"
        alias, alias_failures = provider.check(ALIAS, {"collection": "articles"})
        assert alias_failures == []
        _, alias_state = provider.create(ALIAS, alias)

        changed, failures = provider.check(urn, articles(key(), dense(**index("FLAT", "L2"))), checked)
        assert failures == []
        difference = provider.diff(urn, state, changed)
        assert difference.changes == provider_pb2.DiffResponse.DIFF_SOME
        assert sorted(difference.detailedDiff) == [
            "fields[1].index.indexType",
            "fields[1].index.metricType",
            "fields[1].index.params.M",
            "fields[1].index.params.efConstruction",
        ]
        provider.update(urn, state, changed, preview=True)
        state = provider.update(urn, state, changed)
        assert provider.diff(urn, state, changed).changes == provider_pb2.DiffResponse.DIFF_NONE

        found, live, inputs = provider.read(urn, identifier, state, changed)
        assert (found, live, inputs) == (identifier, state, changed)
        imported = provider.read(urn, identifier)
        assert imported[0] == identifier
        assert provider.check(urn, imported[2], imported[2]) == (imported[2], [])

    # A later `pulumi up` has a provider of its own; within one, a delete after a create is that of a replaced one.
    with provider_process({"uri": place.uri, "waitSeconds": 10}, tmp_path) as provider:
        provider.delete(ALIAS, "live", alias_state)
        provider.delete(urn, identifier, state)
        assert provider.read(urn, identifier, state, changed)[0] == ""
        with pytest.raises(grpc.RpcError) as failed:
            provider.read(urn, identifier)
        assert words(failed) == f"resource 'articles' does not exist at {place.uri}"


def test_many_at_once(place: Place, tmp_path: Path) -> None:
    with provider_process({"uri": place.uri}, tmp_path) as provider, ThreadPoolExecutor(16) as pool:

        def live(at: int) -> str:
            urn = f"{URN}c{at}"
            checked, failures = provider.check(urn, hybrid(collectionName=f"c{at}"))
            assert failures == []
            identifier, state = provider.create(urn, checked)
            assert provider.read(urn, identifier, state, checked)[1:] == (state, checked)
            provider.delete(urn, identifier, state)
            return identifier

        assert sorted(pool.map(live, range(16))) == sorted(f"c{at}" for at in range(16))


def test_refusals_are_sentences(place: Place, tmp_path: Path) -> None:
    with provider_process({"uri": place.uri}, tmp_path) as provider:
        _, failures = provider.check(URN + "articles", articles(key(), dense(dimension=1), shards=99))
        assert [failure.partition(": ")[0] for failure in failures] == ["shards"]
        with place.client() as client:
            client.create_collection("articles", dimension=4)
        place.lite_files.close_all()
        with pytest.raises(grpc.RpcError) as failed:
            provider.create(URN + "articles", articles())
        assert words(failed).startswith(f"a collection articles exists at {place.uri} already")


def test_an_error_of_ours_is_one_line(tmp_path: Path) -> None:
    with provider_process({"uri": "http://127.0.0.1:1"}, tmp_path) as provider:
        with pytest.raises(grpc.RpcError) as failed:
            provider.create(URN + "articles", {"collectionName": "articles"})  # never checked
        assert "fields" in words(failed)
        with pytest.raises(grpc.RpcError) as failed:
            provider.check("urn:pulumi:dev::test::milvus:index:Nope::x", {})
        assert words(failed).startswith("the package milvus has no resource milvus:index:Nope")


def test_the_schema_has_the_resources_and_keeps_the_endpoint_out_of_inputs(tmp_path: Path) -> None:
    with provider_process({"uri": "a.db"}, tmp_path) as provider:
        schema = json.loads(provider.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)
    collection = schema["resources"]["milvus:index:Collection"]
    assert "endpoint" in collection["properties"]
    assert "endpoint" not in collection["inputProperties"]
    assert collection["requiredInputs"] == ["fields"]
    assert set(schema["resources"]) >= {"milvus:index:Alias", "milvus:index:Collection", "milvus:index:Lite"}
    assert schema["config"]["variables"]["token"]["secret"] is True


def test_an_orphan_ends_and_lets_go_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "milvus.db"
    with socket.create_server(("127.0.0.1", 0)) as engine:
        address = f"127.0.0.1:{engine.getsockname()[1]}"
        with provider_process({"uri": str(path)}, tmp_path, address) as provider:
            checked, _ = provider.check(URN + "articles", articles())
            provider.create(URN + "articles", checked)
            engine.close()
            provider.process.wait(10)
            assert not is_held(path)


def test_ended_politely_it_lets_go_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "milvus.db"
    with provider_process({"uri": str(path)}, tmp_path) as provider:
        checked, _ = provider.check(URN + "articles", articles())
        provider.create(URN + "articles", checked)
        provider.stub.Cancel(empty_pb2.Empty())
        assert not is_held(path)


def test_it_starts_fast(tmp_path: Path) -> None:
    began = time.monotonic()
    with provider_process({"uri": "a.db"}, tmp_path) as provider:
        provider.check(URN + "articles", articles())
        loaded = subprocess.run(
            [sys.executable, "-c", "import sys, pulumi_milvus.provider.serve; print('pymilvus' in sys.modules)"],
            capture_output=True,
            text=True,
            check=True,
        )
    assert loaded.stdout == "False\n", "a preview pays for pymilvus"
    assert time.monotonic() - began < 20
