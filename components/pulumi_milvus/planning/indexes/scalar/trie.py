"""TRIE: texts in a tree that shares their beginnings and ends, and the rows of each."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.scalar.field import ScalarField, index_size
from pulumi_milvus.planning.scalar_data import ScalarSize

SOURCE: Final = (
    "Milvus source, internal/core/src/index/StringIndexMarisa.{h,cpp} at 02bb2cce and 0027b6ec; loader: "
    "IndexFactory.cpp, ScalarIndexLoadResource; the tree measured with marisa-trie 1.4.1"
)
CERTAINTY: Final = "tree measured by itself, 10k and 200k texts; the rest from the source; not measured on a server"
# Measured: random texts of 8, 32 and 128 letters take 8.0, 35.3 and 131.6 bytes; addresses with a common beginning 0.41
# of their length, numbers 0.15. Planned at the upper end.
TREE_BYTES_BEYOND_TEXT: Final = 4
LEAST_SHARE: Final = 0.15
# Which text a row has.
TEXT_NUMBER_BYTES: Final = 8
# Milvus 2.6 keeps rows by text in a std::map of vectors: a node of 80 bytes and an allocation of at least 32 for each
# text, and 8 bytes a row that doubling may leave half empty. 3.0 has two plain arrays of 4 bytes.
MAP_ENTRY_BYTES: Final = 80 + 32
MAP_ROW_BYTES: Final = 16
ARRAY_BYTES: Final = 4


def trie_size(field: ScalarField) -> ScalarSize:
    """texts * (length + 4 + 112) + n * 24 as in Milvus 2.6; in 3.0 texts * (length + 8) + n * 12.

    1,000,000 different texts of 64 bytes: 204 MB (3.0: 84 MB). The index gives values back.
    """
    different = field.different()
    tree = different * (field.value_bytes + TREE_BYTES_BEYOND_TEXT)
    arrays = ARRAY_BYTES * (field.rows + different)
    numbers = TEXT_NUMBER_BYTES * field.rows
    file = tree + numbers + arrays
    memory = tree + numbers + different * MAP_ENTRY_BYTES + MAP_ROW_BYTES * field.rows
    return index_size(
        file=file,
        memory=memory,
        lowest=LEAST_SHARE * different * field.value_bytes + numbers + arrays,
        highest=memory + tree // 4,
        peak=memory + file,
        reserved=2 * file,
        source=SOURCE,
        certainty=CERTAINTY,
        has_raw_data=True,
    )
