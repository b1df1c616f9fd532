"""INVERTED and NGRAM: a dictionary of values, or of their parts, each with the rows that have it (Tantivy)."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.scalar.field import FETCHED_BYTES, ScalarField, index_size
from pulumi_milvus.planning.scalar_data import ScalarSize

SOURCE: Final = (
    "Milvus source, internal/core/src/index/{InvertedIndexTantivy,NgramInvertedIndex}.cpp and tantivy-binding/src/"
    "{index_writer_v7/index_writer.rs,index_ngram_writer.rs}; loader: IndexFactory.cpp at 0027b6ec"
)
CERTAINTY: Final = (
    "file measured with tantivy 0.27 through its Python binding, which is newer than Milvus's own build; "
    "not measured on a server"
)
# Measured, 200,000 and 1,000,000 rows with Milvus's options (Basic, raw): a row's entry is 0.5 to 3.0 bytes, the empty
# document store 4.02 bytes a row, ascending row numbers 0.02. A different number takes 15.9 to 20.7 bytes in the
# dictionary, a different text its length and 5.4 to 6.6.
ENTRY_BYTES: Final = 4
ROW_BYTES: Final = 5
NUMBER_BYTES: Final = 22
TEXT_BYTES_BEYOND_LENGTH: Final = 8
LEAST_ENTRY_BYTES: Final = 0.5
LEAST_ROW_BYTES: Final = 4
# Row numbers that do not ascend take up to 8 bytes, and every row without a value 8 (null_offset_, size_t).
MOST_ROW_BYTES_MORE: Final = 16
# Measured, 50,000 rows of random letters: 1.4 to 1.6 bytes a gram with grams of 2 and 3, 2.1 with grams of 1 to 4,
# where few repeat and the dictionary grows. Random letters are the worst of texts.
GRAM_BYTES: Final = 2.5
MOST_GRAM_BYTES: Final = 5
LEAST_GRAM_BYTES: Final = 0.5


def inverted_size(field: ScalarField) -> ScalarSize:
    """n * (4 + 5) + different values * (22, or length + 8). Measured: 8 to 100 % above the file.

    1,000,000 different INT64: 31 MB (measured 27.7). With mmap off the files are read into memory as they are; the
    loader counts them on the disk and, while loading, in memory, and forgets what stays.
    """
    different = field.different()
    term = field.value_bytes + TEXT_BYTES_BEYOND_LENGTH if field.is_text else NUMBER_BYTES
    file = ENTRY_BYTES * field.values + ROW_BYTES * field.rows + term * different
    return _size(
        file=file,
        lowest=LEAST_ENTRY_BYTES * field.values + LEAST_ROW_BYTES * field.rows,
        highest=file + MOST_ROW_BYTES_MORE * field.rows,
    )


def ngram_size(field: ScalarField) -> ScalarSize:
    """n * (2.5 a gram + 5); a text of L characters has L - g + 1 grams of each length g.

    1,000,000 texts of 64 bytes, grams of 2 and 3: 63 + 62 grams, 318 MB. Measured: 20 to 75 % above the file.
    """
    shortest, longest = field.min_gram, min(field.max_gram, field.value_bytes)
    # The sum of L - g + 1 over all lengths g.
    of_a_text = max(0, longest - shortest + 1) * (2 * field.value_bytes - shortest - longest + 2) // 2
    grams = field.values * of_a_text
    rows = field.rows
    return _size(
        file=GRAM_BYTES * grams + ROW_BYTES * rows,
        lowest=LEAST_GRAM_BYTES * grams + LEAST_ROW_BYTES * rows,
        highest=MOST_GRAM_BYTES * grams + (ROW_BYTES + MOST_ROW_BYTES_MORE) * rows,
    )


def _size(*, file: float, lowest: float, highest: float) -> ScalarSize:
    return index_size(
        file=file,
        memory=file,
        lowest=lowest,
        highest=highest,
        peak=file + min(file, FETCHED_BYTES),
        reserved=file,
        source=SOURCE,
        certainty=CERTAINTY,
        on_disk=True,
    )
