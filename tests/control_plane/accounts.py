"""Service accounts as users of the cluster: a kubeconfig with a token, and what they have asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from control_plane import credentials

if TYPE_CHECKING:
    from control_plane.plane import ControlPlane

_TOKEN_SECONDS = 7200
# What the control plane's own parts ask would be most of the log.
_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "None", "userGroups": ["system:serviceaccounts:kube-system"]},
        {"level": "Metadata", "userGroups": ["system:serviceaccounts"]},
        {"level": "None"},
    ],
}


@dataclass(frozen=True, order=True)
class Asked:
    """One question to the API server; ``resource`` with its part, as in ``pods/portforward``."""

    verb: str
    group: str
    resource: str
    namespace: str
    name: str
    status: int


def audit_arguments(folder: Path) -> list[str]:
    """The API server's arguments with which it writes down what service accounts ask."""
    policy = folder / "audit-policy.json"
    policy.write_text(json.dumps(_POLICY))
    return [f"--audit-policy-file={policy}", f"--audit-log-path={_log(folder)}"]


@dataclass(frozen=True)
class Account:
    """A service account of the cluster, as its user sees it from outside."""

    user: str
    kubeconfig: Path
    _audit_log: Path
    _began_bytes: int

    def asked(self) -> set[Asked]:
        """What it has asked of resources since it was taken."""
        with self._audit_log.open("rb") as log:
            log.seek(self._began_bytes)
            events = [json.loads(line) for line in log]
        return {_asked(one) for one in events if one["user"]["username"] == self.user and one.get("objectRef")}


def account(plane: ControlPlane, namespace: str, name: str, folder: Path) -> Account:
    """A service account that is there, with a token that the cluster gives for two hours, written into ``folder``."""
    wanted = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _TOKEN_SECONDS},
    }
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
    token = str(plane.api.request("POST", path, body=wanted)["status"]["token"])
    server, authority, _ = plane.access
    kubeconfig = credentials.kubeconfig(folder / f"{name}.kubeconfig", server, authority, token)
    log = _log(plane.folder)
    began = log.stat().st_size if log.exists() else 0
    return Account(f"system:serviceaccount:{namespace}:{name}", kubeconfig, log, began)


def _asked(event: Mapping[str, Any]) -> Asked:
    place = event["objectRef"]
    part = f"/{place['subresource']}" if place.get("subresource") else ""
    return Asked(
        verb=event["verb"],
        group=place.get("apiGroup", ""),
        resource=f"{place.get('resource', '')}{part}",
        namespace=place.get("namespace", ""),
        name=place.get("name", ""),
        status=int((event.get("responseStatus") or {}).get("code") or 0),
    )


def _log(folder: Path) -> Path:
    return folder / "audit.log"
