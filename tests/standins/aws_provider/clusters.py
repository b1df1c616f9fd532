"""EKS: clusters, node groups, add-ons, who has access.

Ids as the import sections of pulumi_aws 7.51.1 have them: NAME, CLUSTER:GROUP, CLUSTER:ADDON, CLUSTER:PRINCIPAL,
CLUSTER#PRINCIPAL#POLICY.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aws_provider.kind import Cloud, Kind, Object, found, gone, without_none, words
from kubernetes_provider.errors import ProviderError

_ABSENT = "ResourceNotFoundException"


def _retag(cloud: Cloud, arn: str, old: Object, new: Object) -> None:
    lost = sorted(set(old.get("tags") or ()) - set(new.get("tags") or ()))
    if lost:
        cloud("eks").untag_resource(resourceArn=arn, tagKeys=lost)
    if new.get("tags") and new.get("tags") != old.get("tags"):
        cloud("eks").tag_resource(resourceArn=arn, tags=new["tags"])


def _network(inputs: Object) -> Object:
    return {key: item for key, item in inputs["vpcConfig"].items() if key in _NETWORK}


_NETWORK = ("subnetIds", "securityGroupIds", "endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")


def _logging(kept: Sequence[str]) -> Object:
    return {"clusterLogging": [{"types": list(kept), "enabled": True}]} if kept else {"clusterLogging": []}


def _create_cluster(cloud: Cloud, inputs: Object) -> str:
    encryption = inputs.get("encryptionConfig")
    wanted = without_none(
        name=inputs["name"],
        version=inputs.get("version"),
        roleArn=inputs["roleArn"],
        resourcesVpcConfig=_network(inputs),
        accessConfig=inputs.get("accessConfig"),
        encryptionConfig=[encryption] if encryption else None,
        upgradePolicy=inputs.get("upgradePolicy"),
        bootstrapSelfManagedAddons=inputs.get("bootstrapSelfManagedAddons"),
        logging=_logging(inputs.get("enabledClusterLogTypes") or ()),
        tags=inputs.get("tags") or {},
    )
    return str(cloud("eks").create_cluster(**wanted)["cluster"]["name"])


def _read_cluster(cloud: Cloud, identifier: str) -> Object | None:
    answer = found(lambda: cloud("eks").describe_cluster(name=identifier), _ABSENT)
    if answer is None:
        return None
    live = answer["cluster"]
    network = live["resourcesVpcConfig"]
    kept = [kind for item in live["logging"]["clusterLogging"] if item["enabled"] for kind in item["types"]]
    encryption = live.get("encryptionConfig") or []
    return {
        "name": live["name"],
        "arn": live["arn"],
        "version": live["version"],
        "roleArn": live["roleArn"],
        "endpoint": live["endpoint"],
        "status": live["status"],
        "platformVersion": live["platformVersion"],
        "certificateAuthority": {"data": live["certificateAuthority"]["data"]},
        "identities": [{"oidcs": [{"issuer": live["identity"]["oidc"]["issuer"]}]}],
        "vpcConfig": {key: network[key] for key in (*_NETWORK, "clusterSecurityGroupId", "vpcId") if key in network},
        "enabledClusterLogTypes": kept,
        "tags": live["tags"],
        **without_none(
            accessConfig=live.get("accessConfig"),
            upgradePolicy=live.get("upgradePolicy"),
            encryptionConfig=encryption[0] if encryption else None,
        ),
    }


def _update_cluster(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    eks = cloud("eks")
    if old.get("encryptionConfig") != new.get("encryptionConfig"):
        raise ProviderError("the stand-in's table does not know a change of encryptionConfig of a cluster")
    if old.get("version") != new.get("version") and new.get("version"):
        eks.update_cluster_version(name=identifier, version=new["version"])
    # Each of these is an update of its own: EKS takes one at a time (EKS API, UpdateClusterConfig).
    before = {key: item for key, item in _network(old).items() if key in _network(new)}
    if before != _network(new):
        eks.update_cluster_config(name=identifier, resourcesVpcConfig=_network(new))
    if set(old.get("enabledClusterLogTypes") or ()) != set(new.get("enabledClusterLogTypes") or ()):
        kept = list(new.get("enabledClusterLogTypes") or ())
        dropped = sorted(set(old.get("enabledClusterLogTypes") or ()) - set(kept))
        setup = [{"types": kept, "enabled": True}] if kept else []
        setup += [{"types": dropped, "enabled": False}] if dropped else []
        eks.update_cluster_config(name=identifier, logging={"clusterLogging": setup})
    if old.get("upgradePolicy") != new.get("upgradePolicy") and new.get("upgradePolicy"):
        eks.update_cluster_config(name=identifier, upgradePolicy=new["upgradePolicy"])
    _retag(cloud, old["arn"], old, new)


def _delete_cluster(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("eks").delete_cluster(name=identifier), _ABSENT)


def _create_group(cloud: Cloud, inputs: Object) -> str:
    wanted = without_none(
        clusterName=inputs["clusterName"],
        nodegroupName=inputs["nodeGroupName"],
        nodeRole=inputs["nodeRoleArn"],
        subnets=inputs["subnetIds"],
        version=inputs.get("version"),
        amiType=inputs.get("amiType"),
        capacityType=inputs.get("capacityType"),
        scalingConfig=inputs["scalingConfig"],
        updateConfig=inputs.get("updateConfig"),
        launchTemplate=inputs.get("launchTemplate"),
        labels=inputs.get("labels") or {},
        taints=inputs.get("taints") or [],
        tags=inputs.get("tags") or {},
    )
    cloud("eks").create_nodegroup(**wanted)
    return f"{inputs['clusterName']}:{inputs['nodeGroupName']}"


def _wait_for_group(cloud: Cloud, identifier: str, _: Object) -> None:
    """What EKS could not make is an error with EKS's own words; moto has every other group at once."""
    group = cloud("eks").describe_nodegroup(**_of_pair(identifier, "clusterName", "nodegroupName"))["nodegroup"]
    if group["status"] == "CREATE_FAILED":
        issues = "; ".join(f"{item['code']}: {item['message']}" for item in group["health"]["issues"])
        raise ProviderError(f"EKS node group {identifier} is CREATE_FAILED: {issues}")


