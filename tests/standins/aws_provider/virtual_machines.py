"""EC2's machines: security groups and their rules, instances, volumes and attachments; nightly snapshots (DLM).

Ids as the import sections of pulumi_aws 7.51.1 have them; an attachment's is the provider's own, made of what it joins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from aws_provider.kind import Cloud, Kind, Object, found, gone, tag_map, without_none, words
from aws_provider.network import one, reader, retag, specification

_NO_GROUP = "InvalidGroup.NotFound"
_NO_RULE = "InvalidSecurityGroupRuleId.NotFound"
_NO_INSTANCE = "InvalidInstanceID.NotFound"
_NO_VOLUME = "InvalidVolume.NotFound"


def _create_group(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").create_security_group(
        GroupName=inputs["name"],
        Description=inputs.get("description") or "Managed by Pulumi",
        VpcId=inputs["vpcId"],
        TagSpecifications=specification("security-group", inputs),
    )
    return str(made["GroupId"])


def _complete_group(cloud: Cloud, identifier: str, _: Object) -> None:
    """Without AWS's own rule that lets everything out, which the official provider takes away (ec2.SecurityGroup)."""
    ec2 = cloud("ec2")
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [identifier]}])
    own = [item["SecurityGroupRuleId"] for item in rules["SecurityGroupRules"] if item["IsEgress"] and not item["Tags"]]
    if own:
        ec2.revoke_security_group_egress(GroupId=identifier, SecurityGroupRuleIds=own)


def _shape_group(live: Object) -> Object:
    return {"name": live["GroupName"], "description": live["Description"], "vpcId": live["VpcId"]}


def _delete_group(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("ec2").delete_security_group(GroupId=identifier), _NO_GROUP)


def _creating_rule(direction: str) -> Callable[[Cloud, Object], str]:
    def create(cloud: Cloud, inputs: Object) -> str:
        permission: Object = {
            "IpProtocol": inputs["ipProtocol"],
            **without_none(FromPort=_whole(inputs.get("fromPort")), ToPort=_whole(inputs.get("toPort"))),
        }
        about = without_none(Description=inputs.get("description"))
        if inputs.get("cidrIpv4"):
            permission["IpRanges"] = [{"CidrIp": inputs["cidrIpv4"], **about}]
        if inputs.get("cidrIpv6"):
            permission["Ipv6Ranges"] = [{"CidrIpv6": inputs["cidrIpv6"], **about}]
        # A tag tells it from AWS's own rule.
        made = getattr(cloud("ec2"), f"authorize_security_group_{direction}")(
            GroupId=inputs["securityGroupId"],
            IpPermissions=[permission],
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": [{"Key": "rule", "Value": "stack"}]}],
        )
        return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    return create


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _read_rule(cloud: Cloud, identifier: str) -> Object | None:
    live = one(
        cloud,
        "describe_security_group_rules",
        "SecurityGroupRules",
        _NO_RULE,
        Filters=[{"Name": "security-group-rule-id", "Values": [identifier]}],
    )
    if live is None:
        return None
    has_ports = live["IpProtocol"] != "-1"
    return without_none(
        securityGroupId=live["GroupId"],
        ipProtocol=live["IpProtocol"],
        fromPort=live.get("FromPort") if has_ports else None,
        toPort=live.get("ToPort") if has_ports else None,
        cidrIpv4=live.get("CidrIpv4"),
        cidrIpv6=live.get("CidrIpv6"),
        description=live.get("Description"),
        securityGroupRuleId=identifier,
    )


def _deleting_rule(direction: str) -> Callable[[Cloud, str, Object], None]:
    def delete(cloud: Cloud, identifier: str, state: Object) -> None:
        revoke = getattr(cloud("ec2"), f"revoke_security_group_{direction}")
        group = state["securityGroupId"]
        gone(lambda: revoke(GroupId=group, SecurityGroupRuleIds=[identifier]), _NO_RULE, _NO_GROUP)

    return delete


