"""Whether the name of a bucket is free, or the bucket is this account's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import PERMISSION, ask
from pulumi_milvus.planning.problems import Problem, shown


def bucket_problems(asked: Asked, wanted: Wanted, account: str) -> Iterator[Problem]:
    """A name that another account has, or a bucket of another region. Raises ``NotAnswered``.

    Names of buckets are the same for all accounts. S3 answers 404 for a name that is free, and 403 for a bucket of
    another account as for one that these credentials may not see: the API does not tell which.
    """
    if wanted.bucket is None:
        return
    name, near = wanted.bucket, f"{wanted.bucket}-{account}"
    s3 = asked.client("s3", wanted.region)
    found = _head(s3, name, account)
    if found == "taken":
        reason = "another account has this name, or these credentials may not see it (s3:ListBucket)"
        yield Problem("bucket", shown(name), reason, near)
    elif found not in ("free", wanted.region):
        yield Problem("bucket", shown(name), f"is in {found}, and Milvus in {wanted.region}", near)


def _head(s3: Any, name: str, account: str) -> str:
    """``free``, ``taken``, or the region of the bucket."""
    from botocore.exceptions import ClientError

    def question() -> str:
        try:
            answer = s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in ("404", "NoSuchBucket", "NotFound"):
                return "free"
            if code in PERMISSION:
                return "taken"
            raise
        return str(answer.get("BucketRegion") or s3.meta.region_name)

    return ask("bucket", "s3:ListBucket", question)
