"""Where a Milvus answers: a Lite file, a server, Zilliz Cloud, a Service inside a cluster."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pulumi_milvus.cluster_access.access import ClusterAccess

_SCHEMES = ("http", "https", "tcp", "unix")
_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


@dataclass(frozen=True)
class Endpoint:
    """One Milvus and the token that opens it."""

    uri: str
    """A path that ends in `.db` for Milvus Lite, else `http://host:19530`, `https://...`, `tcp://...`, `unix:...`."""
    token: str = field(default="", repr=False)
    """`user:password` or an API key; empty where authorization is off."""
    cluster: ClusterAccess | None = field(default=None, repr=False)
    """Where Milvus is reached through a Service of a cluster; the URI is then `kubernetes://namespace/service:port`."""

    @property
    def is_lite_file(self) -> bool:
        """Whether this is an embedded Milvus Lite rather than a server."""
        return is_lite_file(self.uri)

    def path(self) -> Path:
        """The Lite database's folder, for a relative URI below the folder that holds Pulumi.yaml."""
        return (project_folder(Path.cwd()) / self.uri).resolve()

    def __str__(self) -> str:
        return self.uri


def is_lite_file(uri: str) -> bool:
    """Whether a URI names a Lite database on the local disk."""
    return "://" not in uri and not uri.startswith("unix:")


def project_folder(start: Path) -> Path:
    """The folder of the nearest Pulumi.yaml upward from `start`: providers run in the program's folder, below it."""
    for folder in (start, *start.parents):
        if any((folder / name).is_file() for name in _PROJECT_FILES):
            return folder
    return start


def uri_problems(uri: str) -> list[str]:
    """Everything that keeps `uri` from being an address of a Milvus, in words; never repeats credentials."""
    if not uri.strip():
        return ["it is empty; write a path such as .data/milvus.db, or http://host:19530"]
    if is_lite_file(uri):
        if not uri.endswith(".db"):
            return [f"{uri!r} is neither a URL nor a Lite file; a Lite file ends in .db, a server starts with http://"]
        return []
    if uri.startswith("unix:"):
        return []
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as error:
        return [f"it is not a URL: {error}"]
    problems = []
    if parts.scheme not in _SCHEMES:
        problems.append(f"the scheme {parts.scheme!r} is not one of {', '.join(_SCHEMES)}")
    if not parts.hostname:
        problems.append("it names no host; write for example http://milvus.example.com:19530")
    if port == 0:
        problems.append("port 0 cannot be reached; Milvus listens on 19530")
    if parts.username or parts.password:
        problems.append("it holds credentials in clear text; put them into `token`, which Pulumi keeps as a secret")
    return problems


def default_uri() -> str | None:
    """The URI from the environment, as the provider's configuration may leave it out."""
    return os.environ.get("MILVUS_URI") or None
