"""AWS on the loopback address: moto's server with AWS's own IAM policies and the parts of EKS that moto lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.request import Request, urlopen

import boto3
from moto.core.config import default_user_config
from moto.server import ThreadedMotoServer

import moto_accounts
import moto_eks

REGION = "us-east-1"
ACCOUNT = "123456789012"
"""The account of every object in moto."""
_WAIT_SECONDS = 30


@dataclass(frozen=True)
class AwsOnLoopback:
    """A running server."""

    address: str
    region: str = REGION

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables by which boto3 and the AWS provider, official or stand-in, come here."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ACCESS_KEY_ID": "fake",
            "AWS_SECRET_ACCESS_KEY": "fake",
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            # No user's settings of a profile reach a test.
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def client(self, service: str) -> Any:
        """boto3's client of a service here."""
        return boto3.session.Session().client(
            service,
            endpoint_url=self.address,
            region_name=self.region,
            aws_access_key_id="fake",
            aws_secret_access_key="fake",
        )

    def keys_of(self, account: str) -> Mapping[str, str]:
        """Credentials of another account, as variables: moto takes the account out of an assumed role's ARN."""
        role = f"arn:aws:iam::{account}:role/somebody"
        keys = self.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    def client_of(self, account: str, service: str) -> Any:
        """boto3's client of a service, as another account has it."""
        keys = self.keys_of(account)
        return boto3.session.Session().client(
            service,
            endpoint_url=self.address,
            region_name=self.region,
            **{name.lower(): value for name, value in keys.items()},
        )

    def reset(self) -> None:
        """An empty AWS."""
        with urlopen(Request(f"{self.address}/moto-api/reset", method="POST"), timeout=_WAIT_SECONDS):
            pass


@contextmanager
def aws_on_loopback() -> Iterator[AwsOnLoopback]:
    """A server while the context lasts."""
    moto_eks.add_to_moto()
    moto_accounts.add_to_moto()
    settings: dict[str, Any] = cast(dict[str, Any], default_user_config["iam"])
    before = dict(settings)
    settings["load_aws_managed_policies"] = True
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield AwsOnLoopback(f"http://{host}:{port}")
    finally:
        server.stop()
        settings.clear()
        settings.update(before)
