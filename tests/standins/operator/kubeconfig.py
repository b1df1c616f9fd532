"""Reads a kubeconfig: where the API server is, and how to prove who asks."""

from __future__ import annotations

import base64
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class BadKubeconfigError(ValueError):
    """A kubeconfig that names no server, or that proves nothing."""


@dataclass(frozen=True)
class Connection:
    """An API server's address, the TLS context, and the bearer token (empty where a certificate proves it)."""

    server: str
    tls: ssl.SSLContext
    token: str


def read_kubeconfig(path: Path) -> Connection:
    """The current context of a kubeconfig.

    Raises:
        BadKubeconfigError: what is missing, and where.
    """
    try:
        config = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise BadKubeconfigError(f"{path}: no kubeconfig: {error}") from None
    if not isinstance(config, dict):
        raise BadKubeconfigError(f"{path}: no kubeconfig: an object with clusters, users and contexts is needed")
    context = _named(config, "contexts", config.get("current-context"), "context", path)
    cluster = _named(config, "clusters", context.get("cluster"), "cluster", path)
    user = _named(config, "users", context.get("user"), "user", path)
    if not cluster.get("server"):
        raise BadKubeconfigError(f"{path}: the cluster {context.get('cluster')} has no server")
    tls = ssl.create_default_context()
    if authority := _text(cluster, "certificate-authority", path):
        tls = ssl.create_default_context(cadata=authority)
    _load_certificate(tls, user, path)
    return Connection(str(cluster["server"]).rstrip("/"), tls, _token(user, path))


def _named(config: Mapping[str, Any], plural: str, name: object, singular: str, path: Path) -> Mapping[str, Any]:
    entries = {each.get("name"): each for each in config.get(plural) or [] if isinstance(each, dict)}
    found = (entries.get(name) or {}).get(singular)
    if not isinstance(found, dict):
        known = ", ".join(sorted(map(str, entries))) or "none"
        raise BadKubeconfigError(f"{path}: {plural} has no {name}; it has: {known}")
    return found


def _text(entry: Mapping[str, Any], key: str, path: Path) -> str:
    """A value that stands in the file itself (`<key>-data`) or in a file beside it."""
    if inline := entry.get(f"{key}-data"):
        return base64.b64decode(inline).decode()
    return Path(path.parent / entry[key]).read_text() if entry.get(key) else ""


def _token(user: Mapping[str, Any], path: Path) -> str:
    if user.get("tokenFile"):
        return Path(path.parent / user["tokenFile"]).read_text().strip()
    return str(user.get("token") or "")


def _load_certificate(tls: ssl.SSLContext, user: Mapping[str, Any], path: Path) -> None:
    certificate, key = _text(user, "client-certificate", path), _text(user, "client-key", path)
    if certificate and key:
        # Python takes certificates from files only.
        with tempfile.TemporaryDirectory() as folder:
            chain = Path(folder) / "client.pem"
            chain.touch(mode=0o600)
            chain.write_text(f"{certificate}\n{key}\n")
            tls.load_cert_chain(chain)