def _of_pair(identifier: str, *names: str) -> dict[str, str]:
    return dict(zip(names, identifier.split(":", 1), strict=True))


def _read_group(cloud: Cloud, identifier: str) -> Object | None:
    which = _of_pair(identifier, "clusterName", "nodegroupName")
    answer = found(lambda: cloud("eks").describe_nodegroup(**which), _ABSENT)
    if answer is None:
        return None
    live = answer["nodegroup"]
    template = live.get("launchTemplate") or {}
    return {
        "clusterName": live["clusterName"],
        "nodeGroupName": live["nodegroupName"],
        "nodeRoleArn": live["nodeRole"],
        "subnetIds": live["subnets"],
        "version": live["version"],
        "amiType": live["amiType"],
        "capacityType": live["capacityType"],
        "scalingConfig": live["scalingConfig"],
        "labels": live.get("labels", {}),
        "taints": live.get("taints", []),
        "arn": live["nodegroupArn"],
        "status": live["status"],
        "tags": live["tags"],
        **without_none(
            updateConfig=live.get("updateConfig"),
            launchTemplate={key: template[key] for key in ("id", "version") if key in template} or None,
        ),
    }


def _update_group(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    eks, which = cloud("eks"), _of_pair(identifier, "clusterName", "nodegroupName")
    # Versions first (hashicorp/terraform-provider-aws, internal/service/eks/node_group.go, update).
    version = without_none(version=_changed(old, new, "version"), launchTemplate=_changed(old, new, "launchTemplate"))
    if version:
        eks.update_nodegroup_version(**which, **version)
    config = without_none(
        scalingConfig=_changed(old, new, "scalingConfig"), updateConfig=_changed(old, new, "updateConfig")
    )
    labels = _difference(old.get("labels") or {}, new.get("labels") or {}, "addOrUpdateLabels", "removeLabels")
    if labels:
        config["labels"] = labels
    lost = [item for item in old.get("taints") or [] if item not in (new.get("taints") or [])]
    fresh = [item for item in new.get("taints") or [] if item not in (old.get("taints") or [])]
    if lost or fresh:
        config["taints"] = {"addOrUpdateTaints": fresh, "removeTaints": lost}
    if config:
        eks.update_nodegroup_config(**which, **config)
    _retag(cloud, old["arn"], old, new)


def _changed(old: Object, new: Object, key: str) -> Any:
    return new.get(key) if old.get(key) != new.get(key) else None


def _difference(old: Object, new: Object, added: str, removed: str) -> Object:
    fresh = {key: item for key, item in new.items() if old.get(key) != item}
    lost = [key for key in old if key not in new]
    return {**({added: fresh} if fresh else {}), **({removed: lost} if lost else {})}


def _delete_group(cloud: Cloud, identifier: str, _: Object) -> None:
    which = _of_pair(identifier, "clusterName", "nodegroupName")
    gone(lambda: cloud("eks").delete_nodegroup(**which), _ABSENT)


def _add_on(inputs: Object, resolve: str) -> Object:
    return without_none(
        clusterName=inputs["clusterName"],
        addonName=inputs["addonName"],
        addonVersion=inputs.get("addonVersion"),
        serviceAccountRoleArn=inputs.get("serviceAccountRoleArn"),
        configurationValues=inputs.get("configurationValues"),
        resolveConflicts=inputs.get(resolve),
    )


def _create_add_on(cloud: Cloud, inputs: Object) -> str:
    cloud("eks").create_addon(**_add_on(inputs, "resolveConflictsOnCreate"), tags=inputs.get("tags") or {})
    return f"{inputs['clusterName']}:{inputs['addonName']}"


def _read_add_on(cloud: Cloud, identifier: str) -> Object | None:
    which = _of_pair(identifier, "clusterName", "addonName")
    answer = found(lambda: cloud("eks").describe_addon(**which), _ABSENT)
    if answer is None:
        return None
    live = answer["addon"]
    told = ("addonVersion", "serviceAccountRoleArn", "configurationValues")
    return {
        **which,
        "arn": live["addonArn"],
        "tags": live.get("tags", {}),
        **{key: live[key] for key in told if live.get(key)},
    }


def _update_add_on(cloud: Cloud, _: str, old: Object, new: Object) -> None:
    cloud("eks").update_addon(**_add_on(new, "resolveConflictsOnUpdate"))
    _retag(cloud, old["arn"], old, new)


def _delete_add_on(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("eks").delete_addon(**_of_pair(identifier, "clusterName", "addonName")), _ABSENT)


def _create_entry(cloud: Cloud, inputs: Object) -> str:
    which = {key: inputs[key] for key in ("clusterName", "principalArn")}
    cloud("eks").create_access_entry(**which, type=inputs.get("type", "STANDARD"), tags=inputs.get("tags") or {})
    return f"{inputs['clusterName']}:{inputs['principalArn']}"


def _read_entry(cloud: Cloud, identifier: str) -> Object | None:
    which = _of_pair(identifier, "clusterName", "principalArn")
    answer = found(lambda: cloud("eks").describe_access_entry(**which), _ABSENT)
    if answer is None:
        return None
    live = answer["accessEntry"]
    return {**which, "type": live["type"], "accessEntryArn": live["accessEntryArn"], "tags": live.get("tags", {})}


def _update_entry(cloud: Cloud, _: str, old: Object, new: Object) -> None:
    _retag(cloud, old["accessEntryArn"], old, new)


def _delete_entry(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("eks").delete_access_entry(**_of_pair(identifier, "clusterName", "principalArn")), _ABSENT)


def _associate(cloud: Cloud, inputs: Object) -> str:
    keys = ("clusterName", "principalArn", "policyArn")
    cloud("eks").associate_access_policy(**{key: inputs[key] for key in keys}, accessScope=inputs["accessScope"])
    return "#".join(inputs[key] for key in keys)


def _read_association(cloud: Cloud, identifier: str) -> Object | None:
    cluster, principal, policy = identifier.split("#")
    answer = found(
        lambda: cloud("eks").list_associated_access_policies(clusterName=cluster, principalArn=principal), _ABSENT
    )
    for item in (answer or {}).get("associatedAccessPolicies", []):
        if item["policyArn"] == policy:
            return {
                "clusterName": cluster,
                "principalArn": principal,
                "policyArn": policy,
                "accessScope": {key: value for key, value in item["accessScope"].items() if value},
            }
    return None


def _dissociate(cloud: Cloud, identifier: str, _: Object) -> None:
    cluster, principal, policy = identifier.split("#")
    gone(
        lambda: cloud("eks").disassociate_access_policy(clusterName=cluster, principalArn=principal, policyArn=policy),
        _ABSENT,
    )


CLUSTERS: Sequence[Kind] = (
    Kind(
        "aws:eks/cluster:Cluster",
        arguments=words(
            "name version roleArn vpcConfig.subnetIds vpcConfig.endpointPrivateAccess vpcConfig.endpointPublicAccess "
            "vpcConfig.publicAccessCidrs accessConfig.authenticationMode "
            "accessConfig.bootstrapClusterCreatorAdminPermissions encryptionConfig.provider.keyArn "
            "encryptionConfig.resources enabledClusterLogTypes bootstrapSelfManagedAddons upgradePolicy.supportType "
            "tags.*"
        ),
        # vpcConfig is an argument that AWS adds to.
        outputs=words("arn endpoint status platformVersion certificateAuthority identities vpcConfig"),
        replacing=words("name roleArn accessConfig.bootstrapClusterCreatorAdminPermissions bootstrapSelfManagedAddons"),
        name_argument="name",
        create=_create_cluster,
        read=_read_cluster,
        update=_update_cluster,
        delete=_delete_cluster,
    ),
    Kind(
        "aws:eks/nodeGroup:NodeGroup",
        arguments=words(
            "clusterName nodeGroupName nodeRoleArn subnetIds version amiType capacityType scalingConfig.minSize "
            "scalingConfig.desiredSize scalingConfig.maxSize updateConfig.maxUnavailable launchTemplate.id "
            "launchTemplate.version labels.* taints.key taints.value taints.effect tags.*"
        ),
        outputs=words("arn status"),
        replacing=words("clusterName nodeGroupName nodeRoleArn subnetIds amiType capacityType launchTemplate.id"),
        name_argument="nodeGroupName",
        create=_create_group,
        complete=_wait_for_group,
        read=_read_group,
        update=_update_group,
        delete=_delete_group,
    ),
    Kind(
        "aws:eks/addon:Addon",
        arguments=words(
            "clusterName addonName configurationValues serviceAccountRoleArn resolveConflictsOnCreate "
            "resolveConflictsOnUpdate tags.*"
        ),
        outputs=words("arn addonVersion"),
        replacing=words("clusterName addonName"),
        create=_create_add_on,
        read=_read_add_on,
        update=_update_add_on,
        delete=_delete_add_on,
    ),
    Kind(
        "aws:eks/accessEntry:AccessEntry",
        arguments=words("clusterName principalArn type tags.*"),
        outputs=words("accessEntryArn"),
        replacing=words("clusterName principalArn type"),
        create=_create_entry,
        read=_read_entry,
        update=_update_entry,
        delete=_delete_entry,
    ),
    Kind(
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        arguments=words("clusterName principalArn policyArn accessScope.type accessScope.namespaces"),
        replacing=words("clusterName principalArn policyArn accessScope"),
        create=_associate,
        read=_read_association,
        delete=_dissociate,
    ),
)
