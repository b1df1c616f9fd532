"""The operator's waits, and one setting that shortens them for tests."""

from __future__ import annotations

import os
from dataclasses import dataclass

HASTE_VARIABLE = "PULUMI_MILVUS_STANDIN_HASTE"
_STATUS_SECONDS = 30.0  # recorded: the probes' loop
_HEALTHY_STATUS_SECONDS = 60.0  # recorded: replicas-1 stays Healthy; the operator's sources: twice the above
_REQUEUE_SECONDS = 15.0  # recorded: querynode-scale, one step down every 15 s
_RESYNC_SECONDS = 600.0  # facts: a roll can wait for the resync, since Deployments are not watched
_ERROR_SECONDS = 1.0
_LONGEST_ERROR_SECONDS = 60.0


@dataclass(frozen=True)
class Waits:
    """Seconds. `haste` divides all of them, and the minReadySeconds of the Deployments that the loop writes."""

    haste: float = 1.0

    @property
    def status_seconds(self) -> float:
        """Between two looks at a resource that is not both healthy and updated."""
        return _STATUS_SECONDS / self.haste

    @property
    def healthy_status_seconds(self) -> float:
        """Between two looks at one that is."""
        return _HEALTHY_STATUS_SECONDS / self.haste

    @property
    def requeue_seconds(self) -> float:
        """Between two steps of a roll or of scaling down."""
        return _REQUEUE_SECONDS / self.haste

    @property
    def resync_seconds(self) -> float:
        """After which a resource is looked at though nothing happened."""
        return _RESYNC_SECONDS / self.haste

    def error_seconds(self, failures: int) -> float:
        """After an error, the longer the more there were in a row."""
        return float(min(_ERROR_SECONDS * 2.0 ** (failures - 1), _LONGEST_ERROR_SECONDS)) / self.haste

    def min_ready_seconds(self, seconds: int) -> int:
        """A Deployment's minReadySeconds, whole."""
        return int(seconds / self.haste)


def declared_waits() -> Waits:
    """What the environment says.

    Raises:
        ValueError: the divisor is no number of 1 or more.
    """
    text = os.environ.get(HASTE_VARIABLE) or "1"
    try:
        haste = float(text)
    except ValueError:
        haste = 0.0
    if not haste >= 1:
        raise ValueError(f"{HASTE_VARIABLE}={text}: a divisor of the waits, a number of 1 or more; 1 is the real pace")
    return Waits(haste)