def _create_instance(cloud: Cloud, inputs: Object) -> str:
    template = inputs["launchTemplate"]
    made = cloud("ec2").run_instances(
        MinCount=1,
        MaxCount=1,
        LaunchTemplate={"LaunchTemplateId": template["id"], "Version": str(template["version"])},
        SubnetId=inputs["subnetId"],
        SecurityGroupIds=inputs.get("vpcSecurityGroupIds", []),
        TagSpecifications=specification("instance", inputs),
        **({"IamInstanceProfile": {"Name": inputs["iamInstanceProfile"]}} if inputs.get("iamInstanceProfile") else {}),
    )
    return str(made["Instances"][0]["InstanceId"])


def _read_instance(cloud: Cloud, identifier: str) -> Object | None:
    answer = found(lambda: cloud("ec2").describe_instances(InstanceIds=[identifier]), _NO_INSTANCE)
    live = next((item for group in (answer or {}).get("Reservations", []) for item in group["Instances"]), None)
    if live is None or live["State"]["Name"] in ("terminated", "shutting-down"):
        return None
    profile = (live.get("IamInstanceProfile") or {}).get("Arn", "").rpartition("/")[2]
    return {
        "instanceType": live["InstanceType"],
        "privateIp": live.get("PrivateIpAddress"),
        "subnetId": live.get("SubnetId"),
        "vpcSecurityGroupIds": [item["GroupId"] for item in live.get("SecurityGroups", [])],
        "tags": tag_map(live.get("Tags")),
        **({"iamInstanceProfile": profile} if profile else {}),
    }


def _delete_instance(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("ec2").terminate_instances(InstanceIds=[identifier]), _NO_INSTANCE)


def _create_volume(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").create_volume(
        AvailabilityZone=inputs["availabilityZone"],
        Size=int(inputs["size"]),
        VolumeType=inputs.get("type", "gp2"),
        Encrypted=bool(inputs.get("encrypted", False)),
        TagSpecifications=specification("volume", inputs),
    )
    return str(made["VolumeId"])


def _shape_volume(live: Object) -> Object:
    return {
        "availabilityZone": live["AvailabilityZone"],
        "size": live["Size"],
        "type": live["VolumeType"],
        "encrypted": live["Encrypted"],
    }


