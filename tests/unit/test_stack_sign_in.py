"""How a stack signs in: keys, profile, roles one after the other; what cannot be had is words."""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from pulumi_milvus.aws_facts.stack_sign_in import SignIn, signed_in, stack_sign_in
from pulumi_milvus.planning.problems import InvalidValues

REGION = "eu-west-1"
# moto takes the account out of the ARN of an assumed role.
DEPLOY = "arn:aws:iam::210987654321:role/deploy"


def account(sign_in: SignIn) -> str:
    return str(signed_in(sign_in, REGION).client("sts", REGION).get_caller_identity()["Account"])


def keys() -> SignIn:
    return stack_sign_in({"accessKey": "fake", "secretKey": "fake"}.get)


def test_a_stack_that_says_nothing_has_the_usual_credentials() -> None:
    assert stack_sign_in(lambda _: None) == SignIn()


def test_keys_never_show() -> None:
    assert "fake" not in repr(keys())


@mock_aws
def test_roles_are_assumed_one_after_the_other() -> None:
    assert account(keys()) == "123456789012"
    roles = [{"roleArn": "arn:aws:iam::123456789012:role/first"}, {"roleArn": DEPLOY, "externalId": "a-shared-word"}]
    settings = {"accessKey": "fake", "secretKey": "fake", "assumeRoles": json.dumps(roles)}
    assert account(stack_sign_in(settings.get)) == "210987654321"


def test_a_role_that_may_not_be_assumed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(boto3.Session, "get_credentials", lambda _session: None)
    settings = {"assumeRoles": json.dumps([{"roleArn": DEPLOY}])}
    with pytest.raises(InvalidValues, match="no credentials of AWS are found"):
        signed_in(stack_sign_in(settings.get), REGION)


@pytest.mark.parametrize("text", ["{", "{}", '[{"externalId": "x"}]', "[1]"])
def test_roles_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(InvalidValues, match="is no list of roles"):
        stack_sign_in({"assumeRoles": text}.get)
