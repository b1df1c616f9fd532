"""The containers of a pod: Milvus itself, the init container with the configuration tools, and declared ones."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .components import SERVING, is_cluster
from .documents import Document, section, value_at
from .images import TOOL_IMAGE
from .probes import METRICS_PORT
from .quantities import canonical
from .surroundings import Surroundings
from .volumes import CONFIG_MOUNT, TOOLS_MOUNT, kafka_secret

MILVUS_PORT = 19530
CONFIG_CONTAINER = "config"
_MIXED_COORDINATOR = ("mixture", "-rootcoord", "-querycoord", "-datacoord", "-indexcoord")
# Recorded: standalone-26; two spellings each, for older and newer versions of Milvus.
_STORAGE_VARIABLES = (
    ("MINIO_ACCESS_KEY", "accesskey"),
    ("MINIO_ACCESS_KEY_ID", "accesskey"),
    ("MINIO_SECRET_KEY", "secretkey"),
    ("MINIO_SECRET_ACCESS_KEY", "secretkey"),
)
_FILLED_IN: Mapping[str, Any] = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "imagePullPolicy": "IfNotPresent",
}


def arguments(component: str, settings: Mapping[str, Any]) -> list[str]:
    """The arguments of the Milvus container. Recorded: cluster-26, standalone-commands."""
    run = list(_MIXED_COORDINATOR) if component == "mixcoord" else [component]
    command = settings.get("commands") or ["milvus", "run", *run]
    flags = ["--run-with-subprocess"] if settings.get("runWithSubProcess") else []
    return ["/milvus/tools/run.sh", *command, *flags]


def ports(component: str, spec: Mapping[str, Any]) -> list[Document]:
    """The ports of the Milvus container. Recorded: cluster-26, cluster-service-lb."""
    metrics = {"name": "metrics", "containerPort": METRICS_PORT, "protocol": "TCP"}
    if component not in SERVING:
        return [metrics]
    own = [{"name": "milvus", "containerPort": service_port(spec), "protocol": "TCP"}, metrics]
    if rest := serving_settings(spec).get("serviceRestfulPort"):
        own.append({"name": "restful", "containerPort": rest, "protocol": "TCP"})
    return own


def serving_settings(spec: Mapping[str, Any]) -> Document:
    """The block of the component behind the Service; its ports hold for a standalone beside a cluster too."""
    return section(spec, "components", "proxy" if is_cluster(spec) else "standalone")


def service_port(spec: Mapping[str, Any]) -> int:
    """The port at which Milvus is asked."""
    return int(serving_settings(spec).get("port") or MILVUS_PORT)


def environment(spec: Mapping[str, Any], surroundings: Surroundings, settings: Mapping[str, Any]) -> list[Document]:
    """The declared variables, then the operator's. Recorded: standalone-26, standalone-iam, cluster-25-kafka."""
    variables = [_typed_variable(variable) for variable in settings["env"]]
    if "minio" in surroundings.services:
        # Kubernetes sets MINIO_PORT to an address where a Service has that name. Recorded: standalone-minio-service.
        port = storage_address(spec)[1]
        variables.insert(0, {"name": "MINIO_PORT", "value": str(port)})
    if secret := value_at(spec, "dependencies", "storage", "secretRef"):
        variables += [_from_secret(name, secret, key) for name, key in _STORAGE_VARIABLES]
    if secret := kafka_secret(spec):
        variables += [_from_secret(f"KAFKA_SASL{key.upper()}", secret, key) for key in ("password", "username")]
    return variables


def storage_address(spec: Mapping[str, Any]) -> tuple[str, int]:
    """Host and port of the object store; without a port, that of HTTPS or HTTP."""
    endpoint = str(value_at(spec, "dependencies", "storage", "endpoint") or "")
    secure = bool(value_at(spec, "config", "minio", "useSSL"))
    return host_and_port(endpoint, 443 if secure else 80)


def host_and_port(endpoint: str, default_port: int) -> tuple[str, int]:
    """An endpoint taken apart."""
    host, colon, port = endpoint.rpartition(":")
    return (host, int(port)) if colon and port.isdigit() else (endpoint, default_port)


def _from_secret(name: str, secret: str, key: str) -> Document:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _typed_variable(variable: Mapping[str, Any]) -> Document:
    """A typed client always writes the divisor of a resource."""
    typed = copy.deepcopy(dict(variable))
    field = value_at(typed, "valueFrom", "resourceFieldRef")
    if isinstance(field, dict):
        field["divisor"] = canonical(field.get("divisor", "0"))
    return typed


def config_container(spec: Mapping[str, Any], current: Mapping[str, Any] | None) -> Document:
    """The init container that brings the tools along. Recorded: cluster-26, cluster-identity (user and group)."""
    return {
        **copy.deepcopy(dict(current or {})),
        "name": CONFIG_CONTAINER,
        "image": value_at(spec, "components", "toolImage") or TOOL_IMAGE,
        "command": ["/bin/sh"],
        "args": ["/init.sh"],
        "volumeMounts": [dict(CONFIG_MOUNT), dict(TOOLS_MOUNT)],
        "securityContext": {"runAsUser": 1000, "runAsNonRoot": True},
        **_FILLED_IN,
    }


def declared_container(declared: Mapping[str, Any]) -> Document:
    """A declared container with what the operator fills in. Recorded: cluster-querynode-sidecar-port."""
    container = {**_FILLED_IN, **copy.deepcopy(dict(declared))}
    for port in container.get("ports") or []:
        port.setdefault("protocol", "TCP")
    container["env"] = [_typed_variable(variable) for variable in container.get("env") or []]
    if not container["env"]:
        del container["env"]
    return container