def _update_volume(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    wanted = without_none(
        Size=int(new["size"]) if new["size"] != old["size"] else None,
        VolumeType=new["type"] if new.get("type") != old.get("type") else None,
    )
    if wanted:
        cloud("ec2").modify_volume(VolumeId=identifier, **wanted)
    retag(cloud, identifier, old, new)


def _delete_volume(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("ec2").delete_volume(VolumeId=identifier), _NO_VOLUME)


def _create_attachment(cloud: Cloud, inputs: Object) -> str:
    joined = {"InstanceId": inputs["instanceId"], "VolumeId": inputs["volumeId"]}
    cloud("ec2").attach_volume(Device=inputs["deviceName"], **joined)
    return f"{inputs['deviceName']}:{inputs['volumeId']}:{inputs['instanceId']}"


def _read_attachment(cloud: Cloud, identifier: str) -> Object | None:
    device, volume, instance = identifier.split(":")
    live = one(cloud, "describe_volumes", "Volumes", _NO_VOLUME, VolumeIds=[volume])
    for item in (live or {}).get("Attachments", []):
        if item["InstanceId"] == instance and item["Device"] == device:
            return {"deviceName": device, "volumeId": volume, "instanceId": instance}
    return None


def _delete_attachment(cloud: Cloud, identifier: str, state: Object) -> None:
    device, volume, instance = identifier.split(":")
    ec2 = cloud("ec2")
    absent = (_NO_VOLUME, _NO_INSTANCE, "IncorrectState", "InvalidAttachment.NotFound")
    if state.get("stopInstanceBeforeDetaching"):
        gone(lambda: ec2.stop_instances(InstanceIds=[instance]), _NO_INSTANCE, "IncorrectInstanceState")
    gone(lambda: ec2.detach_volume(VolumeId=volume, InstanceId=instance, Device=device), *absent)


# moto has no DLM: a policy is kept as a parameter of moto's SSM, where every process and an audit find it.
_FAKE_DLM = "/stand-in/dlm"
_NO_PARAMETER = "ParameterNotFound"
_POLICY = ("description", "executionRoleArn", "state", "policyDetails", "tags")


def _keep_policy(cloud: Cloud, identifier: str, inputs: Object) -> None:
    text = json.dumps({key: inputs[key] for key in _POLICY if inputs.get(key) is not None}, sort_keys=True)
    cloud("ssm").put_parameter(Name=f"{_FAKE_DLM}/{identifier}", Value=text, Type="String", Overwrite=True)


def _create_policy(cloud: Cloud, inputs: Object) -> str:
    identifier = f"policy-0{uuid4().hex[:16]}"
    _keep_policy(cloud, identifier, inputs)
    return identifier


def _read_policy(cloud: Cloud, identifier: str) -> Object | None:
    answer = found(lambda: cloud("ssm").get_parameter(Name=f"{_FAKE_DLM}/{identifier}"), _NO_PARAMETER)
    if answer is None:
        return None
    kept: Object = json.loads(answer["Parameter"]["Value"])
    return kept


def _delete_policy(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("ssm").delete_parameter(Name=f"{_FAKE_DLM}/{identifier}"), _NO_PARAMETER)


_RULE = "securityGroupId ipProtocol fromPort toPort cidrIpv4 cidrIpv6 description"

VIRTUAL_MACHINES: Sequence[Kind] = (
    Kind(
        "aws:ec2/securityGroup:SecurityGroup",
        arguments=words("name description vpcId tags.*"),
        replacing=words("name description vpcId"),
        name_argument="name",
        create=_create_group,
        complete=_complete_group,
        read=reader("describe_security_groups", "SecurityGroups", "GroupIds", _NO_GROUP, _shape_group),
        update=retag,
        delete=_delete_group,
    ),
    *(
        Kind(
            f"aws:vpc/securityGroup{direction.title()}Rule:SecurityGroup{direction.title()}Rule",
            arguments=words(_RULE),
            outputs=words("securityGroupRuleId"),
            replacing=words(_RULE),
            create=_creating_rule(direction),
            read=_read_rule,
            delete=_deleting_rule(direction),
        )
        for direction in ("ingress", "egress")
    ),
    Kind(
        "aws:ec2/instance:Instance",
        arguments=words(
            "launchTemplate.id launchTemplate.version subnetId vpcSecurityGroupIds iamInstanceProfile tags.*"
        ),
        outputs=words("privateIp instanceType"),
        replacing=words("launchTemplate.id subnetId"),
        create=_create_instance,
        read=_read_instance,
        update=retag,
        delete=_delete_instance,
    ),
    Kind(
        "aws:ebs/volume:Volume",
        arguments=words("availabilityZone size type encrypted tags.*"),
        replacing=words("availabilityZone encrypted"),
        create=_create_volume,
        read=reader("describe_volumes", "Volumes", "VolumeIds", _NO_VOLUME, _shape_volume),
        update=_update_volume,
        delete=_delete_volume,
    ),
    Kind(
        "aws:ec2/volumeAttachment:VolumeAttachment",
        arguments=words("instanceId volumeId deviceName stopInstanceBeforeDetaching"),
        replacing=words("instanceId volumeId deviceName"),
        create=_create_attachment,
        read=_read_attachment,
        delete=_delete_attachment,
    ),
    Kind(
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        arguments=words(
            "description executionRoleArn state tags.* policyDetails.resourceTypes policyDetails.targetTags.* "
            "policyDetails.schedules.name policyDetails.schedules.copyTags "
            "policyDetails.schedules.createRule.interval policyDetails.schedules.createRule.intervalUnit "
            "policyDetails.schedules.createRule.times policyDetails.schedules.retainRule.count"
        ),
        create=_create_policy,
        read=_read_policy,
        update=lambda cloud, identifier, _, new: _keep_policy(cloud, identifier, new),
        delete=_delete_policy,
    ),
)
