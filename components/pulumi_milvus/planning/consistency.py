"""Which keys of a workload go together. Used by the models themselves and by ``reading``, so it works on plain values.

``values`` holds the values that are valid on their own, ``present`` the keys that were written, valid or not: a key
that is wrong on its own is not reported a second time as missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from pulumi_milvus.planning import milvus_limits
from pulumi_milvus.planning.embedding_models import find_model
from pulumi_milvus.planning.problems import Problem, shown

# Names of the primary key and of a single vector field, as MilvusClient.create_collection gives them by default.
PRIMARY_KEY = "id"
DEFAULT_VECTOR_FIELD = "vector"
VECTOR_KEYS = ("embedding_model", "dimension", "metric", "data_type", "index", "index_params")


def vector_problems(values: Mapping[str, Any], present: Set[str], path: str) -> Iterator[Problem]:
    """Problems between the vector keys of one field."""
    data_type = values.get("data_type", "FLOAT_VECTOR" if "data_type" not in present else None)
    dimension, name = values.get("dimension"), values.get("embedding_model")
    model = find_model(name) if isinstance(name, str) else None
    sparse = data_type == "SPARSE_FLOAT_VECTOR"
    if sparse:
        if dimension is not None:
            yield Problem(_at(path, "dimension"), shown(dimension), "a sparse vector has no dimension; remove the key")
        if model is not None and not model.sparse:
            reason = f"{model.name} gives dense vectors, and data_type is SPARSE_FLOAT_VECTOR"
            yield Problem(_at(path, "embedding_model"), shown(name), reason, "data_type: FLOAT_VECTOR")
        return
    said = {key for key in ("dimension", "embedding_model") if key in present and values.get(key, 0) is not None}
    if not said and data_type is not None:
        yield Problem(path, "", "needs dimension or embedding_model", "dimension: 768")
    if dimension is None:
        return
    if model is not None and not model.gives(dimension):
        reason = f"{model.name} gives {model.dimension} dimensions"
        if model.reducible:
            reason += " or " + ", ".join(str(number) for number in sorted(model.reducible))
        elif model.reducible_from is not None:
            reason += f" or fewer, down to {model.reducible_from}"
        yield Problem(_at(path, "dimension"), shown(dimension), reason, f"{model.nearest(dimension):_}")
    if data_type == "BINARY_VECTOR":
        if dimension % 8:
            near = 8 * max(1, round(dimension / 8))
            yield Problem(
                _at(path, "dimension"), shown(dimension), "of a binary vector must be a multiple of 8", str(near)
            )
    elif data_type is not None and dimension > milvus_limits.MAX_DIMENSION:
        reason = f"a whole number from {milvus_limits.MIN_DIMENSION} to {milvus_limits.MAX_DIMENSION:_} is needed"
        yield Problem(_at(path, "dimension"), shown(dimension), reason, f"{milvus_limits.MAX_DIMENSION:_}")


def collection_problems(values: Mapping[str, Any], present: Set[str], path: str) -> Iterator[Problem]:
    """Problems between the keys of one collection; those of ``vector_fields`` are checked one by one elsewhere.

    ``vector_fields`` and ``scalar_indexes`` in ``values`` are sequences of models or mappings.
    """
    fields = values.get("vector_fields") or ()
    if "vector_fields" in present and ("vector_fields" not in values or fields):
        for key in VECTOR_KEYS:
            if key in present:
                reason = "the keys of the vector stand in each of vector_fields, and not beside it; remove one of both"
                yield Problem(_at(path, key), shown(values.get(key)) if key in values else "", reason)
    else:
        yield from vector_problems(values, present, path)
    names = [_get(field, "name") for field in fields]
    for position, name in enumerate(names):
        if name == PRIMARY_KEY:
            where = f"{_at(path, 'vector_fields')}[{position}].name"
            yield Problem(where, shown(name), "is the name of the primary key", f"{PRIMARY_KEY}_vector")
    yield from _repeated(names, _at(path, "vector_fields"), "name", "a vector field of that name stands above")
    indexes = values.get("scalar_indexes") or ()
    indexed = [_get(index, "field") for index in indexes]
    yield from _repeated(indexed, _at(path, "scalar_indexes"), "field", "Milvus has one index per field")
    vectors = {name for name in names if name is not None} or {DEFAULT_VECTOR_FIELD}
    for position, indexed_field in enumerate(indexed):
        if indexed_field in vectors:
            where = f"{_at(path, 'scalar_indexes')}[{position}].field"
            yield Problem(where, shown(indexed_field), "is a vector field, and this is for scalar fields")
    partition_key = values.get("partition_key")
    if partition_key is not None and (partition_key in vectors or partition_key == PRIMARY_KEY):
        kind = "the primary key" if partition_key == PRIMARY_KEY else "a vector field"
        reason = f"is {kind}; a partition key is a scalar field of its own"
        yield Problem(_at(path, "partition_key"), shown(partition_key), reason)
    scalars = {name for name in [*indexed, partition_key] if name is not None} - {PRIMARY_KEY}
    if 1 + len(vectors) + len(scalars) > milvus_limits.MAX_FIELDS:
        reason = f"needs {1 + len(vectors) + len(scalars)} fields, and Milvus takes {milvus_limits.MAX_FIELDS}"
        yield Problem(path, "", reason)


def workload_problems(names: Sequence[str | None]) -> Iterator[Problem]:
    """Problems across collections; ``names`` in the order of the file, None for a name that is wrong on its own."""
    if not names:
        yield Problem("collections", "[]", "at least one collection is needed")
    if len(names) > milvus_limits.MAX_COLLECTIONS:
        reason = f"{len(names):_} collections, and Milvus takes {milvus_limits.MAX_COLLECTIONS:_}"
        yield Problem("collections", "", reason)
    yield from _repeated(names, "collections", "name", "a collection of that name stands above")


def _repeated(names: Sequence[str | None], path: str, key: str, reason: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        if name is None:
            continue
        if name in first:
            yield Problem(f"{path}[{position}].{key}", shown(name), f"{reason} ({path}[{first[name]}])")
        first.setdefault(name, position)


def _get(item: object, key: str) -> str | None:
    value = item.get(key) if isinstance(item, Mapping) else getattr(item, key, None)
    return value if isinstance(value, str) else None


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
