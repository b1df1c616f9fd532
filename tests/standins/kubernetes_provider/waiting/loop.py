"""Asks the API server again and again until an object is ready or time is up."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kubernetes_provider import kinds, objects
from kubernetes_provider.api import Api
from kubernetes_provider.discovery import Discovery
from kubernetes_provider.errors import ApiError, NoSuchKindError, NotReadyError
from kubernetes_provider.kinds import Kind
from kubernetes_provider.wire import Object

DEFAULT_TIMEOUT_SECONDS = 600.0
POLL_SECONDS = 0.25


def haste() -> float:
    """By how much the fixed pauses of the recordings are shortened, 1 for not at all; timeouts stay as declared."""
    return max(1.0, float(os.environ.get("PULUMI_MILVUS_STANDIN_HASTE") or 1))


@dataclass(frozen=True)
class Surroundings:
    """What waiting needs: the server, the user's ear, and whether the user has had enough."""

    api: Api
    discovery: Discovery
    tell: Callable[[str, str], None] = lambda _severity, _message: None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def read(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """One object, None where it or its kind is missing."""
        try:
            return self.api.get(self.discovery.mapping(kind).item(namespace, name))
        except NoSuchKindError:
            return None
        except ApiError as error:
            if error.is_missing:
                return None
            raise

    def again(self, live: Object) -> Object | None:
        """The object as it is now."""
        return self.read(kinds.of_object(live), objects.namespace(live), objects.name(live))

    def children(self, kind: Kind, owner: Object) -> list[Object]:
        """Objects of a kind in the owner's namespace that it controls; without their own kind and apiVersion."""
        uid = objects.metadata(owner).get("uid")
        return [
            item
            for item in self.all_of(kind, objects.namespace(owner))
            if any(reference.get("uid") == uid for reference in objects.metadata(item).get("ownerReferences") or [])
        ]

    def all_of(self, kind: Kind, namespace: str) -> list[Object]:
        """All objects of a kind in a namespace."""
        found = self.api.get(self.discovery.mapping(kind).collection(namespace)).get("items")
        return list(found) if isinstance(found, list) else []


@dataclass(frozen=True)
class Look:
    """What one look at an object showed. `causes` say why it is not ready, `failed` that it never will be."""

    ready: bool
    live: Object
    causes: Sequence[str] = ()
    progress: str = ""
    failed: str = ""


def wait(
    look: Callable[[], Look], surroundings: Surroundings, timeout_seconds: float, message_when_late: str
) -> Object:
    """Look until ready; the live object. Raises NotReadyError with the causes of the last look."""
    deadline = time.monotonic() + timeout_seconds
    told: Any = None
    while True:
        seen = look()
        if seen.progress and seen.progress != told:
            told = seen.progress
            surroundings.tell("progress", seen.progress)
        if seen.ready:
            return seen.live
        if seen.failed:
            raise NotReadyError(seen.failed, seen.live, seen.causes)
        left = deadline - time.monotonic()
        if left <= 0:
            raise NotReadyError(message_when_late, seen.live, seen.causes)
        if surroundings.cancelled.wait(min(POLL_SECONDS, left)):
            message = f'Resource operation was cancelled for "{objects.name(seen.live)}"'
            raise NotReadyError(message, seen.live, seen.causes)
