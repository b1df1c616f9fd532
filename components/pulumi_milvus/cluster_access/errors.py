"""What goes wrong on the way into a cluster, in plain words."""

from __future__ import annotations

import ast
import json
import re

from pulumi_milvus.resources.errors import ResourceError

MISSING_CLIENT = (
    "the Python package kubernetes is not installed, and nothing in a cluster can be reached without it; install the "
    "extra: pip install 'pulumi-milvus[kubernetes]'"
)


class ClusterError(ResourceError):
    """The API server could not be asked, or refused."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status, 0 where there was no answer at all."""

    @property
    def is_missing(self) -> bool:
        """Whether what was asked for does not exist."""
        return self.status == 404

    @property
    def is_for_good(self) -> bool:
        """Whether asking again cannot help: the account is unknown or may not."""
        return self.status in (401, 403)


def refusal(status: int, body: str) -> str:
    """The API server's own words for a refusal, from its Status object."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    message = said.get("message") if isinstance(said, dict) else None
    words = " ".join(str(message or body or "no reason given").split())[:500]
    if status == 401:
        return f"it does not know this account ({words}); the kubeconfig's credentials are wrong or have expired"
    if status == 403:
        return f"this account may not: {words}"
    return f"it answered {status}: {words}"


def handshake_refusal(said: str) -> tuple[int, str]:
    """The HTTP status and the words of a WebSocket that was not opened; 0 where there was no answer.

    The official client gives websocket-client's text: `Handshake status 403 Forbidden -+-+- HEADERS -+-+- BODY`.
    """
    status = re.search(r"Handshake status (\d+)", said)
    if status is None:
        return 0, " ".join(said.split())[:400] or "no reason given"
    words = refusal(int(status[1]), _unquoted(said.rpartition("-+-+- ")[2].strip()))
    needed = "; a forward needs the verbs get and create on pods/portforward" if status[1] == "403" else ""
    return int(status[1]), f"{words}{needed}"


def _unquoted(text: str) -> str:
    """The text of a bytes literal, which is how websocket-client shows a body."""
    try:
        body = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return body.decode(errors="replace") if isinstance(body, bytes) else text


def transport_words(error: BaseException) -> str:
    """The innermost reason of a connection that failed, on one line."""
    reason: object = error
    for _ in range(5):
        inner = getattr(reason, "reason", None) or getattr(reason, "__cause__", None)
        if inner is None or isinstance(inner, str):
            break
        reason = inner
    words = " ".join(str(reason).split())
    # urllib3 puts the object before its words: "HTTPSConnection(host='..', port=1): Failed to establish ...".
    return words.rpartition("): ")[2] or type(error).__name__
