"""From standalone to distributed as docs/changes.md says: a second stack beside, rows copied, the first given up.

A Milvus Lite answers for each of the two, so that rows really move, through the cluster.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymilvus import MilvusClient

from changed_environment import accept_the_plan, as_it_stands, holds, refused, words
from cluster_access_rig import lite_server
from control_plane import ControlPlane
from copy_collections import rows_in
from kubernetes_environment import Place, forwarding, kubernetes_environment
from planned_nodes import planned_nodes

S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
ROWS, DIMENSION = 300, 8
FORMER, LATTER = "milvus", "search"


def values(topology: str, name: str) -> dict[str, Any]:
    """The same for both but for topology and name; what follows is the smallest that is planned."""
    return {
        "milvus:workload": {
            "collections": [{"name": "articles", "vectors": 100_000, "dimension": DIMENSION}],
            "topology": topology,
            "availability": "none",
        },
        "milvus:kubernetes": {"operator": "existing", "object_store": S3, "name": name},
        "milvus:aliases": {"live": "articles"},
    }


@pytest.mark.timeout(900)
def test_a_distributed_takes_the_place_of_a_standalone(
    control_plane: ControlPlane, engine: Path, tmp_path: Path
) -> None:
    ports: list[int] = []

    @contextmanager
    def server(folder: Path) -> Iterator[int]:
        with lite_server(folder) as port:
            ports.append(port)
            yield port

    alone = values("standalone", FORMER)
    with kubernetes_environment(control_plane, engine, tmp_path, alone, server=server) as place:
        place.up()
        with clients(ports) as (former,):
            former.insert("articles", [row(number) for number in range(ROWS)])
        topology_is_not_edited(place)

        (tmp_path / LATTER).mkdir()
        with server(tmp_path / LATTER) as port, forwarding(control_plane, place.namespace, LATTER, port):
            other = second_stack(place)
            with clients(ports) as (former, latter):
                done = copied(place, other)
                assert done["complete"]
                assert done["aliases"] == {"live": "articles"}
                assert len(rows_in(latter, "articles")) == ROWS
                assert rows_in(latter, "articles") == rows_in(former, "articles")
                assert latter.describe_collection("live")["collection_name"] == "articles"
            other.up("--expect-no-changes")
            connect = place.pulumi.outputs(other.stack)["connect"]
            assert f"{LATTER}-milvus.{place.namespace}" in connect
            assert connect != place.pulumi.outputs(place.stack)["connect"]
            former_goes(place, other)


def topology_is_not_edited(place: Place) -> None:
    """The same edit in place: refused in preview and by `up`, and nothing is touched."""
    before = as_it_stands(place)
    for command in ("preview", "up"):
        place.write(values("distributed", FORMER))
        holds(
            refused(place, command=command),
            "standalone would become distributed, and Milvus converts neither into the other",
            "keep topology: standalone here, and make a second environment beside this one (another stack, another "
            "name), restore a backup into it or copy the rows, switch the clients, and destroy this one last",
        )
    assert as_it_stands(place) == before
    place.write(values("standalone", FORMER))


def second_stack(place: Place) -> Place:
    """Another stack beside it, with its own values file, nodes and plan: up and healthy, the first as before."""
    other = replace(place, stack="distributed")
    other.write(values("distributed", LATTER))
    accept_the_plan(other)
    place.plane.nodes(replace(shape, name=f"beside-{shape.name}") for shape in planned_nodes(other.plan))
    place.pulumi.run("stack", "init", other.stack)
    before = as_it_stands(place)
    other.up()
    after = as_it_stands(place)
    assert {key: after[key] for key in before} == before
    assert status_of(place, LATTER) == status_of(place, FORMER) == "Healthy"
    assert place.pending() == []
    assert bucket_path(place, LATTER) != bucket_path(place, FORMER)
    return other


def copied(place: Place, other: Place) -> dict[str, Any]:
    """`pulumi-milvus copy` from Service to Service, each with the password that its Secret holds."""
    ends = []
    for side, one, name in (("from", place, FORMER), ("to", other, LATTER)):
        secret = place.pulumi.outputs(one.stack)["password_secret"].partition("/")[2]
        found = place.plane.api.get("Secret", secret, place.namespace)
        assert found is not None
        file = place.pulumi.directory / side
        file.write_text(f"root:{base64.b64decode(found['data']['password']).decode()}")
        ends += [f"kubernetes://{place.namespace}/{name}-milvus", f"--{side}-token-file", str(file)]
    done = subprocess.run(
        ["pulumi-milvus", "copy", *ends, "--switch-alias", "live", "--json"],
        cwd=place.pulumi.directory,
        env=place.pulumi.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found_there: dict[str, Any] = json.loads(done.stdout)
    return found_there


def former_goes(place: Place, other: Place) -> None:
    """The first is destroyed: told what is kept, its volumes stay, and the second one is as before."""
    held = {name for (kind, name) in as_it_stands(place) if kind == "PersistentVolumeClaim"}
    second = of_the_second(place)
    assert second
    place.write(values("standalone", FORMER) | {"milvus:disposableData": True})
    place.up()
    said = words(place.destroy())
    holds(said, "persistentvolumeclaim")
    assert place.plane.api.get("Milvus", FORMER, place.namespace) is None
    assert {name for (kind, name) in as_it_stands(place) if kind == "PersistentVolumeClaim"} == held
    assert of_the_second(place) == second
    assert status_of(place, LATTER) == "Healthy"
    other.up("--expect-no-changes")


def of_the_second(place: Place) -> dict[Any, Any]:
    return {key: version for key, version in as_it_stands(place).items() if key[1].startswith(LATTER)}


def status_of(place: Place, name: str) -> str:
    found = place.plane.api.get("Milvus", name, place.namespace)
    return str((found or {}).get("status", {}).get("status"))


def bucket_path(place: Place, name: str) -> str:
    """Bucket and folder of a Milvus."""
    found = place.plane.api.get("Milvus", name, place.namespace)
    assert found is not None
    store = found["spec"]["config"]["minio"]
    return f"{store['bucketName']}/{store['rootPath']}"


@contextmanager
def clients(ports: list[int]) -> Iterator[list[MilvusClient]]:
    """A client of each Lite, past the cluster."""
    found = [MilvusClient(f"http://127.0.0.1:{port}") for port in ports]
    try:
        yield found
    finally:
        for client in found:
            client.close()


def row(number: int) -> dict[str, Any]:
    return {"id": number, "vector": [float((number * (place + 3)) % 101) for place in range(DIMENSION)], "n": number}
