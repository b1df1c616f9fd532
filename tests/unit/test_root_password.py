"""Passwords: of the right letters, the same again, told apart, and refused when they would come back."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.provider.package_schema import package_schema
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.root_password.derive import new_seed, password
from pulumi_milvus.resources.root_password.handler import RootPasswordHandler
from pulumi_milvus.resources.wire import UNKNOWN
from resource_driver import Place

URN = "urn:pulumi:dev::test::milvus:index:RootPassword::root"
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(SEEDS, st.integers(1, 1_000_000))
def test_a_password_is_one_that_milvus_takes_and_comes_again(seed: str, rotation: int) -> None:
    made = password(seed, rotation)
    assert re.fullmatch(r"[A-Za-z0-9]{40}", made)
    assert all(re.search(kind, made) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    assert password(seed, rotation) == made
    assert password(seed, rotation + 1) != made


def test_seeds_differ() -> None:
    assert len({new_seed() for _ in range(100)}) == 100
    assert len({password(new_seed(), 1) for _ in range(100)}) == 100


def test_letters_are_equally_likely() -> None:
    letters = "".join(password(new_seed(), rotation) for rotation in range(1, 2501))
    counts = [letters.count(letter) for letter in set(letters)]
    assert len(counts) == 62
    # 100,000 letters: 1,613 expected of each, standard deviation 40. That each kind must occur shifts it by under 1 %.
    assert 1613 - 6 * 40 < min(counts) <= max(counts) < 1613 + 6 * 40


def test_outputs_cannot_be_given_and_rotations_only_go_up() -> None:
    scene = Place("a.db").scene(URN)
    handler = RootPasswordHandler()
    checked = handler.check(scene, {"rotation": 5}, {"rotation": 4, "password": "mine"})
    assert [problem.path for problem in checked.problems] == ["password", "rotation"]
    assert "mine" not in str(checked)
    assert handler.check(scene, {}, {"rotation": 0}).problems[0].path == "rotation"
    assert handler.check(scene, {}, {"rotaton": 1}).problems[0].reason == "unknown key; did you mean rotation?"
    assert handler.check(scene, {}, {}).inputs == {"rotation": 1}
    assert handler.check(scene, {}, {"rotation": UNKNOWN}).problems == []


def test_a_preview_knows_nothing_of_a_new_one_and_all_of_the_next() -> None:
    scene = Place("a.db").scene(URN)
    handler = RootPasswordHandler()
    assert handler.create(scene, {"rotation": 1}, preview=True)[1]["password"] is UNKNOWN
    _, state = handler.create(scene, {"rotation": 1}, preview=False)
    planned = handler.update(scene, state, {"rotation": 2}, preview=True)
    assert planned == state | {"rotation": 2, "password": password(state["seed"], 2)} | {
        "token": f"root:{password(state['seed'], 2)}"
    }
    with pytest.raises(ResourceError, match="cannot be imported"):
        handler.read(scene, "root", {})


def test_the_schema_has_them_described_and_secret() -> None:
    schema = json.loads(package_schema())
    for kind in ("Readiness", "OperatorGuard", "RootPassword"):
        resource = schema["resources"][f"milvus:index:{kind}"]
        assert resource["description"]
        assert all(prop["description"] for prop in resource["properties"].values())
    root = schema["resources"]["milvus:index:RootPassword"]
    assert set(root["inputProperties"]) == {"rotation", "secret"}
    assert {key for key, prop in root["properties"].items() if prop.get("secret")} == {"password", "token", "seed"}
    assert schema["types"]["milvus:index:ClusterAccess"]["properties"]["kubeconfig"]["secret"] is True
    assert schema["provider"]["inputProperties"]["cluster"] == schema["config"]["variables"]["cluster"]
    assert set(schema["resources"]["milvus:index:Readiness"]["requiredInputs"]) == {"name", "namespace"}
