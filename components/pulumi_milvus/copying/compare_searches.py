"""How far searches on a copy find what they find in the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.collection_schema.spec import CollectionSpec, FieldSpec, IndexSpec
from pulumi_milvus.copying.reading import Row, filled_by_functions
from pulumi_milvus.copying.writing import unpacked
from pulumi_milvus.resources.connection import Connected

HITS: Final = 10
QUERIES: Final = 20
_SAME_DISTANCE: Final = 1e-5
"""Single precision keeps 7 digits, and sums of squares lose some of them."""
_EXACT: Final = ("FLAT", "BRUTE_FORCE")
_EFFORT: Final[dict[str, dict[str, int]]] = {
    "HNSW": {"ef": 4096},
    "IVF_FLAT": {"nprobe": 1024},
    "DISKANN": {"search_list": 1000},
    "SPARSE_INVERTED_INDEX": {},
}
"""Parameters that leave a search on unquantised vectors little to miss, so that what it misses is not there.

Defaults would not do: of 50,000 random vectors of 384 elements, two HNSW graphs of the same rows built in another order
agreed in 55 % of the hits (Milvus Lite 3.2.2)."""
LEAST_SHARE: Final = 0.9
"""With that effort: each search may miss 5 % (a workload's default recall_target is 0.95), and not the same 5 %."""

_Hits = list[tuple[Any, float]]


@dataclass(frozen=True)
class SearchShare:
    """How the searches on one field compare."""

    field: str
    queries: int
    share: float
    """Of the original's hits, the part that the copy found too, 0 to 1."""
    least_share: float | None
    """What is asked of it; None where nothing can be."""
    because: str

    @property
    def is_enough(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.least_share is None or self.share >= self.least_share


def search_shares(
    source: Connected, target: Connected, before: CollectionSpec, after: CollectionSpec, rows: list[Row], new_keys: bool
) -> list[SearchShare]:
    """Search both for what `rows` hold, in every vector field that both search by the same metric."""
    found = []
    for field in before.fields:
        other = after.field(field.name)
        if field.is_vector and other is not None:
            queries = _queries(field, before, after, rows)
            if queries:
                found.append(_share(source, target, (before, field), (after, other), queries, new_keys))
    return found


def _share(
    source: Connected,
    target: Connected,
    one: tuple[CollectionSpec, FieldSpec],
    other: tuple[CollectionSpec, FieldSpec],
    queries: list[Any],
    new_keys: bool,
) -> SearchShare:
    (before, field), (after, copied) = one, other
    index, new_index = field.index, copied.index
    if index is None or new_index is None or index.metric_type != new_index.metric_type:
        return SearchShare(field.name, 0, 1.0, None, "not compared: the metrics differ")
    kind, new_kind = _kind(source, index), _kind(target, new_index)
    originals = _search(source, before, field.name, queries, _EFFORT.get(kind, {}))
    copies = _search(target, after, field.name, queries, _EFFORT.get(new_kind, {}))
    shares = [_common(was, now, new_keys) for was, now in zip(originals, copies, strict=True)]
    share = sum(shares) / len(shares)
    kinds = " and ".join(dict.fromkeys([index.index_type, new_index.index_type]))
    least: float | None = None
    if index.metric_type == "BM25":
        because = "told only: BM25 scores depend on how rows lie in segments"
    elif kind in _EXACT and new_kind in _EXACT:
        least, because = 1.0, f"{kinds}: exact"
    elif {kind, new_kind} <= {*_EXACT, *_EFFORT}:
        least, because = LEAST_SHARE, f"{kinds}: each may miss 5 %"
    else:
        because = f"told only: {kinds} may differ in its codes or in how far it searches"
    return SearchShare(field.name, len(queries), share, least, because)


def _queries(field: FieldSpec, before: CollectionSpec, after: CollectionSpec, rows: list[Row]) -> list[Any]:
    """Vectors, or the texts from which a function makes them in both."""
    name = field.name
    if name in filled_by_functions(before):
        if name not in filled_by_functions(after):
            return []
        function = next(function for function in before.functions if name in function.output_fields)
        if function.function_type == "MINHASH":
            return []
        name = function.input_fields[0]
    return [unpacked(row[name]) for row in rows if row.get(name)][:QUERIES]


def _kind(connected: Connected, index: IndexSpec) -> str:
    # Milvus Lite's AUTOINDEX is HNSW (METADATA of milvus-lite 3.2.2); a server's is what its image says.
    return "HNSW" if connected.is_lite and index.index_type == "AUTOINDEX" else index.index_type


def _search(
    connected: Connected, spec: CollectionSpec, field: str, queries: list[Any], params: dict[str, int]
) -> list[_Hits]:
    key = next(each.name for each in spec.fields if each.is_primary)
    found = connected.client.search(
        spec.collection_name,
        data=queries,
        anns_field=field,
        limit=HITS,
        search_params={"params": params},
        consistency_level="Strong",
    )
    return [[(hit[key], float(hit["distance"])) for hit in hits] for hits in found]


def _common(was: _Hits, now: _Hits, new_keys: bool) -> float:
    """The part of `was` that is in `now`; rows as far away as the last one are as good as each other."""
    if not was:
        return 1.0
    keys = {key for key, _ in now} if not new_keys else set()
    distances = [distance for _, distance in now]
    last = was[-1][1]
    common = 0
    for key, distance in was:
        if key in keys:
            common += 1
        elif new_keys or _close(distance, last):
            match = next((index for index, each in enumerate(distances) if _close(each, distance)), None)
            if match is not None:
                distances.pop(match)
                common += 1
    return common / len(was)


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_DISTANCE * max(1.0, abs(one), abs(other))
