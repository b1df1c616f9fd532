"""The example lite-to-standalone: the same values on Lite and, with a served Lite in its place, on a server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from milvus_lite.adapter.grpc.server import start_server_in_thread
from pymilvus import MilvusClient

from copy_collections import lite, rows_in
from pulumi_cli import CLONE, Pulumi

EXAMPLE = CLONE / "examples" / "lite-to-standalone"
ROWS = 400


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a Milvus Lite behind its own gRPC server."""
    served, database, port = start_server_in_thread(str(tmp_path / "served.db"), host="127.0.0.1", port=0)
    yield f"http://127.0.0.1:{port}"
    served.stop(grace=1).wait(2)
    database.close()


def _values(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((EXAMPLE / name).read_text())["config"]
    return found


def _row(fields: list[dict[str, Any]], number: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in fields:
        kind = field["type"].name
        if kind == "FLOAT_VECTOR":
            row[field["name"]] = [float((number * (place + 7)) % 89 - 44) for place in range(field["params"]["dim"])]
        else:
            row[field["name"]] = number if kind == "INT64" else f"{field['name']} {number}"
    return row


def test_only_where_it_runs_differs() -> None:
    before, after = _values("Pulumi.small.yaml")["milvus:workload"], _values("Pulumi.server.yaml")["milvus:workload"]
    assert before["collections"] == after["collections"]
    assert (before["topology"], after["topology"]) == ("lite", "standalone")


@pytest.mark.timeout(300)
def test_from_a_file_to_a_server(project: Pulumi, server: str) -> None:
    small, served = _values("Pulumi.small.yaml"), _values("Pulumi.server.yaml")
    served["milvus:workload"] = {"collections": served["milvus:workload"]["collections"], "topology": "lite"}
    served["milvus:uri"] = server
    del served["milvus:kubernetes"]
    for name, values in (("small", small), ("server", served)):
        (project.directory / "stacks" / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({"config": values}))
        project.run("stack", "init", name)
        project.run("up", "--yes", "-s", name)
    file = project.directory / small["milvus:uri"]
    with lite(file) as client:
        fields = client.describe_collection("articles")["fields"]
        client.insert("articles", [_row(fields, number) for number in range(ROWS)])
    done = _copy(project, small["milvus:uri"], server, "--collection", "articles", "--switch-alias", "live")
    assert done["complete"]
    assert done["aliases"] == {"live": "articles"}
    with lite(file) as before:
        client = MilvusClient(server)
        assert client.describe_collection("live")["collection_name"] == "articles"
        assert rows_in(client, "articles") == rows_in(before, "articles")
        assert before.describe_collection("live")["collection_name"] == "articles"
        client.close()
    # The alias is taken over as it is, and nothing else is to be done on either side.
    served["milvus:aliases"] = {"live": "articles"}
    (project.directory / "stacks" / "Pulumi.server.yaml").write_text(yaml.safe_dump({"config": served}))
    project.run("up", "--yes", "-s", "server")
    for name in ("small", "server"):
        project.run("up", "--yes", "--refresh", "-s", name, "--expect-no-changes")


def _copy(project: Pulumi, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_milvus.cli", "copy", *arguments, "--json"],
        cwd=project.directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
