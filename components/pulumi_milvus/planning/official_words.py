"""Why a plan's figures differ from the official sizing tool's: the words, from reading both.

Source of what is said of the tool: github.com/milvus-io/milvus.io, commit f57ab62 (2026-08-21), src/utils/sizingTool.ts
and src/consts/sizing.ts; docs/official.md says where it breaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import CollectionSize
from pulumi_milvus.planning.official.pods import StoringPods
from pulumi_milvus.planning.official_totals import OfficialTotals
from pulumi_milvus.planning.workload import Workload

SOURCE: Final = "milvus.io/tools/sizing, milvus-io/milvus.io f57ab62 (2026-08-21), src/utils/sizingTool.ts"
UNKNOWN: Final = "the tool does not know {what}"
LITE: Final = "the tool does not know Milvus Lite; its smallest answer is one pod of 8 GiB"
LOADED: Final = "the tool's loading memory beside what loaded data occupy; the parts add up to the difference"
ROWS: Final = "key, timestamp and row id of each row, 100 bytes, measured; the tool has no such term"
SCALARS: Final = "the tool counts the bytes of a row once; we count what is held in memory, and scalar indexes"
FACTOR: Final = "it multiplies indexes and segments by 1.15; we count what a load takes for itself, in each pod"
HELD: Final = "it adds two segments once for the whole cluster, none for DISKANN; we leave room for one in every pod"
DISK: Final = (
    "the tool adds vectors and links; a graph's file has whole sectors of 4096 bytes, and PQ codes come on top. What "
    "it shows it never asks for in the files that it generates"
)
HOLDING: Final = "what the pods have that hold the data; the parts add up to the difference"
ABOVE: Final = "the difference of the figure above"
COPIES: Final = "{replicas} in-memory replicas; the tool has none"
THEIR_ROOM: Final = "its pods are filled to the edge of its brackets: what is left of them is chance, not room"
SUM: Final = "the sum over all roles"
ETCD: Final = "the tool's sizes follow the raw data; etcd holds collections, segments and channels, not rows"
QUEUE: Final = (
    "the tool's default is Pulsar; ours is Woodpecker, the default of Milvus from 2.6 on, which writes to the object "
    "store and has no pods. Choosing it in the tool gives nothing, too"
)

_BY_INDEX: Final[Mapping[str, str]] = {
    "FLAT": "the same vectors",
    "HNSW": "the tool leaves out 16 bytes a row of the graph",
    "IVF_FLAT": "the tool counts centroids once, not in each segment, and no ids (8 bytes a row)",
    "IVF_SQ8": "the tool counts centroids once, not in each segment, and no ids (8 bytes a row)",
    "IVF_RABITQ": "the tool leaves out factors and ids, 16 bytes a row, which is most of a code below 256 dimensions",
    "SCANN": "the tool's codes are twice as large as Milvus's, which have 4 bits for 2 dimensions",
    "DISKANN": "the tool takes a quarter of the vectors; in memory are PQ codes and a cache, and the loader sets "
    "aside a quarter of the file",
    "AISAQ": "the tool takes 16 MiB whatever the size",
}


def notes(workload: Workload, totals: OfficialTotals, topology: str) -> Iterator[str]:
    """What was filled in that the tool's form does not ask for, or would choose otherwise."""
    yield f"the rows at the horizon, {workload.horizon_months} months from now: the tool does not ask for growth"
    if len(totals.known) > 1:
        yield f"{len(totals.known)} vector fields, each on its own, and the sums: the tool's form has one"
    if totals.automatic_mode != totals.mode:
        yield f"{totals.mode}: by itself the form would choose {totals.automatic_mode}"
    if topology in ("standalone", "distributed") and totals.mode != topology:
        yield f"{topology} is not offered for so much data; these are the pods of {totals.mode}"
    if workload.queries_per_second or workload.inserts_per_second or workload.availability != "none":
        yield "no queries, no inserts, nothing that may be lost: the tool has no place for them"
    if totals.results_hidden:
        yield "above 1,000 million vectors of 768 dimensions its page shows dashes; these are the numbers behind them"


def raw(totals: OfficialTotals) -> str:
    """Why raw data may differ."""
    return "vectors and scalar data as they are" + (
        "; fields that the tool does not know are in ours only" if totals.unknown else ""
    )


def indexes(totals: OfficialTotals, sizes: tuple[CollectionSize, ...]) -> str:
    """Why the indexes differ."""
    found = [f"{name}: {_BY_INDEX[name]}" for name in dict.fromkeys(totals.known.values()) if name in _BY_INDEX]
    if totals.unknown:
        found.append(f"not known to the tool and in ours only: {', '.join(dict.fromkeys(totals.unknown.values()))}")
    if any(size.collection.mmap for size in sizes):
        found.append("mmap: we map the index from disk, where the tool maps scalar data only")
    return "; ".join(found)


def spare(availability: str) -> str:
    """Why there are more pods than hold the data."""
    return {
        "none": "pods that do not divide among the copies; nothing may be lost",
        "pod": "one more, so that one may be lost; the tool has none",
        "zone": "so many that a zone may be lost; the tool has none",
    }[availability]


def our_room(name: str) -> str:
    """What is left in our pods."""
    if name == "standalone":
        return "process, write buffers, growing rows, one index that is built, and at rest below 90 %"
    return "process, one whole segment beside the share, its load, at rest below 90 %, whole nodes, pods for queries"


def role(name: str, workload: Workload) -> Mapping[str, str]:
    """Why pods, memory and cores of a role differ."""
    survive = (
        f"availability {workload.availability}: what may be lost is made good by others; the tool has no such wish"
    )
    one = "the tool has one, whatever may be lost"
    by_memory = "the tool's follow the loading memory"
    pods, memory, cores = {
        "standalone": ("one", "see above", "a core for each 4 GiB; ours follow queries, inserts and building"),
        "query_node": (
            f"the tool divides its loading memory by a pod's; {survive}",
            "the tool has pods of 8, 16, 32, 64 or 128 GiB by brackets; ours take what Kubernetes leaves of a node",
            "the tool gives a core for each 4 GiB and asks for no queries; ours have what the node has, enough for "
            f"{workload.queries_per_second:g} queries a second",
        ),
        "proxy": (f"{one}; {survive}", f"{by_memory}; a proxy holds no data", f"{by_memory}; ours, queries"),
        "mix_coord": (f"{one}; we let a second one stand by", f"{by_memory}; ours, collections", f"{by_memory}"),
        "data_node": (
            f"{by_memory}, and stay at 8 from 96 GiB on; ours follow the rows that come in",
            f"{by_memory}; ours must build the index of the largest segment",
            f"{by_memory}; ours build what comes in",
        ),
        "streaming_node": (
            f"the tool has 2 cores for each 16 of the query nodes; {survive}",
            "ours hold the rows that grow until they are sealed and handed over",
            "the tool's follow the query nodes; ours the inserts",
        ),
    }[name]
    return {"pods": pods, "memory of one": memory, "cores of one": cores}


def object_store(minio: StoringPods) -> str:
    """Why the object stores differ."""
    volumes = f"{minio.pod_count} volumes of {minio.pvc_gib_per_pod:,} GiB" if minio.pod_count > 1 else "one volume"
    return (
        f"the tool: {volumes}, each as large as raw data and loading memory together; index files on disk are not in "
        "it. Ours: binlogs and stored indexes, the copy that compaction leaves for three hours, and the log; a bucket "
        "has no volumes"
    )
