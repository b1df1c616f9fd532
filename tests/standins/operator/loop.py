"""The operator's loop over all resources: events, waits, and the two status loops."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from .api import ApiError
from .documents import Document, section, value_at
from .reconciling import Reconciler
from .status import HEALTHY, is_true

_log = logging.getLogger(__name__)
Key = tuple[str, str]
_AFTER_CONFLICT_SECONDS = 0.05


@dataclass
class Loop:
    """Keeps when to look at what. Time is given from outside, in seconds of any clock."""

    reconciler: Reconciler
    _due: dict[Key, float] = field(default_factory=dict)
    _resync: dict[Key, float] = field(default_factory=dict)
    _failures: dict[Key, int] = field(default_factory=dict)
    _next_status: float = 0.0
    _next_healthy_status: float = 0.0

    def turn(self, now: float, changed: Iterable[Key]) -> float:
        """Look at what changed and at what is due; the time of the next turn if nothing changes till then.

        Args:
            changed: Namespace and name of the resources that changed since the last turn.
        """
        wanted = dict.fromkeys(changed)
        for times in (self._due, self._resync):
            for key in [key for key, when in times.items() if when <= now]:
                del times[key]
                wanted[key] = None
        for key in wanted:
            self._look(key, now)
        self._look_at_status(now)
        return min([self._next_status, self._next_healthy_status, *self._due.values(), *self._resync.values()])

    def _look(self, key: Key, now: float) -> None:
        waits = self.reconciler.waits
        self._resync[key] = now + waits.resync_seconds
        try:
            seconds = self.reconciler.one_look().reconcile(*key)
        except ApiError as error:
            if error.is_conflict:
                # Somebody wrote in between: look at what they wrote, but not in a circle without a breath.
                self._look_again(key, now + _AFTER_CONFLICT_SECONDS)
                return
            failures = self._failures[key] = self._failures.get(key, 0) + 1
            _log.warning("%s/%s: %s", *key, error)
            self._look_again(key, now + waits.error_seconds(failures))
            return
        self._failures.pop(key, None)
        if seconds is not None:
            self._look_again(key, now + seconds)

    def _look_again(self, key: Key, when: float) -> None:
        """A look for another reason in between does not take this one away; of two the earlier counts."""
        self._due[key] = min(when, self._due.get(key, when))

    def _look_at_status(self, now: float) -> None:
        """Probe dependencies and renew the status of everything, the healthy less often."""
        waits = self.reconciler.waits
        others, healthy = now >= self._next_status, now >= self._next_healthy_status
        if not (others or healthy):
            return
        if others:
            self._next_status = now + waits.status_seconds
        if healthy:
            self._next_healthy_status = now + waits.healthy_status_seconds
        try:
            resources = self.reconciler.api.list("Milvus")
        except ApiError as error:
            _log.warning("the resources cannot be listed: %s", error)
            return
        alive = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in resources}
        self._due = {key: when for key, when in self._due.items() if key in alive}
        self._resync = {key: when for key, when in self._resync.items() if key in alive}
        for resource in resources:
            wanted = healthy if _is_settled(resource) else others
            if wanted and _may_be_renewed(resource):
                self._renew(resource)

    def _renew(self, resource: Document) -> None:
        try:
            self.reconciler.one_look().renew_status(resource, probe=True)
        except ApiError as error:
            # A conflict: somebody was quicker, and the next round sees what they wrote.
            if not error.is_conflict:
                _log.warning("status of %s: %s", resource["metadata"]["name"], error)


def _is_settled(resource: Document) -> bool:
    status = section(resource, "status")
    return status.get("status") == HEALTHY and is_true(status, "MilvusUpdated")


def _may_be_renewed(resource: Document) -> bool:
    """Not before it has its defaults, not while it is being worked on, and not when it is going."""
    if value_at(resource, "metadata", "deletionTimestamp") or not value_at(resource, "status", "status"):
        return False
    seen = value_at(resource, "status", "observedGeneration") or 0
    return bool(seen >= (value_at(resource, "metadata", "generation") or 0))
