"""Whether inserts are acknowledged as soon as wished, and which write-ahead log would do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load.wal import SOURCE, acknowledged_after, write_ahead_log

# Continues SOURCE, which is of the same documentation.
MATRIX: Final = "mqtype-overview.md, switch-mq-type.md"
# What each is, and which of them a topology may have beside Woodpecker embedded on an object store. MATRIX: the service
# does not go with a standalone, nor a log on a file system with several pods, unless they share it. The service with a
# server of 2.6 is not supported: milvus-io/milvus#51078.
_HOW: Final = {
    "woodpecker": "Woodpecker embedded, on an object store,",
    "woodpecker-local": "Woodpecker on the pod's own volume",
    "woodpecker-service": "Woodpecker as a service of its own, with Milvus 3.0.1 or later,",
    "pulsar": "Pulsar",
    "kafka": "Kafka",
}
_LOGS_OF: Final = {
    "standalone": ("woodpecker-local", "pulsar", "kafka"),
    "distributed": ("woodpecker-service", "pulsar", "kafka"),
}


@dataclass(frozen=True, slots=True)
class AcknowledgeReach:
    """Whether a wished time until an insert is acknowledged is kept.

    ``kept``: always, as documented. ``ever``: some inserts are that quick. ``why`` says what is to be had instead, and
    ``nearest`` how: logs that keep the wish, or the quickest there is. Both are empty where it is kept.
    """

    kept: bool
    ever: bool
    why: str = ""
    nearest: str = ""
    source: str = SOURCE


def acknowledge_reach(wished_ms: float, wal: str, topology: str) -> AcknowledgeReach:
    """Judge a wish in milliseconds for a write-ahead log, one of ``WAL_NAMES``, under standalone or distributed.

    Raises ``InvalidValues`` for another log. A log with one published figure is taken to keep that.
    """
    wait = write_ahead_log(wal).acknowledgement_ms
    if wished_ms >= wait.highest:
        return AcknowledgeReach(True, True)
    why = f"{_HOW[wal]} acknowledges an insert after {acknowledged_after(wal)}, not {wished_ms:g}"
    others = [name for name in _LOGS_OF.get(topology, ()) if name != wal]
    quick = [name for name in others if write_ahead_log(name).acknowledgement_ms.highest <= wished_ms]
    if quick:
        nearest = " or ".join(_told(name) for name in quick)
    else:
        others = [name for name in others if write_ahead_log(name).acknowledgement_ms.highest < wait.highest]
        quickest = min(others, key=lambda name: write_ahead_log(name).acknowledgement_ms.highest, default=None)
        nearest = "" if quickest is None else f"nothing keeps {wished_ms:g} ms for certain, nearest: {_told(quickest)}"
    return AcknowledgeReach(False, wished_ms >= wait.lowest, why, nearest, f"{SOURCE}, {MATRIX}")


def _told(name: str) -> str:
    return f"wal: {name} ({_HOW[name].rstrip(',')}; {acknowledged_after(name)})"
