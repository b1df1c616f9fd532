"""The component `milvus:index:ObjectStore`: a bucket for Milvus, encrypted, closed, kept when its stack goes."""

from typing import Final, NotRequired, TypedDict

import pulumi

from pulumi_milvus.aws.arguments import checked, region_of, tags
from pulumi_milvus.cloud_aws.bucket import (
    OWNERSHIP,
    PUBLIC_ACCESS_BLOCK,
    encryption_rules,
    lifecycle_rules,
    versioning,
)
from pulumi_milvus.cloud_aws.identifiers import bucket_arn
from pulumi_milvus.cloud_aws.policies import policy_text, tls_only
from pulumi_milvus.cloud_aws.readers import KEY_ARN
from pulumi_milvus.manifests.setting_shapes import Plain
from pulumi_milvus.manifests.store_readers import Bucket
from pulumi_milvus.planning.readers import Flag

# The longest that KMS permits: time to notice that data are still encrypted with it.
_KEY_DELETION_DAYS: Final = 30


class S3ObjectStoreArgs(TypedDict):
    """A bucket and the key that it is encrypted with."""

    bucket: str
    """Name of the bucket. Plain, since policies name it."""
    key_arn: NotRequired[pulumi.Input[str]]
    """A KMS key that is there; one is made if left out."""
    versions_kept: NotRequired[bool]
    """Whether versions of objects are kept, a week long. False by default: deleted segments would be billed on."""
    disposable_data: NotRequired[bool]
    """Says that bucket, data and key go with the stack. False by default: they outlive it."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete or replace the bucket and the key. False by default."""
    region: NotRequired[str]
    """Region; that of aws:region by default."""
    tags: NotRequired[dict[str, str]]
    """Further tags."""


class ObjectStore(pulumi.ComponentResource):
    """An S3 bucket: encrypted, never public, reached by TLS alone, without leftovers of uploads."""

    bucket: pulumi.Output[str]
    """Name of the bucket, known once everything about it is set."""
    bucket_arn: pulumi.Output[str]
    """ARN of the bucket."""
    key_arn: pulumi.Output[str]
    """ARN of the key."""

    def __init__(self, name: str, args: S3ObjectStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shapes = {
            "bucket": Plain(Bucket()),
            "key_arn": Plain(KEY_ARN),
            "versions_kept": Plain(Flag()),
            "disposable_data": Plain(Flag()),
            "protect": Plain(Flag()),
        }
        read, region = checked(args, shapes, ["bucket"]), region_of(args)
        super().__init__("milvus:index:ObjectStore", name, {"bucket": read["bucket"]}, opts)
        import pulumi_aws as aws

        disposable, versions = bool(read.get("disposable_data")), bool(read.get("versions_kept"))
        kept = pulumi.ResourceOptions(
            parent=self, retain_on_delete=not disposable, protect=bool(read.get("protect")) or None
        )
        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=read["bucket"],
            force_destroy=disposable,
            tags=tags(read, read["bucket"]),
            opts=kept,
        )
        # The key after the bucket: a name that is taken leaves no key behind, and nothing that waits for the key.
        key_arn = read.get("key_arn")
        if key_arn is None:
            key = aws.kms.Key(
                f"{name}-key",
                description=f"Milvus: bucket {read['bucket']}",
                enable_key_rotation=True,
                deletion_window_in_days=_KEY_DELETION_DAYS,
                tags=tags(read, f"{name}-key"),
                opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[bucket])),
            )
            key_arn = key.arn
        # What is set of a bucket goes with it where it stays: without them it would be open in part.
        beside = pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(protect=False))
        block = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access", bucket=bucket.bucket, **PUBLIC_ACCESS_BLOCK, opts=beside
        )
        after = pulumi.ResourceOptions.merge(beside, pulumi.ResourceOptions(depends_on=[block]))
        parts: list[pulumi.Resource] = [
            block,
            aws.s3.BucketOwnershipControls(f"{name}-ownership", bucket=bucket.bucket, rule=OWNERSHIP, opts=after),
            aws.s3.BucketServerSideEncryptionConfiguration(
                f"{name}-encryption", bucket=bucket.bucket, rules=encryption_rules(key_arn), opts=beside
            ),
            aws.s3.BucketVersioning(
                f"{name}-versioning", bucket=bucket.bucket, versioning_configuration=versioning(versions), opts=beside
            ),
            aws.s3.BucketLifecycleConfiguration(
                f"{name}-lifecycle", bucket=bucket.bucket, rules=lifecycle_rules(versions), opts=beside
            ),
            aws.s3.BucketPolicy(
                f"{name}-tls-only",
                bucket=bucket.bucket,
                policy=policy_text(tls_only(read["bucket"], region)),
                opts=after,
            ),
        ]
        done = pulumi.Output.all(bucket.bucket, *(part.urn for part in parts))
        self.bucket = done.apply(lambda found: str(found[0]))
        self.bucket_arn = self.bucket.apply(lambda found: bucket_arn(found, region))
        self.key_arn = pulumi.Output.from_input(key_arn)
        self.register_outputs({"bucket": self.bucket, "bucketArn": self.bucket_arn, "keyArn": self.key_arn})
