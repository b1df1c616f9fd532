"""A client for a Milvus that has answered a real call."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi_milvus.cluster_access.forwards import Forwards
from pulumi_milvus.cluster_access.port_forward import PortForward
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.errors import AccessRefusedError, ResourceError, in_plain_words, without_token
from pulumi_milvus.resources.lite_file import WAIT_FOR_LOCK_SECONDS, LiteFiles
from pulumi_milvus.resources.tls import Trust, handshake_trouble, trust_of

if TYPE_CHECKING:
    from pymilvus import MilvusClient

WAIT_FOR_SERVER_SECONDS = 120.0
"""A Milvus that was just started answers its first real call within two minutes, or something else is wrong."""
_CALL_SECONDS = 10.0
_UNKNOWN_TOKEN = "auth check failure"
"""How Milvus's proxy begins its refusal of a user or password that it does not know, with UNAUTHENTICATED."""
_REFUSED_FOR_GOOD = (
    "authentication",
    "authoriz",
    "unauthenticated",
    "permission",
    "denied",
    "invalid token",
    "database not found",
)

Report = Callable[[str], None]
"""Takes a line of progress."""


@dataclass(frozen=True)
class Connected:
    """An open connection and what stands at its other end."""

    client: MilvusClient
    endpoint: Endpoint
    is_lite: bool
    """Whether Milvus Lite answers, embedded or behind its own server."""
    version: str
    alias_changes: AbstractContextManager[object] = field(default_factory=contextlib.nullcontext, repr=False)
    """Held by what may change aliases, dropping a collection included: Milvus Lite cannot change two at once."""

    @property
    def is_lite_file(self) -> bool:
        """Whether this process holds the Lite file; what is loaded there ends with the process."""
        return self.endpoint.is_lite_file


@contextlib.contextmanager
def connect(
    endpoint: Endpoint,
    database: str,
    lite_files: LiteFiles,
    wait_seconds: float = WAIT_FOR_SERVER_SECONDS,
    report: Report = lambda _line: None,
    forwards: Forwards | None = None,
) -> Iterator[Connected]:
    """A connection on which a real call has been answered. Raises ResourceError otherwise, with the last reason."""
    with contextlib.ExitStack() as stack:
        uri = endpoint.uri
        forward: PortForward | None = None
        trust: Trust | None = None
        if endpoint.cluster is not None:
            if forwards is None:
                forwards = Forwards()
                stack.callback(forwards.close_all)
            forward = forwards.forward(endpoint.cluster)
            uri = f"http://127.0.0.1:{forward.port}"
            if endpoint.cluster.tls_secret:
                trust = stack.enter_context(trust_of(forwards.cluster(endpoint.cluster), endpoint.cluster))
                uri = f"https://127.0.0.1:{forward.port}"
        if endpoint.is_lite_file:
            lock_seconds = min(WAIT_FOR_LOCK_SECONDS, wait_seconds)
            uri = stack.enter_context(lite_files.address(endpoint.path(), lock_seconds))
        client, version = _answering_client(uri, endpoint, database, wait_seconds, report, forward, trust)
        stack.callback(client.close)
        try:
            is_lite = version.startswith("milvus_lite")
            alias_changes = lite_files.alias_changes if is_lite else contextlib.nullcontext()
            yield Connected(client, endpoint, is_lite, version, alias_changes)
        except Exception as error:
            if _is_from_milvus(error):
                raise ResourceError(in_plain_words(error, endpoint.token)) from None
            raise


def _answering_client(
    uri: str,
    endpoint: Endpoint,
    database: str,
    wait_seconds: float,
    report: Report,
    forward: PortForward | None,
    trust: Trust | None,
) -> tuple[Any, str]:
    client_class = _client_class()
    waited_since = time.monotonic()
    deadline = waited_since + wait_seconds
    options = trust.client_options() if trust else {}
    while True:
        client = None
        call_seconds = min(_CALL_SECONDS, max(1.0, deadline - time.monotonic()))
        try:
            client = client_class(uri, token=endpoint.token, db_name=database, timeout=call_seconds, **options)
            # Listing reads the metadata store, so it answers only where more than the port is up.
            client.list_collections(timeout=call_seconds)
            return client, client.get_server_version(timeout=call_seconds)
        except Exception as error:
            if client is not None:
                client.close()
            if not _is_from_milvus(error):
                raise
            words = in_plain_words(error, endpoint.token)
            if _UNKNOWN_TOKEN in words.lower():
                raise AccessRefusedError(_access_refused(endpoint, words)) from None
            answered = for_good = any(word in words.lower() for word in _REFUSED_FOR_GOOD)
            if forward is not None:
                # Of a connection that leads nowhere, or whose handshake failed, pymilvus does not know the reason.
                lost, is_hopeless = forward.trouble, forward.is_hopeless
                if not is_hopeless and (trouble := handshake_trouble(forward.port, trust)):
                    words, answered, for_good = trouble, True, True
                elif lost and not answered:
                    words, for_good = without_token(lost, endpoint.token), is_hopeless
            now = time.monotonic()
            if now >= deadline or for_good:
                if answered:
                    raise ResourceError(f"Milvus at {endpoint} is there, and cannot be used: {words}") from None
                raise ResourceError(
                    f"Milvus at {endpoint} gave no answer to a real call within {now - waited_since:.0f} s: {words}. "
                    "Check that it runs, that the address and port (19530) are right and reachable from here; "
                    "milvus:waitSeconds says how long to wait for one that is starting"
                ) from None
            report(f"waiting for Milvus at {endpoint} to answer, {deadline - now:.0f} s left: {words}")
            time.sleep(1.0)


def _access_refused(endpoint: Endpoint, words: str) -> str:
    if not endpoint.token:
        return (
            f"Milvus at {endpoint} asks for a user and password, and none was given: {words}. Give them as "
            "milvus:token, user:password or an API key"
        )
    user, separator, _ = endpoint.token.partition(":")
    refused = f"does not know user {user} with this password" if separator else "does not know this API key"
    return (
        f"Milvus at {endpoint} answers, and {refused}: {words}. milvus:token must be what opens it now (user:password, "
        "or an API key); the one of a Milvus in a cluster stands in the Secret that passwordSecret names"
    )


def _client_class() -> type[MilvusClient]:
    import logging

    from pymilvus import MilvusClient as Client

    # It logs every failed call with its traceback; the same error reaches the user in plain words.
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
    found: type[MilvusClient] = Client
    return found


def _is_from_milvus(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] in ("pymilvus", "grpc")
