"""Volumes and mounts of a pod: the declared ones, the data volume, and the operator's own."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .documents import Document, put_by, section, value_at
from .quantities import canonical, canonical_resources

DATA_PATH = "/var/lib/milvus"
DATA_VOLUME = "milvus-data"
REMOVAL_MARK = "_remove"
CONFIG_MOUNT: Mapping[str, Any] = {"name": "milvus-config", "readOnly": True, "mountPath": "/milvus/configs/operator"}
TOOLS_MOUNT: Mapping[str, Any] = {"name": "tools", "mountPath": "/milvus/tools"}
KAFKA_CA_PATH = "/milvus/configs/kafka-ca"
_CONFIG_MODE = 0o777  # recorded: so that a container without root can write
_SECRET_MODE = 0o444  # recorded: cluster-25-kafka
_DEFAULT_MODE = 0o644  # Kubernetes' own default, which the operator writes out for ConfigMaps and Secrets


class BadVolumeError(ValueError):
    """A declared volume that is not of the shape of a Kubernetes volume."""


def declared_volume(declared: Mapping[str, Any]) -> Document:
    """A declared volume as the operator passes it on. Volumes are untyped in the resource, so it is the first to look.

    Raises:
        BadVolumeError: the source is no object. Recorded: wrong-global-volume.
    """
    volume = copy.deepcopy(dict(declared))
    for source, value in volume.items():
        if source == "name":
            continue
        if value is not None and not isinstance(value, Mapping):
            raise BadVolumeError(
                f"json: cannot unmarshal {_json_type(value)} into Go struct field Volume.VolumeSource.{source}"
            )
    for source in ("configMap", "secret"):
        if volume.get(source) is not None:
            volume[source].setdefault("defaultMode", _DEFAULT_MODE)
    if value_at(volume, "emptyDir", "sizeLimit") is not None:
        volume["emptyDir"]["sizeLimit"] = canonical(volume["emptyDir"]["sizeLimit"])
    claim = value_at(volume, "ephemeral", "volumeClaimTemplate", "spec")
    if isinstance(claim, dict) and claim.get("resources"):
        claim["resources"] = canonical_resources(claim["resources"])
    return volume


def _json_type(value: object) -> str:
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "bool"
    return "array" if isinstance(value, list) else "number"


def built_in_queue(spec: Mapping[str, Any]) -> str | None:
    """The message queue that runs inside Milvus and so wants the data volume, or None. Recorded: cluster-26, facts."""
    dependencies = section(spec, "dependencies")
    queue = dependencies.get("msgStreamType")
    if queue == "woodpecker":
        return None if value_at(dependencies, "woodpecker", "external") else queue
    return queue if queue in ("rocksmq", "natsmq") else None


def persistence_of(spec: Mapping[str, Any]) -> Document:
    """What the resource says on keeping the built-in queue's data; empty where it has none."""
    queue = built_in_queue(spec)
    return section(spec, "dependencies", queue, "persistence") if queue else {}


def data_claim_name(resource_name: str, spec: Mapping[str, Any]) -> str | None:
    """The claim under the data volume, or None where it is an emptyDir."""
    persistence = persistence_of(spec)
    if not persistence.get("enabled"):
        return None
    return value_at(persistence, "persistentVolumeClaim", "existingClaim") or f"{resource_name}-data"


def kafka_secret(spec: Mapping[str, Any]) -> str | None:
    """The Secret with Kafka's credentials, where Kafka is used and has any. Recorded: cluster-25-kafka."""
    dependencies = section(spec, "dependencies")
    if dependencies.get("msgStreamType") != "kafka":
        return None
    return value_at(dependencies, "kafka", "secretRef") or None


def put_declared_volumes(
    volumes: list[Document], resource_name: str, spec: Mapping[str, Any], declared: list[Any]
) -> None:
    """Put the declared volumes, then the data volume, into a pod's list; a volume of the same name is replaced.

    That is how a declared volume called milvus-data is lost. Recorded: facts on cluster-data-volume-name.
    """
    for volume in declared:
        put_by(volumes, "name", declared_volume(volume))
    if built_in_queue(spec):
        claim = data_claim_name(resource_name, spec)
        source = {"persistentVolumeClaim": {"claimName": claim}} if claim else {"emptyDir": {}}
        put_by(volumes, "name", {"name": DATA_VOLUME, **source})


def put_own_volumes(volumes: list[Document], config_map_name: str, spec: Mapping[str, Any]) -> None:
    """Put the operator's volumes into a pod's list."""
    put_by(
        volumes, "name", {"name": "milvus-config", "configMap": {"name": config_map_name, "defaultMode": _CONFIG_MODE}}
    )
    put_by(volumes, "name", {"name": "tools", "emptyDir": {}})
    if secret := kafka_secret(spec):
        source = {
            "secretName": secret,
            "items": [{"key": "ca.pem", "path": "ca.pem"}],
            "defaultMode": _SECRET_MODE,
            "optional": True,
        }
        put_by(volumes, "name", {"name": "kafka-ca", "secret": source})


def put_declared_mounts(mounts: list[Document], spec: Mapping[str, Any], declared: list[Document]) -> None:
    """Put the declared mounts, then the data mount, into a container's list; one mount a path, the last one stays.

    A mount called `_remove` takes away what is mounted at its path. Recorded: cluster-data-path-collision (an own mount
    at the data path is lost), cluster-mount-remove (the mark does not beat the data mount, which comes after it).
    """
    for mount in declared:
        if mount.get("name") == REMOVAL_MARK:
            mounts[:] = [kept for kept in mounts if kept.get("mountPath") != mount.get("mountPath")]
        else:
            put_by(mounts, "mountPath", copy.deepcopy(mount))
    if built_in_queue(spec):
        put_by(mounts, "mountPath", {"name": DATA_VOLUME, "mountPath": DATA_PATH})


def put_own_mounts(mounts: list[Document], spec: Mapping[str, Any]) -> None:
    """Put the operator's mounts into a container's list, the configuration anew at its end."""
    mounts[:] = [kept for kept in mounts if kept.get("name") != CONFIG_MOUNT["name"]]
    put_by(mounts, "mountPath", dict(CONFIG_MOUNT))
    put_by(mounts, "mountPath", dict(TOOLS_MOUNT))
    if kafka_secret(spec):
        put_by(mounts, "mountPath", {"name": "kafka-ca", "readOnly": True, "mountPath": KAFKA_CA_PATH})
