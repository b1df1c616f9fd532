"""The control plane's commands are built like the engine: once, whole or not at all; without Go it says what to do."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from control_plane.binaries import commands, ensure, missing
from control_plane.recipes import ETCD_RECIPE, KUBERNETES_RECIPE, KWOK_RECIPE, RECIPES
from control_plane.versions import ETCD, KUBERNETES, KWOK
from fake_engine import executable
from pulumi_cli import CLONE
from pulumi_milvus.engine import go
from pulumi_milvus.engine.errors import EngineError

NAMES = {"etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubectl", "kwok"}

# What the build asks of the go client, answered without compiling anything.
GO = """\
#!/bin/bash
case "$1 $2" in
"env GOVERSION") echo go1.99.0 ;;
"env GOCACHE") echo {folder}/gocache; echo {folder}/gomodcache ;;
"list -deps") echo "go: downloading example.org/a v1.0.0" >&2; echo a; echo b ;;
"build -v")
    echo "$(basename "$PWD")" >> {folder}/builds
    while [ "$1" != -o ]; do shift; done
    target=$2; shift 2
    for package in "$@"; do
        echo "$package" >&2
        case $target in */) file=$target$(basename "$package") ;; *) file=$target ;; esac
        printf half > "$file"; sleep {pause}; printf whole > "$file"
    done
    [ -z "{failure}" ] || {{ echo "{failure}" >&2; exit 1; }}
    ;;
*) echo "fake go does not know: $*" >&2; exit 2 ;;
esac
"""


def fake_go(folder: Path, *, pause: float = 0, failure: str = "") -> dict[str, str]:
    """Variables under which only a fake ``go`` and an own cache are seen."""
    executable(folder / "bin" / "go", GO.format(folder=folder, pause=pause, failure=failure))
    return surroundings(folder, f"{folder / 'bin'}:/usr/bin:/bin")


def surroundings(folder: Path, path: str) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": path,
        "PYTHONPATH": f"{CLONE / 'tests'}{os.pathsep}{CLONE / 'components'}",
        "PULUMI_MILVUS_CACHE": str(folder / "cache"),
    }


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "control_plane"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def builds(folder: Path) -> list[str]:
    log = folder / "builds"
    return log.read_text().split() if log.exists() else []


def leftovers(folder: Path) -> list[Path]:
    return list((folder / "cache" / "engine").glob(".making-*"))


def test_modules_name_the_same_versions() -> None:
    for recipe, module, version in (
        (ETCD_RECIPE, "go.etcd.io/etcd/server/v3", ETCD),
        (KUBERNETES_RECIPE, "k8s.io/kubernetes", KUBERNETES),
        (KWOK_RECIPE, "sigs.k8s.io/kwok", KWOK),
    ):
        text = (recipe.modules / "go.mod").read_text()
        assert re.findall(rf"^require {re.escape(module)} v(\S+)$", text, re.MULTILINE) == [version]


def test_staging_modules_are_those_of_the_same_release() -> None:
    text = (KUBERNETES_RECIPE.modules / "go.mod").read_text()
    replaced = re.findall(r"^\t(\S+) => (\S+) v(\S+)$", text, re.MULTILINE)
    assert len(replaced) == 33
    assert {version for _, _, version in replaced} == {"0" + KUBERNETES.removeprefix("1")}
    assert all(name == other for name, other, _ in replaced)


def test_kubernetes_is_told_its_version() -> None:
    flags = " ".join(KUBERNETES_RECIPE.flags)
    for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"):
        assert f"-X {package}.gitVersion=v{KUBERNETES}" in flags
        assert f"-X {package}.gitMinor={KUBERNETES.split('.')[1]}" in flags


def test_every_command_has_one_recipe() -> None:
    made = [name for recipe in RECIPES for name in commands(recipe)]
    assert sorted(made) == sorted(NAMES)


def test_builds_all_and_then_nothing(tmp_path: Path) -> None:
    environment = fake_go(tmp_path)
    out, words = start(environment).communicate(timeout=60)
    made = {name: Path(path) for name, path in json.loads(out).items()}
    assert set(made) == NAMES
    assert all(path.name == name and path.read_text() == "whole" for name, path in made.items())
    assert builds(tmp_path) == ["etcd", "kubernetes", "kwok"]
    assert f"1 of 3: etcd {ETCD}" in words
    assert f"2 of 3: Kubernetes {KUBERNETES}" in words
    assert "Kubernetes: Go packages: 0 of 2" in words
    again, words = start(environment).communicate(timeout=60)
    assert again == out
    assert words == ""
    assert len(builds(tmp_path)) == 3


def test_two_at_once_build_once(tmp_path: Path) -> None:
    environment = fake_go(tmp_path, pause=0.1)
    runs = [start(environment) for _ in range(3)]
    results = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], results
    assert builds(tmp_path) == ["etcd", "kubernetes", "kwok"]
    assert len({out for out, _ in results}) == 1
    assert leftovers(tmp_path) == []


def test_killed_build_keeps_what_was_whole_and_is_made_up_for(tmp_path: Path) -> None:
    slow = start(fake_go(tmp_path, pause=1))
    end = time.monotonic() + 20
    while "kubernetes" not in builds(tmp_path):
        assert time.monotonic() < end
        time.sleep(0.02)
    slow.send_signal(signal.SIGKILL)
    slow.communicate()
    assert leftovers(tmp_path) != []
    out, words = start(fake_go(tmp_path)).communicate(timeout=60)
    assert {Path(path).read_text() for path in json.loads(out).values()} == {"whole"}
    assert builds(tmp_path) == ["etcd", "kubernetes", "kubernetes", "kwok"]
    assert f"1 of 2: Kubernetes {KUBERNETES}" in words
    assert leftovers(tmp_path) == []


def test_failing_build_says_why(tmp_path: Path) -> None:
    run = start(fake_go(tmp_path, failure="undefined: everything"))
    out, words = run.communicate(timeout=60)
    assert (run.returncode, out) == (1, "")
    assert "Building etcd failed" in words
    assert "undefined: everything" in words
    assert "Traceback" not in words
    assert leftovers(tmp_path) == []


def test_without_go_it_says_what_to_install(tmp_path: Path) -> None:
    run = start(surroundings(tmp_path, str(tmp_path)))
    out, words = run.communicate(timeout=60)
    assert (run.returncode, out) == (1, "")
    assert "Etcd is not on this machine yet, and building it needs Go: no `go` on PATH." in words
    assert re.search(r"Install Go 1\.\d+(\.\d+)? or newer \(https://go\.dev/doc/install\)", words)
    # The engine can be installed otherwise; this cannot.
    assert "pulumi.com" not in words


def test_what_is_built_needs_no_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start(fake_go(tmp_path)).communicate(timeout=60)
    monkeypatch.setenv("PULUMI_MILVUS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing() == []
    assert set(ensure()) == NAMES


def test_other_modules_or_flags_are_another_build() -> None:
    keys = [recipe.key for recipe in RECIPES]
    assert len(set(keys)) == len(keys)
    assert KUBERNETES_RECIPE.key.startswith(f"kubernetes-{KUBERNETES}-")


def test_old_go_is_told_which_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "go", "#!/bin/sh\necho go1.25.11\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    wanted = ".".join(str(part) for part in go.needed(KUBERNETES_RECIPE.modules))
    with pytest.raises(EngineError, match=rf"Building Kubernetes needs Go {re.escape(wanted)}; .*/go is 1\.25\.11"):
        KUBERNETES_RECIPE.find_go()
