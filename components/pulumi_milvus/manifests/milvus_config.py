"""Milvus's own configuration: everything that matters is said, and nothing is left to a default that bites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.manifests.names import LOCAL_STORAGE_PATH, REST_PORT
from pulumi_milvus.manifests.quantities import MIB
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.capacity.query_nodes import GPU_POOL_BYTES
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.versions import parse_version

# Indexes whose segments have the size dataCoord.segment.diskSegmentMaxSize (Milvus 3.0 docs, configure_datacoord.md).
_ON_DISK: Final = frozenset({"DISKANN", "AISAQ"})
# dataCoord.segment.maxSize and diskSegmentMaxSize where no collection of that kind is declared: Milvus's defaults.
_SEGMENT_MB: Final = 1024
_DISK_SEGMENT_MB: Final = 2048
# gpu.initMemSize: 2048 MB with a pool of at most 4096 is recommended since 2.4.1 (Milvus 3.0 docs, configure_gpu.md).
_GPU_FIRST_MB: Final = 2048
# Indexes that only version 10 of the index format has (Milvus 3.0 release notes).
_NEW_FORMAT: Final = 10
# DISKANN's search width where nothing is declared (Milvus 3.0 docs, configure_knowhere.md).
_BEAM_WIDTH_RATIO: Final = 4
_DISKANN_BUILD: Final = ("max_degree", "search_list_size", "pq_code_budget_gb_ratio", "search_cache_budget_gb_ratio")
TLS_PATH: Final = "/milvus/tls"


def index_config(plan: Plan) -> dict[str, Any]:
    """What the plan decided on segments, indexes, local disk and GPUs."""
    indexes = list(_indexes(plan))
    disk = any(role.local_disk_bytes for role in plan.roles.values()) or any(name in _ON_DISK for name, _ in indexes)
    mapped = bool(plan.collections) and all(collection.mmap for collection in plan.collections)
    data_coord: dict[str, Any] = {
        "segment": {
            "maxSize": _segment_mb(plan, on_disk=False),
            "diskSegmentMaxSize": _segment_mb(plan, on_disk=True),
        }
    }
    if any(_needs_new_format(name, params) for name, params in indexes) and _is_3(plan):
        data_coord["targetVecIndexVersion"] = _NEW_FORMAT
    query_node: dict[str, Any] = {
        # False in Milvus, true in the chart, and not set by the operator.
        "enableDisk": disk,
        # For the cluster; a collection's own property goes before it (Milvus 3.0 docs, mmap.md).
        "mmap": {
            "vectorField": mapped,
            "vectorIndex": mapped,
            "scalarField": mapped,
            "scalarIndex": mapped,
            "growingMmapEnabled": False,
        },
        # Nothing is evicted: the plan has room for all that is loaded.
        "segcore": {"tieredStorage": {"evictionEnabled": False, "backgroundEvictionEnabled": False}},
    }
    found: dict[str, Any] = {
        "localStorage": {"path": LOCAL_STORAGE_PATH},
        "dataCoord": data_coord,
        "queryNode": query_node,
    }
    if plan.hardware == "gpu":
        found["gpu"] = {"initMemSize": _GPU_FIRST_MB, "maxMemSize": GPU_POOL_BYTES // MIB}
    graphs = [params for name, params in indexes if name == "DISKANN"]
    if graphs:
        build = {key: graphs[0][key] for key in _DISKANN_BUILD if key in graphs[0]}
        found["knowhere"] = {"DISKANN": {"build": build, "search": {"beam_width_ratio": _BEAM_WIDTH_RATIO}}}
    return found


def guard_config(settings: ClusterSettings) -> dict[str, Any]:
    """Who may do what: users and passwords on, protection of memory on, TLS where asked.

    The quotas are Milvus's own, said aloud: writes slow down from 85 % of a node's memory and stop at 95 %; the disk
    quota stays unlimited, since growth is planned (Milvus 3.0 docs, configure_quotaandlimits.md).
    """
    security: dict[str, Any] = {"authorizationEnabled": True}
    found: dict[str, Any] = {
        "common": {"security": security},
        "quotaAndLimits": {
            "enabled": True,
            "limitWriting": {
                "memProtection": {
                    "enabled": True,
                    "dataNodeMemoryLowWaterLevel": 0.85,
                    "dataNodeMemoryHighWaterLevel": 0.95,
                    "queryNodeMemoryLowWaterLevel": 0.85,
                    "queryNodeMemoryHighWaterLevel": 0.95,
                },
                "diskProtection": {"enabled": True, "diskQuota": -1},
            },
        },
    }
    if settings.graceful_stop_seconds is not None:
        # After that time a process ends whatever it has not handed over (configs/milvus.yaml of Milvus: 1800).
        found["common"]["gracefulStopTimeout"] = settings.graceful_stop_seconds
    if settings.tls_secret is not None:
        security["tlsMode"] = 1
        found["tls"] = {
            "serverPemPath": f"{TLS_PATH}/tls.crt",
            "serverKeyPath": f"{TLS_PATH}/tls.key",
            "caPemPath": f"{TLS_PATH}/ca.crt",
        }
        found["proxy"] = {"http": {"enabled": True, "port": REST_PORT}}
    return found


def merged(first: Mapping[str, Any], *others: Mapping[str, Any]) -> dict[str, Any]:
    """Nested mappings as one; a later one goes before an earlier one."""
    result = {key: merged(value) if isinstance(value, Mapping) else value for key, value in first.items()}
    for other in others:
        for key, value in other.items():
            if isinstance(value, Mapping):
                inner = result.get(key)
                result[key] = merged(inner if isinstance(inner, Mapping) else {}, value)
            else:
                result[key] = value
    return result


def _indexes(plan: Plan) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for planned in plan.collection_plans:
        for resolved in planned.get("resolved_indexes", ()):
            yield str(resolved["index"]), resolved.get("params") or {}


def _segment_mb(plan: Plan, *, on_disk: bool) -> int:
    found = [
        int(planned["segment_bytes"]) // MIB
        for planned in plan.collection_plans
        if planned.get("segment_bytes")
        and on_disk == any(resolved["index"] in _ON_DISK for resolved in planned.get("resolved_indexes", ()))
    ]
    return max(found, default=_DISK_SEGMENT_MB if on_disk else _SEGMENT_MB)


def _needs_new_format(name: str, params: Mapping[str, Any]) -> bool:
    return name == "FAISS" or params.get("inverted_index_algo") == "SINDI"


def _is_3(plan: Plan) -> bool:
    version = parse_version(plan.milvus_version)
    return version is not None and version >= (3,)
