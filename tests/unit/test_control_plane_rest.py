"""The tests' control plane ends with the last test of its tier, and comes again where one more wants it."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from control_plane import fixtures


class Plane:
    def __init__(self) -> None:
        self.done: list[str] = []

    def stop(self) -> None:
        self.done.append("stop")

    def start_again(self) -> None:
        self.done.append("start")

    def clean(self) -> None:
        self.done.append("clean")


def item(session: Any, file: str) -> Any:
    return SimpleNamespace(session=session, path=Path("tests") / file)


@pytest.fixture
def session() -> Any:
    made = SimpleNamespace(stash=pytest.Stash(), plane=Plane())
    made.stash[fixtures._PLANE] = made.plane
    return made


def test_it_stays_within_its_tier_and_ends_before_another(session: Any) -> None:
    first, second, other = (item(session, file) for file in ("cluster/a.py", "cluster/b.py", "engine/a.py"))
    fixtures.pytest_runtest_teardown(first, second)
    # None: the run ends, and so does it by itself.
    fixtures.pytest_runtest_teardown(first, None)
    assert session.plane.done == []
    fixtures.pytest_runtest_teardown(second, other)
    assert session.plane.done == ["stop"]


def test_it_comes_again_for_a_test_that_wants_it(session: Any) -> None:
    fixtures.pytest_runtest_teardown(item(session, "cluster/a.py"), item(session, "engine/a.py"))
    request: Any = SimpleNamespace(
        session=session, fixturenames=["control_plane"], getfixturevalue={"control_plane": session.plane}.get
    )
    around: Generator[None] = fixtures.clean_after_test.__wrapped__(request)  # type: ignore[attr-defined]
    next(around)
    assert list(around) == []
    assert session.plane.done == ["stop", "start", "clean"]
    fixtures.pytest_runtest_teardown(item(session, "cluster/a.py"), item(session, "engine/a.py"))
    assert session.plane.done[-1] == "stop", "and it ends again"


def test_without_one_there_is_nothing_to_end() -> None:
    bare = SimpleNamespace(stash=pytest.Stash())
    fixtures.pytest_runtest_teardown(item(bare, "cluster/a.py"), item(bare, "engine/a.py"))
