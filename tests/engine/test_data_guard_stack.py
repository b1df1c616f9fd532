"""A DataGuard and GeneratedKeys of a real stack: refused in preview with nothing changed, secrets nowhere in clear."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collection_stack import PLUGIN, STACK
from pulumi_cli import Pulumi, program

SOURCE = """\
import json
from pathlib import Path

import pulumi

from pulumi_milvus.resources import DataGuard, GeneratedKeys

wanted = json.loads(Path(__file__).with_name("wanted.json").read_text())
if "guard" in wanted:
    aliases = [pulumi.Alias(name=name) for name in wanted.get("former", [])]
    guard = DataGuard(wanted.get("called", "data"), wanted["guard"], pulumi.ResourceOptions(aliases=aliases))
if "rotation" in wanted:
    after = pulumi.ResourceOptions(depends_on=[guard]) if "guard" in wanted else None
    keys = GeneratedKeys("store-keys", {"rotation": wanted["rotation"]}, after)
    if wanted.get("exported"):
        pulumi.export("access_key", keys.access_key)
        pulumi.export("secret_key", keys.secret_key)
        pulumi.export("both", pulumi.Output.format("{0}:{1}", keys.access_key, keys.secret_key))
"""
RUNNING: dict[str, Any] = {
    "namespace": "milvus",
    "name": "milvus",
    "topology": "distributed",
    "milvus_version": "2.6.24",
    "wal": "woodpecker",
    "object_store": {"kind": "s3", "bucket": "vectors", "endpoint": "s3.eu-central-1.amazonaws.com:443"},
    "etcd": {"kind": "external", "endpoints": ["etcd.example.com:2379"]},
    "collections": {"articles": 40_000_000, "my_questions": 1_000_000},
}
# At its most talkative the engine itself writes out every property that it sends to a provider, secrets too; the test
# of the token's secrecy leaves the same lines out. So does the SDK with outputs of a stack, where there are any.
_ENGINE_DUMP = re.compile(r'"msg":"(Unm|M)arshaling property for RPC\[').search


@dataclass(frozen=True)
class GuardStack:
    """One stack, `dev`, of such a program."""

    pulumi: Pulumi

    def want(self, **wanted: Any) -> None:
        """What the program shall declare from now on."""
        (self.pulumi.directory / "wanted.json").write_text(json.dumps(wanted))

    def up(self, *arguments: str) -> str:
        """Run `pulumi up`; what it printed."""
        done = self.pulumi.run("up", "--yes", "--skip-preview", "-s", STACK, *arguments)
        return f"{done.stdout}{done.stderr}"

    def refused(self, *command: str) -> str:
        """Run a command that must fail; what it printed, on one line."""
        done = self.pulumi.run(*command, "-s", STACK, check=False)
        assert done.returncode != 0, done.stdout
        return " ".join(f"{done.stdout}{done.stderr}".split())

    def state(self) -> dict[str, dict[str, Any]]:
        """The state's resources of this package by name, secrets encrypted, with a new salt at each writing."""
        return _by_name(self.pulumi.resources(STACK))

    def clear_state(self) -> dict[str, dict[str, Any]]:
        """The same with secrets in clear."""
        shown = self.pulumi.json("stack", "export", "--show-secrets", "-s", STACK)
        return _by_name(shown["deployment"]["resources"])

    def secrets(self) -> dict[str, str]:
        """Keys and seed in clear."""
        outputs = self.clear_state()["store-keys"]["outputs"]
        return {key: json.loads(outputs[key]["plaintext"]) for key in ("accessKey", "secretKey", "seed")}


def _by_name(resources: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        resource["urn"].rpartition("::")[2]: resource
        for resource in resources
        if resource["type"].startswith("milvus:index:")
    }


def guard_stack(engine: Path, folder: Path, **wanted: Any) -> GuardStack:
    """A new stack, without any Milvus configured: nothing of it asks one."""
    stack = GuardStack(program(engine, folder, SOURCE, main_yaml=PLUGIN))
    stack.want(**wanted)
    stack.pulumi.run("stack", "init", STACK)
    return stack


def guarded(**changes: Any) -> dict[str, Any]:
    return RUNNING | changes


