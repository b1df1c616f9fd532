"""A storage class that the settings declare: made before its volumes, used by them, never changed, there afterwards."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from control_plane import ControlPlane
from environments_on_kubernetes import ENVIRONMENTS
from kubernetes_environment import kubernetes_environment

CLASS: dict[str, Any] = {"name": "milvus-ssd", "provisioner": "ebs.csi.aws.com", "parameters": {"throughput": "250"}}


def values(**changes: Any) -> dict[str, Any]:
    found = copy.deepcopy(ENVIRONMENTS["standalone"])
    found["milvus:kubernetes"] |= {"storage_class": "milvus-ssd", "storage_classes": [CLASS | changes]}
    return found


@pytest.mark.timeout(900)
def test_a_declared_class_is_made_used_and_kept(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    api = control_plane.api
    with kubernetes_environment(control_plane, engine, tmp_path, values()) as place:
        place.up()
        made = api.get("StorageClass", "milvus-ssd")
        assert made is not None
        assert made["parameters"] == {"type": "gp3", "encrypted": "true", "throughput": "250"}
        assert (made["reclaimPolicy"], made["allowVolumeExpansion"]) == ("Retain", True)
        claims = api.list("PersistentVolumeClaim", place.namespace)
        assert [claim["spec"]["storageClassName"] for claim in claims] == ["milvus-ssd"]
        assert [claim["status"]["phase"] for claim in claims] == ["Bound"]
        volume = api.get("PersistentVolume", claims[0]["spec"]["volumeName"])
        assert volume is not None
        assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
        place.up("--expect-no-changes")

        place.write(values(parameters={"throughput": "500"}))
        said = place.up(check=False)
        assert said.returncode
        assert "a storage class cannot be changed once it is made" in said.stdout + said.stderr
        assert api.get("StorageClass", "milvus-ssd") == made, "nothing was done"

        place.write(values())
        place.destroy()
        kept = api.get("StorageClass", "milvus-ssd")
        assert kept is not None, "its volumes stay, and need it to grow"
        assert kept["metadata"]["uid"] == made["metadata"]["uid"]
        place.up()
        again = api.get("StorageClass", "milvus-ssd")
        assert again is not None
        assert again["metadata"]["uid"] == made["metadata"]["uid"], "taken as it is"
