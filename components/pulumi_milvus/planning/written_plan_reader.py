"""Reads a written plan, which may be broken, cut off, of another program, or edited by hand: every mistake at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pulumi_milvus.planning.findings import Decision, Finding
from pulumi_milvus.planning.json_keys import JsonKeys, finite_problems
from pulumi_milvus.planning.json_text import decoded, read_json
from pulumi_milvus.planning.plan import Cost, Outgrown, Plan, Role
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_plan import FORMAT_VERSION, TOPOLOGIES, NodeType, WrittenPlan

ROLES: Final = {
    "standalone": ("standalone",),
    "distributed": ("proxy", "mix_coord", "query_node", "data_node", "streaming_node"),
}
HARDWARE: Final = ("memory", "nvme", "gpu")
LEVELS: Final = ("error", "warning", "advice")
KEYS: Final = (
    "format_version", "package_version", "catalogue_date", "workload", "topology", "hardware", "milvus_version", "wal",
    "collections", "roles", "node_pools", "dependencies", "object_store_bytes", "cost", "decisions", "alternatives",
    "findings", "outgrown", "node_types",
)  # fmt: skip


def read_written_plan(data: bytes) -> WrittenPlan:
    """The written plan in a file's bytes. Raises ``InvalidValues`` with every mistake, and nothing else."""
    try:
        return _written_plan(_parsed(data))
    except RecursionError:
        raise InvalidValues([Problem("", "", "is nested too deeply")]) from None


def _written_plan(content: Any) -> WrittenPlan:
    if not isinstance(content, dict) or "format_version" not in content:
        reason = "is no written plan: the key format_version is missing"
        raise InvalidValues([Problem("", "", reason)])
    version = content["format_version"]
    if version != FORMAT_VERSION or isinstance(version, bool):
        reason = f"this release reads version {FORMAT_VERSION} only"
        if isinstance(version, int) and version > FORMAT_VERSION:
            reason += f"; the file is of a newer one, {shown(content.get('package_version'))}: use that"
        raise InvalidValues([Problem("format_version", shown(version), reason, str(FORMAT_VERSION))])
    problems = list(finite_problems(content))
    read = _read(JsonKeys(content, "", problems), problems)
    if problems or read is None:
        raise InvalidValues(dict.fromkeys(problems))
    return read


