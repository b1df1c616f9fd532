"""What another dimension would save: sectors that DISKANN fills badly, and models whose vectors may be cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import CollectionSize, collection_size
from pulumi_milvus.planning.capacity.field_index import FieldIndex
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.embedding_models import EmbeddingModel, find_model
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.indexes.families.diskann import SECTOR_BYTES

_GIB: Final = 2**30
# A hint for each of so many collections: enough to read.
_MOST: Final = 20
# Of the sectors that a node fills: less is worth a hint. 768 and 1536 dimensions fill 81 %, 512 and 1024 55 %.
_WELL_FILLED: Final = 2 / 3
# Half of the dimension, or the next that the model offers below: what is worth a look first.
_USUAL_CUT: Final = 2


def hints_of(demand: Demand) -> Iterator[Decision]:
    """A decision for each vector field that another dimension would make smaller; nothing is changed."""
    for position, size in enumerate(demand.sizes[:_MOST]):
        for place, field in enumerate(size.fields):
            path = f"collections[{position}]" + (f".vector_fields[{place}]" if size.collection.vector_fields else "")
            if not size.rows or not field.dimension:
                continue
            yield from _sectors(path, field)
            yield from _smaller(path, size, field)


def _sectors(path: str, field: FieldIndex) -> Iterator[Decision]:
    """DISKANN reads whole sectors of 4 KiB: a node that is a little too large for one wastes most of another."""
    if field.index.name != "DISKANN":
        return
    each = _node_bytes(field)
    taken = _taken_bytes(each)
    if each / taken >= _WELL_FILLED:
        return
    per_dimension = (each - _links_bytes(field)) / field.dimension
    fitting = int((_sector_part_below(each) - _links_bytes(field)) / per_dimension)
    if fitting < 1:
        return
    model = find_model(field.field.embedding_model) if field.field.embedding_model else None
    offered = _offered(model, fitting)
    word = f"{offered} dimensions, which {model.name} can give, " if model and offered else f"{fitting} dimensions "
    yield Decision(
        f"{path}.dimension",
        f"{field.dimension}",
        f"a hint: in DISKANN's sectors of {SECTOR_BYTES:,} bytes each vector takes {taken:,.0f} bytes and fills "
        f"{each / taken:.0%} of them; {word}or fewer would take {_taken_bytes(_sector_part_below(each)):,.0f}",
        "Knowhere d7cfd888, thirdparty/DiskANN/src/aux_utils.cpp; exact in every measured file (diskannpy 0.7.0)",
    )


def _smaller(path: str, size: CollectionSize, field: FieldIndex) -> Iterator[Decision]:
    """A model that is trained to be cut gives most of its quality with half of its dimension."""
    model = find_model(field.field.embedding_model) if field.field.embedding_model else None
    offered = _offered(model, field.dimension // _USUAL_CUT) if model else None
    if model is None or offered is None:
        return
    fields = tuple(replace(item, dimension=offered, key=()) if item is field else item for item in size.fields)
    less = collection_size(size.collection, fields, size.rows, size.segment_bytes)
    memory, disk = (
        (size.loaded.resident_bytes, less.loaded.resident_bytes),
        (size.loaded.disk_bytes, less.loaded.disk_bytes),
    )
    what, (now, then) = max({"memory": memory, "local disk": disk}.items(), key=lambda item: item[1][0])
    yield Decision(
        f"{path}.dimension",
        f"{field.dimension}",
        f"a hint: {model.name} can give {offered} dimensions; each loaded copy would then take {then / _GIB:,.1f} GiB "
        f"of {what} and not {now / _GIB:,.1f} ({1 - then / now:.0%} less). The recall that it costs was not measured",
        model.source,
    )


def _offered(model: EmbeddingModel | None, most: int) -> int | None:
    """The largest dimension up to ``most`` that the model may be cut to."""
    if model is None:
        return None
    if model.reducible_from is not None and model.reducible_from <= most:
        return most
    return max((number for number in model.reducible if number <= most), default=None)


def _links_bytes(field: FieldIndex) -> int:
    return 4 * (int(str(field.params["max_degree"])) + 1)


def _node_bytes(field: FieldIndex) -> float:
    return field.raw_bytes_per_row + _links_bytes(field)


def _taken_bytes(node_bytes: float) -> float:
    """What a node takes of whole sectors: several in one, or several for one."""
    if node_bytes <= SECTOR_BYTES:
        return SECTOR_BYTES / (SECTOR_BYTES // node_bytes)
    return SECTOR_BYTES * -(-node_bytes // SECTOR_BYTES)


def _sector_part_below(node_bytes: float) -> float:
    """The largest node that takes less than this one does."""
    if node_bytes <= SECTOR_BYTES:
        return SECTOR_BYTES / (SECTOR_BYTES // node_bytes + 1)
    return SECTOR_BYTES * (-(-node_bytes // SECTOR_BYTES) - 1)
