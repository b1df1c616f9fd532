"""For how long search is away while a collection changes, said before it happens."""

from __future__ import annotations

from pulumi_milvus.collection_schema.search_away import reindexed_fields
from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.resources.collection.changes import way_without_gap


def search_gap(before: CollectionSpec, after: CollectionSpec, *, is_lite: bool) -> str:
    """One sentence on what takes search away, for how long, and how to avoid it."""
    from pulumi_milvus.planning.rebuild import index_rebuild_seconds

    name = after.collection_name
    if not after.loaded:
        return f"search on {name} fails from this change until it is loaded again"
    fields = [field for field in reindexed_fields(before, after) if field.index]
    rows = after.expected_rows if after.expected_rows is not None else before.expected_rows
    what = f"its index on {', '.join(field.name for field in fields)} is rebuilt" if fields else "it is reloaded"
    if rows is None:
        return (
            f"search on {name} is away while {what}; for how long depends on its rows, which are not declared "
            f"(expectedRows). Without a gap: {way_without_gap(name)}"
        )
    low = high = 0.0
    for field in fields:
        if field.is_vector and field.index:
            spread = index_rebuild_seconds(
                field.index.index_type, rows, field.dimension or 0, "lite" if is_lite else "standalone"
            )
            low, high = low + spread[0], high + spread[1]
    return (
        f"search on {name} is away while {what}: about {_time(low)} to {_time(high)} for {rows:,} rows. "
        f"Without a gap: {way_without_gap(name)}"
    )


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
