"""GeneratedKeys: two texts from one seed, stable until the rotation is raised, and secret wherever they go."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pulumi.provider.experimental.provider as protocol
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_milvus.provider.engine_log import EngineLog
from pulumi_milvus.provider.package_schema import package_schema
from pulumi_milvus.provider.provider import MilvusProvider
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.generated_keys.derive import access_key, new_seed, secret_key
from pulumi_milvus.resources.generated_keys.handler import GeneratedKeysHandler
from pulumi_milvus.resources.handler import Scene
from pulumi_milvus.resources.letters_from_seed import letters_from_seed
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.wire import UNKNOWN, Plain, property_map
from resource_driver import through_wire

URN = "urn:pulumi:dev::test::milvus:index:GeneratedKeys::store-keys"
SECRETS = {"accessKey", "secretKey", "seed"}
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


def scene() -> Scene:
    return Scene(urn=URN, endpoint=None, lite_files=LiteFiles(), log=lambda _severity, _line: None, timeout_seconds=1.0)


def check(new: Plain, old: Plain | None = None) -> dict[str, str]:
    checked = GeneratedKeysHandler().check(scene(), through_wire(old or {}), through_wire(new))
    return {problem.path: problem.reason for problem in checked.problems}


def created(rotation: int = 1) -> Plain:
    identifier, state = GeneratedKeysHandler().create(scene(), {"rotation": rotation}, preview=False)
    assert identifier == "store-keys"
    return through_wire(state)


@pytest.mark.property
@settings(max_examples=300)  # what fails at all fails at once: seeds are even
@given(SEEDS, st.integers(1, 1_000_000), st.integers(1, 1_000_000))
def test_keys_of_a_seed(seed: str, first: int, second: int) -> None:
    access, secret = access_key(seed, first), secret_key(seed, first)
    assert re.fullmatch("[A-Za-z0-9]{20}", access)
    assert re.fullmatch("[A-Za-z0-9]{40}", secret)
    assert (access, secret) == (access_key(seed, first), secret_key(seed, first))
    assert not secret.startswith(access)
    assert (first == second) == (access == access_key(seed, second))
    assert (first == second) == (secret == secret_key(seed, second))


def test_keys_and_passwords_that_were_given_out_stay_what_they_are() -> None:
    seed = "ab" * 32
    assert access_key(seed, 1) == "4SgZ53s5eimbrmbG71qp"
    assert secret_key(seed, 1) == "l3vfyBTzI699Z5K2y0GLDDX5WtlpLsoVcAXGSk3y"
    assert letters_from_seed(seed, "root password 1", 40) == "Kyoe4o0ZDNBOQP3ajlbdvAJvw130Tz8j71mJ1YQL"


def test_every_seed_is_new() -> None:
    seeds = {new_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert all(re.fullmatch("[0-9a-f]{64}", seed) for seed in seeds)


def test_an_update_keeps_the_seed_and_a_rotation_changes_the_keys() -> None:
    handler, state = GeneratedKeysHandler(), created()
    assert handler.diff(state, {"rotation": 1}).differences == []
    assert handler.update(scene(), state, {"rotation": 1}, preview=False) == state
    assert [item.path for item in handler.diff(state, {"rotation": 2}).differences] == ["rotation"]
    rotated = handler.update(scene(), state, {"rotation": 2}, preview=False)
    assert rotated["seed"] == state["seed"]
    assert rotated["rotation"] == 2
    assert {rotated["accessKey"], rotated["secretKey"]}.isdisjoint({state["accessKey"], state["secretKey"]})
    assert handler.update(scene(), state, {"rotation": 2}, preview=True) == rotated


def test_a_preview_of_a_new_pair_draws_no_seed() -> None:
    identifier, state = GeneratedKeysHandler().create(scene(), {"rotation": 1}, preview=True)
    assert identifier == ""
    assert {key for key, value in state.items() if value is UNKNOWN} == SECRETS


def test_a_refresh_changes_nothing_and_an_import_is_refused() -> None:
    handler, state = GeneratedKeysHandler(), created(3)
    found = handler.read(scene(), "store-keys", state)
    assert (found.state, found.inputs) == (state, {"rotation": 3})
    with pytest.raises(ResourceError, match="cannot be imported") as told:
        handler.read(scene(), "store-keys", {})
    assert "credentials_secret" in str(told.value)


@pytest.mark.parametrize(
    ("new", "old", "path", "words"),
    [
        ({"rotation": 1}, {"rotation": 3}, "rotation", "it was 3 already"),
        ({"rotation": 0}, {}, "rotation", "greater than or equal to 1"),
        ({"rotation": "2"}, {}, "rotation", "valid integer"),
        ({"rotation": 1, "accessKey": "mine"}, {}, "accessKey", "cannot be given"),
        ({"rotation": 1, "secretKey": "mine"}, {}, "secretKey", "cannot be given"),
        ({"rotations": 2}, {}, "rotations", "did you mean rotation?"),
    ],
)
def test_what_is_refused(new: Plain, old: Plain, path: str, words: str) -> None:
    problems = check(new, old)
    assert list(problems) == [path]
    assert words in problems[path]
    assert "mine" not in problems[path]


def test_a_rotation_that_is_not_known_yet_is_not_judged() -> None:
    assert check({"rotation": UNKNOWN}, {"rotation": 3}) == {}
    handler, state = GeneratedKeysHandler(), created()
    unknown = handler.update(scene(), state, {"rotation": UNKNOWN}, preview=True)
    assert {key for key, value in unknown.items() if value is UNKNOWN} == SECRETS | {"rotation"}


def test_the_provider_marks_the_keys_as_secrets() -> None:
    provider = MilvusProvider(EngineLog(None))
    made = asyncio.run(provider.create(protocol.CreateRequest(URN, property_map({"rotation": 1}), 0.0, False)))
    assert {key for key, value in made.properties.items() if value.is_secret} == SECRETS
    changed = asyncio.run(
        provider.update(
            protocol.UpdateRequest(
                URN, "store-keys", dict(made.properties), property_map({"rotation": 2}), 0.0, [], True
            )
        )
    )
    assert {key for key, value in (changed.properties or {}).items() if value.is_secret} == SECRETS


def test_the_schema_says_that_they_are_secret() -> None:
    declared: dict[str, Any] = json.loads(package_schema())["resources"]["milvus:index:GeneratedKeys"]
    assert set(declared["inputProperties"]) == {"rotation", "secret"}
    assert {key for key, value in declared["properties"].items() if value.get("secret")} == SECRETS
