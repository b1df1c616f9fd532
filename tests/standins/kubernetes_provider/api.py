"""Requests to the API server."""

from __future__ import annotations

import json
import os
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from kubernetes_provider import VERSION
from kubernetes_provider.errors import ApiError, UnreachableError
from kubernetes_provider.kubeconfig import Cluster
from kubernetes_provider.wire import Object

REQUEST_TIMEOUT_SECONDS = 60.0
JSON = "application/json"
APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"


class Api:
    """An API server, asked with one identity. Safe to use from several threads."""

    def __init__(self, cluster: Cluster) -> None:
        self._server = cluster.server
        self._headers = {"Accept": JSON, "User-Agent": f"pulumi-kubernetes/{VERSION} (stand-in)"}
        if cluster.token:
            self._headers["Authorization"] = f"Bearer {cluster.token}"
        elif cluster.user_name:
            self._headers |= urllib3.make_headers(basic_auth=f"{cluster.user_name}:{cluster.password}")
        options: dict[str, Any] = {}
        if cluster.server.startswith("https:"):
            options["ssl_context"] = _tls(cluster)
            if cluster.server_name:
                options["server_hostname"] = options["assert_hostname"] = cluster.server_name
        self._pool = urllib3.PoolManager(maxsize=32, retries=False, **options)

    def get(self, path: str, **query: str) -> Object:
        """GET a path; its JSON."""
        return self._ask("GET", path, query)

    def post(self, path: str, document: Mapping[str, Any], **query: str) -> Object:
        """Create; the object as it now is."""
        return self._ask("POST", path, query, document)

    def put(self, path: str, document: Mapping[str, Any], **query: str) -> Object:
        """Replace; the object as it now is."""
        return self._ask("PUT", path, query, document)

    def patch(self, path: str, document: Any, content_type: str, **query: str) -> Object:
        """Patch or apply; the object as it now is."""
        return self._ask("PATCH", path, query, document, content_type)

    def delete(self, path: str, options: Mapping[str, Any]) -> Object:
        """Delete; the object, or the server's status."""
        return self._ask("DELETE", path, {}, options)

    def _ask(
        self, method: str, path: str, query: Mapping[str, str], document: Any = None, content_type: str = JSON
    ) -> Object:
        url = f"{self._server}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {**self._headers, **({"Content-Type": content_type} if document is not None else {})}
        body = None if document is None else json.dumps(document).encode()
        try:
            answer = self._pool.request(method, url, body=body, headers=headers, timeout=REQUEST_TIMEOUT_SECONDS)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise UnreachableError(f'{method.capitalize()} "{url}": {_cause(error)}') from None
        try:
            found = json.loads(answer.data) if answer.data else {}
        except ValueError:
            found = {"message": answer.data.decode(errors="replace").strip()}
        if answer.status >= 400:
            raise ApiError(answer.status, found if isinstance(found, dict) else {})
        return found if isinstance(found, dict) else {"value": found}


def _tls(cluster: Cluster) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=cluster.authority_pem or None)
    if cluster.skip_verification:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if cluster.client_certificate_pem:
        # The standard library loads certificates from files only; the key is readable by nobody else and gone at once.
        with tempfile.TemporaryDirectory() as folder:
            chain, key = Path(folder) / "certificate", Path(folder) / "key"
            for file, text in ((chain, cluster.client_certificate_pem), (key, cluster.client_key_pem)):
                os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
                file.write_text(text)
            context.load_cert_chain(chain, key)
    return context


def _cause(error: BaseException) -> str:
    """The error in the system's words, without Python's names of connections."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ConnectionRefusedError):
            return "dial tcp: connect: connection refused"
        inner = inner.__cause__ or inner.__context__
    return str(error).rpartition("> ")[2] or type(error).__name__