def _parsed(data: bytes) -> Any:
    text = decoded(data, "the file")
    if not text.strip():
        raise InvalidValues([Problem("", "", "is empty")])
    if any(line.startswith("<<<<<<< ") for line in text.splitlines()):
        raise InvalidValues([Problem("", "", "holds a merge conflict: keep one side, or plan anew")])
    try:
        return read_json(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidValues([Problem(where, "", f"cannot be read as JSON: {error.msg}")]) from None
    except ValueError as error:
        raise InvalidValues([Problem("", "", shown(str(error))[1:-1])]) from None


def _read(keys: JsonKeys, problems: list[Problem]) -> WrittenPlan | None:
    keys.only(KEYS)
    workload = _workload(keys, problems)
    package_version = keys.text("package_version")
    catalogue_date = keys.optional_text("catalogue_date")
    topology = keys.text("topology", TOPOLOGIES)
    pools = tuple(_pool(item) for item in keys.items("node_pools"))
    roles = _roles(keys.inner("roles"), ROLES.get(topology, ()), [pool["name"] for pool in pools])
    types = keys.inner("node_types")
    node_types = {name: _node_type(types.inner(name)) for name in types.names}
    for pool in pools:
        if pool.get("instance_type") not in node_types:
            types.wrong(str(pool.get("instance_type")), "a node of that type is in node_pools, and is not here")
    collections = [_collection(item) for item in keys.items("collections")]
    plain: dict[str, Any] = {
        "topology": topology,
        "hardware": keys.text("hardware", HARDWARE),
        "milvus_version": keys.text("milvus_version"),
        "wal": keys.text("wal"),
        "roles": MappingProxyType(roles),
        "node_pools": pools,
        "dependencies": tuple(_named(item) for item in keys.items("dependencies")),
        "object_store_bytes": keys.optional_whole("object_store_bytes"),
        "cost": _cost(keys.inner("cost")),
        "decisions": tuple(_decision(item) for item in keys.items("decisions")),
        "alternatives": tuple(_alternative(item) for item in keys.items("alternatives")),
        "findings": tuple(_finding(item) for item in keys.items("findings")),
        "outgrown": tuple(_outgrown(item) for item in keys.items("outgrown")),
    }
    if workload is None:
        return None
    names = [collection.name for collection in workload.collections]
    if [item["name"] for item in collections] != names and not problems:
        problems.append(Problem("collections", "", f"the workload in the file has {shown(names)}"))
    if problems:
        return None
    return WrittenPlan(
        plan=Plan(workload=workload, collection_plans=_planned(workload, plain, collections), **plain),
        package_version=package_version,
        catalogue_date=catalogue_date,
        node_types=MappingProxyType(node_types),
    )


def _workload(keys: JsonKeys, problems: list[Problem]) -> Workload | None:
    if "workload" not in keys.names:
        problems.append(Problem("workload", "", "is missing"))
        return None
    try:
        return read_workload(keys.value("workload"))
    except InvalidValues as error:
        for problem in error.problems:
            path = f"workload.{problem.path}" if problem.path not in ("", "workload") else "workload"
            problems.append(Problem(path, problem.value, problem.reason, problem.nearest))
        return None


def _roles(keys: JsonKeys, needed: tuple[str, ...], pools: list[str]) -> dict[str, Role]:
    if needed:
        keys.only(needed)
    roles = {}
    for name in needed:
        role = keys.inner(name)
        pool = role.optional_text("node_pool")
        if pool is not None and pool not in pools:
            role.wrong("node_pool", "no pool of that name is in node_pools", pools[0] if pools else "")
        roles[name] = Role(
            pods=role.whole("pods", 1),
            cpu_cores=role.whole("cpu_cores"),
            memory_bytes=role.whole("memory_bytes", 1),
            local_disk_bytes=role.whole("local_disk_bytes"),
            gpus=role.whole("gpus"),
            node_pool=pool,
            loaded_bytes_per_pod=role.optional_whole("loaded_bytes_per_pod"),
            peak_bytes_per_pod=role.optional_whole("peak_bytes_per_pod"),
        )
    return roles


def _pool(keys: JsonKeys) -> Mapping[str, Any]:
    keys.text("instance_type")
    keys.optional_number("usd_per_month")
    nodes = keys.whole("nodes", 1)
    keys.whole("max_nodes", nodes)
    return _named(keys)


def _node_type(keys: JsonKeys) -> NodeType:
    return NodeType(keys.whole("gpu_memory_bytes_each"), keys.optional_whole("local_nvme_read_iops"))


def _named(keys: JsonKeys) -> Mapping[str, Any]:
    return MappingProxyType(keys.data | {"name": keys.text("name")})


def _collection(keys: JsonKeys) -> dict[str, Any]:
    keys.whole("replicas", 1)
    keys.whole("segment_bytes", 1)
    for index in keys.items("resolved_indexes"):
        index.text("field")
        index.text("index")
    return keys.data | {"name": keys.text("name")}


def _planned(
    workload: Workload, plain: Mapping[str, Any], collections: list[dict[str, Any]]
) -> tuple[Mapping[str, Any], ...]:
    """What was planned for each collection: all that is not said by the workload."""
    declared = Plan(workload=workload, **plain).to_json()["collections"]
    return tuple(
        MappingProxyType({key: value for key, value in item.items() if key not in said})
        for item, said in zip(collections, declared, strict=True)
    )


def _cost(keys: JsonKeys) -> Cost:
    for item in keys.items("items"):
        item.text("name")
        item.words("unit")
        item.number("quantity")
        item.optional_number("usd_per_month")
    return Cost(
        usd_per_month=keys.optional_number("usd_per_month"),
        cheapest_usd_per_month=keys.optional_number("cheapest_usd_per_month"),
        items=tuple(MappingProxyType(item.data) for item in keys.items("items")),
        unpriced=tuple(keys.texts("unpriced")),
        prices_as_of=keys.optional_text("prices_as_of"),
        region=keys.optional_text("region"),
    )


def _decision(keys: JsonKeys) -> Decision:
    return Decision(keys.text("what"), keys.words("choice"), keys.words("because"), keys.words("source"))


def _alternative(keys: JsonKeys) -> Mapping[str, Any]:
    keys.words("because")
    return MappingProxyType(keys.data)


def _finding(keys: JsonKeys) -> Finding:
    level = keys.text("level", LEVELS)
    return Finding(
        keys.text("rule"),
        level,  # type: ignore[arg-type]  # one of LEVELS, or a problem
        keys.words("subject"),
        keys.words("message"),
        keys.words("fix"),
    )


def _outgrown(keys: JsonKeys) -> Outgrown:
    return Outgrown(
        what=keys.words("what"),
        month=keys.whole("month"),
        then=keys.words("then"),
        usd_per_month=keys.optional_number("usd_per_month"),
    )
