"""Reads a kubeconfig: which API server, who asks, in which namespace by default."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kubernetes_provider.errors import ProviderError


@dataclass(frozen=True)
class Cluster:
    """An API server and the credentials for it; certificates are PEM text."""

    server: str
    namespace: str = ""
    token: str = ""
    user_name: str = ""
    password: str = ""
    authority_pem: str = ""
    client_certificate_pem: str = ""
    client_key_pem: str = ""
    server_name: str = ""
    skip_verification: bool = False


def load(given: str, context: str = "", cluster: str = "", namespace: str = "") -> Cluster:
    """The cluster that a kubeconfig names.

    `given` is the file's content or its path; empty means $KUBECONFIG or ~/.kube/config. `context` and `cluster`
    choose other entries than its own, `namespace` wins over the context's. Raises ProviderError.
    """
    document, folder = _document(given)
    chosen = context or str(document.get("current-context") or "")
    if not chosen:
        raise ProviderError("the kubeconfig has no current-context, and no context is configured")
    entry = _entry(document, "contexts", "context", chosen)
    server = _entry(document, "clusters", "cluster", cluster or str(entry.get("cluster") or ""))
    user = _entry(document, "users", "user", str(entry["user"])) if entry.get("user") else {}
    if "exec" in user or "auth-provider" in user:
        raise ProviderError(
            f"the user {entry['user']!r} of the kubeconfig gets its credentials from another program, which the "
            "stand-in of the Kubernetes provider does not run: use a token or a client certificate"
        )
    token = str(user.get("token") or "")
    if not token and user.get("tokenFile"):
        token = _file(folder, user["tokenFile"]).strip()
    return Cluster(
        server=str(server.get("server") or "").rstrip("/"),
        namespace=namespace or str(entry.get("namespace") or "") or "default",
        token=token,
        user_name=str(user.get("username") or ""),
        password=str(user.get("password") or ""),
        authority_pem=_pem(server, "certificate-authority", folder),
        client_certificate_pem=_pem(user, "client-certificate", folder),
        client_key_pem=_pem(user, "client-key", folder),
        server_name=str(server.get("tls-server-name") or ""),
        skip_verification=bool(server.get("insecure-skip-tls-verify")),
    )


def active_cluster(given: str, context: str = "", cluster: str = "") -> Mapping[str, Any] | None:
    """The entry of the cluster that a kubeconfig names; None where it names none. Raises ProviderError."""
    document, _ = _document(given)
    try:
        entry = _entry(document, "contexts", "context", context or str(document.get("current-context") or ""))
        return _entry(document, "clusters", "cluster", cluster or str(entry.get("cluster") or ""))
    except ProviderError:
        return None


def _document(given: str) -> tuple[Mapping[str, Any], Path]:
    text, folder = given, Path.cwd()
    if not given:
        listed = os.environ.get("KUBECONFIG", "").split(os.pathsep)
        paths = [Path(part) for part in listed if part] or [Path.home() / ".kube" / "config"]
        file = next((path for path in paths if path.is_file()), paths[0])
        text, folder = _read(file), file.parent
    elif "\n" not in given and not given.lstrip().startswith("{"):
        file = Path(given).expanduser()
        text, folder = _read(file), file.parent
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise ProviderError(f"the kubeconfig is neither YAML nor JSON: {error}") from None
    if not isinstance(document, Mapping):
        raise ProviderError("the kubeconfig is no map with clusters, contexts and users")
    return document, folder


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as error:
        raise ProviderError(f"the kubeconfig {file} cannot be read: {error.strerror}") from None


def _entry(document: Mapping[str, Any], section: str, key: str, name: str) -> Mapping[str, Any]:
    entries = document.get(section)
    listed: Sequence[Any] = entries if isinstance(entries, Sequence) else []
    for entry in listed:
        if isinstance(entry, Mapping) and entry.get("name") == name:
            found = entry.get(key)
            return found if isinstance(found, Mapping) else {}
    names = ", ".join(str(entry.get("name")) for entry in listed if isinstance(entry, Mapping)) or "none"
    raise ProviderError(f'{key} "{name}" does not exist in the kubeconfig; it has {names}')


def _pem(entry: Mapping[str, Any], key: str, folder: Path) -> str:
    data = entry.get(f"{key}-data")
    if data:
        try:
            return base64.b64decode(str(data), validate=True).decode()
        except ValueError:
            raise ProviderError(f"{key}-data of the kubeconfig is no base64") from None
    return _file(folder, entry[key]) if entry.get(key) else ""


def _file(folder: Path, name: Any) -> str:
    return _read(folder / str(name))
