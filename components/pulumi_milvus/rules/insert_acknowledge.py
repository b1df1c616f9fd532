"""Rule ``insert-acknowledge``: an insert is wished to be acknowledged sooner than the write-ahead log does it.

What a log takes is documented, not measured here: ``planning.load.wal``. A wish below all that is documented is a
warning, since everything still works; one that only some inserts keep, or that nobody has figures for, is advice.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.facts import EnvironmentFacts

RULE: Final = "insert-acknowledge"
LEVEL: Final = "warning"
REASON: Final = "How soon an insert is acknowledged is the log's to say: one in the object store waits for an upload."
FIX: Final = "a wish that the log keeps, or another log before the first insert"
SOURCE: Final = "documented latencies of each log, named in planning/load/wal.py"
SUBJECT: Final = "insert_acknowledge_ms"


def check(environment: EnvironmentFacts) -> list[Finding]:
    """Judge the wish of an environment; silent where there is none."""
    wished = environment.insert_acknowledge_ms
    if wished is None:
        return []
    if environment.wal is None:
        whose = {"lite": "Milvus Lite's own log", "managed": "the service's log"}.get(environment.topology, "the log")
        message = f"{SUBJECT} is {wished:g}, and how long an insert waits for {whose} is not known"
        return [Finding(RULE, "advice", SUBJECT, message, "measure it with your own inserts", "not measured")]
    from pulumi_milvus.planning.load.acknowledge import acknowledge_reach  # the load model: not for who has no wish
    from pulumi_milvus.planning.load.wal import write_ahead_log

    reach = acknowledge_reach(wished, environment.wal, environment.topology)
    if reach.kept:
        return []
    highest = write_ahead_log(environment.wal).acknowledgement_ms.highest
    message = f"{SUBJECT} is {wished:g}, and {reach.why}" + (" for all of them" if reach.ever else "")
    fix = f"wish {highest:g}"
    if reach.nearest:
        fix += (
            f"; or {reach.nearest}; before the first insert, since an edit does not switch the log of a running Milvus"
        )
    return [Finding(RULE, "advice" if reach.ever else "warning", SUBJECT, message, fix, reach.source)]
