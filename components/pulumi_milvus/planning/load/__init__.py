"""The load model: queries a second, recall and p99 become cores and replicas; writes become cores and disk reads.

Every quantity is a range, every constant carries its source. docs/load.md has the formulas and how well they fit.
"""

from __future__ import annotations

from pulumi_milvus.planning.load.build import BuildCost, build_cores, build_cost
from pulumi_milvus.planning.load.cores import ReplicaAdvice, replicas_for
from pulumi_milvus.planning.load.disk_reads import DiskReads, queries_per_second_of
from pulumi_milvus.planning.load.gpu_advice import GpuAdvice, advise_gpu, queries_in_flight
from pulumi_milvus.planning.load.ingest import ingest_cores
from pulumi_milvus.planning.load.list_recall import advised_nlist
from pulumi_milvus.planning.load.ranges import Range, Term
from pulumi_milvus.planning.load.reach import Reach
from pulumi_milvus.planning.load.search import Machines, SearchLoad, search_load
from pulumi_milvus.planning.load.segments import segments_visited
from pulumi_milvus.planning.load.wal import WriteAheadLog, write_ahead_log
from pulumi_milvus.planning.load.work import SearchParameter

__all__ = [
    "BuildCost",
    "DiskReads",
    "GpuAdvice",
    "Machines",
    "Range",
    "Reach",
    "ReplicaAdvice",
    "SearchLoad",
    "SearchParameter",
    "Term",
    "WriteAheadLog",
    "advise_gpu",
    "advised_nlist",
    "build_cores",
    "build_cost",
    "ingest_cores",
    "queries_in_flight",
    "queries_per_second_of",
    "replicas_for",
    "search_load",
    "segments_visited",
    "write_ahead_log",
]
