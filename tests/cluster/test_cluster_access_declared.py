"""What our own manifests declare is found again in what a real API server stores: no gap that would be waited for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from tests.standins.operator.crd import milvus_crd

from control_plane import ControlPlane
from pulumi_milvus.resources.readiness.in_force import declared_gaps

GOLDEN = Path(__file__).parents[1] / "unit" / "golden" / "manifests"
WAITED_FOR = ("Milvus", "StatefulSet")


def declared() -> list[tuple[str, dict[str, Any]]]:
    """Every object of the golden manifests that a Readiness may wait for, with its file."""
    found = []
    for path in sorted(GOLDEN.glob("*.yaml")):
        documents = [one for one in yaml.safe_load_all(path.read_text()) if one]
        found += [(path.stem, one) for one in documents if one["kind"] in WAITED_FOR]
    return found


def test_stored_as_declared(control_plane: ControlPlane) -> None:
    plane = control_plane
    plane.api.apply(milvus_crd())
    plane.api.wait_until("Milvus is served", lambda: plane.api.list("Milvus") == [])
    plane.namespace("search")
    gaps = {}
    kinds = set()
    for number, (file, wanted) in enumerate(declared()):
        name = f"m{number}"
        thing = {**wanted, "metadata": {"name": name, "namespace": "search"}}
        stored = plane.api.create(thing)
        gaps[f"{file}: {wanted['kind']} {wanted['metadata']['name']}"] = declared_gaps(wanted["spec"], stored["spec"])
        kinds.add(wanted["kind"])
        plane.api.delete(wanted["kind"], name, "search")
    assert kinds == set(WAITED_FOR)
    assert {name: found for name, found in gaps.items() if found} == {}
