"""MINHASH_LSH: signatures of sets, found by bands that agree."""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.indexes.codes import ALLOCATOR_SLACK
from pulumi_milvus.planning.indexes.model import SERVERS, IndexSize, IndexType, Parameter, Segment

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/binary/minhash-lsh.md; Knowhere d7cfd888, "
    "src/index/minhash/{minhash_lsh.h,minhash_lsh_config.h,minhash_index_node.cc} and include/knowhere/config.h"
)

# minhash_lsh_config.h: mh_lsh_aligned_block_size.
BLOCK_BYTES: Final = 4096
# minhash_lsh.h, KVPair: the hash of a band and the row's number.
HASH_BYTES: Final = 8 + 8
# minhash_lsh.h, FormatAndSave: least and greatest hash of a block and how many it holds; three numbers before them.
BLOCK_ENTRY_BYTES: Final = 3 * 8
BAND_HEADER_BYTES: Final = 3 * 8


def minhash_size(segment: Segment) -> IndexSize:
    """(1 + raw + bands * (hashes + entries)) blocks of 4096 bytes: 256 hashes, or 4096 / signature rows, to a block.

    A block grows to a multiple of 4096 where a signature is longer. 1,000,000 signatures of 128 * 64 bits in 32 bands
    with their raw data: 1 + 250,000 + 32 * (3907 + 23) blocks = 1.54 GB. In memory: the hashes, unless they are mapped
    (``mh_lsh_code_in_mem`` false), entries of the blocks, and a Bloom filter a band, n * -ln(p) / (8 * ln(2)^2) bytes
    (include/knowhere/comp/bloomfilter.h). The loader sets the file aside, or nothing where it is mapped; it forgets
    the filters. Layout from the source; not measured.
    """
    params, rows = segment.params, segment.rows
    signature = segment.raw_bytes_per_row
    element_bits = int(params["mh_element_bit_width"])
    # OptimizeMinHashLSHParams: no more bands than the signature has elements.
    bands = max(1, min(int(params["mh_lsh_band"]), segment.dimension // element_bits))
    raw = bool(params["with_raw_data"])
    block = BLOCK_BYTES * max(1, -(-signature // BLOCK_BYTES)) if raw else BLOCK_BYTES
    raw_blocks = -(-rows // (block // max(1, signature))) if raw else 0
    hash_blocks = -(-rows // (block // HASH_BYTES))
    entries = BAND_HEADER_BYTES + BLOCK_ENTRY_BYTES * hash_blocks
    hashes = bands * hash_blocks * block
    entry_blocks = bands * -(-entries // block) if rows else 0
    bits_per_row = -math.log(float(params["mh_lsh_bloom_false_positive_prob"])) / math.log(2) ** 2
    filters = bands * math.ceil(rows * bits_per_row / 8)
    in_memory = bool(params["mh_lsh_code_in_mem"])
    file = (
        ("hashes of the bands", hashes),
        ("entries of the blocks", entry_blocks * block),
        ("vectors", raw_blocks * block),
        ("header", block if rows else 0),
    )
    file_bytes = sum([size for _, size in file])
    return IndexSize(
        file=file,
        memory=(
            ("hashes of the bands", hashes if in_memory else 0),
            ("entries of the blocks", bands * BLOCK_ENTRY_BYTES * hash_blocks),
            ("Bloom filters", filters),
            *ALLOCATOR_SLACK,
        ),
        has_raw_data=raw,
        can_map=False,
        reserved_bytes=file_bytes if in_memory else 0,
        local_disk_bytes=file_bytes,
    )


INDEXES: Final = (
    IndexType(
        "MINHASH_LSH",
        "binary",
        frozenset({"BINARY_VECTOR"}),
        frozenset({"MHJACCARD"}),
        SERVERS,
        SOURCE,
        (
            # Defaults of the engine, include/knowhere/config.h and minhash_lsh_config.h.
            Parameter("mh_element_bit_width", "choice", choices=("8", "16", "32", "64"), default="8"),
            Parameter("mh_lsh_band", "int", 1, default=1),
            Parameter("mh_lsh_code_in_mem", "bool", default=True),
            Parameter("with_raw_data", "bool", default=False),
            Parameter("mh_lsh_bloom_false_positive_prob", "float", 0.001, 0.1, default=0.01),
            Parameter("mh_search_with_jaccard", "bool", search=True),
            Parameter("refine_k", "float", 1, search=True),
        ),
        since=(2, 6),
        size=minhash_size,
    ),
)
