"""`pulumi-milvus render` of a stack that is made on AWS shows what `pulumi up` makes of the same file."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any
from unittest import mock

import pulumi
import pytest
import yaml

from aws_recorder import Recorder, recorded
from command_line import call
from manifest_cases import CLONE
from pulumi_milvus import aws_environment
from pulumi_milvus.aws import environment
from pulumi_milvus.cloud_aws.cluster_manifests import AUTOSCALER_ROLE
from pulumi_milvus.kubernetes.declared import declared
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.values_file import read_values

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
ON_EKS = ("aws-standalone", "aws-distributed", "aws-nvme", "aws-gpu")


def file_of(name: str) -> Path:
    return CLONE / "stacks" / f"Pulumi.{name}.yaml"


def up(file: Path, folder: Path) -> tuple[Recorder, dict[str, Any]]:
    """What `pulumi up` registers of a file, and the arguments of Milvus that AWS's part gives it."""
    config = yaml.safe_load(file.read_text(encoding="utf-8"))["config"]
    values = read_values(file)
    given: list[dict[str, Any]] = []

    def program() -> None:
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
        pulumi.runtime.set_all_config(texts)
        aws_environment(values, make_plan(values.workload, aws_catalogue("us-east-1")), folder)

    with (
        mock.patch.object(environment, "before_first_resource", return_value=()),
        mock.patch.object(environment, "server_environment", lambda *arguments: given.append(arguments[3])),
    ):
        recorder = recorded(program, "shown")
    return recorder, {"workload": config["milvus:workload"], **(given[0] if given else {})}


@pytest.mark.parametrize("name", ON_EKS)
def test_the_objects_are_those_of_up(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorder, arguments = up(file_of(name), tmp_path)
    done = call(monkeypatch, "render", "--kubernetes", "--json", str(file_of(name)))
    assert done.status == 0, done.err
    shown = json.loads(done.out)["objects"]
    milvus = [json.loads(json.dumps(dict(item.body))) for item in declared(arguments).manifests]
    assert shown[-len(milvus) :] == milvus
    before = shown[: -len(milvus)]
    registered = [
        inputs
        for kind, resources in recorder.resources.items()
        for inputs in resources.values()
        if kind.startswith("kubernetes:")
    ]
    role = recorder.all("aws:iam/role:Role")["cluster-autoscaler"]
    assert role.get("name") is None, "the role's name is declared now: show its ARN"
    names = {(item["kind"], item["metadata"]["name"]) for item in before}
    assert names == {(item["kind"], item["metadata"]["name"]) for item in registered}
    for item in before:
        same = next(
            made
            for made in registered
            if (made["kind"], made["metadata"]["name"]) == (item["kind"], item["metadata"]["name"])
        )
        for key in set(item) - {"metadata"}:
            assert same[key] == item[key]
    assert AUTOSCALER_ROLE in json.dumps(before)
    assert f"{AUTOSCALER_ROLE}: only `pulumi up` knows it" in done.err
    assert "Pods wait for nodes" not in done.err


def test_the_machine_s_compose_file_is_the_one_that_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for clients in ("", "    clients: [10.0.0.0/16]\n"):
        file = tmp_path / "Pulumi.machine.yaml"
        file.write_text(file_of("aws-vm").read_text(encoding="utf-8") + clients, encoding="utf-8")
        recorder, _ = up(file, tmp_path)
        data = recorder.one("aws:ec2/launchTemplate:LaunchTemplate")["userData"]
        script = gzip.decompress(base64.b64decode(data)).decode()
        encoded = re.search(r"^echo (\S+) \| base64 --decode > \S+compose", script, re.MULTILINE)
        assert encoded
        runs = base64.b64decode(encoded[1]).decode()
        done = call(monkeypatch, "render", "--compose", str(file))
        assert (done.status, done.out) == (0, runs)
        assert yaml.safe_load(runs) == json.loads(call(monkeypatch, "render", "--compose", "--json", str(file)).out)
        assert ("19530:19530" in yaml.safe_load(runs)["services"]["milvus"]["ports"]) == bool(clients)


def test_a_machine_has_no_objects_and_a_store_of_another_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = call(monkeypatch, "render", "--kubernetes", str(file_of("aws-vm")))
    assert done.status == 2
    assert "one machine runs a Compose file" in done.err
    file = tmp_path / "Pulumi.twice.yaml"
    text = file_of("aws-nvme").read_text(encoding="utf-8")
    store = "    object_store: {kind: s3, bucket: others, region: us-east-1}\n"
    file.write_text(text.replace("  milvus:kubernetes:\n", "  milvus:kubernetes:\n" + store), encoding="utf-8")
    done = call(monkeypatch, "render", "--kubernetes", str(file))
    assert done.status == 2
    assert "config.milvus:kubernetes.object_store: 'others': the bucket is made here" in done.err