def test_a_rename_is_refused_in_preview_and_nothing_changes(engine: Path, tmp_path: Path) -> None:
    stack = guard_stack(engine, tmp_path, guard=RUNNING, rotation=1)
    stack.up()
    stack.up("--expect-no-changes")
    before = stack.clear_state()
    assert set(before) == {"data", "store-keys"}
    assert before["data"]["inputs"]["collections"] == RUNNING["collections"], "names of collections stay as they are"

    store = RUNNING["object_store"] | {"bucket": "other"}
    stack.want(guard=guarded(name="search", wal="kafka", object_store=store), rotation=2)
    for command in (("preview",), ("up", "--yes", "--skip-preview")):
        said = stack.refused(*command)
        for words in (
            "resource 'data' has a problem: name: milvus would become search",
            "keep name: milvus in the settings",
            "objectStore.bucket: vectors would become other",
            "wal: woodpecker would become kafka",
            "(wal-unchanged)",
            "disposable: it was not applied before",
        ):
            assert words in said, f"{words!r} not in {said}"
        assert stack.clear_state() == before, "what depends on the guard is not touched either"

    # What Pulumi calls it may change, with an alias; the Milvus keeps its name.
    stack.want(guard=RUNNING, rotation=1, called="renamed", former=["data"])
    stack.up()
    assert set(stack.state()) == {"renamed", "store-keys"}
    stack.want(guard=guarded(name="search"), rotation=1, called="renamed")
    assert "name: milvus would become search" in stack.refused("preview"), "the guard came along with its memory"


def test_disposable_counts_once_it_was_applied(engine: Path, tmp_path: Path) -> None:
    stack = guard_stack(engine, tmp_path, guard=RUNNING)
    stack.up()
    stack.want(guard=guarded(disposable=True, milvus_version="2.5.27", topology="standalone"))
    assert "topology: distributed would become standalone" in stack.refused("preview")

    stack.want(guard=guarded(disposable=True))
    stack.up()
    stack.want(guard=guarded(milvus_version="2.5.27", topology="standalone"))
    said = " ".join(stack.up().split())
    assert "topology: distributed would become standalone" in said
    assert "warning" in said
    assert "allowed, since the data was declared disposable" in said
    inputs = stack.state()["data"]["inputs"]
    assert (inputs["topology"], inputs["milvusVersion"], inputs["disposable"]) == ("standalone", "2.5.27", False)
    stack.up("--expect-no-changes")
    stack.pulumi.run("refresh", "--yes", "--skip-preview", "-s", STACK)
    stack.up("--expect-no-changes")
    stack.want(guard=guarded(milvus_version="2.5.27"))
    assert "topology: standalone would become distributed" in stack.refused("preview"), "it does not count any more"

    gone = stack.pulumi.run("destroy", "--yes", "--skip-preview", "-s", STACK).stdout
    assert "aws s3 rm --recursive s3://vectors/milvus/milvus/" in gone
    assert "etcdctl --endpoints=etcd.example.com:2379 del --prefix milvus/milvus/" in gone
    assert stack.state() == {}


def test_keys_are_stable_rotate_and_are_nowhere_in_clear(engine: Path, tmp_path: Path) -> None:
    stack = guard_stack(engine, tmp_path, rotation=1)
    said = [_everything_said(stack, "up")]
    first = stack.secrets()
    assert re.fullmatch("[A-Za-z0-9]{20}", first["accessKey"])
    assert re.fullmatch("[A-Za-z0-9]{40}", first["secretKey"])
    stack.up("--expect-no-changes")
    stack.pulumi.run("refresh", "--yes", "--skip-preview", "-s", STACK)
    assert stack.secrets() == first

    stack.want(rotation=2)
    said += [stack.pulumi.run("preview", "--diff", "-s", STACK).stdout, _everything_said(stack, "up")]
    second = stack.secrets()
    assert second["seed"] == first["seed"]
    assert {second["accessKey"], second["secretKey"]}.isdisjoint({first["accessKey"], first["secretKey"]})
    stack.want(rotation=1)
    said.append(stack.refused("preview"))
    assert "rotation: 1: it was 2 already" in said[-1]

    stack.want(rotation=2, exported=True)
    said += [stack.up(), stack.pulumi.run("stack", "output", "-s", STACK).stdout]
    assert stack.pulumi.outputs(STACK) == {
        "access_key": second["accessKey"],
        "secret_key": second["secretKey"],
        "both": f"{second['accessKey']}:{second['secretKey']}",
    }
    said += [stack.pulumi.run("stack", "export", "-s", STACK).stdout, *_files(tmp_path)]
    outputs = stack.state()["store-keys"]["outputs"]
    assert [key for key in ("accessKey", "secretKey", "seed") if "ciphertext" not in outputs[key]] == []
    for name, secret in [*first.items(), *second.items()]:
        assert not any(secret in text for text in said), f"{name} is shown in clear"


def _everything_said(stack: GuardStack, command: str) -> str:
    """One command with all that Pulumi can be made to say and write about it."""
    events = stack.pulumi.directory.parent / "events.json"
    loud = ("--diff", "--event-log", str(events), "-v=9", "--logtostderr")
    done = stack.pulumi.run(
        command, "--yes", "--skip-preview", *loud, "-s", STACK, env={"PULUMI_DEBUG_COMMANDS": "true"}
    )
    lines = [line for line in done.stderr.splitlines() if not _ENGINE_DUMP(line)]
    return "\n".join([done.stdout, events.read_text(), *lines])


def _files(folder: Path) -> list[str]:
    """Everything below state, home and project."""
    return [path.read_bytes().decode(errors="replace") for path in folder.rglob("*") if path.is_file()]
