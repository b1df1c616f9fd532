"""What changes in the field's words: ``query nodes 4 -> 6, +192 GiB``, ``index HNSW -> DISKANN``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_milvus.inspection.shapes import mapping, mappings
from pulumi_milvus.report.amounts import cores_words, signed_bytes, size_words
from pulumi_milvus.report.declared_collections import CollectionShape, FieldShape
from pulumi_milvus.report.roles import RoleSize, in_order, role_words
from pulumi_milvus.report.systems import System


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change. ``before`` and ``after`` are words, empty for what is not there; ``more``: what it adds up to."""

    what: str
    before: str
    after: str
    more: str = ""

    def to_json(self) -> dict[str, str | None]:
        """The change as plain data."""
        return {
            "what": self.what,
            "before": self.before or None,
            "after": self.after or None,
            "more": self.more or None,
        }


def changes_of(before: Mapping[str, System], after: Mapping[str, System]) -> tuple[FieldChange, ...]:
    """The changes of every Milvus, in the order of a reader's questions; several are told apart by their names."""
    names = sorted(before.keys() | after.keys())
    several = len([name for name in names if name]) > 1
    found: list[FieldChange] = []
    for name in names:
        prefix = f"{name}: " if several and name else ""
        changes = _changes(before.get(name, System()), after.get(name, System()))
        found += [replace(change, what=f"{prefix}{change.what}") for change in changes]
    return tuple(found)


def _changes(before: System, after: System) -> Iterator[FieldChange]:
    yield from _change("topology", before.topology, after.topology)
    yield from _change("Milvus", before.version, after.version)
    yield from _change("write-ahead log", before.wal, after.wal)
    for role in in_order([*before.roles, *(name for name in after.roles if name not in before.roles)]):
        yield from _role(role, before.roles.get(role), after.roles.get(role))
    yield from _pools(before, after)
    for name in sorted(before.collections.keys() | after.collections.keys()):
        yield from _collection(name, before.collections.get(name), after.collections.get(name))
    for alias in sorted(before.aliases.keys() | after.aliases.keys()):
        yield from _change(f"alias {alias}", before.aliases.get(alias), after.aliases.get(alias))
    yield from _change("password of root, number", before.rotation, after.rotation)
    if before.disposable is not None and after.disposable is not None:
        yield from _change("data", _disposable(before), _disposable(after))


def _disposable(system: System) -> str:
    return "declared disposable" if system.disposable else "kept"


def _change(what: str, before: object, after: object, more: str = "") -> Iterator[FieldChange]:
    if before != after:
        yield FieldChange(what, _shown(before), _shown(after), more)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _role(role: str, before: RoleSize | None, after: RoleSize | None) -> Iterator[FieldChange]:
    if before == after:
        return
    old, new = before or RoleSize(), after or RoleSize()
    memory = signed_bytes(old.total_memory_bytes, new.total_memory_bytes)
    cores = cores_words(old.total_cpu_cores, new.total_cpu_cores)
    sums = ", ".join(words for words in (f"{memory} of memory" if memory else "", cores) if words)
    yield FieldChange(role_words(role), size_words(before) if before else "", size_words(after) if after else "", sums)


def _pools(before: System, after: System) -> Iterator[FieldChange]:
    if not before.as_planned or not after.as_planned:
        return  # what the nodes are then is not in the preview
    old, new = _nodes(before.plan), _nodes(after.plan)
    for name in sorted(old.keys() | new.keys()):
        yield from _change(f"nodes {name}, as planned", old.get(name), new.get(name))


def _nodes(plan: Mapping[str, Any] | None) -> dict[str, str]:
    pools = mappings((plan or {}).get("node_pools"))
    return {str(pool.get("name")): f"{pool.get('nodes')} x {pool.get('instance_type')}" for pool in pools}


def _collection(name: str, before: CollectionShape | None, after: CollectionShape | None) -> Iterator[FieldChange]:
    what = f"collection {name}"
    if before is None or after is None:
        yield FieldChange(what, _collection_words(before), _collection_words(after))
        return
    yield from _change(f"{what}: vectors", before.vectors, after.vectors, _ratio(before.vectors, after.vectors))
    for key in ("shards", "partitions", "mmap"):
        old, new = getattr(before, key), getattr(after, key)
        if old is not None and new is not None:
            yield from _change(f"{what}: {key}", old, new)
    for field in sorted(before.fields.keys() | after.fields.keys()):
        yield from _field(f"{what}, {field}", before.fields.get(field), after.fields.get(field))


def _field(what: str, before: FieldShape | None, after: FieldShape | None) -> Iterator[FieldChange]:
    if before is None or after is None:
        yield from _change(what, before and before.index_words, after and after.index_words)
        return
    yield from _change(f"{what}: index", before.index_words, after.index_words)
    yield from _change(f"{what}: metric", before.metric, after.metric)
    yield from _change(f"{what}: dimension", before.dimension, after.dimension)
    yield from _change(f"{what}: data type", before.data_type, after.data_type)


def _collection_words(shape: CollectionShape | None) -> str:
    if shape is None:
        return ""
    rows = "" if shape.vectors is None else f"{shape.vectors:,} vectors, "
    kinds = ", ".join(f"{name} {one.index_words}" for name, one in sorted(mapping(shape.fields).items()))
    return f"{rows}{kinds}".removesuffix(", ") or "declared"


def _ratio(before: int | None, after: int | None) -> str:
    return f"{(after - before) / before:+.0%}" if before and after is not None else ""
