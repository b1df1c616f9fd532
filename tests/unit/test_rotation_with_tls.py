"""A rotation of root's password is refused in the run that turns TLS on or off, and in no other."""

from __future__ import annotations

from typing import Any

import pytest

from manifest_cases import S3, kept_plan, settings_of
from pulumi_milvus.resources.data_guard.from_plan import data_guard_args
from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.names import wire_properties
from resource_driver import Place, through_wire

URN = "urn:pulumi:prod::vectors::milvus:index:DataGuard::data"


def inputs(rotation: int, *, tls: bool) -> dict[str, Any]:
    settings = settings_of({"object_store": S3} | ({"tls": "vec-tls"} if tls else {}))
    return through_wire(
        wire_properties(dict(data_guard_args(kept_plan("distributed"), settings, password_rotation=rotation)))
    )


def problems(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    found = DataGuardHandler().check(Place("a.db").scene(URN), old, new).problems
    return {item.path: item.reason for item in found}


@pytest.mark.parametrize(
    ("was", "words"), [(False, "runs without TLS is declared with it"), (True, "runs with TLS is declared without it")]
)
def test_both_at_once_are_refused(*, was: bool, words: str) -> None:
    found = problems(inputs(1, tls=was), inputs(2, tls=not was))
    assert set(found) == {"passwordRotation"}
    assert found["passwordRotation"].startswith("1 became 2")
    assert words in found["passwordRotation"]
    assert "Instead: passwordRotation: 1 and `pulumi up`, then 2" in found["passwordRotation"]


@pytest.mark.parametrize("tls", [False, True])
def test_each_for_itself_is_not(*, tls: bool) -> None:
    assert problems({}, inputs(2, tls=tls)) == {}
    assert problems(inputs(1, tls=tls), inputs(2, tls=tls)) == {}
    assert problems(inputs(2, tls=tls), inputs(2, tls=not tls)) == {}


@pytest.mark.parametrize("field", ["tls", "passwordRotation"])
def test_a_guard_of_an_earlier_release_knows_of_neither(field: str) -> None:
    before = inputs(1, tls=False)
    del before[field]
    assert problems(before, inputs(2, tls=True)) == {}


def test_a_guard_that_says_neither_stays_as_it_is() -> None:
    before = {key: value for key, value in inputs(1, tls=True).items() if key not in ("tls", "passwordRotation")}
    checked = DataGuardHandler().check(Place("a.db").scene(URN), before, before)
    assert (checked.problems, checked.inputs) == ([], before)
