"""Collections that a Pulumi program declares (`milvus:index:Collection`), as facts and as what is stored.

Keys are those of the resource: ``collectionName``, ``fields``, ``expectedRows``, and for a field ``dataType``,
``dimension``, ``index`` with ``indexType``, ``metricType``, ``params``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.inspection.shapes import mapping, mappings, sequence, text, whole, whole_numbers
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules.cluster_facts import ResourceFacts
from pulumi_milvus.rules.facts import ScalarIndexFacts, VectorFieldFacts

COLLECTION: Final = "milvus:index:Collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredCollection:
    """One collection. ``rows`` None: not said. ``is_lite`` None: not known which Milvus holds it.

    ``unknown``: paths of values that a preview does not know yet; their fields are not among the facts.
    """

    subject: str
    name: str | None
    rows: int | None
    replicas: int
    shards: int
    production: bool
    is_lite: bool | None
    vector_fields: tuple[tuple[str, VectorFieldFacts], ...]
    scalar_indexes: tuple[tuple[str, ScalarIndexFacts], ...]
    unknown: tuple[str, ...]


def collections_of(resources: Iterable[ResourceFacts]) -> tuple[DeclaredCollection, ...]:
    """Every declared collection."""
    return tuple(_collection(item) for item in resources if item.type == COLLECTION)


def stored_by(collections: Sequence[DeclaredCollection]) -> Workload | None:
    """What these collections store, all in one Milvus; None where that is not known whole, or there are none.

    Availability and what is asked of it are not declared with collections, and growth neither.
    """
    servers = [item for item in collections if not item.is_lite]
    if not servers or any(item.rows is None or item.unknown or not item.vector_fields for item in servers):
        return None
    plain = {
        "collections": [_plain(item) for item in servers],
        "replicas": max(item.replicas for item in servers),
        "production": any(item.production for item in servers),
    }
    try:
        return read_workload(plain)
    except InvalidValues:  # the rules say of each collection what cannot be
        return None


def _plain(item: DeclaredCollection) -> dict[str, Any]:
    """In the words of a workload."""
    fields = [(name, _plain_field(facts)) for name, facts in item.vector_fields]
    found: dict[str, Any] = {"name": item.name, "vectors": item.rows, "shards": item.shards}
    if len(fields) == 1:
        found |= fields[0][1]
    else:
        found["vector_fields"] = [{"name": name, **field} for name, field in fields]
    indexes = [
        {"field": name, "type": facts.index_type, **({"data_type": facts.data_type} if facts.data_type else {})}
        for name, facts in item.scalar_indexes
    ]
    return found | ({"scalar_indexes": indexes} if indexes else {})


def _plain_field(facts: VectorFieldFacts) -> dict[str, Any]:
    said = {"dimension": facts.dimension, "metric": facts.metric, "index_params": dict(facts.params)}
    return {
        "index": facts.index_type,
        "data_type": facts.data_type,
        **{key: value for key, value in said.items() if value},
    }


def _collection(item: ResourceFacts) -> DeclaredCollection:
    inputs = item.inputs
    by_bm25 = {
        str(name)
        for function in mappings(inputs.get("functions"))
        if str(function.get("functionType")).upper() == "BM25"
        for name in sequence(function.get("outputFields"))
    }
    vectors: list[tuple[str, VectorFieldFacts]] = []
    scalars: list[tuple[str, ScalarIndexFacts]] = []
    unknown = [key for key in ("collectionName", "fields", "expectedRows") if key in inputs and inputs[key] is None]
    for position, field in enumerate(mappings(inputs.get("fields"))):
        subject = f"{item.subject}.fields[{position}]"
        missing = list(_unknown(field, f"fields[{position}]"))
        unknown += missing
        if missing:
            continue
        name, kind = str(field.get("name")), str(field.get("dataType")).upper()
        index = mapping(field.get("index"))
        if kind.endswith("_VECTOR"):
            vectors.append((name, _vector(subject, kind, field, index, name in by_bm25)))
        elif index:
            scalars.append((name, _scalar(subject, kind, field, index)))
    endpoint = text(inputs.get("endpoint"))
    return DeclaredCollection(
        subject=item.subject,
        name=text(inputs.get("collectionName")),
        rows=whole(inputs.get("expectedRows")),
        replicas=max(1, whole(inputs.get("replicas")) or 1),
        shards=max(1, whole(inputs.get("shards")) or 1),
        production=inputs.get("production") is True,
        is_lite=None if endpoint is None else "://" not in endpoint and not endpoint.startswith("unix:"),
        vector_fields=tuple(vectors),
        scalar_indexes=tuple(scalars),
        unknown=tuple(unknown),
    )


def _unknown(value: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, item in value.items():
        if item is None:
            yield f"{path}.{key}"
        elif isinstance(item, Mapping):
            yield from _unknown(item, f"{path}.{key}")


def _vector(
    subject: str, kind: str, field: Mapping[str, Any], index: Mapping[str, Any], by_bm25: bool
) -> VectorFieldFacts:
    # A sparse AUTOINDEX is SPARSE_INVERTED_INDEX on a server, and Milvus Lite knows only that name.
    default = "SPARSE_INVERTED_INDEX" if kind == "SPARSE_FLOAT_VECTOR" else "AUTOINDEX"
    metric = text(index.get("metricType"))
    return VectorFieldFacts(
        subject=subject,
        index_type=(text(index.get("indexType")) or default).strip().upper(),
        data_type=kind,
        metric=metric.strip().upper() if metric else "BM25" if by_bm25 else None,
        dimension=whole(field.get("dimension")),
        params=whole_numbers(mapping(index.get("params"))),
        function_output=by_bm25,
    )


def _scalar(subject: str, kind: str, field: Mapping[str, Any], index: Mapping[str, Any]) -> ScalarIndexFacts:
    return ScalarIndexFacts(
        subject=subject,
        index_type=str(index.get("indexType") or "").strip().upper(),
        data_type=kind,
        is_primary=field.get("isPrimary") is True,
    )
