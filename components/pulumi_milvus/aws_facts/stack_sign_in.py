"""How a stack signs in to AWS: settings of its package ``aws``, which preflight follows as its provider does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_milvus.aws_facts.connection import Aws, NotAnswered, ask, connect
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

_SESSION_NAME: Final = "pulumi-milvus"
# Items of aws:assumeRoles (pulumi_aws 7.51.1, ProviderAssumeRoleArgs) and the parameters of sts:AssumeRole. How long
# the credentials are good is left to STS: an hour, and preflight takes seconds.
_ROLE_PARAMETERS: Final = {
    "roleArn": "RoleArn",
    "externalId": "ExternalId",
    "policy": "Policy",
    "sourceIdentity": "SourceIdentity",
    "transitiveTagKeys": "TransitiveTagKeys",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What a stack says of its credentials; boto3 finds what is None. ``roles``: assumed one after the other."""

    profile: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    roles: tuple[Mapping[str, Any], ...] = ()


def stack_sign_in(setting: Callable[[str], str | None]) -> SignIn:
    """What the settings of the package ``aws`` say. Raises ``InvalidValues`` where they cannot be read."""
    return SignIn(
        profile=setting("profile"),
        access_key=setting("accessKey"),
        secret_key=setting("secretKey"),
        token=setting("token"),
        roles=_roles(setting("assumeRoles")),
    )


def signed_in(sign_in: SignIn, region: str) -> Aws:
    """Clients as the stack's provider has them. Raises ``InvalidValues`` where the credentials cannot be had."""
    keys = {"access_key": sign_in.access_key, "secret_key": sign_in.secret_key, "token": sign_in.token}
    clients = connect([region], sign_in.profile, **keys)
    for role in sign_in.roles:
        arn = str(role.get("roleArn"))
        try:
            found = ask("aws:assumeRoles", f"sts:AssumeRole of {arn}", lambda: _assumed(clients, region, role))  # noqa: B023
        except NotAnswered as error:
            raise InvalidValues([error.problem]) from None
        clients = connect(
            [region],
            access_key=found["AccessKeyId"],
            secret_key=found["SecretAccessKey"],
            token=found["SessionToken"],
        )
    return clients


def _assumed(clients: Aws, region: str, role: Mapping[str, Any]) -> dict[str, str]:
    given = {theirs: role[ours] for ours, theirs in _ROLE_PARAMETERS.items() if role.get(ours)}
    if role.get("policyArns"):
        given["PolicyArns"] = [{"arn": arn} for arn in role["policyArns"]]
    if role.get("tags"):
        given["Tags"] = [{"Key": key, "Value": value} for key, value in role["tags"].items()]
    answer = clients.client("sts", region).assume_role(
        RoleSessionName=role.get("sessionName") or _SESSION_NAME, **given
    )
    found: dict[str, str] = answer["Credentials"]
    return found


def _roles(text: str | None) -> tuple[Mapping[str, Any], ...]:
    if text is None:
        return ()
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, list) or not all(isinstance(item, dict) and item.get("roleArn") for item in read):
        near = "aws:assumeRoles: [{roleArn: arn:aws:iam::123456789012:role/deploy}]"
        raise InvalidValues([Problem("config.aws:assumeRoles", shown(text), "is no list of roles", near)])
    return tuple(read)
