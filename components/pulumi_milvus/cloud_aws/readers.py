"""How the words of AWS are read: accounts, ids, ARNs, zones, networks of a VPC, versions of Kubernetes."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.readers import Reader, Refused

_ACCOUNT: Final = "[0-9]{12}"
# A VPC is from /16 to /28 (Amazon VPC user guide, vpc-cidr-blocks); three zones of public and private subnets, each of
# which EKS wants addresses of (Amazon EKS user guide, network-reqs), fit a /20.
LARGEST_PREFIX: Final = 16
SMALLEST_PREFIX: Final = 20


@dataclass(frozen=True, slots=True)
class AccountId(Reader):
    """The 12 digits of an account, in quotes: a leading zero would be lost, and 0123... is octal in YAML 1.1."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and re.fullmatch(_ACCOUNT, value, re.ASCII):
            return value
        near = (
            f'"{value:012d}"' if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**12 else ""
        )
        raise Refused("the 12 digits of an AWS account are needed, in quotes", near or '"123456789012"')

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_ACCOUNT}$"}


@dataclass(frozen=True, slots=True)
class Written(Reader):
    """A text of one form: ``what`` says which, and ``example`` is one."""

    pattern: str
    what: str
    example: str

    def read(self, value: object) -> str:
        if isinstance(value, str) and re.fullmatch(self.pattern, value, re.ASCII):
            return value
        raise Refused(f"{self.what} is needed", self.example)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.pattern}$"}


VPC_ID: Final = Written("vpc-[0-9a-f]{8,17}", "the id of a VPC", "vpc-0123456789abcdef0")
SUBNET_ID: Final = Written("subnet-[0-9a-f]{8,17}", "the id of a subnet", "subnet-0123456789abcdef0")
ZONE: Final = Written("[a-z]{2}(-[a-z]+)+-[0-9][a-z]", "the name of a zone", "us-east-1a")
KEY_ARN: Final = Written(
    f"arn:aws[a-z-]*:kms:[a-z0-9-]+:{_ACCOUNT}:key/[0-9a-z-]+",
    "the ARN of a KMS key",
    "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
)
PRINCIPAL: Final = Written(
    f"arn:aws[a-z-]*:iam::{_ACCOUNT}:(role|user)/[A-Za-z0-9+=,.@_/-]+",
    "the ARN of a role or a user",
    "arn:aws:iam::123456789012:role/operators",
)
KUBERNETES_VERSION: Final = Written(r"1\.[0-9]{2}", "a minor version of Kubernetes, in quotes,", '"1.34"')


@dataclass(frozen=True, slots=True)
class VpcNetwork(Reader):
    """The private addresses of a VPC."""

    def read(self, value: object) -> str:
        try:
            network = ipaddress.IPv4Network(value) if isinstance(value, str) else None
        except ValueError:
            network = None
        if network is None or not network.is_private:
            raise Refused("a network of private IPv4 addresses is needed", "10.64.0.0/16")
        if not LARGEST_PREFIX <= network.prefixlen <= SMALLEST_PREFIX:
            reason = f"a VPC here has a prefix from /{LARGEST_PREFIX} to /{SMALLEST_PREFIX}"
            raise Refused(reason, f"{network.network_address}/{LARGEST_PREFIX}")
        return str(network)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^[0-9.]+/(1[6-9]|20)$"}
