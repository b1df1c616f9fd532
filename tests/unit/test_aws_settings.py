"""`milvus:aws` in a values file: what is read, and every mistake at once."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_milvus.cloud_aws.identifiers import bucket_name, zones_of
from pulumi_milvus.cloud_aws.setting_values import AwsSettings
from pulumi_milvus.cloud_aws.settings import read_aws_settings
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.values_file import values_of

LEAST: dict[str, Any] = {"account_id": "123456789012", "kubernetes_version": "1.34"}


def read(more: dict[str, Any]) -> tuple[AwsSettings | None, list[Problem]]:
    problems: list[Problem] = []
    return read_aws_settings(LEAST | more, "aws", problems), problems


def test_the_least_is_enough_and_nothing_is_open() -> None:
    settings, problems = read({})
    assert settings is not None
    assert not problems
    assert (settings.run_on, settings.public_access, settings.clients) == ("eks", (), ())
    assert zones_of(settings, "eu-west-1") == ("eu-west-1a", "eu-west-1b", "eu-west-1c")
    assert bucket_name(settings, "eu-west-1") == "milvus-123456789012-eu-west-1"


def test_json_as_pulumi_config_set_writes_it_is_read() -> None:
    found = read_aws_settings('{"account_id": "123456789012", "kubernetes_version": "1.34"}', "aws", [])
    assert found is not None
    assert found.account_id == "123456789012"


@pytest.mark.parametrize(
    ("more", "path", "nearest"),
    [
        ({"account_id": 12345678901}, "aws.account_id", '"012345678901"'),
        ({"kubernetes_version": 1.34}, "aws.kubernetes_version", '"1.34"'),
        ({"kubernetes_version": None}, "aws", 'kubernetes_version: "1.34"'),
        ({"public_access": ["0.0.0.0/0"]}, "aws.public_access[0]", "10.0.0.0/8"),
        ({"public_access": ["::/0"]}, "aws.public_access[0]", "10.0.0.0/8"),
        ({"network": {"cidr": "10.0.0.0/24"}}, "aws.network.cidr", "10.0.0.0/16"),
        ({"network": {"cidr": "8.0.0.0/16"}}, "aws.network.cidr", "10.64.0.0/16"),
        ({"network": {"vpc_id": "vpc-0123456789abcdef0", "nat": "one"}}, "aws.network.nat", "leave it out"),
        ({"network": {"subnet_ids": ["subnet-0123456789abcdef0"]}}, "aws.network", "vpc_id: vpc-0123456789abcdef0"),
        ({"zones": ["us-east-1a", "us-east-1a", "us-east-1b"]}, "aws.zones", "[a, b, c]"),
        ({"region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b", "us-east-1c"]}, "aws.zones", "eu-west-1c"),
        ({"bucket": "my.vectors"}, "aws.bucket", "my-vectors"),
        ({"log_days": 100}, "aws.log_days", "90"),
        ({"clients": ["10.0.0.0/16"]}, "aws.clients", "leave it out, or run_on: virtual_machine"),
        ({"run_on": "virtual_machine"}, "aws.kubernetes_version", "leave it out, or run_on: eks"),
        ({"acces": []}, "aws.acces", "access"),
    ],
)
def test_a_mistake_is_told_with_what_works(more: dict[str, Any], path: str, nearest: str) -> None:
    settings, problems = read(more)
    assert settings is None
    assert (path, nearest) in [(problem.path, problem.nearest) for problem in problems]


def test_all_mistakes_of_a_values_file_come_at_once() -> None:
    workload = {"collections": [{"name": "a", "vectors": 1, "dimension": 8, "indx": "HNSW"}]}
    config = {"milvus:workload": workload, "milvus:aws": {"account_id": "12", "logs": ["everything"], "nme": "x"}}
    with pytest.raises(InvalidValues) as refused:
        values_of({"config": config})
    paths = {problem.path for problem in refused.value.problems}
    assert {"config.milvus:aws.account_id", "config.milvus:aws.logs[0]", "config.milvus:aws.nme"} <= paths
    assert any("indx" in path for path in paths)
