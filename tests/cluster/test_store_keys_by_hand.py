"""Keys of a MinIO in the cluster that a person wrote into the Secret are taken over, as docs/changes.md says."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from control_plane import ControlPlane
from environments_on_kubernetes import ARTICLES, values
from kubernetes_environment import Place, kubernetes_environment

TRIAL = values(
    ARTICLES | {"vectors": 100_000},
    {"operator": "existing", "object_store": {"kind": "in_cluster"}},
    topology="standalone",
    object_store="in_cluster",
)
NEW = {"accesskey": "WrittenByAPerson", "secretkey": "and-thirty-two-letters-or-more-of-it"}


def keys(place: Place, name: str) -> dict[str, str]:
    found = place.plane.api.get("Secret", name, place.namespace)
    assert found is not None
    return {key: base64.b64decode(value).decode() for key, value in found["data"].items()}


@pytest.mark.timeout(900)
def test_keys_written_by_hand_are_taken_over(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    with kubernetes_environment(control_plane, engine, tmp_path, TRIAL) as place:
        place.up()
        secrets = control_plane.api.list("Secret", place.namespace)
        name = next(one["metadata"]["name"] for one in secrets if "accesskey" in one["data"])
        data: dict[str, Any] = {key: base64.b64encode(value.encode()).decode() for key, value in NEW.items()}
        secret = control_plane.api.get("Secret", name, place.namespace)
        assert secret is not None
        assert keys(place, name) != NEW
        control_plane.api.apply(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": name, "namespace": place.namespace},
                "type": secret["type"],
                "data": data,
            }
        )
        urn = next(
            one["urn"] for one in place.pulumi.resources(place.stack) if one["type"] == "milvus:index:GeneratedKeys"
        )
        place.up("--replace", urn)
        assert keys(place, name) == NEW
        place.pulumi.run("refresh", "--yes", "--skip-preview", "-s", place.stack)
        place.up("--expect-no-changes")
        assert keys(place, name) == NEW
