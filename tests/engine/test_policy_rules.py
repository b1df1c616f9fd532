"""Every rule of a deployment fails and passes through the real engine, on the examples of docs/rules.

One preview holds all examples that are about the same stored data, each in a namespace of its own.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_cli import CLONE, Pulumi, program

EXAMPLES = CLONE / "docs" / "rules" / "examples"
# Judged by policies of their own (test_policy_pack.py), or never by a pack: they need a before, or a bill.
NOT_HERE = {
    "index-pair", "lite-limits", "outgrown", "shrink-below-data", "backup", "cost-budget", "data-loss", "wal-unchanged",
}  # fmt: skip
RULES = sorted({path.stem for path in EXAMPLES.glob("*.yaml")} - NOT_HERE)
# Resources as any program would have them; a component of that type needs no provider.
PROGRAM = """
import json
import pulumi
for kind, name, inputs in json.load(open("resources.json")):
    pulumi.ComponentResource(kind, name, inputs)
"""
_REPORTED = re.compile(r"\[(mandatory|advisory)\]\s+([\w-]+)\s+\(([\w:./-]+): ([\w-]+)\)")
# These are of the cluster, not of a namespace.
_OF_CLUSTER = {"Node", "StorageClass", "NodePool", "EC2NodeClass"}


def documents(rule: str, half: str) -> list[dict[str, Any]]:
    """One half of an example."""
    text = (EXAMPLES / f"{rule}.yaml").read_text().partition("# right\n")[0 if half == "wrong" else 2]
    return [item for item in yaml.safe_load_all(text) if item]


def resources_of(rule: str, half: str) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    """(type, name, inputs) of everything in one half of an example."""
    for index, item in enumerate(documents(rule, half)):
        for step in item.get("steps", ()):
            yield step["newState"]["type"], f"{rule}-{index}", step["newState"]["inputs"]
        if "kind" in item:
            kind = item["kind"]
            own = {"name": f"{rule}-{index}"} if kind == "Node" else {} if kind in _OF_CLUSTER else {"namespace": rule}
            placed = item | {"metadata": item["metadata"] | own}
            version = "core/v1" if item["apiVersion"] == "v1" else item["apiVersion"]
            yield f"kubernetes:{version}:{kind}", f"{rule}-{index}", placed


def stored_in(rule: str, half: str) -> str:
    """What an example's Milvus stores, as text; empty where that does not matter."""
    return next((json.dumps(item) for item in documents(rule, half) if "collections" in item), "")


def groups() -> dict[tuple[str, str], list[str]]:
    """The rules by what is stored in their examples, wrong and right."""
    found = defaultdict(list)
    for rule in RULES:
        found[stored_in(rule, "wrong"), stored_in(rule, "right")].append(rule)
    return found


def reported(engine: Path, folder: Path, rules: list[str], half: str) -> set[str]:
    """Those of the rules that a preview of their examples reports, each on its own example or on the stack."""
    config: dict[str, Any] = {rule: {"enforcementLevel": "mandatory", "strict": True} for rule in rules}
    pulumi = program(engine, folder, PROGRAM)
    if stored := stored_in(rules[0], half):
        (pulumi.directory / "stored.yaml").write_text(stored)
        config["facts"] = {"enforcementLevel": "mandatory", "workload": str(pulumi.directory / "stored.yaml")}
    found = [item for rule in rules for item in resources_of(rule, half)]
    (pulumi.directory / "resources.json").write_text(json.dumps(found))
    (pulumi.directory / "config.json").write_text(json.dumps(config))
    pulumi.run("stack", "init", "dev")
    pack = ("--policy-pack", str(CLONE / "policies"), "--policy-pack-config", "config.json")
    done = pulumi.run("preview", "-s", "dev", *pack, check=False)
    shown = done.stdout + done.stderr
    assert "Traceback" not in shown
    assert "@v0.1.0" in shown
    assert all(f" {name} create" in shown for _, name, _ in found), shown
    told = {(policy, name.rpartition("-")[0]) for _, policy, _, name in _REPORTED.findall(shown)}
    return {rule for rule in rules if told & {(rule, rule), (rule, "test")}}


