"""The ConfigMap that Milvus reads at its start: the resource's config and what the operator puts over it."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import yaml

from .components import common_labels
from .containers import host_and_port, storage_address
from .documents import Document, merged_deeply, section, set_at, value_at
from .ownership import owned
from .pod_template import active_config_map
from .surroundings import Surroundings
from .volumes import KAFKA_CA_PATH, kafka_secret

_HTTP_PORT = 80
_KEYS = (("accessKeyID", "accesskey"), ("secretAccessKey", "secretkey"))


def config_map(resource: Mapping[str, Any], surroundings: Surroundings, *, name: str | None = None) -> Document:
    """The ConfigMap with user.yaml, and hook.yaml where a hook is declared. The store's keys stand in it in clear."""
    manifest = owned(
        resource, "v1", "ConfigMap", name or active_config_map(resource), common_labels(resource["metadata"]["name"])
    )
    manifest["data"] = {"user.yaml": yaml.safe_dump(user_configuration(resource, surroundings), sort_keys=True)}
    if hook := value_at(resource, "spec", "hookConfig"):
        manifest["data"]["hook.yaml"] = yaml.safe_dump(hook, sort_keys=True)
    return manifest


def user_configuration(resource: Mapping[str, Any], surroundings: Surroundings) -> Document:
    """What stands in user.yaml. Recorded: `data` of every ConfigMap."""
    name, spec = resource["metadata"]["name"], resource["spec"]
    secret = surroundings.secret(value_at(spec, "dependencies", "storage", "secretRef") or "")
    template: Document = {
        "etcd": {"rootPath": name},
        "minio": {"bucketName": name, **{key: secret.get(field, "") for key, field in _KEYS}},
        "msgChannel": {"chanNamePrefix": {"cluster": name}},
    }
    configuration = merged_deeply(template, section(spec, "config"))
    set_at(configuration, list(value_at(spec, "dependencies", "etcd", "endpoints") or []), "etcd", "endpoints")
    host, port = storage_address(spec)
    set_at(configuration, host, "minio", "address")
    set_at(configuration, port, "minio", "port")
    _put_queue(configuration, spec, surroundings)
    return configuration


def checksum(resource: Mapping[str, Any]) -> str:
    """Changes when the configuration changes. Its digits are the stand-in's own: the recordings hide the real ones."""
    spec = resource["spec"]
    seen = [section(spec, "config"), section(spec, "dependencies")]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def _put_queue(configuration: Document, spec: Mapping[str, Any], surroundings: Surroundings) -> None:
    dependencies = section(spec, "dependencies")
    queue = str(dependencies["msgStreamType"])
    if queue in ("kafka", "pulsar", "rocksmq", "woodpecker"):
        for other in {"kafka", "pulsar", "rocksmq"} - {queue}:
            configuration.pop(other, None)
    if queue == "kafka":
        set_at(configuration, list(value_at(dependencies, "kafka", "brokerList") or []), "kafka", "brokerList")
        if (name := kafka_secret(spec)) and _has_certificate(surroundings, name):
            set_at(configuration, True, "kafka", "ssl", "enabled")
            set_at(configuration, f"{KAFKA_CA_PATH}/ca.pem", "kafka", "ssl", "tlsCaCert")
    elif queue == "pulsar":
        host, port = host_and_port(str(value_at(dependencies, "pulsar", "endpoint") or ""), _HTTP_PORT)
        set_at(configuration, host, "pulsar", "address")
        set_at(configuration, port, "pulsar", "port")
    elif queue == "rocksmq":
        configuration.setdefault("rocksmq", {})
    elif queue == "woodpecker" and value_at(dependencies, "woodpecker", "external"):
        pools = copy.deepcopy(value_at(dependencies, "woodpecker", "quorumBufferPools") or [])
        set_at(configuration, "service", "woodpecker", "storage", "type")
        text = json.dumps(pools, separators=(",", ":"))
        set_at(configuration, text, "woodpecker", "client", "quorum", "quorumBufferPools")
    if queue != "custom":
        set_at(configuration, queue, "mq", "type")
        configuration["messageQueue"] = queue


def _has_certificate(surroundings: Surroundings, secret_name: str) -> bool:
    """A Secret of which only the name is known is taken to be complete, as the recorded one was."""
    values = surroundings.secrets.get(secret_name)
    return values is None or bool(values.get("ca.pem"))
