"""The calls of `Api` on a real API server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import urllib3

from .api import KINDS, ApiError
from .documents import Document, value_at
from .kubeconfig import Connection

_SECONDS = 30.0


class HttpApi:
    """An API server, reached by HTTPS."""

    def __init__(self, connection: Connection) -> None:
        headers = {"Authorization": f"Bearer {connection.token}"} if connection.token else {}
        self._server = connection.server
        self._headers = {**headers, "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(ssl_context=connection.tls, retries=False, maxsize=4)

    def get(self, kind: str, namespace: str, name: str) -> Document | None:
        """One object, or None."""
        try:
            return self._call("GET", self._path(kind, namespace, name))
        except ApiError as error:
            if error.is_missing:
                return None
            raise

    def list(self, kind: str, namespace: str | None = None, labels: Mapping[str, str] | None = None) -> list[Document]:
        """A namespace's objects, or everybody's, that carry the labels."""
        query = {"labelSelector": ",".join(f"{key}={value}" for key, value in labels.items())} if labels else {}
        found = self._call("GET", self._path(kind, namespace), query)
        # The items of a list do not say what they are.
        head = {"apiVersion": found.get("apiVersion"), "kind": kind}
        return [{**head, **item} for item in found.get("items") or []]

    def create(self, manifest: Document) -> Document:
        """Make an object."""
        path = self._path(manifest["kind"], manifest["metadata"]["namespace"])
        return self._call("POST", path, body=manifest)

    def update(self, manifest: Document) -> Document:
        """Write an object whole, but for its status."""
        return self._call("PUT", self._path_of(manifest), body=manifest)

    def update_status(self, manifest: Document) -> Document:
        """Write an object's status."""
        return self._call("PUT", f"{self._path_of(manifest)}/status", body=manifest)

    def delete(self, kind: str, namespace: str, name: str, propagation: str = "Background") -> None:
        """Ask for an object's deletion; one that is not there is no error."""
        try:
            self._call("DELETE", self._path(kind, namespace, name), body={"propagationPolicy": propagation})
        except ApiError as error:
            if not error.is_missing:
                raise

    def watch(self, kind: str, seconds: float, since: str | None = None) -> Iterator[Document]:
        """The objects of all namespaces as they change, until the time is up.

        Args:
            since: The version after which to begin; None begins with all that are there.
        """
        asked = {"watch": "1", "timeoutSeconds": str(max(1, round(seconds)))}
        query = urlencode({**asked, "resourceVersion": since} if since else asked)
        timeout = urllib3.Timeout(connect=_SECONDS, read=seconds + _SECONDS)
        url = f"{self._server}{self._path(kind)}?{query}"
        try:
            answer = self._pool.request("GET", url, headers=self._headers, preload_content=False, timeout=timeout)
            try:
                if answer.status >= 300:
                    raise _error(answer.status, answer.read())
                for line in answer:
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        raise ApiError(event["object"].get("code", 500), event["object"].get("message", ""))
                    yield event["object"]
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise ApiError(503, str(error)) from None

    def _call(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Document | None = None
    ) -> Document:
        url = f"{self._server}{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        try:
            answer = self._pool.request(method, url, body=data, headers=self._headers, timeout=_SECONDS)
        except urllib3.exceptions.HTTPError as error:
            raise ApiError(503, str(error)) from None
        if answer.status >= 300:
            raise _error(answer.status, answer.data)
        found: Document = json.loads(answer.data)
        return found

    def _path_of(self, manifest: Document) -> str:
        metadata = manifest["metadata"]
        return self._path(manifest["kind"], metadata["namespace"], metadata["name"])

    @staticmethod
    def _path(kind: str, namespace: str | None = None, name: str | None = None) -> str:
        root, plural = KINDS[kind]
        within = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{within}/{plural}" + (f"/{name}" if name else "")


def _error(status: int, data: bytes) -> ApiError:
    try:
        told = json.loads(data)
    except ValueError:
        told = None
    return ApiError(status, str(value_at(told, "message") or data.decode(errors="replace")[:500]))
