"""Everything that is said of the bucket, as the arguments of AWS's resources."""

from __future__ import annotations

from typing import Any, Final

# Parts of uploads that were never finished are billed and seen by nobody. Milvus's uploads take minutes.
ABORT_DAYS: Final = 7
# Of a bucket with versions, what was overwritten or deleted stays this long.
OLD_VERSION_DAYS: Final = 7

PUBLIC_ACCESS_BLOCK: Final[dict[str, Any]] = {
    "block_public_acls": True,
    "block_public_policy": True,
    "ignore_public_acls": True,
    "restrict_public_buckets": True,
}
# Access control lists do nothing then (Amazon S3 user guide, about-object-ownership).
OWNERSHIP: Final[Any] = {"object_ownership": "BucketOwnerEnforced"}


def encryption_rules(key_arn: Any) -> list[Any]:
    """Encryption with a KMS key; the bucket key makes one request to KMS out of many (S3 user guide, bucket-key)."""
    default = {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn}
    return [{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": True}]


def versioning(kept: bool) -> Any:
    """Versions of objects. Off: Milvus never overwrites, and each compacted segment would stay and be billed."""
    return {"status": "Enabled" if kept else "Disabled"}


def lifecycle_rules(versions_kept: bool) -> list[Any]:
    """What S3 removes by itself. Never an object that Milvus sees."""
    rules: list[dict[str, Any]] = [
        {
            "id": "incomplete-uploads",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abort_incomplete_multipart_upload": {"days_after_initiation": ABORT_DAYS},
        }
    ]
    if versions_kept:
        rules.append(
            {
                "id": "old-versions",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": OLD_VERSION_DAYS},
            }
        )
    return rules
