"""The policy pack judges a stack by the plan that was accepted for it, also where the program stops."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_policy import ResourceValidationArgs, ResourceValidationPolicy

sys.path.insert(0, str(Path(__file__).parents[2] / "policies"))

from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.written_plan import written_plan_of
from written_plan import written_plan_policies

WORKLOAD: dict[str, Any] = {
    "collections": [{"name": "articles", "vectors": 2_000_000, "dimension": 384}],
    "topology": "standalone",
}


class Judge:
    """The policies on one stack, as the pack's process would call them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "plans" / "prod.json"
        self.file.parent.mkdir(parents=True)
        self._folder, self._patch = folder, monkeypatch

    def accept(self, workload: dict[str, Any]) -> None:
        self.file.write_text(written_plan_of(make_plan(read_workload(workload)), "0.1.0").to_text(), encoding="utf-8")

    def messages(self, workload: Any, kind: str = "pulumi:pulumi:Stack") -> list[str]:
        config = {} if workload is None else {"milvus:workload": json.dumps(workload)}
        self._patch.setattr(pulumi, "get_stack", lambda: "prod")
        self._patch.setenv("PULUMI_CONFIG", json.dumps(config))
        found: list[str] = []
        args = ResourceValidationArgs(
            resource_type=kind,
            props={},
            urn="urn:pulumi:prod::milvus::pulumi:pulumi:Stack::milvus-prod",
            name="milvus-prod",
            opts=None,  # type: ignore[arg-type]
            provider=None,
            config={"stacks": str(self._folder)},
        )
        for policy in written_plan_policies():
            assert isinstance(policy, ResourceValidationPolicy)
            validate: Any = policy.validate
            validate(args, lambda message, _urn=None, name=policy.name: found.append(f"{name}: {message}"))
        return found


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    return Judge(tmp_path / "stacks", monkeypatch)


def declared(vectors: int) -> dict[str, Any]:
    return {**WORKLOAD, "collections": [{**WORKLOAD["collections"][0], "vectors": vectors}]}


def test_a_plan_that_holds_passes(judge: Judge) -> None:
    judge.accept(WORKLOAD)
    assert judge.messages(WORKLOAD) == []
    assert judge.messages(declared(2_000_001)) == []


def test_a_plan_that_is_outgrown_is_reported_with_what_to_do(judge: Judge) -> None:
    judge.accept(WORKLOAD)
    (message,) = judge.messages(declared(30_000_000))
    for words in (
        "outgrown: roles.standalone.memory_bytes",
        "stacks/plans/prod.json",
        "--update stacks/Pulumi.prod.yaml",
    ):
        assert words in message
    assert judge.messages(declared(30_000_000), "milvus:index:Lite") == []


def test_a_plan_that_a_hand_made_smaller_is_reported_under_its_own_name(judge: Judge) -> None:
    judge.accept(WORKLOAD)
    plan = json.loads(judge.file.read_text(encoding="utf-8"))
    plan["roles"]["standalone"]["memory_bytes"] = 2**30
    judge.file.write_text(json.dumps(plan), encoding="utf-8")
    (message,) = judge.messages(WORKLOAD)
    assert message.startswith("shrink-below-data: roles.standalone.memory_bytes")


def test_what_has_no_written_plan_is_none_of_its_business(judge: Judge) -> None:
    assert judge.messages(declared(30_000_000)) == []
    judge.accept(WORKLOAD)
    assert judge.messages(None) == []
    assert judge.messages({"collections": "broken"}) == []


def test_a_file_that_cannot_be_read_is_reported(judge: Judge) -> None:
    judge.file.write_text('{"format_version": 1, "topology": ', encoding="utf-8")
    (message,) = judge.messages(WORKLOAD)
    assert "stacks/plans/prod.json" in message
    assert "cannot be read as JSON" in message
    assert "plan --write stacks/Pulumi.prod.yaml" in message
