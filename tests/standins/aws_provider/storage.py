"""S3 buckets with what is set of them, KMS keys, log groups. Ids: the bucket's name for all its parts, the key's id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aws_provider.kind import Cloud, Kind, Object, found, gone, tag_list, tag_map, without_none, words
from aws_provider.spelling import aws_spelled, pulumi_spelled
from kubernetes_provider.errors import ProviderError

_NO_BUCKET = "NoSuchBucket"
_PENDING_DELETION = "PendingDeletion"
_KEY_DELETION_DAYS = 30


def _create_bucket(cloud: Cloud, inputs: Object) -> str:
    # There S3 answers 200 for a bucket that is the account's own already, and the official provider refuses it itself
    # (hashicorp/terraform-provider-aws, internal/service/s3/bucket.go).
    if cloud.region == "us-east-1" and _stands(cloud, inputs["bucket"]):
        raise ProviderError(f"creating S3 Bucket ({inputs['bucket']}): BucketAlreadyExists")
    # us-east-1 is the one location that S3 wants left out (S3 API, CreateBucket).
    place = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
    cloud("s3").create_bucket(Bucket=inputs["bucket"], **({"CreateBucketConfiguration": place} if place else {}))
    return str(inputs["bucket"])


def _stands(cloud: Cloud, name: str) -> bool:
    return found(lambda: cloud("s3").head_bucket(Bucket=name), "404", _NO_BUCKET) is not None


def _tag_bucket(cloud: Cloud, identifier: str, inputs: Object) -> None:
    if inputs.get("tags"):
        cloud("s3").put_bucket_tagging(Bucket=identifier, Tagging={"TagSet": tag_list(inputs["tags"])})
    else:
        cloud("s3").delete_bucket_tagging(Bucket=identifier)


def _read_bucket(cloud: Cloud, identifier: str) -> Object | None:
    s3 = cloud("s3")
    if not _stands(cloud, identifier):
        return None
    tags = found(lambda: s3.get_bucket_tagging(Bucket=identifier), "NoSuchTagSet") or {}
    return {
        "bucket": identifier,
        "arn": f"arn:aws:s3:::{identifier}",
        "bucketDomainName": f"{identifier}.s3.amazonaws.com",
        "bucketRegion": s3.get_bucket_location(Bucket=identifier).get("LocationConstraint") or "us-east-1",
        "tags": tag_map(tags.get("TagSet")),
    }


def _delete_bucket(cloud: Cloud, identifier: str, state: Object) -> None:
    s3 = cloud("s3")
    if state.get("forceDestroy"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=identifier):
            for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                s3.delete_object(Bucket=identifier, Key=item["Key"], VersionId=item["VersionId"])
    gone(lambda: s3.delete_bucket(Bucket=identifier), _NO_BUCKET)


def _part(
    token: str,
    arguments: str,
    *,
    put: Callable[[Cloud, Object], None],
    get: Callable[[Any, str], Object],
    remove: str,
    absent: str,
) -> Kind:
    """Something that is set of a bucket as a whole."""

    def create(cloud: Cloud, inputs: Object) -> str:
        put(cloud, inputs)
        return str(inputs["bucket"])

    def read(cloud: Cloud, identifier: str) -> Object | None:
        live = found(lambda: get(cloud("s3"), identifier), _NO_BUCKET, absent)
        return None if live is None else {"bucket": identifier, **live}

    def delete(cloud: Cloud, identifier: str, _: Object) -> None:
        if remove:
            gone(partial(getattr(cloud("s3"), remove), Bucket=identifier), _NO_BUCKET, absent)

    return Kind(
        token,
        arguments=words(f"bucket {arguments}"),
        replacing=words("bucket"),
        create=create,
        read=read,
        update=lambda cloud, _, __, new: put(cloud, new),
        delete=delete,
    )


def _put_block(cloud: Cloud, inputs: Object) -> None:
    flags = {key[0].upper() + key[1:]: item for key, item in inputs.items() if isinstance(item, bool)}
    cloud("s3").put_public_access_block(Bucket=inputs["bucket"], PublicAccessBlockConfiguration=flags)


def _get_block(s3: Any, bucket: str) -> Object:
    return dict(pulumi_spelled(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]))


def _put_ownership(cloud: Cloud, inputs: Object) -> None:
    rules = [aws_spelled(inputs["rule"])]
    cloud("s3").put_bucket_ownership_controls(Bucket=inputs["bucket"], OwnershipControls={"Rules": rules})


def _get_ownership(s3: Any, bucket: str) -> Object:
    return {"rule": pulumi_spelled(s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"][0])}


def _put_encryption(cloud: Cloud, inputs: Object) -> None:
    rules = aws_spelled(inputs["rules"])
    cloud("s3").put_bucket_encryption(Bucket=inputs["bucket"], ServerSideEncryptionConfiguration={"Rules": rules})


def _get_encryption(s3: Any, bucket: str) -> Object:
    answer = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    return {"rules": pulumi_spelled(answer["Rules"])}


def _put_versioning(cloud: Cloud, inputs: Object) -> None:
    status = inputs["versioningConfiguration"]["status"]
    # "Disabled" is a bucket that never had versions: no call to AWS (pulumi_aws, s3.BucketVersioning).
    if status != "Disabled":
        cloud("s3").put_bucket_versioning(Bucket=inputs["bucket"], VersioningConfiguration={"Status": status})


def _get_versioning(s3: Any, bucket: str) -> Object:
    return {"versioningConfiguration": {"status": s3.get_bucket_versioning(Bucket=bucket).get("Status", "Disabled")}}


def _suspend(cloud: Cloud, identifier: str, state: Object) -> None:
    if state["versioningConfiguration"]["status"] == "Enabled":
        suspended = {"Status": "Suspended"}
        gone(
            lambda: cloud("s3").put_bucket_versioning(Bucket=identifier, VersioningConfiguration=suspended), _NO_BUCKET
        )


def _put_lifecycle(cloud: Cloud, inputs: Object) -> None:
    rules = aws_spelled(inputs["rules"])
    cloud("s3").put_bucket_lifecycle_configuration(Bucket=inputs["bucket"], LifecycleConfiguration={"Rules": rules})


def _get_lifecycle(s3: Any, bucket: str) -> Object:
    return {"rules": pulumi_spelled(s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"])}


def _put_policy(cloud: Cloud, inputs: Object) -> None:
    cloud("s3").put_bucket_policy(Bucket=inputs["bucket"], Policy=inputs["policy"])


def _create_key(cloud: Cloud, inputs: Object) -> str:
    made = cloud("kms").create_key(
        Description=inputs.get("description", ""), Tags=tag_list(inputs.get("tags"), "TagKey", "TagValue")
    )
    return str(made["KeyMetadata"]["KeyId"])


def _rotate(cloud: Cloud, identifier: str, inputs: Object) -> None:
    kms = cloud("kms")
    (kms.enable_key_rotation if inputs.get("enableKeyRotation") else kms.disable_key_rotation)(KeyId=identifier)


def _read_key(cloud: Cloud, identifier: str) -> Object | None:
    kms = cloud("kms")
    answer = found(lambda: kms.describe_key(KeyId=identifier), "NotFoundException")
    if answer is None or answer["KeyMetadata"]["KeyState"] == _PENDING_DELETION:
        return None
    live = answer["KeyMetadata"]
    return {
        "arn": live["Arn"],
        "keyId": live["KeyId"],
        "description": live["Description"],
        "enableKeyRotation": kms.get_key_rotation_status(KeyId=identifier)["KeyRotationEnabled"],
        "tags": tag_map(kms.list_resource_tags(KeyId=identifier)["Tags"], "TagKey", "TagValue"),
    }


def _update_key(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    kms = cloud("kms")
    kms.update_key_description(KeyId=identifier, Description=new.get("description", ""))
    lost = sorted(set(old.get("tags") or ()) - set(new.get("tags") or ()))
    if lost:
        kms.untag_resource(KeyId=identifier, TagKeys=lost)
    if new.get("tags"):
        kms.tag_resource(KeyId=identifier, Tags=tag_list(new["tags"], "TagKey", "TagValue"))


def _delete_key(cloud: Cloud, identifier: str, state: Object) -> None:
    days = state.get("deletionWindowInDays", _KEY_DELETION_DAYS)
    gone(lambda: cloud("kms").schedule_key_deletion(KeyId=identifier, PendingWindowInDays=days), "NotFoundException")


def _create_log_group(cloud: Cloud, inputs: Object) -> str:
    cloud("logs").create_log_group(**without_none(logGroupName=inputs["name"], tags=inputs.get("tags") or None))
    return str(inputs["name"])


def _retain(cloud: Cloud, identifier: str, inputs: Object) -> None:
    days = inputs.get("retentionInDays") or 0
    if days:
        cloud("logs").put_retention_policy(logGroupName=identifier, retentionInDays=days)
    else:
        cloud("logs").delete_retention_policy(logGroupName=identifier)


def _read_log_group(cloud: Cloud, identifier: str) -> Object | None:
    logs = cloud("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=identifier)["logGroups"]
    live = next((item for item in groups if item["logGroupName"] == identifier), None)
    return live and {
        "name": identifier,
        "arn": live["arn"].removesuffix(":*"),
        "retentionInDays": live.get("retentionInDays", 0),
        "tags": logs.list_tags_log_group(logGroupName=identifier)["tags"],
    }


def _retag_log_group(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    logs = cloud("logs")
    lost = sorted(set(old.get("tags") or ()) - set(new.get("tags") or ()))
    if lost:
        logs.untag_log_group(logGroupName=identifier, tags=lost)
    if new.get("tags"):
        logs.tag_log_group(logGroupName=identifier, tags=new["tags"])


def _delete_log_group(cloud: Cloud, identifier: str, _: Object) -> None:
    gone(lambda: cloud("logs").delete_log_group(logGroupName=identifier), "ResourceNotFoundException")


_versioning_part = _part(
    "aws:s3/bucketVersioning:BucketVersioning",
    "versioningConfiguration.status",
    put=_put_versioning,
    get=_get_versioning,
    remove="",
    absent=_NO_BUCKET,
)

STORAGE: Sequence[Kind] = (
    Kind(
        "aws:s3/bucket:Bucket",
        arguments=words("bucket forceDestroy tags.*"),
        outputs=words("arn bucketDomainName bucketRegion"),
        replacing=words("bucket"),
        name_argument="bucket",
        create=_create_bucket,
        complete=_tag_bucket,
        read=_read_bucket,
        delete=_delete_bucket,
    ),
    _part(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets",
        put=_put_block,
        get=_get_block,
        remove="delete_public_access_block",
        absent="NoSuchPublicAccessBlockConfiguration",
    ),
    _part(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "rule.objectOwnership",
        put=_put_ownership,
        get=_get_ownership,
        remove="delete_bucket_ownership_controls",
        absent="OwnershipControlsNotFoundError",
    ),
    _part(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "rules.applyServerSideEncryptionByDefault.sseAlgorithm "
        "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId rules.bucketKeyEnabled",
        put=_put_encryption,
        get=_get_encryption,
        remove="delete_bucket_encryption",
        absent="ServerSideEncryptionConfigurationNotFoundError",
    ),
    Kind(**{**vars(_versioning_part), "delete": _suspend}),
    _part(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "rules.id rules.status rules.filter rules.filter.prefix "
        "rules.abortIncompleteMultipartUpload.daysAfterInitiation rules.noncurrentVersionExpiration.noncurrentDays",
        put=_put_lifecycle,
        get=_get_lifecycle,
        remove="delete_bucket_lifecycle",
        absent="NoSuchLifecycleConfiguration",
    ),
    _part(
        "aws:s3/bucketPolicy:BucketPolicy",
        "policy",
        put=_put_policy,
        get=lambda s3, bucket: {"policy": s3.get_bucket_policy(Bucket=bucket)["Policy"]},
        remove="delete_bucket_policy",
        absent="NoSuchBucketPolicy",
    ),
    Kind(
        "aws:kms/key:Key",
        arguments=words("description enableKeyRotation deletionWindowInDays tags.*"),
        outputs=words("arn keyId"),
        create=_create_key,
        complete=_rotate,
        read=_read_key,
        update=_update_key,
        delete=_delete_key,
    ),
    Kind(
        "aws:cloudwatch/logGroup:LogGroup",
        arguments=words("name retentionInDays tags.*"),
        outputs=words("arn"),
        replacing=words("name"),
        name_argument="name",
        create=_create_log_group,
        complete=_retain,
        read=_read_log_group,
        update=_retag_log_group,
        delete=_delete_log_group,
    ),
)