@pytest.mark.parametrize("rules", groups().values(), ids=lambda rules: rules[0])
def test_each_example_breaks_its_rule_and_is_put_right(engine: Path, tmp_path: Path, rules: list[str]) -> None:
    assert reported(engine, tmp_path / "wrong", rules, "wrong") == set(rules)
    assert reported(engine, tmp_path / "right", rules, "right") == set()


# A Milvus with settings that a preview does not know; this text is how the engine is told of such a value.
UNKNOWN_PROGRAM = """
import pulumi
from pulumi.runtime.rpc import UNKNOWN
spec = {
    "mode": "standalone",
    "components": {"image": UNKNOWN, "standalone": {"serviceType": "NodePort"}},
    "config": {"common": {"security": {"authorizationEnabled": UNKNOWN}}},
}
props = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": {"name": "vectors"}, "spec": spec}
pulumi.ComponentResource("kubernetes:milvus.io/v1beta1:Milvus", "vectors", props)
"""


def policies_told(pulumi: Pulumi, config: Mapping[str, Any]) -> tuple[set[tuple[str, str]], str, int]:
    """((level, policy) of what a preview tells, everything that it prints, its exit status)."""
    (pulumi.directory / "config.json").write_text(json.dumps(config))
    pack = ("--policy-pack", str(CLONE / "policies"), "--policy-pack-config", "config.json")
    done = pulumi.run("preview", "-s", "dev", *pack, check=False)
    shown = done.stdout + done.stderr
    assert "Traceback" not in shown
    return {(level, policy) for level, policy, _, _ in _REPORTED.findall(shown)}, shown, done.returncode


def test_a_value_that_is_not_known_yet_is_neither_passed_nor_refused(engine: Path, tmp_path: Path) -> None:
    pulumi = program(engine, tmp_path, UNKNOWN_PROGRAM)
    pulumi.run("stack", "init", "dev")
    told, shown, status = policies_told(pulumi, {"facts": {"enforcementLevel": "mandatory", "production": True}})
    assert ("mandatory", "public-endpoint") in told, shown  # what is known is judged
    assert status != 0
    assert not told & {("mandatory", "authorization"), ("mandatory", "image-pinned")}
    said = " ".join(shown.split())
    assert "spec.config.common.security.authorizationEnabled is not known yet, so this is not judged" in said
    assert "spec.components.image is not known yet, so this is not judged" in said


def test_levels_are_the_configurations_to_say(engine: Path, tmp_path: Path) -> None:
    pulumi = program(engine, tmp_path, PROGRAM)
    found = list(resources_of("authorization", "wrong"))
    (pulumi.directory / "resources.json").write_text(json.dumps(found))
    pulumi.run("stack", "init", "dev")
    everything = {"all": "disabled", "facts": "mandatory"}
    for config, level in (
        ({"warnings": "advisory"}, ("advisory", "warnings")),
        ({"authorization": {"enforcementLevel": "mandatory", "strict": True}}, ("mandatory", "authorization")),
        (
            {"facts": {"enforcementLevel": "mandatory", "production": True}, "authorization": "mandatory"},
            ("mandatory", "authorization"),
        ),
        (
            {"facts": {"enforcementLevel": "mandatory", "production": True}, "authorization": "advisory"},
            ("advisory", "authorization"),
        ),
        ({}, None),
    ):
        told, shown, status = policies_told(pulumi, everything | config)
        assert told == ({level} if level else set()), shown
        assert (status != 0) is (level is not None and level[0] == "mandatory")


def test_a_workload_file_that_cannot_be_read_is_told_and_nothing_crashes(engine: Path, tmp_path: Path) -> None:
    pulumi = program(engine, tmp_path, PROGRAM)
    (pulumi.directory / "resources.json").write_text("[]")
    pulumi.run("stack", "init", "dev")
    told, shown, _ = policies_told(pulumi, {"facts": {"enforcementLevel": "mandatory", "workload": "no-such.yaml"}})
    assert told == {("mandatory", "facts")}
    assert "no-such.yaml" in shown
