"""What may be changed about a collection that exists, what that costs, and what would lose data."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.collection_schema.search_away import reindexed_fields, takes_search_away
from pulumi_milvus.collection_schema.spec import CollectionSpec, FieldSpec
from pulumi_milvus.resources.problems import PropertyProblem

_FIXED = (
    "data_type",
    "dimension",
    "is_primary",
    "auto_id",
    "element_type",
    "nullable",
    "default_value",
    "is_partition_key",
    "is_clustering_key",
    "enable_analyzer",
    "enable_match",
    "analyzer_params",
)
_GROWING = ("max_length", "max_capacity")


def refusals(old: CollectionSpec, new: CollectionSpec, *, is_lite: bool) -> list[PropertyProblem]:
    """Changes that would lose data, that Milvus cannot make, or that production has not acknowledged."""
    return [
        *_identity_refusals(old, new),
        *_field_refusals(old, new, is_lite),
        *_collection_refusals(old, new, is_lite),
        *_gap_refusals(old, new),
    ]


def way_without_gap(name: str) -> str:
    """How to get a changed collection without losing rows or a single search."""
    return (
        f"declare a second collection ({name}_v2) with the change, copy the rows into it, then point the alias that "
        f"clients search by at {name}_v2 (milvus:index:Alias switches at once), and remove {name} last"
    )


def _identity_refusals(old: CollectionSpec, new: CollectionSpec) -> Iterator[PropertyProblem]:
    if old.collection_name != new.collection_name:
        yield PropertyProblem(
            "collectionName",
            f"renaming {old.collection_name} to {new.collection_name} would leave clients behind: keep the name and "
            f"add a milvus:index:Alias {new.collection_name!r} for it (in a values file: milvus:aliases: "
            f"{{{new.collection_name}: {old.collection_name}}}); both names answer then",
        )
    if old.database != new.database:
        yield PropertyProblem(
            "database",
            f"moving {old.collection_name} from database {old.database} to {new.database} would lose its rows: "
            f"declare a second collection there, copy the rows, then remove this one",
        )


def _field_refusals(old: CollectionSpec, new: CollectionSpec, is_lite: bool) -> Iterator[PropertyProblem]:
    for position, field in enumerate(new.fields):
        at, before = f"fields[{position}]", old.field(field.name)
        if before is None:
            yield from _added_field_refusals(field, at, old.collection_name, is_lite)
            continue
        for key in _FIXED:
            was, becomes = getattr(before, key), getattr(field, key)
            if was != becomes:
                yield PropertyProblem(
                    f"{at}.{_wire_name(key)}",
                    f"changing it from {_shown(was)} to {_shown(becomes)} would lose the rows of "
                    f"{old.collection_name}, since Milvus cannot convert a field. Instead "
                    f"{way_without_gap(old.collection_name)}",
                )
        yield from _growth_refusals(before, field, at, old.collection_name, is_lite)
    for position, field in enumerate(old.fields):
        if new.field(field.name) is None:
            yield PropertyProblem(
                f"fields[{position}]",
                f"removing the field {field.name!r} would lose what the rows of {old.collection_name} hold in it. "
                f"Put it back, or {way_without_gap(old.collection_name)}",
            )


def _growth_refusals(
    before: FieldSpec, field: FieldSpec, at: str, collection: str, is_lite: bool
) -> Iterator[PropertyProblem]:
    for key in _GROWING:
        was, becomes = getattr(before, key), getattr(field, key)
        if was == becomes or was is None or becomes is None:
            continue
        if is_lite:
            reason = (
                f"Milvus Lite cannot alter a field, so it stays {was}. Keep {was}, or {way_without_gap(collection)}"
            )
        elif becomes < was:
            reason = f"lowering it from {was} to {becomes} would make stored values illegal; nearest: {was}"
        else:
            continue
        yield PropertyProblem(f"{at}.{_wire_name(key)}", reason)
    if before.description != field.description and not is_lite:
        yield PropertyProblem(
            f"{at}.description", f"Milvus keeps a field's note as created; put back {before.description!r}"
        )


def _added_field_refusals(field: FieldSpec, at: str, collection: str, is_lite: bool) -> Iterator[PropertyProblem]:
    if is_lite:
        yield PropertyProblem(
            at,
            f"Milvus Lite cannot add the field {field.name!r} to a collection that exists (it has no schema "
            f"alteration; a server has). Instead {way_without_gap(collection)}; or leave the field out: with "
            "enableDynamicField rows may carry it undeclared",
        )
    elif field.is_vector or field.is_primary or field.is_partition_key:
        yield PropertyProblem(
            at, f"only scalar fields can be added to a collection that exists. Instead {way_without_gap(collection)}"
        )
    elif not field.nullable:
        yield PropertyProblem(
            f"{at}.nullable",
            f"the rows that exist have no value for the new field {field.name!r}; nearest: nullable: true",
        )


def _collection_refusals(old: CollectionSpec, new: CollectionSpec, is_lite: bool) -> Iterator[PropertyProblem]:
    for key, what in (
        ("shards", "the number of shards"),
        ("partitions", "the number of partitions of the partition key"),
        ("functions", "functions"),
        ("consistency_level", "the consistency level"),
    ):
        was, becomes = getattr(old, key), getattr(new, key)
        if was != becomes:
            hint = "; a search may name another level itself" if key == "consistency_level" else ""
            yield PropertyProblem(
                _wire_name(key),
                f"Milvus fixes {what} when a collection is created{hint}. Put back {_shown(was)}, or "
                f"{way_without_gap(old.collection_name)}",
            )
    if old.enable_dynamic_field != new.enable_dynamic_field and (is_lite or old.enable_dynamic_field):
        who = "Milvus Lite cannot switch it" if is_lite else "the dynamic field cannot be switched off"
        yield PropertyProblem(
            "enableDynamicField",
            f"{who} once a collection exists. Put back {_shown(old.enable_dynamic_field)}, or "
            f"{way_without_gap(old.collection_name)}",
        )


def _gap_refusals(old: CollectionSpec, new: CollectionSpec) -> Iterator[PropertyProblem]:
    if not new.production or new.acknowledge_search_gap or not takes_search_away(old, new):
        return
    fields = reindexed_fields(old, new)
    where = f"fields[{new.fields.index(fields[0])}].index" if fields else "loaded"
    yield PropertyProblem(
        where,
        f"this takes search on {old.collection_name} away, and the environment is production. The way without a "
        f"gap: {way_without_gap(old.collection_name)}. To accept the gap, set acknowledgeSearchGap (in a values file: "
        f"milvus:acknowledgeSearchGap: [{old.collection_name}])",
    )


def _wire_name(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"the {len(value)} it had" if value else "none"
    return "nothing" if value is None else str(value)
