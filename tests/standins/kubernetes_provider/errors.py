"""What can go wrong, in the shapes that the provider's answers need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class ProviderError(Exception):
    """A failure whose text is the whole message to the user."""


class UnreachableError(ProviderError):
    """The API server does not answer."""


class NoSuchKindError(ProviderError):
    """The API server serves no such kind: its CustomResourceDefinition is missing."""

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(f'no matches for kind "{kind}" in version "{api_version}"')


class ApiError(ProviderError):
    """The API server refused; carries its Status."""

    def __init__(self, code: int, status: Mapping[str, Any]) -> None:
        self.code = code
        self.reason = str(status.get("reason") or "")
        self.details: Mapping[str, Any] = status.get("details") or {}
        super().__init__(str(status.get("message") or f"the server answered {code}"))

    @property
    def is_missing(self) -> bool:
        """Whether the object, its namespace or its kind is not there."""
        return self.code == 404

    @property
    def is_conflict_of_managers(self) -> bool:
        """Whether a server-side apply met another owner of a field, or the object changed meanwhile."""
        return self.code == 409 and self.reason == "Conflict"

    @property
    def exists_already(self) -> bool:
        """Whether a create met an object of the same name."""
        return self.code == 409 and self.reason == "AlreadyExists"

    @property
    def is_missing_namespace(self) -> bool:
        """Whether it is the namespace that is not there."""
        return self.is_missing and self.details.get("kind") == "namespaces"


class NotReadyError(ProviderError):
    """An object was written and did not become ready; `live` is the last that was seen of it."""

    def __init__(self, message: str, live: dict[str, Any], causes: Sequence[str] = ()) -> None:
        self.live = live
        self.causes = tuple(causes)
        super().__init__(message)


class PartialFailureError(ProviderError):
    """The engine keeps `state` although the operation failed, and tries again with the next update."""

    def __init__(
        self,
        message: str,
        identifier: str,
        state: dict[str, Any],
        causes: Sequence[str] = (),
        inputs: dict[str, Any] | None = None,
    ) -> None:
        self.identifier = identifier
        self.state = state
        self.inputs = inputs
        self.reasons = (message, *causes)
        super().__init__(message)
