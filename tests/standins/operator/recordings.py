"""Where the recordings of the real operator are, and how two sets of objects are compared.

They are not part of this repository. A test finds them by an environment variable, or beside the clone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .documents import Document
from .quantities import canonical

RECORDING_VARIABLE = "PULUMI_MILVUS_OPERATOR_RECORDING"
TRANSITIONS_VARIABLE = "PULUMI_MILVUS_OPERATOR_TRANSITIONS"
CRD_VARIABLE = "PULUMI_MILVUS_OPERATOR_CRD"
_NAMES = {
    RECORDING_VARIABLE: "operator-recording.jsonl",
    TRANSITIONS_VARIABLE: "operator-transitions.jsonl",
    CRD_VARIABLE: "milvus-operator-crd.yaml",
}
_BESIDE_THE_CLONE = Path(__file__).resolve().parents[4] / "shared" / "data"
# What the API server fills in, so that it may be missing on either side.
_FILLED_IN: Mapping[str, Any] = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "restartPolicy": "Always",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
    "imagePullPolicy": "IfNotPresent",
    "protocol": "TCP",
    "scheme": "HTTP",
    "sessionAffinity": "None",
    "internalTrafficPolicy": "Cluster",
    "externalTrafficPolicy": "Cluster",
    "ipFamilyPolicy": "SingleStack",
    "ipFamilies": ["IPv4"],
    "successThreshold": 1,
    "allocateLoadBalancerNodePorts": True,
    "volumeMode": "Filesystem",
}
_BY_THE_SERVER = ("clusterIP", "clusterIPs", "nodePort", "serviceAccount", "volumeName")
_PROBE_DEFAULTS = (("timeoutSeconds", 1), ("periodSeconds", 10), ("failureThreshold", 3))
_KEEPS_ITS_ORDER = ("args", "command", "initContainers")


def recorded(variable: str) -> Path | None:
    """A recording's file, or None where it is not at hand.

    Raises:
        FileNotFoundError: the variable names a file that is not there.
    """
    if named := os.environ.get(variable):
        if not Path(named).is_file():
            raise FileNotFoundError(f"{variable}={named}: no such file")
        return Path(named)
    beside = _BESIDE_THE_CLONE / _NAMES[variable]
    return beside if beside.is_file() else None


def lines(path: Path) -> list[Document]:
    """The cases of a recording."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def plain(value: Any, key: str = "") -> Any:
    """Without what the API server fills in, what the recordings hide (`<hash>`), what is empty, and most orders."""
    if isinstance(value, Mapping):
        kept = {name: plain(inner, name) for name, inner in value.items() if _says_something(name, inner)}
        if key.endswith("Probe"):
            kept = {name: inner for name, inner in kept.items() if (name, inner) not in _PROBE_DEFAULTS}
        return {name: inner for name, inner in kept.items() if inner is not None and inner not in ({}, [], "")}
    if isinstance(value, list):
        items = [plain(inner) for inner in value]
        return items if key in _KEEPS_ITS_ORDER else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
        return None
    return canonical(value) if key in ("memory", "cpu", "storage", "sizeLimit") else value


def _says_something(name: str, value: Any) -> bool:
    return name not in _BY_THE_SERVER and not (name in _FILLED_IN and _FILLED_IN[name] == value)


def comparable(manifest: Mapping[str, Any]) -> tuple[str, Any]:
    """Kind and name, and what is compared of an object: of a Deployment what it wishes, of a ConfigMap its data."""
    name = manifest.get("name") or manifest["metadata"]["name"]
    body: Any = manifest.get("spec") or {}
    if manifest["kind"] == "Deployment":
        wished = (
            "replicas",
            "selector",
            "template",
            "strategy",
            "minReadySeconds",
            "progressDeadlineSeconds",
            "paused",
        )
        body = {key: body.get(key) for key in wished}
        body["paused"] = body["paused"] or None
    if manifest["kind"] == "ConfigMap":
        body = {"data": manifest.get("data")}
    labels = manifest["metadata"].get("labels")
    return f"{manifest['kind']}/{name}", plain({"labels": labels, **body})
