"""How long an insert waits for the write-ahead log, and how many bytes a second it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Range

SOURCE: Final = (
    "Milvus 3.0 docs, reference/architecture/woodpecker_architecture.md: one node, one client, one stream; "
    "adminGuide/woodpecker.md"
)


@dataclass(frozen=True, slots=True)
class WriteAheadLog:
    """What the documentation says of a write-ahead log.

    ``acknowledgement_ms``: until an insert is durable. ``bytes_per_second``: of one stream, None where not published.
    """

    acknowledgement_ms: Range
    bytes_per_second: float | None
    source: str
    note: str = ""


# Woodpecker embedded buffers in memory and writes to the object store every 200 ms or 2 MB: "generally 200-500 ms"; the
# benchmark of the same page, without queueing, had 184 ms on MinIO and 166 ms on S3. The service answers from two of
# three nodes, in "single-digit milliseconds". Pulsar, Kafka: that benchmark's one figure. All: SOURCE.
_LOGS: Final = {
    "woodpecker": WriteAheadLog(
        Range(200.0, 350.0, 500.0),
        71e6,
        SOURCE,
        "embedded, on an object store: 71 MB/s on MinIO, 750 MB/s on S3; a batch every 200 ms or 2 MB",
    ),
    "woodpecker-local": WriteAheadLog(
        Range(1.8, 10.0, 20.0),
        450e6,
        SOURCE,
        "embedded, on a file system; a batch every 10 ms, 1.8 ms in the benchmark",
    ),
    "woodpecker-service": WriteAheadLog(Range(1.0, 5.0, 10.0), None, SOURCE, "a service of its own, a quorum of 3"),
    "pulsar": WriteAheadLog(Range.exactly(35.0), 107e6, SOURCE, "one figure, without its spread"),
    "kafka": WriteAheadLog(Range.exactly(58.0), 130e6, SOURCE, "one figure, without its spread"),
}
WAL_NAMES: Final = tuple(_LOGS)
# What a plan for servers lays out: the default of Milvus from 2.6 on, without further pods.
PLANNED_WAL: Final = "woodpecker"


def acknowledged_after(name: str) -> str:
    """How long an insert waits for that log, in words: ``200 to 500 ms``."""
    wait = write_ahead_log(name).acknowledgement_ms
    return f"{wait.lowest:g} ms" if wait.lowest == wait.highest else f"{wait.lowest:g} to {wait.highest:g} ms"


def write_ahead_log(name: str) -> WriteAheadLog:
    """The write-ahead log of that name: one of ``WAL_NAMES``. Raises ``InvalidValues`` for another.

    RocksMQ, and Milvus Lite's own log, are not in the documentation's benchmark.
    """
    given = Given()
    given.choice("wal", name, WAL_NAMES)
    given.refuse()
    return _LOGS[name]
