"""Rule ``encryption``: what holds data is encrypted, and no bucket is public.

Facts: buckets and their settings, volumes, launch templates of a preview; StorageClasses. Callers: ``check``, the
policy pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.cluster_facts import ClusterFacts, ResourceFacts
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.policy_documents import items_of, statements, words

RULE: Final = "encryption"
LEVEL: Final = "error"
REASON: Final = (
    "Whoever gets hold of a disk or a snapshot reads what is on it. S3 encrypts every object by itself; a volume of "
    "EBS is not encrypted unless somebody says so."
)
FIX: Final = "encrypted: true"
SOURCE: Final = "AWS EBS docs, encryption; AWS S3 docs, default encryption and block public access (since April 2023)"
_EBS: Final = ("ebs.csi.aws.com", "kubernetes.io/aws-ebs")
_FLAGS: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_BUCKET: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_ACL: Final = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
_BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the StorageClasses that this Milvus's own volumes name."""
    named = {volume.storage_class for pod in facts.pods for volume in pod.volumes}
    named.add(facts.dependencies.etcd_storage_class)
    found = []
    for item in facts.cluster.storage_classes:
        said = {key.lower(): value for key, value in item.parameters.items()}.get("encrypted")
        if item.name not in named or item.provisioner not in _EBS or said == "true":
            continue
        if said is None:
            what = f"StorageClass {item.name} leaves encryption to the account's default, which is not in these files"
            found.append(lacking(RULE, item.subject, what, 'parameters: {encrypted: "true"}', SOURCE))
        else:
            message = f"volumes of StorageClass {item.name} are not encrypted"
            found.append(Finding(RULE, LEVEL, item.subject, message, 'parameters: {encrypted: "true"}', SOURCE))
    return found


def check_cluster(cluster: ClusterFacts) -> list[Finding]:
    """Judge buckets, volumes and launch templates of a preview or stack."""
    return [finding for item in cluster.resources for finding in _resource(item)]


def _resource(item: ResourceFacts) -> Iterator[Finding]:
    if item.type == "aws:ebs/volume:Volume" and _is_off(item.inputs, "encrypted"):
        yield _unencrypted(item.subject, "the volume")
    elif item.type in ("aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance"):
        yield from _devices(item)
    elif item.type in _BUCKET or item.type in _ACL:
        if str(item.inputs.get("acl", "")).startswith("public-"):
            message = f"its access list is {item.inputs['acl']}"
            yield Finding(RULE, LEVEL, item.subject, f"the bucket is public: {message}", "acl: private", SOURCE)
    elif item.type == _BLOCK:
        off = [flag for flag in _FLAGS if item.inputs.get(flag, False) is False]
        if off:
            message = f"public access to the bucket is not blocked: {', '.join(off)}"
            yield Finding(RULE, LEVEL, item.subject, message, "all four flags true", SOURCE)
    elif item.type == _POLICY and _lets_everybody(item.inputs.get("policy")):
        message = "the bucket's policy lets everybody in"
        yield Finding(RULE, LEVEL, item.subject, message, "a principal of your own account", SOURCE)


def _devices(item: ResourceFacts) -> Iterator[Finding]:
    mappings = [
        one for one in items_of(item.inputs.get("blockDeviceMappings")) if _is_map(one) and _is_map(one.get("ebs"))
    ]
    groups: list[tuple[str, Any]] = [(str(one.get("deviceName")), one["ebs"]) for one in mappings]
    root = item.inputs.get("rootBlockDevice")
    if isinstance(root, Mapping):
        groups.append(("the root volume", root))
    groups += [
        (str(one.get("deviceName")), one) for one in items_of(item.inputs.get("ebsBlockDevices")) if _is_map(one)
    ]
    for name, device in groups:
        if _is_off(device, "encrypted") and "snapshotId" not in device:
            yield _unencrypted(f"{item.subject}.{name}", f"the volume {name}")


def _is_off(inputs: Mapping[str, Any], key: str) -> bool:
    """Whether a switch is seen to be off: false, or left out where nothing unknown stands in its place."""
    value = inputs.get(key, False)
    return value is False or (isinstance(value, str) and value.lower() == "false")


def _unencrypted(subject: str, what: str) -> Finding:
    return Finding(RULE, LEVEL, subject, f"{what} is not encrypted", FIX, SOURCE)


def _lets_everybody(policy: Any) -> bool:
    for statement in statements(policy):
        if statement.get("Effect") != "Allow" or statement.get("Condition"):
            continue
        principal = statement.get("Principal")
        if "*" in words(principal.get("AWS") if isinstance(principal, Mapping) else principal):
            return True
    return False


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)
