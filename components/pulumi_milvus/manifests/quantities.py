"""Amounts in Kubernetes' words. Always the canonical form: another one would be rewritten, and be a difference."""

from __future__ import annotations

from typing import Final

_SUFFIXES: Final = (("Ei", 2**60), ("Pi", 2**50), ("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10))
MIB: Final = 2**20
GIB: Final = 2**30


def size(amount_bytes: int) -> str:
    """Bytes as a quantity: ``48Gi``; to whole MiB, up, since odd bytes have no canonical form that can be read."""
    return _canonical(-(-amount_bytes // MIB) * MIB)


def size_down(amount_bytes: int) -> str:
    """Bytes as a quantity, to whole MiB, down: for a share of a node, which may have exactly so much."""
    return _canonical(max(1, amount_bytes // MIB) * MIB)


def _canonical(whole: int) -> str:
    suffix, unit = next((suffix, unit) for suffix, unit in _SUFFIXES if whole % unit == 0)
    return f"{whole // unit}{suffix}"


def cores(amount: float) -> str:
    """CPU cores as a quantity: ``4``, ``500m``."""
    millicores = round(amount * 1000)
    return f"{millicores // 1000}" if millicores % 1000 == 0 else f"{millicores}m"


def whole_gib_up(amount_bytes: int) -> int:
    """Whole GiB that hold so many bytes."""
    return -(-amount_bytes // GIB)
