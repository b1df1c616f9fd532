"""The one place that says which Pulumi engine belongs to this project, and which others will do."""

from __future__ import annotations

import re

# Equal to the pin of the Python SDK in requirements.txt and to gomodule/go.mod; tests hold all three together.
PULUMI = "3.259.0"

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+\S+)?\Z")


def parse(text: str) -> tuple[int, int, int, int] | None:
    """Read ``v3.259.0`` or ``3.259.0-alpha.1`` into an order; a pre-release comes before its release."""
    found = _VERSION.match(text.strip())
    if found is None:
        return None
    major, minor, patch, pre = found.group(1, 2, 3, 4)
    return int(major), int(minor), int(patch), 0 if pre else 1


def misfit(found: str, wanted: str = PULUMI) -> str | None:
    """Why an engine that calls itself ``found`` cannot be used, or None when it can."""
    have, need = parse(found), parse(wanted)
    if need is None:
        raise ValueError(f"not a version: {wanted}")
    if have is None:
        return f"its version cannot be read from {found.strip()[:80]!r}"
    if have[0] != need[0]:
        return f"it is version {found.strip()}, and this project needs major version {need[0]}"
    if have < need:
        return f"it is version {found.strip()}, older than the {wanted} that the Python SDK is pinned to"
    return None
