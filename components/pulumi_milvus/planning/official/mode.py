"""Standalone or distributed: what the form chooses, allows and hides, by the size of the raw data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pulumi_milvus.planning.official.capacity import raw_data_bytes
from pulumi_milvus.planning.official.form import Form

Mode = Literal["standalone", "distributed"]


def reference_bytes(vectors_million: int) -> float:
    """The tool's yardstick: raw bytes of that many millions of vectors of 768 dimensions."""
    return raw_data_bytes(vectors_million, 768)


# formSection.tsx: above the first the form goes to distributed, above the second standalone cannot be chosen.
SWITCHES_ABOVE_BYTES: Final = reference_bytes(10)
DISKANN_SWITCHES_ABOVE_BYTES: Final = reference_bytes(50)
STANDALONE_UP_TO_BYTES: Final = reference_bytes(100)
DISKANN_STANDALONE_UP_TO_BYTES: Final = reference_bytes(500)
# Above this the page shows dashes and tells the user to contact sales.
SHOWN_UP_TO_BYTES: Final = reference_bytes(1000)


@dataclass(frozen=True, slots=True)
class Modes:
    """What the form chooses by itself, whether standalone can be chosen, and what is computed for the request.

    ``results_hidden``: the page shows dashes; the numbers are those of its unlinked "enterprise" page.
    """

    automatic: Mode
    standalone_selectable: bool
    effective: Mode
    results_hidden: bool


def modes_of(form: Form, raw_bytes: float) -> Modes:
    """The modes for that much raw data, vectors and scalars, bytes."""
    disk_index = form.index_type == "DISKANN"  # AISAQ counts with those in memory
    switches_above = DISKANN_SWITCHES_ABOVE_BYTES if disk_index else SWITCHES_ABOVE_BYTES
    standalone_up_to = DISKANN_STANDALONE_UP_TO_BYTES if disk_index else STANDALONE_UP_TO_BYTES
    automatic: Mode = "distributed" if raw_bytes > switches_above else "standalone"
    selectable = raw_bytes <= standalone_up_to
    effective = automatic
    if form.mode_request == "distributed":
        effective = "distributed"
    elif form.mode_request == "standalone" and selectable:
        effective = "standalone"
    return Modes(automatic, selectable, effective, raw_bytes > SHOWN_UP_TO_BYTES)
