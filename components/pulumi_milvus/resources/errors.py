"""What a resource says when it cannot do what was asked."""

from __future__ import annotations

import base64
from urllib.parse import quote

_SHORTEST_SECRET = 4
"""Replacing shorter texts would hide words that give nothing away."""


class ResourceError(Exception):
    """An expected failure, told to the user word for word and without a traceback."""


class AccessRefusedError(ResourceError):
    """Milvus answered, and does not take the token."""


def in_plain_words(error: BaseException, token: str = "") -> str:
    """The server's own words for an error from pymilvus or gRPC, without the wrapping, on one line, secrets removed."""
    said = _words(error)
    # pymilvus says of every failed connection that the server may be unavailable; the reason is in the cause.
    if error.__cause__ is not None and (reason := _words(error.__cause__)) not in said:
        said = f"{said} ({reason})"
    return without_token(said, token)


def _words(error: BaseException) -> str:
    message = getattr(error, "message", None)
    if not isinstance(message, str) or not message:
        details = getattr(error, "details", None)
        message = details() if callable(details) else str(error)
    return " ".join(str(message or type(error).__name__).split())


def without_token(text: str, token: str) -> str:
    """The text without a token, its password, or either as it travels in headers and addresses.

    A user's name is no secret, and often a word such as root.
    """
    password = token.partition(":")[2]
    plain = [part for part in (token, password) if len(part) >= _SHORTEST_SECRET]
    encoded = [base64.b64encode(part.encode()).decode() for part in plain] + [quote(part, safe="") for part in plain]
    for part in sorted({*plain, *encoded}, key=len, reverse=True):
        text = text.replace(part, "[secret]")
    return text
