"""What moto's EKS lacks, added to it in this process: add-ons, access entries, versions, and what describe leaves out.

Behind moto's own HTTP server, so that every client sees the same: a provider, official or stand-in, and an audit.
Shapes are those of the EKS API (botocore's model, by which moto writes answers). States live in moto's backend and go
with its reset.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from moto.core.responses import ActionResult, EmptyResult
from moto.eks import urls
from moto.eks.exceptions import ResourceInUseException, ResourceNotFoundException
from moto.eks.responses import EKSResponse

_original = {
    name: getattr(EKSResponse, name)
    for name in (
        "create_cluster",
        "create_nodegroup",
        "list_nodegroups",
        "update_cluster_config",
        "tag_resource",
        "untag_resource",
    )
}
# One version for every add-on: the table's users never ask for one.
_ADD_ON_VERSION = "v1.0.0-eksbuild.1"
_DESCRIBED_NETWORK = {"endpointPublicAccess": True, "endpointPrivateAccess": False}


def _kept(response: Any, what: str, cluster: str) -> dict[str, dict[str, Any]]:
    backend = response.eks_backend
    if cluster not in backend.clusters:
        raise _absent(cluster, f"No cluster found for name: {cluster}.")
    if not hasattr(backend, "added"):
        backend.added = {}
    found: dict[str, dict[str, Any]] = backend.added.setdefault((what, cluster), {})
    return found


def _absent(cluster: str, message: str) -> Exception:
    return ResourceNotFoundException(
        clusterName=cluster, nodegroupName=None, fargateProfileName=None, addonName=None, message=message
    )


def _in_use(cluster: str, message: str) -> Exception:
    return ResourceInUseException(clusterName=cluster, nodegroupName=None, addonName=None, message=message)


def _one(response: Any, what: str, key: str) -> tuple[dict[str, dict[str, Any]], str]:
    cluster, name = response._get_param("name"), unquote(response._get_param(key))
    kept = _kept(response, what, cluster)
    if name not in kept:
        raise _absent(cluster, f"No {what} found for {name} in cluster {cluster}.")
    return kept, name


def _arn(response: Any, what: str, cluster: str, name: str) -> str:
    region, account = response.region, response.current_account
    return f"arn:aws:eks:{region}:{account}:{what}/{cluster}/{name}/{uuid4()}"


def _update(kind: str) -> ActionResult:
    return ActionResult({"update": {"id": str(uuid4()), "status": "Successful", "type": kind, "params": []}})


def _create_cluster(self: Any) -> ActionResult:
    answer: ActionResult = _original["create_cluster"](self)
    cluster = self.eks_backend.clusters[self._get_param("name")]
    network = {**_DESCRIBED_NETWORK, **cluster.resources_vpc_config}
    network.setdefault("publicAccessCidrs", ["0.0.0.0/0"] if network["endpointPublicAccess"] else [])
    network["clusterSecurityGroupId"] = f"sg-{uuid4().hex[:17]}"
    cluster.resources_vpc_config = network
    cluster.access_config = self._get_param("accessConfig") or {"authenticationMode": "CONFIG_MAP"}
    cluster.upgrade_policy = self._get_param("upgradePolicy") or {"supportType": "EXTENDED"}
    return answer


def _create_nodegroup(self: Any) -> ActionResult:
    answer: ActionResult = _original["create_nodegroup"](self)
    group = self.eks_backend.clusters[self._get_param("name")].nodegroups[self._get_param("nodegroupName")]
    group.update_config = self._get_param("updateConfig")
    return answer


def _list_nodegroups(self: Any) -> ActionResult:
    # moto has no such cluster and answers 500, which clients repeat.
    _kept(self, "addon", self._get_param("name"))
    answer: ActionResult = _original["list_nodegroups"](self)
    return answer


def _update_cluster_config(self: Any) -> ActionResult:
    name = self._get_param("name")
    _kept(self, "addon", name)
    cluster = self.eks_backend.clusters[name]
    changed, policy, logging = (self._get_param(key) for key in ("resourcesVpcConfig", "upgradePolicy", "logging"))
    if changed:
        cluster.resources_vpc_config = {**cluster.resources_vpc_config, **changed}
    if policy:
        cluster.upgrade_policy = policy
    if logging:
        cluster.logging = logging
    return _update("ConfigUpdate")


def _update_cluster_version(self: Any) -> ActionResult:
    name = self._get_param("name")
    _kept(self, "addon", name)
    self.eks_backend.clusters[name].version = self._get_param("version")
    return _update("VersionUpdate")


def _update_nodegroup_version(self: Any) -> ActionResult:
    group = self.eks_backend.describe_nodegroup(self._get_param("name"), self._get_param("nodegroupName"))
    if self._get_param("version"):
        group.version = self._get_param("version")
    if self._get_param("launchTemplate"):
        group.launch_template = {**(group.launch_template or {}), **self._get_param("launchTemplate")}
    return _update("VersionUpdate")


def _create_addon(self: Any) -> ActionResult:
    cluster, name = self._get_param("name"), self._get_param("addonName")
    kept = _kept(self, "addon", cluster)
    if name in kept:
        raise _in_use(cluster, "Addon already exists.")
    kept[name] = {
        "addonName": name,
        "clusterName": cluster,
        "status": "ACTIVE",
        "addonVersion": self._get_param("addonVersion") or _ADD_ON_VERSION,
        "addonArn": _arn(self, "addon", cluster, name),
        "serviceAccountRoleArn": self._get_param("serviceAccountRoleArn"),
        "configurationValues": self._get_param("configurationValues"),
        "tags": self._get_param("tags") or {},
    }
    return ActionResult({"addon": kept[name]})


def _describe_addon(self: Any) -> ActionResult:
    kept, name = _one(self, "addon", "addonName")
    return ActionResult({"addon": kept[name]})


def _update_addon(self: Any) -> ActionResult:
    kept, name = _one(self, "addon", "addonName")
    for key in ("addonVersion", "serviceAccountRoleArn", "configurationValues"):
        if self._get_param(key) is not None:
            kept[name][key] = self._get_param(key)
    return _update("AddonUpdate")


def _delete_addon(self: Any) -> ActionResult:
    kept, name = _one(self, "addon", "addonName")
    return ActionResult({"addon": kept.pop(name)})


def _list_addons(self: Any) -> ActionResult:
    return ActionResult({"addons": sorted(_kept(self, "addon", self._get_param("name")))})


def _create_access_entry(self: Any) -> ActionResult:
    cluster, principal = self._get_param("name"), self._get_param("principalArn")
    kept = _kept(self, "access-entry", cluster)
    if principal in kept:
        raise _in_use(cluster, "The specified access entry resource is already in use on this cluster.")
    kept[principal] = {
        "clusterName": cluster,
        "principalArn": principal,
        "type": self._get_param("type") or "STANDARD",
        "accessEntryArn": _arn(self, "access-entry", cluster, principal.rpartition("/")[2]),
        "tags": self._get_param("tags") or {},
        "policies": {},
    }
    return ActionResult({"accessEntry": kept[principal]})


def _describe_access_entry(self: Any) -> ActionResult:
    kept, name = _one(self, "access-entry", "principalArn")
    return ActionResult({"accessEntry": kept[name]})


def _delete_access_entry(self: Any) -> EmptyResult:
    kept, name = _one(self, "access-entry", "principalArn")
    del kept[name]
    return EmptyResult()


def _list_access_entries(self: Any) -> ActionResult:
    return ActionResult({"accessEntries": sorted(_kept(self, "access-entry", self._get_param("name")))})


def _associate_access_policy(self: Any) -> ActionResult:
    kept, name = _one(self, "access-entry", "principalArn")
    policy = {"policyArn": self._get_param("policyArn"), "accessScope": self._get_param("accessScope")}
    kept[name]["policies"][policy["policyArn"]] = policy
    return ActionResult(
        {"clusterName": self._get_param("name"), "principalArn": name, "associatedAccessPolicy": policy}
    )


def _list_associated_access_policies(self: Any) -> ActionResult:
    kept, name = _one(self, "access-entry", "principalArn")
    return ActionResult({"principalArn": name, "associatedAccessPolicies": list(kept[name]["policies"].values())})


def _disassociate_access_policy(self: Any) -> EmptyResult:
    kept, name = _one(self, "access-entry", "principalArn")
    kept[name]["policies"].pop(unquote(self._get_param("policyArn")), None)
    return EmptyResult()


def _added_by_arn(self: Any) -> dict[str, Any] | None:
    arn = self._extract_arn_from_path()
    for kept in getattr(self.eks_backend, "added", {}).values():
        for item in kept.values():
            if arn in (item.get("addonArn"), item.get("accessEntryArn")):
                return dict.__getitem__(item, "tags")  # type: ignore[no-any-return]
    return None


def _tag_resource(self: Any) -> Any:
    tags = _added_by_arn(self)
    if tags is None:
        return _original["tag_resource"](self)
    tags.update(self._get_param("tags"))
    return EmptyResult()


def _untag_resource(self: Any) -> Any:
    tags = _added_by_arn(self)
    if tags is None:
        return _original["untag_resource"](self)
    for key in self.querystring.get("tagKeys") or self._get_param("tagKeys") or ():
        tags.pop(key, None)
    return EmptyResult()


_PATHS = (
    "addons$",
    "addons/(?P<addonName>[^/]+)$",
    "addons/(?P<addonName>[^/]+)/update$",
    "access-entries$",
    # A principal's ARN has one slash here: moto's paths take no nested groups.
    "access-entries/(?P<principalArn>[^/]+/[^/]+)$",
    "access-entries/(?P<principalArn>[^/]+/[^/]+)/access-policies$",
    "access-entries/(?P<principalArn>[^/]+/[^/]+)/access-policies/(?P<policyArn>.+)$",
    "updates$",
    "node-groups/(?P<nodegroupName>[^/]+)/update-version$",
)
_OPERATIONS = (
    _create_cluster,
    _create_nodegroup,
    _list_nodegroups,
    _update_cluster_config,
    _update_cluster_version,
    _update_nodegroup_version,
    _create_addon,
    _describe_addon,
    _update_addon,
    _delete_addon,
    _list_addons,
    _create_access_entry,
    _describe_access_entry,
    _delete_access_entry,
    _list_access_entries,
    _associate_access_policy,
    _list_associated_access_policies,
    _disassociate_access_policy,
    _tag_resource,
    _untag_resource,
)


def add_to_moto() -> None:
    """Put the operations in their places. Call before a server starts; twice does no harm."""
    for operation in _OPERATIONS:
        setattr(EKSResponse, operation.__name__.removeprefix("_"), operation)
    for path in _PATHS:
        urls.url_paths[f"{{0}}/clusters/(?P<name>[^/]+)/{path}"] = urls.response.dispatch
