"""How a run divides the tests among its processes (`make test` starts some; plain pytest runs all in one).

The tier ``cluster`` mostly waits for its control plane, which is worth sharing, so half of its files stand in one group
and half in another: two control planes at most. The engine's and the browser's tests share what their file has started.
Tests of the tier ``unit`` go to whoever is free, the long ones first, so that no process is left alone with one.
"""

from __future__ import annotations

from pathlib import Path

_CLUSTERS = 2
_FIRST = ("cluster", "engine", "cloud", "browser")


def group(test_file: Path) -> str | None:
    """The name of the tests that one process runs; ``test_file`` is relative to the folder of the tests."""
    tier = test_file.parts[0]
    if tier == "cluster":
        # By the letters of the name, which are the same in every process.
        return f"cluster-{sum(test_file.name.encode()) % _CLUSTERS}"
    return str(test_file) if tier in ("engine", "cloud", "browser") else None


def rank(test_file: Path, is_long: bool) -> tuple[int, str, int]:
    """What a test is sorted by, before its place in its file: the tiers that wait first, then what takes long."""
    tier = test_file.parts[0]
    found = group(test_file)
    if tier in _FIRST:
        return (_FIRST.index(tier), found or "", 0)
    return (len(_FIRST), "", 0 if is_long else 1)
