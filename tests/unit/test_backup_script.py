"""What a run of the backup does, with a milvus-backup that keeps names in a file: the real shell, the real date."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pulumi_milvus.manifests.backup_script import BACKUP_SCRIPT, name_prefix
from pulumi_milvus.manifests.setting_values import ClusterSettings

PREFIX = name_prefix(ClusterSettings(name="my-vec", namespace="search"))
# As the real one: names among lines of its log on standard output, 1 where it fails.
FAKE = """\
#!/bin/sh
echo "config: backup.yaml"
[ "$1" = --config ] && [ "$2" = /etc/backup.yaml ] || exit 1
echo "$3 $5" >> "$STORE/calls"
if [ "$3" = "$FAILS" ] || [ "$3 $5" = "$FAILS" ]; then echo "it fails" >&2; exit 1; fi
case "$3" in
create) [ "$FAILS" = forgets ] || echo "$5" >> "$STORE/names"; echo "create backup success" ;;
list) echo "[INFO] list backup dirs"; echo ">> Backups:"; cat "$STORE/names" ;;
delete) grep -v -x "$5" "$STORE/names" > "$STORE/rest"; mv "$STORE/rest" "$STORE/names" ;;
esac
"""
SHELLS = [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]


class Run:
    """A folder with names of backups, and the script run beside it."""

    def __init__(self, folder: Path, shell: str) -> None:
        self.folder, self.shell = folder, [shell, "sh"] if shell == "busybox" else [shell]
        program = folder / "milvus-backup"
        program.write_text(FAKE)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        (folder / "backup.sh").write_text(BACKUP_SCRIPT)

    def __call__(self, names: list[str], fails: str = "", keep_days: int = 7) -> subprocess.CompletedProcess[str]:
        (self.folder / "names").write_text("".join(f"{name}\n" for name in names))
        (self.folder / "calls").write_text("")
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "STORE": str(self.folder),
            "FAILS": fails,
            "CONFIG_FILE": "/etc/backup.yaml",
            "NAME_PREFIX": PREFIX,
            "KEEP_DAYS": str(keep_days),
        }
        command = [*self.shell, str(self.folder / "backup.sh")]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)

    @property
    def names(self) -> list[str]:
        return (self.folder / "names").read_text().split()

    def asked_to(self, command: str) -> list[str]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [line.split()[1] for line in lines if line.startswith(f"{command} ")]


@pytest.fixture(params=SHELLS)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    return Run(tmp_path, request.param)


def made(ago: timedelta, prefix: str = PREFIX) -> str:
    return f"{prefix}_{datetime.now(UTC) - ago:%Y%m%d%H%M%S}"


def test_one_is_made_and_those_that_are_too_old_go(run: Run) -> None:
    old, older = made(timedelta(days=7, minutes=5)), made(timedelta(days=400))
    young, youngest = made(timedelta(days=6, hours=23)), made(timedelta(hours=1))
    result = run([youngest, old, young, older])
    assert result.returncode == 0, result.stderr
    (new,) = run.asked_to("create")
    assert sorted(run.names) == [young, youngest, new], "names sort as their times do"
    assert run.asked_to("delete") == [old, older]
    assert {f"there is {name}" for name in (new, young, old)} <= set(result.stdout.splitlines())
    moment = datetime.strptime(new.rpartition("_")[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


def test_only_names_of_its_own_are_deleted(run: Run) -> None:
    ago = timedelta(days=400)
    others = [
        "before_3_0",
        made(ago, name_prefix(ClusterSettings(name="my-vec", namespace="search-2"))),
        made(ago, f"{PREFIX}_2"),
        made(ago, f"x{PREFIX}"),
        f"{made(ago)}_kept",
        f"{PREFIX}_20200101",
    ]
    assert run(others).returncode == 0
    assert run.asked_to("delete") == []
    assert run.names[:-1] == others


@pytest.mark.parametrize(("fails", "calls"), [("create", ["create"]), ("list", ["create", "list"]), ("forgets", None)])
def test_nothing_is_deleted_without_a_new_one_that_is_listed(run: Run, fails: str, calls: list[str] | None) -> None:
    old = made(timedelta(days=30))
    result = run([old], fails)
    assert result.returncode != 0
    assert run.asked_to("delete") == []
    assert old in run.names
    if calls is not None:
        assert [line.split()[0] for line in (run.folder / "calls").read_text().splitlines()] == calls
    else:
        assert "is not listed: no backup is deleted" in result.stderr


def test_one_that_cannot_be_deleted_fails_the_run_and_not_the_others(run: Run) -> None:
    stuck, gone = made(timedelta(days=20)), made(timedelta(days=30))
    assert run([stuck, gone], f"delete {stuck}").returncode == 1
    assert run.asked_to("delete") == [stuck, gone]
    assert gone not in run.names
    assert stuck in run.names


def test_no_two_instances_have_one_prefix() -> None:
    pairs = [("a", "b-c"), ("a-b", "c"), ("a--b", "c"), ("a", "b--c"), ("a-b-c", "d"), ("in", "in")]
    prefixes = {name_prefix(ClusterSettings(name=name, namespace=space)) for name, space in pairs}
    assert len(prefixes) == len(pairs)
    # milvus-backup v0.5.16, core/backup/func.go: letters, digits and underscores, a letter first, at most 255.
    longest = name_prefix(ClusterSettings(name="x" * 40, namespace="1" * 63))
    assert len(longest) + 15 <= 255
    assert all(prefix.replace("_", "a").isalnum() and prefix[0].isalpha() for prefix in {longest, *prefixes})
