"""How a run divides the tests among its processes (`make test` starts some; plain pytest runs all in one).

The tests of a file share what it has started, and a process that runs a file of the tier ``cluster`` keeps its control
plane for the next one. Waiting is most of that tier, so it comes first. Tests of the tier ``unit`` go to whoever is
free, the long ones first, so that no process is left alone with one.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from xdist.scheduler import LoadScopeScheduling

_FIRST = ("cluster", "engine", "cloud", "browser")


def group(test_file: Path) -> str | None:
    """The name of the tests that one process runs; ``test_file`` is relative to the folder of the tests."""
    tier = test_file.parts[0]
    return str(test_file) if tier in _FIRST else None


def rank(test_file: Path, is_long: bool) -> tuple[int, str, int]:
    """What a test is sorted by, before its place in its file: the tiers that wait first, then what takes long."""
    tier = test_file.parts[0]
    found = group(test_file)
    if tier in _FIRST:
        return (_FIRST.index(tier), found or "", 0)
    return (len(_FIRST), "", 0 if is_long else 1)


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives a process a whole group at a time, and of other tests one.

    xdist's own groups are a suffix of a test's name, which pytest 9.2 does not keep (pytest-xdist 3.8.0).
    """

    def _split_scope(self, nodeid: str) -> str:
        test_file = PurePosixPath(nodeid.partition("::")[0])
        return group(Path(*test_file.parts[1:])) or nodeid
