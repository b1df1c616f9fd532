"""The environment for a plain pulumi, and this clone's passphrase."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from pulumi_milvus.engine import environment, values_files
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import Clone

OUTER = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    (tmp_path / "stacks").mkdir()
    return Clone(tmp_path)


def test_engine_and_venv_come_first_and_once(clone: Clone) -> None:
    first = environment.variables(clone, official_host=True, outer=OUTER)["PATH"]
    assert first == f"{clone.root}/.state/bin:{clone.root}/.venv/bin:/usr/bin:/bin"
    assert environment.variables(clone, official_host=True, outer={"PATH": first})["PATH"] == first


def test_plugins_are_downloaded_unless_the_host_is_ours(clone: Clone) -> None:
    name = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"
    assert name not in environment.variables(clone, official_host=True, outer=OUTER)
    assert environment.variables(clone, official_host=False, outer=OUTER)[name] == "true"


@pytest.mark.parametrize("name", environment.PASSPHRASE)
def test_own_passphrase_is_left_alone(clone: Clone, name: str) -> None:
    found = environment.variables(clone, official_host=True, outer={**OUTER, name: ""})
    assert not set(found) & set(environment.PASSPHRASE)
    assert not (clone.state / "passphrase").exists()


def test_passphrase_is_random_private_and_kept(clone: Clone) -> None:
    file = environment.passphrase_file(clone)
    first = file.read_text()
    assert len(first) > 30
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(clone.state.stat().st_mode) == 0o700
    assert environment.passphrase_file(clone).read_text() == first
    assert [left.name for left in clone.state.iterdir()] == ["passphrase"]


def test_new_passphrase_drops_the_mark_of_an_old_one(clone: Clone) -> None:
    values = clone.root / "stacks" / "Pulumi.lite.yaml"
    values.write_text("# mine\nencryptionsalt: v1:abc=:def\nconfig:\n  a: 1\n")
    environment.passphrase_file(clone)
    assert values.read_text() == "# mine\nconfig:\n  a: 1\n"


def test_new_passphrase_is_refused_where_secrets_need_the_old_one(clone: Clone) -> None:
    values = clone.root / "stacks" / "Pulumi.lite.yaml"
    text = "encryptionsalt: v1:abc=:def\nconfig:\n  a:\n    secure: v1:xyz\n"
    values.write_text(text)
    with pytest.raises(EngineError, match="holds secrets that another passphrase encrypted"):
        environment.passphrase_file(clone)
    assert values.read_text() == text


def test_exports_survive_odd_folders() -> None:
    text = environment.exports({"A": "/with space/and'quote", "B": "$HOME"})
    done = subprocess.run(
        ["sh", "-c", 'eval "$1"; printf "%s|%s" "$A" "$B"', "sh", text], capture_output=True, text=True, check=True
    )
    assert done.stdout == "/with space/and'quote|$HOME"


WRITTEN = "# mine\nconfig:\n  milvus:workload:\n    vectors: 40_000_000   # many\n"


def test_values_file_keeps_its_shape_when_pulumi_adds_its_salt(clone: Clone) -> None:
    values = values_files.of(clone, "lite")
    values.write_text(WRITTEN)
    with values_files.only_salt_added(values):
        values.write_text(WRITTEN.replace("40_000_000   #", '"40000000" #') + "encryptionsalt: v1:abc=:def\n")
    assert values.read_text() == WRITTEN + "encryptionsalt: v1:abc=:def\n"
    with values_files.only_salt_added(values):
        pass
    values_files.drop_salt(values)
    assert values.read_text() == WRITTEN
    assert values_files.all_of(clone) == [values]


def test_values_file_that_was_edited_meanwhile_is_left_alone(clone: Clone) -> None:
    values = values_files.of(clone, "lite")
    values.write_text(WRITTEN)
    edited = WRITTEN.replace("40_000_000", "50_000_000") + "encryptionsalt: v1:abc=:def\n"
    with values_files.only_salt_added(values):
        values.write_text(edited)
    assert values.read_text() == edited
