"""Volumes for claims: a stand-in for the external provisioner of a CSI driver, in a thread.

What it imitates (kubernetes-csi/external-provisioner and external-resizer, as a cluster with the EBS driver runs them):
- it acts on a claim once the controller manager has named its class's provisioner on it, and with
  ``WaitForFirstConsumer`` once the scheduler has chosen a node;
- the volume takes the claim's size, modes and the class's reclaim policy, is called ``pvc-<uid>``, and can only be used
  in one zone: the chosen node's, or for ``Immediate`` the first zone of the class's allowed topologies or of the nodes;
- a released volume with ``Delete`` goes, one with ``Retain`` stays;
- where the class allows it, a volume grows with its claim; it never shrinks, which the API server refuses.
It serves every provisioner but ``kubernetes.io/no-provisioner``. Nothing is stored anywhere, nothing is attached.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import urllib3

from control_plane.api import Api, ApiError, Object
from control_plane.quantities import quantity

ZONE = "topology.kubernetes.io/zone"
_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
_NODE = "volume.kubernetes.io/selected-node"
_PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
_PAUSE_SECONDS = 0.2


class Provisioner:
    """The thread; problems with one claim are kept in ``problems`` and tried again."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.problems: dict[str, str] = {}

    def start(self) -> None:
        """Begin to look after claims and volumes."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="provisioner", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE_SECONDS):
            # The API server may be down for a test; what is not done now is done the next time.
            with contextlib.suppress(ApiError, LookupError, urllib3.exceptions.HTTPError):
                self._look()

    def _look(self) -> None:
        claims = self._api.list("PersistentVolumeClaim")
        volumes = {one["metadata"]["name"]: one for one in self._api.list("PersistentVolume")}
        if not claims and not volumes:
            return
        classes = {one["metadata"]["name"]: one for one in self._api.list("storage.k8s.io/StorageClass")}
        for claim in claims:
            uid = claim["metadata"]["uid"]
            try:
                self._serve(claim, classes.get(claim["spec"].get("storageClassName", "")), volumes)
                self.problems.pop(uid, None)
            except (ApiError, LookupError, ValueError) as error:
                self.problems[uid] = f"{claim['metadata']['namespace']}/{claim['metadata']['name']}: {error}"
        for volume in volumes.values():
            ours = _PROVISIONED_BY in volume["metadata"].get("annotations", {})
            released = volume.get("status", {}).get("phase") == "Released"
            if ours and released and volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete":
                self._api.delete("PersistentVolume", volume["metadata"]["name"])

    def _serve(self, claim: Object, storage_class: Object | None, volumes: dict[str, Object]) -> None:
        if storage_class is None or claim["metadata"].get("deletionTimestamp"):
            return
        name = claim["spec"].get("volumeName")
        if name:
            if storage_class.get("allowVolumeExpansion") and name in volumes:
                self._grow(claim, volumes[name])
            return
        annotations = claim["metadata"].get("annotations", {})
        asked = annotations.get(_PROVISIONER) == storage_class["provisioner"] != "kubernetes.io/no-provisioner"
        chosen = annotations.get(_NODE)
        if not asked or (_waits(storage_class) and chosen is None):
            return
        made = volume_for(claim, storage_class, self._zone(storage_class, chosen))
        if made["metadata"]["name"] not in volumes:
            self._api.create(made)

    def _zone(self, storage_class: Object, chosen: str | None) -> str | None:
        if chosen is not None:
            node = self._api.get("Node", chosen)
            return None if node is None else node["metadata"].get("labels", {}).get(ZONE)
        for term in storage_class.get("allowedTopologies") or ():
            for expression in term.get("matchLabelExpressions") or ():
                if expression["key"] == ZONE:
                    return str(expression["values"][0])
        zones = {node["metadata"].get("labels", {}).get(ZONE) for node in self._api.list("Node")} - {None}
        return min(zones, default=None)

    def _grow(self, claim: Object, volume: Object) -> None:
        wanted = claim["spec"]["resources"]["requests"]["storage"]
        if quantity(wanted) > quantity(volume["spec"]["capacity"]["storage"]):
            grown: Object = {"spec": {"capacity": {"storage": wanted}}}
            self._api.patch("PersistentVolume", volume["metadata"]["name"], None, grown)
        held = claim.get("status", {}).get("capacity", {}).get("storage")
        if held is not None and quantity(wanted) > quantity(held):
            # In a cluster the kubelet grows the file system and says so.
            metadata = claim["metadata"]
            status: Object = {"status": {"capacity": {"storage": wanted}}}
            self._api.patch("PersistentVolumeClaim", metadata["name"], metadata["namespace"], status, "status")


def volume_for(claim: Object, storage_class: Object, zone: str | None) -> Object:
    """The volume that a driver would make for a claim, already bound to it."""
    metadata = claim["metadata"]
    name = f"pvc-{metadata['uid']}"
    spec: dict[str, Any] = {
        "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
        "accessModes": claim["spec"]["accessModes"],
        "volumeMode": claim["spec"].get("volumeMode", "Filesystem"),
        "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
        "storageClassName": storage_class["metadata"]["name"],
        "mountOptions": storage_class.get("mountOptions") or [],
        "csi": {"driver": storage_class["provisioner"], "volumeHandle": name},
        "claimRef": {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "namespace": metadata["namespace"],
            "name": metadata["name"],
            "uid": metadata["uid"],
        },
    }
    if zone is not None:
        zones = [{"key": ZONE, "operator": "In", "values": [zone]}]
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": zones}]}}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {_PROVISIONED_BY: storage_class["provisioner"]}},
        "spec": spec,
    }


def _waits(storage_class: Object) -> bool:
    return bool(storage_class.get("volumeBindingMode") == "WaitForFirstConsumer")
