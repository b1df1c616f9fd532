"""EC2's launch templates. A change of one makes a new version (pulumi_aws, ec2.LaunchTemplate: latestVersion)."""

from __future__ import annotations

from collections.abc import Sequence

from aws_provider.kind import Cloud, Kind, Object, gone, tag_list, tag_map, words
from aws_provider.network import one, retag, specification
from aws_provider.spelling import aws_spelled, pulumi_spelled

_ABSENT = "InvalidLaunchTemplateId.NotFound"
_DATA = ("instanceType", "imageId", "userData", "blockDeviceMappings", "metadataOptions")


def _data(inputs: Object) -> Object:
    data = {key[0].upper() + key[1:]: aws_spelled(inputs[key]) for key in _DATA if inputs.get(key)}
    if inputs.get("tagSpecifications"):
        data["TagSpecifications"] = [
            {"ResourceType": item["resourceType"], "Tags": tag_list(item["tags"])}
            for item in inputs["tagSpecifications"]
        ]
    return data


def _create(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").create_launch_template(
        LaunchTemplateName=inputs["name"],
        LaunchTemplateData=_data(inputs),
        TagSpecifications=specification("launch-template", inputs),
    )
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def _read(cloud: Cloud, identifier: str) -> Object | None:
    live = one(cloud, "describe_launch_templates", "LaunchTemplates", _ABSENT, LaunchTemplateIds=[identifier])
    if live is None:
        return None
    newest = cloud("ec2").describe_launch_template_versions(LaunchTemplateId=identifier, Versions=["$Latest"])
    data = newest["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    shown = {key: pulumi_spelled(data[name]) for key in _DATA if (name := key[0].upper() + key[1:]) in data}
    if "TagSpecifications" in data:
        shown["tagSpecifications"] = [
            {"resourceType": item["ResourceType"], "tags": tag_map(item["Tags"])}
            for item in data["TagSpecifications"]
            # moto tells the template's own tags here as well.
            if item["ResourceType"] != "launch-template"
        ]
    account = cloud("sts").get_caller_identity()["Account"]
    return {
        **shown,
        "name": live["LaunchTemplateName"],
        "arn": f"arn:aws:ec2:{cloud.region}:{account}:launch-template/{identifier}",
        "defaultVersion": live["DefaultVersionNumber"],
        "latestVersion": live["LatestVersionNumber"],
        "tags": tag_map(live.get("Tags")),
    }


def _update(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    ec2 = cloud("ec2")
    if _data(old) != _data(new):
        made = ec2.create_launch_template_version(LaunchTemplateId=identifier, LaunchTemplateData=_data(new))
        if new.get("updateDefaultVersion"):
            version = str(made["LaunchTemplateVersion"]["VersionNumber"])
            ec2.modify_launch_template(LaunchTemplateId=identifier, DefaultVersion=version)
    retag(cloud, identifier, old, new)


def _delete(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("ec2").delete_launch_template(LaunchTemplateId=identifier), _ABSENT)


MACHINES: Sequence[Kind] = (
    Kind(
        "aws:ec2/launchTemplate:LaunchTemplate",
        arguments=words(
            "name instanceType imageId userData updateDefaultVersion tags.* tagSpecifications.resourceType "
            "tagSpecifications.tags.* blockDeviceMappings.deviceName blockDeviceMappings.ebs.volumeSize "
            "blockDeviceMappings.ebs.volumeType blockDeviceMappings.ebs.encrypted "
            "blockDeviceMappings.ebs.deleteOnTermination metadataOptions.httpEndpoint metadataOptions.httpTokens "
            "metadataOptions.httpPutResponseHopLimit"
        ),
        outputs=words("arn defaultVersion latestVersion"),
        moving_outputs=words("defaultVersion latestVersion"),
        replacing=words("name"),
        name_argument="name",
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
    ),
)
