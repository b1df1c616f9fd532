"""What a resource says when it cannot do what was asked."""

from __future__ import annotations


class ResourceError(Exception):
    """An expected failure, told to the user word for word and without a traceback."""


def in_plain_words(error: BaseException, *secrets: str) -> str:
    """The server's own words for an error from pymilvus or gRPC, without the wrapping, on one line, secrets removed."""
    message = getattr(error, "message", None)
    if not isinstance(message, str) or not message:
        details = getattr(error, "details", None)
        message = details() if callable(details) else str(error)
    text = " ".join(str(message or type(error).__name__).split())
    for secret in secrets:
        for part in {secret, *secret.split(":", 1)}:
            if len(part) >= 4:
                text = text.replace(part, "[secret]")
    return text
