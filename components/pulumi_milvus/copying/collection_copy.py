"""Rows of one collection into another, from where an earlier run was cut off."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from pulumi_milvus.collection_schema.spec import CollectionSpec, FieldSpec
from pulumi_milvus.copying.checkpoint import Checkpoint, PairState
from pulumi_milvus.copying.keys import Key, among
from pulumi_milvus.copying.pairs import Judged
from pulumi_milvus.copying.reading import Row, count, pages, primary, readable_fields, rows_of
from pulumi_milvus.copying.request import MAX_BATCH_ROWS, CopyRequest
from pulumi_milvus.copying.schema_check import gets_new_keys
from pulumi_milvus.copying.writing import RowWriter
from pulumi_milvus.planning.data_types import raw_bytes_per_row
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.resources.connection import Connected

_BATCH_BYTES: Final = 8 * 1024**2
"""An eighth of the 64 MiB that a server takes in one message by default (`proxy.grpc.serverMaxRecvSize`)."""
_OTHER_BYTES_PER_ROW: Final = 1024
"""Reckoned for texts, JSON and numbers of a row: a message that turns out too large all the same is halved."""
_FEWEST_ROWS: Final = 100

Copied = Callable[[int], None]
"""Takes how many rows more are copied."""


def batch_rows(spec: CollectionSpec) -> int:
    """Rows that make about 8 MiB, 100 to 16,384."""
    row_bytes = _OTHER_BYTES_PER_ROW + sum(_vector_bytes(field) for field in spec.fields if field.is_vector)
    return max(_FEWEST_ROWS, min(MAX_BATCH_ROWS, _BATCH_BYTES // row_bytes))


def copy_collection(
    request: CopyRequest, source: Connected, target: Connected, judged: Judged, checkpoint: Checkpoint, copied: Copied
) -> PairState:
    """Copy what is not copied yet; how far it is then. Raises InvalidValues where going on would double rows."""
    state = _begun(request, target, judged, checkpoint)
    key_field = primary(judged.source)
    writer = RowWriter(target, judged.source, judged.target, key_field if state.new_keys else None)
    fields = readable_fields(judged.source, judged.target)
    rows_at_once = request.batch_rows or batch_rows(judged.source)
    draw = random.Random()
    for partition in judged.partitions:
        progress = state.partition(partition or "")
        name = judged.pair.source
        for rows in pages(source, name, key_field, fields, partition, progress.last_key, rows_at_once):
            if state.new_keys:
                state.pending_rows = len(rows)
                checkpoint.save()
            keys = writer.write(rows, partition)
            _note_sample(state, rows, key_field, keys, request.sample_rows, draw)
            progress.last_key = rows[-1][key_field]
            progress.rows += len(rows)
            if state.new_keys:
                state.pending_rows = 0
                state.last_new_key = max([*([] if state.last_new_key is None else [state.last_new_key]), *keys])
            checkpoint.save()
            copied(len(rows))
    target.client.flush(judged.pair.target)
    return state


def _begun(request: CopyRequest, target: Connected, judged: Judged, checkpoint: Checkpoint) -> PairState:
    name = str(judged.pair)
    state = checkpoint.pair(name)
    new_keys = gets_new_keys(judged.target)
    rows_there = count(target, judged.pair.target)
    if state.rows or state.pending_rows:
        if new_keys:
            _clear_pending(request, target, judged, state, rows_there, checkpoint)
            return state
        if not request.from_start and _still_there(target, judged, state):
            return state
        # An upsert of rows that are there changes nothing, so that the beginning is always safe.
        state = checkpoint.begin_anew(name)
    if new_keys and rows_there:
        reason = f"it holds {rows_there:,} rows, and which of them are copies could not be told after a kill"
        nearest = "an empty collection, or keys that rows keep (autoId: false)"
        raise InvalidValues([Problem("TO", judged.pair.target, reason, nearest)])
    state.target_rows_before, state.new_keys = rows_there, new_keys
    return state


def _still_there(target: Connected, judged: Judged, state: PairState) -> bool:
    """Whether the target holds the last row of every partition: not so where it was made anew since."""
    key_field = primary(judged.target)
    last = [part.last_key for part in state.partitions.values() if part.last_key is not None]
    return len(rows_of(target, judged.pair.target, key_field, [key_field], last)) == len(set(last))


def _clear_pending(
    request: CopyRequest, target: Connected, judged: Judged, state: PairState, rows_there: int, checkpoint: Checkpoint
) -> None:
    """Delete what a killed run wrote without noting it, where that can be told from everything else."""
    name, key_field = judged.pair.target, primary(judged.target)
    if request.from_start:
        reason = "its keys are its own, so that --from-start would put every row there a second time"
        raise InvalidValues([Problem("TO", name, reason, f"drop {name}, make it anew, remove {checkpoint.path}")])
    expected = state.target_rows_before + state.rows
    surplus = rows_there - expected
    behind = [
        row[key_field]
        for rows in pages(target, name, key_field, [key_field], None, state.last_new_key, MAX_BATCH_ROWS)
        for row in rows
    ]
    if not 0 <= surplus <= state.pending_rows or len(behind) != surplus:
        reason = (
            f"it holds {rows_there:,} rows where {expected:,} are known to be copies and {state.pending_rows:,} may "
            f"be; {len(behind):,} have a key of after that. Its keys are its own, so that no row tells where it is from"
        )
        nearest = f"drop {name}, make it anew, remove {checkpoint.path}, and copy again; or keys that rows keep"
        raise InvalidValues([Problem("TO", name, reason, nearest)])
    if surplus:
        target.client.delete(name, filter=among(key_field, behind))
    state.pending_rows = 0
    checkpoint.save()


def _note_sample(
    state: PairState, rows: Sequence[Row], key_field: str, keys: Sequence[Key], wanted: int, draw: random.Random
) -> None:
    """Keep `wanted` rows such that each row copied so far had the same chance (reservoir sampling)."""
    for offset, row in enumerate(rows):
        entry = [row[key_field], keys[offset] if state.new_keys else row[key_field]]
        if len(state.sample) < wanted:
            state.sample.append(entry)
        else:
            place = draw.randrange(state.rows + offset + 1)
            if place < wanted:
                state.sample[place] = entry


def _vector_bytes(field: FieldSpec) -> int:
    return raw_bytes_per_row(field.data_type, field.dimension) if field.dimension else 0
