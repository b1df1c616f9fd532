"""The environment `aws-distributed` grows on moto through the real engine, goes, and comes again to its bucket."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto.s3.models import s3_backends

import aws_audit as audit
from aws_environment_program import with_aws_part
from aws_provider.official import provided
from aws_security_audit import facts_of_security, security_findings
from moto_server import ACCOUNT, AwsOnLoopback
from pulumi_cli import CLONE, Pulumi

STACK = "aws-distributed"
CLUSTER = "milvus"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


@dataclass(frozen=True)
class Environment:
    """The stack, its values file, and its AWS."""

    pulumi: Pulumi
    aws: AwsOnLoopback

    @property
    def values(self) -> Path:
        return self.pulumi.directory / "stacks" / f"Pulumi.{STACK}.yaml"

    def say(self, before: str, after: str) -> None:
        """Change the values file in one place, which the pattern ``before`` finds."""
        text, places = re.subn(before, after, self.values.read_text())
        assert places == 1, self.values.read_text()
        self.values.write_text(text)

    def plan(self, how: str) -> dict[str, Any]:
        """Write the plan, or write it anew, by the command line; its query nodes' pool."""
        command = [str(CLONE / ".venv" / "bin" / "pulumi-milvus"), "plan", how, str(self.values)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        written = json.loads((self.values.parent / "plans" / f"{STACK}.json").read_text())
        found: dict[str, Any] = next(pool for pool in _pools(written) if pool["name"] == "query-node")
        return found

    def up(self) -> list[tuple[str, str]]:
        """Bring the stack up; (operation, type) of what was done, in the order in which it was done."""
        log = self.pulumi.directory / "events.json"
        log.unlink(missing_ok=True)
        self.pulumi.run("up", "--yes", "--skip-preview", "--event-log", str(log), "-s", STACK)
        events = [json.loads(line) for line in log.read_text().splitlines()]
        done = [item["resOutputsEvent"]["metadata"] for item in events if "resOutputsEvent" in item]
        return [(item["op"], item["type"]) for item in done if item["type"].startswith("aws:")]

    def ids(self) -> dict[str, str]:
        """The AWS resources of the state, by URN."""
        return {item["urn"]: item["id"] for item in self.pulumi.resources(STACK) if item["type"].startswith("aws:")}

    def findings(self) -> list[str]:
        """What the audit of everything finds."""
        pools, outputs = audit.facts_of_pools(self.aws.client, CLUSTER), self.pulumi.outputs(STACK)
        return [
            *audit.pool_findings(pools, outputs["pools"]),
            *audit.node_findings(pools),
            *audit.privilege_findings(audit.facts_of_role_policies(self.aws.client)),
            *security_findings(facts_of_security(self.aws.client)),
            *audit.bucket_findings(audit.facts_of_bucket(self.aws.client, _BUCKET)),
        ]


_BUCKET = f"milvus-{ACCOUNT}-us-east-1"
# An object as Milvus would leave one, laid down and read inside moto: since it reads no conditions of a policy, its
# server refuses every object of a bucket that refuses what comes without TLS (moto 5.2.5, s3.responses).
_KEY, _ROWS = "files/insert_log/1", b"rows"


@pytest.mark.timeout(400)
def test_a_pool_grows_in_place_moves_to_another_type_and_the_bucket_outlives_all(
    project: Pulumi, aws: AwsOnLoopback
) -> None:
    # With it the engine has the flag --event-log.
    debugging = {"PULUMI_DEBUG_COMMANDS": "true"}
    pulumi = provided(with_aws_part(project, STACK)).with_environment(**aws.environment, **debugging)
    environment = Environment(pulumi, aws)
    pulumi.run("stack", "init", STACK)
    first = environment.plan("--write")
    environment.up()
    assert environment.findings() == []

    _grows_in_place(environment, first)
    _moves_beside(environment)
    _comes_again_to_its_bucket(environment)


def _grows_in_place(environment: Environment, first: dict[str, Any]) -> None:
    before = environment.ids()
    environment.say(r" vectors: 4[0_]+", " vectors: 50_000_000")
    grown = environment.plan("--update")
    assert grown["instance_type"] == first["instance_type"]
    assert grown["nodes"] > first["nodes"]
    done = environment.up()
    assert {item for item in done if item[0] != "same"} == {("update", NODE_GROUP)}
    assert environment.ids() == before
    assert environment.findings() == []
    assert _scaling(environment.aws) == {
        "minSize": grown["nodes"],
        "desiredSize": grown["nodes"],
        "maxSize": grown["max_nodes"],
    }


def _moves_beside(environment: Environment) -> None:
    """Nodes of another type come before the old ones go."""
    environment.say(r" vectors: 5[0_]+", " vectors: 60_000_000")
    moved = environment.plan("--update")
    done = [item for item in environment.up() if item[0] != "same"]
    groups = [operation for operation, kind in done if kind == NODE_GROUP]
    assert groups == ["create-replacement", "replace", "delete-replaced"], done
    assert [operation for operation, kind in done if kind == TEMPLATE] == groups
    assert {kind for _, kind in done} == {NODE_GROUP, TEMPLATE}
    # Nothing goes before everything is there.
    assert [operation for operation, _ in done].index("delete-replaced") == len(done) - 2
    assert environment.findings() == []
    pool = next(item for item in audit.facts_of_pools(environment.aws.client, CLUSTER) if item.pool == "query-node")
    assert (pool.instance_type, pool.min_nodes) == (moved["instance_type"], moved["nodes"])


def _comes_again_to_its_bucket(environment: Environment) -> None:
    pulumi, s3 = environment.pulumi, environment.aws.client("s3")
    s3_backends[ACCOUNT]["aws"].put_object(_BUCKET, _KEY, _ROWS)
    key = s3.get_bucket_encryption(Bucket=_BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    key_arn = key["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"]
    pulumi.run("destroy", "--yes", "--skip-preview", "-s", STACK)
    _only_the_bucket_is_left(environment.aws, key_arn)

    # As docs/aws.md says it: the same values find the name taken, and these two use what is there.
    taken = pulumi.run("up", "--yes", "--skip-preview", "-s", STACK, check=False)
    assert taken.returncode != 0
    assert re.search(r"BucketAlready(Exists|OwnedByYou)", taken.stdout + taken.stderr), taken.stdout
    assert _keys(environment.aws) == {key_arn}, "a name that is taken left a key behind"
    assert environment.aws.client("eks").list_clusters()["clusters"] == []
    account = f'account_id: "{ACCOUNT}"'
    environment.say(account, f"{account}\n    bucket_exists: true\n    key_arn: {key_arn}")
    environment.up()
    assert environment.findings() == []
    assert not [urn for urn in environment.ids() if "aws:s3/" in urn or urn.endswith("store-key")]
    _may_use(environment.aws, key_arn)
    pulumi.run("destroy", "--yes", "--skip-preview", "-s", STACK)
    _only_the_bucket_is_left(environment.aws, key_arn)


def _only_the_bucket_is_left(aws: AwsOnLoopback, key_arn: str) -> None:
    s3 = aws.client("s3")
    assert [item["Name"] for item in s3.list_buckets()["Buckets"]] == [_BUCKET]
    stored = s3_backends[ACCOUNT]["aws"].get_object(_BUCKET, _KEY)
    assert stored is not None
    assert stored.value == _ROWS
    assert list(audit.bucket_findings(audit.facts_of_bucket(aws.client, _BUCKET))) == []
    assert _keys(aws) == {key_arn}
    assert aws.client("eks").list_clusters()["clusters"] == []
    assert aws.client("ec2").describe_launch_templates()["LaunchTemplates"] == []
    assert aws.client("iam").list_roles()["Roles"] == []


def _keys(aws: AwsOnLoopback) -> set[str]:
    """The customer's keys that are in use."""
    kms = aws.client("kms")
    found = [kms.describe_key(KeyId=item["KeyId"])["KeyMetadata"] for item in kms.list_keys()["Keys"]]
    return {item["Arn"] for item in found if item["KeyState"] == "Enabled" and item["KeyManager"] == "CUSTOMER"}


def _may_use(aws: AwsOnLoopback, key_arn: str) -> None:
    """Milvus's role reaches the bucket that was there, and its key."""
    statements = [item for owned in audit.facts_of_role_policies(aws.client).values() for item in owned]
    resources = [json.dumps(item["Resource"]) for item in statements]
    assert any(f"arn:aws:s3:::{_BUCKET}/" in item for item in resources), resources
    assert any(
        key_arn in json.dumps(item["Resource"]) and "kms:GenerateDataKey" in json.dumps(item["Action"])
        for item in statements
    ), statements


def _pools(written: dict[str, Any]) -> list[dict[str, Any]]:
    found = written.get("plan", written)["node_pools"]
    assert isinstance(found, list)
    return found


def _scaling(aws: AwsOnLoopback) -> dict[str, int]:
    eks = aws.client("eks")
    groups = [
        eks.describe_nodegroup(clusterName=CLUSTER, nodegroupName=name)["nodegroup"]
        for name in eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"]
    ]
    found: dict[str, int] = next(
        group["scalingConfig"] for group in groups if group["labels"]["milvus.io/node-pool"] == "query-node"
    )
    return found
