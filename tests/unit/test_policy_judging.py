"""The pack's own parts: inputs as they are seen, unknown values, findings at the resource that they are about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import PolicyCustomTimeouts, PolicyResource, PolicyResourceOptions
from pulumi_policy.proxy import UNKNOWN_BOOLEAN_VALUE, UNKNOWN_STRING_VALUE, unknown_checking_proxy

POLICIES = Path(__file__).parents[2] / "policies"
sys.path.insert(0, str(POLICIES))

from collected import UNKNOWN, Asked, Collected  # noqa: E402
from deployment import ELSEWHERE, deployment_policies  # noqa: E402
from judging import Judged, judge, not_known  # noqa: E402
from pulumi_milvus.rules.rule_texts import rule_texts  # noqa: E402

MILVUS = "kubernetes:milvus.io/v1beta1:Milvus"
URN = f"urn:pulumi:dev::shop::{MILVUS}::vectors"


def milvus(spec: dict[str, Any]) -> Asked:
    """A Milvus as a program asks for it, without the kind that its type says."""
    collected = Collected()
    collected.add(URN, MILVUS, unknown_checking_proxy({"metadata": {"name": "vectors"}, "spec": spec}))
    return collected.asked[URN]


def of_rule(rule: str, *asked: Asked, production: bool = False) -> list[Judged]:
    """What one rule says."""
    return [one for one in judge(asked, None, production=production) if one.finding.rule == rule]


def test_guarded_values_become_plain_data_and_unknown_ones_keep_their_place() -> None:
    asked = milvus({"replicas": 3.0, "share": 0.5, "a": [{"b": UNKNOWN_BOOLEAN_VALUE}, "c"], "d": UNKNOWN_STRING_VALUE})
    assert asked.inputs["spec"] == {"replicas": 3, "share": 0.5, "a": [{"b": UNKNOWN}, "c"], "d": UNKNOWN}
    assert isinstance(asked.inputs["spec"]["replicas"], int)
    assert asked.unknown == ("spec.a.b", "spec.d")
    assert asked.state()["inputs"]["kind"] == "Milvus"


@pytest.mark.parametrize(
    ("value", "level"), [(False, "error"), (UNKNOWN_BOOLEAN_VALUE, "advice"), (True, None)], ids=str
)
def test_what_decides_and_is_not_known_yet_is_advice(value: object, level: str | None) -> None:
    asked = milvus({"mode": "standalone", "config": {"common": {"security": {"authorizationEnabled": value}}}})
    found = of_rule("authorization", asked, production=True)
    assert [(one.level, one.urn) for one in found] == ([(level, URN)] if level else [])


def test_another_value_that_is_not_known_excuses_nothing() -> None:
    asked = milvus({"mode": "standalone", "components": {"image": UNKNOWN_STRING_VALUE}})
    (found,) = of_rule("authorization", asked)
    assert found.level == "warning"


def test_a_value_that_makes_a_rule_silent_is_named() -> None:
    asked = milvus({"mode": "standalone", "components": {"standalone": {"serviceType": UNKNOWN_STRING_VALUE}}})
    assert of_rule("public-endpoint", asked) == []
    ((urn, words),) = not_known([asked])
    assert urn == URN
    assert words.startswith("not known yet: spec.components.standalone.serviceType")
    assert list(not_known([milvus({"mode": "standalone"})])) == []


def test_what_stands_beside_a_milvus_is_judged_without_one() -> None:
    kind = "aws:ebs/volume:Volume"
    urn = f"urn:pulumi:dev::shop::{kind}::data"
    (found,) = of_rule("encryption", Asked(urn, kind, {"size": 100, "encrypted": False}, ()))
    assert (found.level, found.urn) == ("error", urn)
    assert of_rule("encryption", Asked(urn, kind, {"size": 100, "encrypted": UNKNOWN}, ("encrypted",))) == []


def test_where_a_value_comes_of_is_kept_beside_what_was_asked_for() -> None:
    """A node group's launch template has no id in a preview: only by this the group's instance type is found."""
    collected = Collected()
    kind, name = "aws:eks/nodeGroup:NodeGroup", "urn:pulumi:dev::shop::aws:eks/nodeGroup:NodeGroup::nodes"
    collected.add(name, kind, {"launchTemplate": {"version": "1"}})
    template = _resource("aws:ec2/launchTemplate:LaunchTemplate", "template", {})
    (asked,) = collected.of([_resource(kind, "nodes", {"launchTemplate": [template]})])
    assert asked.inputs == {"launchTemplate": {"version": "1"}}
    assert asked.state()["propertyDependencies"] == {"launchTemplate": [template.urn]}


def _resource(kind: str, name: str, depends: dict[str, list[PolicyResource]]) -> PolicyResource:
    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    urn = f"urn:pulumi:dev::shop::{kind}::{name}"
    return PolicyResource(kind, {}, urn, name, options, None, None, [], depends)


def test_every_rule_that_files_can_break_is_a_policy() -> None:
    names = [policy.name for policy in deployment_policies()]
    assert len(names) == len(set(names))
    assert {text.rule for text in rule_texts()} - ELSEWHERE < set(names)


def test_the_pack_boots_without_what_it_may_not_need() -> None:
    code = (
        "import sys; import deployment, milvus_collections, written_plan;"
        "print(sorted({'pymilvus', 'pulumi_kubernetes', 'pulumi_aws', 'pandas', 'rich', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=POLICIES, capture_output=True, text=True, check=True)
    assert "pymilvus" not in done.stdout
    assert "pulumi_kubernetes" not in done.stdout
    assert "pulumi_aws" not in done.stdout
