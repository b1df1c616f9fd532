"""Which cluster, and which Service in it: the provider's argument `cluster`, read and judged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.resources.wire import UNKNOWN, has_unknown

MILVUS_PORT = 19530
"""Where Milvus serves gRPC, and the port `milvus` of the operator's Service."""
AUTHORITY_KEY = "ca.crt"
"""Where a Secret of a certificate has the certificate of its authority (Kubernetes and cert-manager write it there)."""
KEYS = ("kubeconfig", "context", "namespace", "service", "port", "tlsSecret", "tlsServerName")
_FIELDS = {"tlsSecret": "tls_secret", "tlsServerName": "tls_server_name"}
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""Names of namespaces and Services: RFC 1123 labels of at most 63 characters."""
_DNS_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
"""Names of Secrets, and of hosts: RFC 1123 subdomains of at most 253 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAccess:
    """A cluster and, where a Milvus is meant, the Service in front of it."""

    kubeconfig: str = field(default="", repr=False)
    """A path or the content itself; empty for `KUBECONFIG`, `~/.kube/config`, or the pod's own account."""
    context: str = ""
    """The kubeconfig's context; empty for its current one."""
    namespace: str = ""
    service: str = ""
    port: int = MILVUS_PORT
    """The Service's port."""
    tls_secret: str = ""
    """Where Milvus speaks TLS: the Secret of that namespace whose `ca.crt` says which certificate to trust."""
    tls_server_name: str = ""
    """The name that the certificate must have; empty for the Service's own."""

    @property
    def server_name(self) -> str:
        """The name that Milvus's certificate must have: `service.namespace.svc` where none is said."""
        return self.tls_server_name or f"{self.service}.{self.namespace}.svc"

    @property
    def uri(self) -> str:
        """The Service as an address that stays the same from run to run: `kubernetes://namespace/service:port`."""
        return f"kubernetes://{self.namespace}/{self.service}:{self.port}"


def read_access(value: object) -> tuple[ClusterAccess | None, list[str]]:
    """The access that a setting declares, and everything wrong with it as `field: reason`.

    None where it is left out, holds a value that a preview does not know yet, or is wrong. Stack configuration brings
    a map as JSON text. A kubeconfig is a secret and is never repeated.
    """
    if value in (None, "") or value is UNKNOWN:
        return None, []
    settings = _as_map(value)
    if settings is None:
        return None, [f": it is a map of {', '.join(KEYS)}"]
    problems = _problems(settings)
    if problems or has_unknown(settings):
        return None, problems
    known = {key: settings[key] for key in KEYS if settings.get(key) not in (None, "")}
    if "port" in known:
        known["port"] = int(float(known["port"]))
    return ClusterAccess(**{_FIELDS.get(key, key): value for key, value in known.items()}), []


def names_service(value: object) -> bool:
    """Whether a setting names a Service, which may still be unknown."""
    settings = _as_map(value)
    return bool(settings and settings.get("service"))


def _as_map(value: object) -> dict[str, Any] | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else None


def _problems(settings: Mapping[str, Any]) -> list[str]:
    found = []
    for key in settings:
        if key not in KEYS:
            nearest = nearest_word(key, KEYS)
            hint = f"did you mean {nearest}?" if nearest else f"known are {', '.join(KEYS)}"
            found.append(f".{key}: unknown key; {hint}")
    for key in (key for key in KEYS if key != "port"):
        item = settings.get(key)
        if item not in (None, UNKNOWN) and not isinstance(item, str):
            shown = "" if key == "kubeconfig" else f"{item!r}: "
            # Pulumi's YAML host does that to a text in its configuration that is JSON.
            made = ", and this is an object: write the kubeconfig as YAML" if isinstance(item, Mapping) else ""
            found.append(f".{key}: {shown}it is text{made}")
    for key in ("namespace", "service"):
        item = settings.get(key)
        if isinstance(item, str) and item and not _DNS_LABEL.fullmatch(item):
            found.append(
                f".{key}: {item[:80]!r} is no name in Kubernetes: lower-case letters, digits and dashes, up to 63"
            )
    for key in _FIELDS:
        item = settings.get(key)
        if isinstance(item, str) and item and not _DNS_NAME.fullmatch(item):
            found.append(f".{key}: {item[:80]!r} is no name: lower-case letters, digits, dashes and dots, up to 253")
    if settings.get("tlsServerName") and not settings.get("tlsSecret"):
        found.append(".tlsServerName: tlsSecret is missing, which says whom to trust")
    if settings.get("service") and not settings.get("namespace"):
        found.append(".namespace: it is missing; a Service is found by its namespace and name")
    port = settings.get("port")
    if port not in (None, "", UNKNOWN) and not _is_port(port):
        found.append(f".port: {port!r} is no port from 1 to 65535; Milvus serves {MILVUS_PORT}")
    return found


def _is_port(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        number = float(value)
    except ValueError:
        return False
    return number.is_integer() and 1 <= number <= 65_535
