"""Hard limits of Milvus, each with its source.

Sources: Milvus 3.0 documentation, about/limitations.md (collections, partitions, fields, shards, dimension); Milvus
source, internal/proxy/util.go (the lower bound of the dimension, binary dimensions, names).
"""

from __future__ import annotations

import re
from typing import Final

MAX_COLLECTIONS: Final = 65_536
MAX_PARTITIONS: Final = 1_024
MAX_FIELDS: Final = 64
MAX_SHARDS: Final = 16

# validateDimension in internal/proxy/util.go: "should be in range 2 ~ 32768"; binary vectors: 8 times as many bits.
MIN_DIMENSION: Final = 2
MAX_DIMENSION: Final = 32_768
MAX_BINARY_DIMENSION: Final = 8 * MAX_DIMENSION

# proxy.maxNameLength; "the first character of a collection name must be an underscore or letter", "can only contain
# numbers, letters and underscores" (ASCII: isAlpha in internal/proxy/util.go). Field names follow the same rule.
MAX_NAME_LENGTH: Final = 255
NAME_PATTERN: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

# Far above what the documentation knows ("tens of billions", getstarted/install-overview.md): a guard against typos.
MAX_VECTORS: Final = 10_000_000_000_000
# Milvus limits a VARCHAR to 65,535 bytes and JSON to as much; 64 fields of them (about/limitations.md).
MAX_SCALAR_BYTES: Final = MAX_FIELDS * 65_535

SOURCE: Final = "Milvus 3.0 docs, about/limitations.md; Milvus source, internal/proxy/util.go"
