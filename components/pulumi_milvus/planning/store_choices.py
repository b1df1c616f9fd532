"""What stands beside Milvus as a workload may choose it: the write-ahead log, the object store, etcd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.planning.problems import Problem, shown

OBJECT_STORES: Final = ("external", "in_cluster", "local")
ETCDS: Final = ("in_cluster", "external")
LOCAL_WAL: Final = "woodpecker-local"


def store_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Choices of one workload that exclude each other; ``values`` holds those that are valid on their own."""
    if values.get("object_store") != "local":
        return
    # One pod with everything in its own volume: etcd is a part of its process.
    topology = values.get("topology")
    if topology not in (None, "standalone"):
        reason = f"local is the volume of one standalone pod, and topology is {topology}"
        yield Problem("object_store", shown("local"), reason, "external")
    if values.get("availability", "none") != "none":
        reason = "local is the volume of one pod, which is lost with its node, and availability is not none"
        yield Problem("object_store", shown("local"), reason, "external")
    if values.get("etcd") == "external":
        reason = "with object_store: local etcd runs inside the standalone process"
        yield Problem("etcd", shown("external"), reason, "in_cluster")
    wal = values.get("wal")
    if wal not in (None, LOCAL_WAL):
        reason = "with object_store: local the log is kept on the same volume"
        yield Problem("wal", shown(wal), reason, LOCAL_WAL)
