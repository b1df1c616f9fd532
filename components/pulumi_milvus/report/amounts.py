"""Quantities in words: bytes in binary units, cores, dollars."""

from __future__ import annotations

from pulumi_milvus.planning.byte_units import in_largest_unit
from pulumi_milvus.report.roles import RoleSize


def bytes_words(size_bytes: float) -> str:
    """Bytes in the largest binary unit of which there is at least one, to a tenth: ``47.7 MiB``, ``48 GiB``."""
    value, unit = in_largest_unit(abs(size_bytes))
    return f"{'-' if size_bytes < 0 else ''}{value:,.1f}".removesuffix(".0") + f" {unit}"


def signed_bytes(before: int | None, after: int | None) -> str:
    """The difference with its sign; empty where there is none, or where a side is not known."""
    if after is None and before is None:
        return ""
    more = (after or 0) - (before or 0)
    return f"{'+' if more > 0 else ''}{bytes_words(more)}" if more else ""


def cores_words(before: float | None, after: float | None) -> str:
    """The difference in cores with its sign; empty where there is none."""
    more = (after or 0) - (before or 0)
    return f"{more:+,.10g} cores" if more else ""


def size_words(size: RoleSize) -> str:
    """Pods and what each has: ``6 x (3 cores, 28 GiB)``."""
    each = [
        words
        for words in (
            "" if size.cpu_cores is None else f"{size.cpu_cores:,.10g} cores",
            "" if size.memory_bytes is None else bytes_words(size.memory_bytes),
            f"{bytes_words(size.local_disk_bytes)} of local disk" if size.local_disk_bytes else "",
            f"{size.gpus} GPU{'' if size.gpus == 1 else 's'}" if size.gpus else "",
        )
        if words
    ]
    pods = "autoscaled" if size.pods is None else f"{size.pods:,}"
    return f"{pods} x ({', '.join(each)})" if each else pods


def usd_words(usd: float | None) -> str:
    """USD a month to the cent."""
    return "not known" if usd is None else f"{usd:,.2f} USD"
