"""Milvus versions as numbers that can be compared."""

from __future__ import annotations

import re

_VERSION = re.compile(r"v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?(?:[-+].*)?", re.ASCII)


def parse_version(text: str | None) -> tuple[int, ...] | None:
    """``"v2.6.24-gpu"`` becomes ``(2, 6, 24)``; None where it is no version (``latest``) or none is known."""
    match = _VERSION.fullmatch(text) if text else None
    return tuple(int(part) for part in match.groups() if part is not None) if match else None
