"""A cluster's API server, asked for plain JSON through the official client."""

from __future__ import annotations

import importlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import yaml

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.errors import MISSING_CLIENT, ClusterError, refusal, transport_words
from pulumi_milvus.resources.endpoint import project_folder
from pulumi_milvus.resources.errors import ResourceError

Json = dict[str, Any]
_CONNECT_SECONDS, _ANSWER_SECONDS = 5.0, 30.0
_PAGE = 500
_IN_CLUSTER = "KUBERNETES_SERVICE_HOST"


class Reader(Protocol):
    """What reads objects of a cluster; tests put a map of objects in its place."""

    def get(self, path: str) -> Json:
        """One object. Raises ClusterError, `is_missing` where there is none."""

    def items(self, path: str, selector: str = "") -> list[Json]:
        """Every object of a list, of a label selector where one is given. Raises ClusterError."""


class Cluster:
    """One API server and the account that a kubeconfig gives."""

    def __init__(self, access: ClusterAccess) -> None:
        """Raises ResourceError where the kubeconfig cannot be used; connects to nothing yet."""
        self.configuration, self.context = _configuration(access)
        self._client: Any = None
        self._lock = threading.Lock()

    def __str__(self) -> str:
        where = f"the cluster at {self.configuration.host}"
        return f"{where} (context {self.context})" if self.context else where

    def get(self, path: str) -> Json:
        """One object, as JSON. Raises ClusterError, `is_missing` where there is none."""
        return self._ask(path, {})

    def items(self, path: str, selector: str = "") -> list[Json]:
        """Every object of a list. Raises ClusterError."""
        found: list[Json] = []
        query = {"limit": str(_PAGE)} | ({"labelSelector": selector} if selector else {})
        while True:
            page = self._ask(path, query)
            found += page.get("items") or []
            following = (page.get("metadata") or {}).get("continue")
            if not following:
                return found
            query = query | {"continue": following}

    def new_client(self) -> Any:
        """A client of its own: opening a stream changes the official client for as long as it takes."""
        return library("client").ApiClient(configuration=self.configuration)

    def _ask(self, path: str, query: Mapping[str, str]) -> Json:
        client = self._shared_client()
        try:
            method, url, headers, body, post = client.param_serialize(
                "GET",
                path,
                query_params=list(query.items()),
                header_params={"Accept": "application/json"},
                auth_settings=["BearerToken"],
            )
            response = client.call_api(
                method, url, headers, body, post, _request_timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS)
            )
            text = response.read().decode(errors="replace")
        except Exception as error:
            # urllib3, ssl, and whatever a kubeconfig's exec plugin raises; none of them has been answered.
            raise ClusterError(f"{self} gives no answer: {transport_words(error)}") from None
        if response.status != 200:
            raise ClusterError(f"{self}: {refusal(response.status, text)}", response.status)
        answer: Json = json.loads(text)
        return answer

    def _shared_client(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self.new_client()
            return self._client


def library(part: str) -> Any:
    """A part of the official client, loaded when it is needed. Raises ResourceError where it is not installed."""
    try:
        return importlib.import_module(f"kubernetes.{part}")
    except ImportError:
        raise ResourceError(MISSING_CLIENT) from None


def _configuration(access: ClusterAccess) -> tuple[Any, str]:
    """The official client's configuration, and the name of the context it came from."""
    client, config = library("client"), library("config")
    configuration = client.Configuration()
    # Once more, since a connection that was kept open may have been closed meanwhile; whoever waits asks again anyway.
    configuration.retries = 1
    try:
        document = _document(access.kubeconfig)
        if document is None:
            config.load_incluster_config(client_configuration=configuration)
            return configuration, ""
        source = {"config_dict": document} if isinstance(document, dict) else {"config_file": document}
        loader = config.load_kube_config_from_dict if isinstance(document, dict) else config.load_kube_config
        options = {"persist_config": False, "client_configuration": configuration}
        loader(context=access.context or None, **source, **options)
    except config.ConfigException as error:
        raise ResourceError(_unusable(access, error)) from None
    except (OSError, yaml.YAMLError) as error:
        where = _place(access.kubeconfig)
        # A parser's message quotes the line it stumbled over, which may hold a key.
        words = error.strerror if isinstance(error, OSError) else "it is no YAML"
        raise ResourceError(f"the kubeconfig {where} cannot be read: {words}") from None
    return configuration, access.context or _current_context(document)


def _document(kubeconfig: str) -> dict[str, Any] | str | None:
    """The content of a kubeconfig, or the path of one, or None for a pod's own account."""
    if "\n" in kubeconfig or kubeconfig.lstrip().startswith("{"):
        content = yaml.safe_load(kubeconfig)
        if not isinstance(content, dict):
            raise yaml.YAMLError("it is no map")
        return content
    if kubeconfig:
        path = project_folder(Path.cwd()) / Path(kubeconfig).expanduser()
        path.open("rb").close()  # the official loader says nothing of a file that is missing
        return str(path)
    paths = os.environ.get("KUBECONFIG") or str(Path("~/.kube/config").expanduser())
    if not any(Path(path).is_file() for path in paths.split(os.pathsep)) and os.environ.get(_IN_CLUSTER):
        return None
    return paths


def _current_context(document: dict[str, Any] | str) -> str:
    if isinstance(document, dict):
        return str(document.get("current-context") or "")
    return str(library("config").list_kube_config_contexts(document)[1]["name"])


def _unusable(access: ClusterAccess, error: Exception) -> str:
    words = " ".join(str(error).split())
    if "No configuration found" in words or "Expected key current-context" in words:
        words = "it names no context" if access.kubeconfig else "there is none"
    elif access.context and access.context in words:
        words = f"it has no context {access.context!r}"
    return (
        f"the kubeconfig {_place(access.kubeconfig)} cannot be used: {words}. Set milvus:cluster.kubeconfig to a path "
        "or to its content, and milvus:cluster.context to one of its contexts"
    )


def _place(kubeconfig: str) -> str:
    if "\n" in kubeconfig or kubeconfig.lstrip().startswith("{"):
        return "that was given as text"
    return kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config"
