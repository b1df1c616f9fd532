"""Sizes as people write them: whole GiB, with the next step where a little is missing."""

from __future__ import annotations

import math
from typing import Final

GIB: Final = 1024**3


def whole_gib(size_bytes: float) -> int:
    """Bytes rounded up to whole GiB, at least one."""
    return max(1, math.ceil(size_bytes / GIB)) * GIB
