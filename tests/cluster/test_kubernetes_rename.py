"""What Pulumi calls a component changes in the program: with its alias nothing changes in the cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from changed_environment import as_it_stands, holds, refused, words
from control_plane import ControlPlane
from kubernetes_environment import Place, kubernetes_environment

S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
VALUES: dict[str, Any] = {
    "milvus:workload": {
        "collections": [{"name": "articles", "vectors": 100_000, "dimension": 8}],
        "topology": "standalone",
    },
    "milvus:kubernetes": {"operator": "existing", "object_store": S3},
}
PROGRAM = """
import json
from pathlib import Path

import pulumi

from pulumi_milvus import Milvus

config = pulumi.Config("milvus")
called = json.loads(Path(__file__).with_name("called.json").read_text())
Milvus(
    called["name"],
    {
        "workload": config.require_object("workload"),
        "kubernetes": config.require_object("kubernetes"),
        "aliases": {"live": "articles"},
    },
    pulumi.ResourceOptions(aliases=[pulumi.Alias(name=name) for name in called["former"]]),
)
"""


@pytest.mark.timeout(600)
def test_a_component_is_renamed(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    with kubernetes_environment(control_plane, engine, tmp_path, VALUES) as place:
        (place.pulumi.directory / "stacks" / "__main__.py").write_text(PROGRAM)
        call(place, "milvus")
        place.up()
        before, ids = as_it_stands(place), identities(place)

        call(place, "search")
        for command in ("preview", "up"):
            said = refused(place, command=command)
            holds(said, "made by this stack as the component milvus, which the program calls search now")
            holds(said, "aliases=[pulumi.Alias(name='milvus')]")
            assert as_it_stands(place) == before

        # The refused `up` has left a component and its providers in the state, which the alias cannot have as well.
        call(place, "milvus")
        place.up()
        assert (as_it_stands(place), identities(place)) == (before, ids)

        call(place, "search", "milvus")
        said = words(place.preview())
        holds(said, "22 unchanged")
        for word in ("replace", "delete", "create", "update"):
            assert f"to {word}" not in said
        place.up()
        assert as_it_stands(place) == before
        assert identities(place) == ids
        names = {one["urn"].rpartition("::")[2] for one in place.pulumi.resources(place.stack)}
        assert {"search", "search-milvus", "search-articles", "search-live"} <= names
        assert not [name for name in names if name.startswith("milvus-") and name != "milvus-test"], names


def call(place: Place, name: str, *former: str) -> None:
    """The component's name in the program from now on, and those it had."""
    (place.pulumi.directory / "stacks" / "called.json").write_text(json.dumps({"name": name, "former": former}))


def identities(place: Place) -> list[tuple[str, str]]:
    """Kinds and ids in the state of the stack, whatever they are called there."""
    return sorted((one["type"], one["id"]) for one in place.pulumi.resources(place.stack) if "id" in one)
