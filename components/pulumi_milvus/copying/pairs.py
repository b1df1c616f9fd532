"""Which collections are copied, into which ones, and everything that keeps them from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.copying.request import CopyRequest, Pair
from pulumi_milvus.copying.schema_check import problems as schema_problems
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.resources.collection import apply, live
from pulumi_milvus.resources.connection import Connected

DEFAULT_PARTITION = "_default"
_MADE_BY_COPY = "pulumi-milvus copy"
_CREATE_SECONDS = 600.0


@dataclass(frozen=True)
class Judged:
    """A pair whose rows fit."""

    pair: Pair
    source: CollectionSpec
    target: CollectionSpec
    partitions: tuple[str | None, ...]
    """Of the source; one None where rows find their partition by a key."""


def judge(request: CopyRequest, source: Connected, target: Connected) -> list[Judged]:
    """The pairs in the order asked for; partitions that a target lacks, and with `create` collections, are made.

    Raises InvalidValues with everything that is wrong, before anything is made.
    """
    there, found = _named(request, source)
    judged: list[Judged] = []
    to_create: list[tuple[Pair, CollectionSpec]] = []
    for pair in there:
        spec, more = _spec(source, pair.source, request.source.database, "--collection")
        found += more
        if spec is None:
            continue
        if request.source.identity == request.target.identity and pair.source == pair.target:
            reason = "it would be copied onto itself"
            found.append(Problem("TO", pair.target, reason, f"--rename {pair.source}={pair.source}_v2"))
            continue
        if target.client.has_collection(pair.target):
            found += _load_problems(target, pair.target, "TO")
            other, more = _spec(target, pair.target, request.target.database, "TO")
            found += more
        elif request.create:
            other = spec.model_copy(update={"collection_name": pair.target, "loaded": True})
            to_create.append((pair, other))
        else:
            reason = f"{request.target} has no such collection"
            nearest = "pulumi up there first, or --create to make it as it is in the source"
            found.append(Problem("TO", pair.target, reason, nearest))
            continue
        if other is not None:
            found += schema_problems(spec, other, new_keys=request.new_keys, is_lite=target.is_lite)
            partitions, more = _partitions(source, spec, other)
            found += [*more, *_load_problems(source, pair.source, "FROM")]
            judged.append(Judged(pair, spec, other, partitions))
    if found:
        raise InvalidValues(found)
    for pair, wanted in to_create:
        apply.create(target, wanted, f"{_MADE_BY_COPY}::{pair.target}", _CREATE_SECONDS, lambda _line: None)
    for each in judged:
        _prepare(source, target, each)
    return judged


def _named(request: CopyRequest, source: Connected) -> tuple[list[Pair], list[Problem]]:
    there = sorted(source.client.list_collections())
    names = request.collections or tuple(request.renames) or tuple(there)
    found = []
    for name in dict.fromkeys([*names, *request.renames]):
        if name not in there and name in names:
            nearest = nearest_word(name, there) or (", ".join(there[:5]) if there else "a database that holds some")
            found.append(Problem("--collection", name, f"{request.source} has no such collection", nearest))
        elif name not in names:
            found.append(Problem("--rename", name, "it is not among the collections to copy", f"--collection {name}"))
    if not there and not names:
        found.append(Problem("FROM", str(request.source), "it holds no collection", "another database or address"))
    pairs = [Pair(name, request.renames.get(name, name)) for name in dict.fromkeys(names) if name in there]
    targets = [pair.target for pair in pairs]
    found += [
        Problem("--rename", name, "several collections would become this one", "a name for each")
        for name in sorted({name for name in targets if targets.count(name) > 1})
    ]
    return pairs, found


def _spec(connected: Connected, name: str, database: str, path: str) -> tuple[CollectionSpec | None, list[Problem]]:
    description: dict[str, Any] = connected.client.describe_collection(name)
    if description["collection_name"] != name:
        reason = f"it is an alias of {description['collection_name']}"
        return None, [Problem(path, name, reason, description["collection_name"])]
    if description.get("struct_array_fields"):
        names = ", ".join(str(field.get("name")) for field in description["struct_array_fields"])
        reason = f"arrays of structs ({names}) are not copied"
        return None, [Problem(path, name, reason, "milvus-backup, or a collection without them")]
    try:
        found = live.read(connected, description, None) | {"database": database}
        return CollectionSpec.model_validate(found).with_defaults(), []
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        reason = f"its {where} is nothing that can be copied: {first['msg']}"
        return None, [Problem(path, name, reason, "milvus-backup, or a collection without it")]


def _load_problems(connected: Connected, name: str, path: str) -> list[Problem]:
    if connected.is_lite or live.is_loaded(connected, name):
        return []
    reason = "it is not loaded, so that nothing can be read of it, and loading it takes memory of the server"
    return [Problem(path, name, reason, f'client.load_collection("{name}"), or loaded: true of its resource')]


def _partitions(
    connected: Connected, source: CollectionSpec, target: CollectionSpec
) -> tuple[tuple[str | None, ...], list[Problem]]:
    if any(field.is_partition_key for field in source.fields):
        return (None,), []
    names = sorted(connected.client.list_partitions(source.collection_name))
    named = [name for name in names if name != DEFAULT_PARTITION]
    if any(field.is_partition_key for field in target.fields):
        if not named:
            return (None,), []
        reason = f"partitions {', '.join(named)} of the source cannot be kept: the target has a partition key"
        nearest = "a target without isPartitionKey"
        return (), [Problem(f"{target.collection_name}.partitions", "", reason, nearest)]
    return tuple(names), []


def _prepare(source: Connected, target: Connected, judged: Judged) -> None:
    for connected, name in ((source, judged.pair.source), (target, judged.pair.target)):
        if connected.is_lite:
            connected.client.load_collection(name)
    there = set(target.client.list_partitions(judged.pair.target))
    for partition in judged.partitions:
        if partition is not None and partition not in there:
            target.client.create_partition(judged.pair.target, partition)
