"""`pulumi-milvus preflight`: from a stack's values file to what AWS is asked, and how the answer is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from command_line import call
from pulumi_milvus.aws_facts import preflight as aws
from pulumi_milvus.aws_facts import wanted_by_plan
from pulumi_milvus.aws_facts.checks.wanted import Report, Wanted
from pulumi_milvus.aws_facts.stack_sign_in import SignIn
from pulumi_milvus.aws_facts.wanted_by_plan import before_first_resource, wanted_by
from pulumi_milvus.cloud_aws.settings import AwsSettings
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.values_file import values_of

CONFIG: dict[str, Any] = {
    "milvus:workload": {
        "collections": [{"name": "a", "vectors": 9_000_000, "dimension": 768}],
        "topology": "distributed",
        "availability": "zone",
    },
    "aws:region": "us-east-1",
    "milvus:aws": {"account_id": "123456789012", "kubernetes_version": "1.34"},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Wanted]:
    """What AWS would be asked; it answers with a problem and with something that was not checked."""
    found: list[Wanted] = []

    def answer(wanted: Wanted, _clients: object) -> Report:
        found.append(wanted)
        if wanted.account_id == "999999999999":
            return Report((), (), wanted.account_id)
        unchecked = (Problem("subnets", "", "not checked: needs ec2:DescribeSubnets"),)
        return Report((Problem("bucket", "'b'", "is taken", "c"),), unchecked, "123456789012")

    monkeypatch.setattr(aws, "preflight", answer)
    return found


def values(folder: Path, **changes: Any) -> str:
    file = folder / "Pulumi.production.yaml"
    file.write_text(json.dumps({"config": {**CONFIG, **changes}}))
    return str(file)


def test_what_a_stack_wants_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: list[Wanted]) -> None:
    done = call(monkeypatch, "preflight", "--json", values(tmp_path))
    assert done.status == 1
    answer = json.loads(done.out)
    assert answer["problems"][0]["field"] == "bucket"
    assert answer["unchecked"][0]["error"] == "not checked: needs ec2:DescribeSubnets"
    assert "not checked" in done.err
    wanted = asked[0]
    assert (wanted.region, wanted.account_id, wanted.eks_version) == ("us-east-1", "123456789012", "1.34")
    assert wanted.zones == ("us-east-1a", "us-east-1b", "us-east-1c")
    assert wanted.bucket
    assert wanted.pools
    assert all(wanted.zones_of(name) == 3 for name in wanted.types)


def test_an_accepted_plan_is_what_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: list[Wanted]
) -> None:
    file = values(tmp_path)
    assert call(monkeypatch, "plan", "--write", file).status == 0
    written = tmp_path / "plans" / "production.json"
    plan = json.loads(written.read_text())
    plan["node_pools"][0]["max_nodes"] += 7
    written.write_text(json.dumps(plan))
    call(monkeypatch, "preflight", file)
    assert asked[0].pools[0].max_nodes == plan["node_pools"][0]["max_nodes"]


def test_nothing_stops_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: list[Wanted]) -> None:
    other = {"account_id": "999999999999", "kubernetes_version": "1.34"}
    done = call(monkeypatch, "preflight", values(tmp_path, **{"milvus:aws": other}))
    # On a busy machine the first call takes long enough to be told of.
    told = [line for line in done.err.splitlines() if not line.startswith("Asking AWS: ")]
    assert (done.status, told) == (0, [])
    assert "Nothing stops it: account 999999999999" in done.out
    assert asked


def test_a_stack_elsewhere_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: list[Wanted]
) -> None:
    for changes, words in (
        ({"milvus:aws": None}, "milvus:aws is missing"),
        ({"aws:region": None}, "no region is said"),
    ):
        done = call(monkeypatch, "preflight", values(tmp_path, **changes))
        assert done.status == 2
        assert words in done.err
    assert call(monkeypatch, "preflight", str(tmp_path / "none.yaml")).status == 2
    assert asked == []


def settings_and_plan() -> tuple[Plan, AwsSettings]:
    read = values_of({"config": CONFIG})
    assert read.settings.aws is not None
    return make_plan(read.workload), read.settings.aws


def test_a_stack_is_stopped_before_its_first_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, said = settings_and_plan()
    problem, unchecked = Problem("bucket", "'b'", "is taken", "c"), Problem("subnets", "", "not checked: needs x")
    answers = [Report((problem,), (unchecked,)), Report((), (unchecked,))]
    monkeypatch.setattr(wanted_by_plan, "preflight", lambda _wanted, _clients: answers.pop(0))
    with pytest.raises(InvalidValues, match="is taken"):
        before_first_resource(plan, said, "us-east-1")
    assert before_first_resource(plan, said, "us-east-1") == ("preflight: subnets: not checked: needs x",)


def test_servers_that_are_not_those_of_aws_are_not_asked_and_that_is_said() -> None:
    plan, said = settings_and_plan()
    (words,) = before_first_resource(plan, said, "us-east-1", elsewhere=True)
    assert "nothing is checked" in words


def test_a_profile_that_is_not_there_is_words() -> None:
    plan, said = settings_and_plan()
    with pytest.raises(InvalidValues, match="nobody-has-this"):
        before_first_resource(plan, said, "us-east-1", sign_in=SignIn(profile="nobody-has-this"))


def test_a_bucket_that_is_there_is_not_looked_for() -> None:
    plan, said = settings_and_plan()
    assert wanted_by(plan, said, "us-east-1").bucket == "milvus-123456789012-us-east-1"
    assert wanted_by(plan, replace(said, bucket="kept", bucket_exists=True), "us-east-1").bucket is None


def test_the_profile_of_the_values_file_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = call(monkeypatch, "preflight", values(tmp_path, **{"aws:profile": "nobody-has-this"}))
    assert done.status == 1
    assert "nobody-has-this" in done.err
