"""IAM: OIDC providers, roles, their policies. Ids: ARN, name, ROLE:NAME, ROLE/ARN (import sections of pulumi_aws)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import unquote

from aws_provider.kind import Cloud, Kind, Object, found, gone, tag_list, tag_map, without_none, words

_ABSENT = "NoSuchEntity"


def _policy_text(live: object) -> str:
    """A policy document of IAM: boto3 gives data, or a text that is quoted as in a URL."""
    return unquote(live) if isinstance(live, str) else json.dumps(live, sort_keys=True)


def _create_role(cloud: Cloud, inputs: Object) -> str:
    wanted = without_none(
        RoleName=inputs["name"],
        AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
        Description=inputs.get("description"),
        MaxSessionDuration=inputs.get("maxSessionDuration"),
    )
    return str(cloud("iam").create_role(**wanted, Tags=tag_list(inputs.get("tags")))["Role"]["RoleName"])


def _read_role(cloud: Cloud, identifier: str) -> Object | None:
    answer = found(lambda: cloud("iam").get_role(RoleName=identifier), _ABSENT)
    if answer is None:
        return None
    live = answer["Role"]
    return {
        "name": live["RoleName"],
        "arn": live["Arn"],
        "uniqueId": live["RoleId"],
        "assumeRolePolicy": _policy_text(live["AssumeRolePolicyDocument"]),
        "description": live.get("Description"),
        "maxSessionDuration": live.get("MaxSessionDuration"),
        "tags": tag_map(live.get("Tags")),
    }


def _update_role(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    iam = cloud("iam")
    iam.update_assume_role_policy(RoleName=identifier, PolicyDocument=new["assumeRolePolicy"])
    # 3,600 seconds where it is left out (pulumi_aws, iam.Role).
    iam.update_role(
        RoleName=identifier,
        Description=new.get("description", ""),
        MaxSessionDuration=new.get("maxSessionDuration", 3_600),
    )
    lost = sorted(set(old.get("tags") or ()) - set(new.get("tags") or ()))
    if lost:
        iam.untag_role(RoleName=identifier, TagKeys=lost)
    if new.get("tags"):
        iam.tag_role(RoleName=identifier, Tags=tag_list(new["tags"]))


def _delete_role(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("iam").delete_role(RoleName=identifier), _ABSENT)


def _put_role_policy(cloud: Cloud, inputs: Object) -> str:
    cloud("iam").put_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"])
    return f"{inputs['role']}:{inputs['name']}"


def _read_role_policy(cloud: Cloud, identifier: str) -> Object | None:
    role, _, name = identifier.partition(":")
    live = found(lambda: cloud("iam").get_role_policy(RoleName=role, PolicyName=name), _ABSENT)
    return live and {"role": role, "name": name, "policy": _policy_text(live["PolicyDocument"])}


def _update_role_policy(cloud: Cloud, _: str, __: Object, new: Object) -> None:
    _put_role_policy(cloud, new)


def _delete_role_policy(cloud: Cloud, identifier: str, _: Object) -> None:
    role, _mark, name = identifier.partition(":")
    gone(lambda: cloud("iam").delete_role_policy(RoleName=role, PolicyName=name), _ABSENT)


def _attach(cloud: Cloud, inputs: Object) -> str:
    cloud("iam").attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
    return f"{inputs['role']}/{inputs['policyArn']}"


def _read_attachment(cloud: Cloud, identifier: str) -> Object | None:
    role, _, arn = identifier.partition("/")
    live = found(lambda: cloud("iam").list_attached_role_policies(RoleName=role), _ABSENT) or {}
    attached = any(item["PolicyArn"] == arn for item in live.get("AttachedPolicies", ()))
    return {"role": role, "policyArn": arn} if attached else None


def _detach(cloud: Cloud, identifier: str, _: Object) -> None:
    role, _mark, arn = identifier.partition("/")
    gone(lambda: cloud("iam").detach_role_policy(RoleName=role, PolicyArn=arn), _ABSENT)


def _create_oidc(cloud: Cloud, inputs: Object) -> str:
    made = cloud("iam").create_open_id_connect_provider(
        Url=inputs["url"], ClientIDList=inputs["clientIdLists"], Tags=tag_list(inputs.get("tags"))
    )
    return str(made["OpenIDConnectProviderArn"])


def _read_oidc(cloud: Cloud, identifier: str) -> Object | None:
    live = found(lambda: cloud("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=identifier), _ABSENT)
    return live and {
        "arn": identifier,
        # AWS tells it without its scheme, which the program gives.
        "url": f"https://{live['Url'].removeprefix('https://')}",
        "clientIdLists": live["ClientIDList"],
        "thumbprintLists": live.get("ThumbprintList", []),
        "tags": tag_map(live.get("Tags")),
    }


def _update_oidc(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    iam, which = cloud("iam"), {"OpenIDConnectProviderArn": identifier}
    before, after = set(old.get("clientIdLists") or ()), set(new["clientIdLists"])
    for client in sorted(after - before):
        iam.add_client_id_to_open_id_connect_provider(ClientID=client, **which)
    for client in sorted(before - after):
        iam.remove_client_id_from_open_id_connect_provider(ClientID=client, **which)
    lost = sorted(set(old.get("tags") or ()) - set(new.get("tags") or ()))
    if lost:
        iam.untag_open_id_connect_provider(TagKeys=lost, **which)
    if new.get("tags"):
        iam.tag_open_id_connect_provider(Tags=tag_list(new["tags"]), **which)


def _delete_oidc(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=identifier), _ABSENT)


def _create_profile(cloud: Cloud, inputs: Object) -> str:
    cloud("iam").create_instance_profile(InstanceProfileName=inputs["name"], Tags=tag_list(inputs.get("tags")))
    return str(inputs["name"])


def _complete_profile(cloud: Cloud, identifier: str, inputs: Object) -> None:
    # A profile has one role at most.
    held = (_read_profile(cloud, identifier) or {}).get("role")
    iam, which = cloud("iam"), {"InstanceProfileName": identifier}
    if held is not None and held != inputs["role"]:
        iam.remove_role_from_instance_profile(RoleName=held, **which)
    if held != inputs["role"]:
        iam.add_role_to_instance_profile(RoleName=inputs["role"], **which)


def _read_profile(cloud: Cloud, identifier: str) -> Object | None:
    answer = found(lambda: cloud("iam").get_instance_profile(InstanceProfileName=identifier), _ABSENT)
    if answer is None:
        return None
    live = answer["InstanceProfile"]
    roles = [item["RoleName"] for item in live["Roles"]]
    return {
        "name": live["InstanceProfileName"],
        "role": roles[0] if roles else None,
        "arn": live["Arn"],
        "tags": tag_map(live.get("Tags")),
    }


def _update_profile(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    iam, which = cloud("iam"), {"InstanceProfileName": identifier}
    lost = sorted(set(old.get("tags") or ()) - set(new.get("tags") or ()))
    if lost:
        iam.untag_instance_profile(TagKeys=lost, **which)
    if new.get("tags"):
        iam.tag_instance_profile(Tags=tag_list(new["tags"]), **which)


def _delete_profile(cloud: Cloud, identifier: str, state: Object) -> None:
    iam, which = cloud("iam"), {"InstanceProfileName": identifier}
    gone(lambda: iam.remove_role_from_instance_profile(RoleName=state["role"], **which), _ABSENT)
    gone(lambda: iam.delete_instance_profile(**which), _ABSENT)


IDENTITY: Sequence[Kind] = (
    Kind(
        "aws:iam/instanceProfile:InstanceProfile",
        arguments=words("name role tags.*"),
        outputs=words("arn"),
        replacing=words("name"),
        name_argument="name",
        create=_create_profile,
        complete=_complete_profile,
        read=_read_profile,
        update=_update_profile,
        delete=_delete_profile,
    ),
    Kind(
        "aws:iam/role:Role",
        arguments=words("name assumeRolePolicy description maxSessionDuration tags.*"),
        outputs=words("arn uniqueId"),
        replacing=words("name"),
        name_argument="name",
        create=_create_role,
        read=_read_role,
        update=_update_role,
        delete=_delete_role,
    ),
    Kind(
        "aws:iam/rolePolicy:RolePolicy",
        arguments=words("name role policy"),
        replacing=words("name role"),
        name_argument="name",
        create=_put_role_policy,
        read=_read_role_policy,
        update=_update_role_policy,
        delete=_delete_role_policy,
    ),
    Kind(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        arguments=words("role policyArn"),
        replacing=words("role policyArn"),
        create=_attach,
        read=_read_attachment,
        delete=_detach,
    ),
    Kind(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        arguments=words("url clientIdLists tags.*"),
        outputs=words("arn thumbprintLists"),
        replacing=words("url"),
        create=_create_oidc,
        read=_read_oidc,
        update=_update_oidc,
        delete=_delete_oidc,
    ),
)
