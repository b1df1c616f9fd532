"""How names of object stores are read: buckets, paths in them, regions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.readers import Reader, Refused

# Amazon S3 user guide, bucket naming rules; Azure containers and Google's buckets are within it but for underscores.
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]", re.ASCII)
_PATH: Final = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", re.ASCII)
_REGION: Final = re.compile(r"[a-z0-9-]{2,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bucket(Reader):
    """The name of a bucket or container."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and _BUCKET.fullmatch(value):
            return value
        near = ""
        if isinstance(value, str):
            near = re.sub(r"[^a-z0-9.-]+", "-", re.sub(r"^[a-z0-9]+://", "", value[:100].lower())).strip("-.")[:63]
        raise Refused("3 to 63 lower-case letters, digits, dots and dashes are needed", near if len(near) > 2 else "")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_BUCKET.pattern}$"}


@dataclass(frozen=True, slots=True)
class StorePath(Reader):
    """A path in a bucket or in etcd, without slashes around it."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and len(value) <= 200 and _PATH.fullmatch(value):
            return value
        near = value.strip("/ ") if isinstance(value, str) and len(value) < 200 else ""
        reason = "a path of letters, digits, dots and dashes is needed, no slash before or after it"
        raise Refused(reason, near if _PATH.fullmatch(near) else "production/milvus")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_PATH.pattern}$", "maxLength": 200}


@dataclass(frozen=True, slots=True)
class Region(Reader):
    """A region such as eu-central-1."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and _REGION.fullmatch(value):
            return value
        raise Refused("the name of a region is needed", "us-east-1")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_REGION.pattern}$"}
