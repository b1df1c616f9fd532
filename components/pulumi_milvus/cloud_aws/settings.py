"""The settings of AWS: ``milvus:aws`` of a values file, read with every mistake at once."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from pulumi_milvus.cloud_aws.setting_keys import SETTINGS
from pulumi_milvus.cloud_aws.setting_values import AwsSettings
from pulumi_milvus.planning.problems import Problem

__all__ = ["AwsSettings", "aws_settings_schema", "read_aws_settings"]


def read_aws_settings(value: object, path: str, problems: list[Problem]) -> AwsSettings | None:
    """The settings that ``value`` declares; None where none are, or they are wrong, which ``problems`` then says."""
    if value is None:
        return None
    if isinstance(value, str):  # `pulumi config set milvus:aws '{...}'` keeps the JSON as a text
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(value)
    read = SETTINGS.read(value, path, problems)
    return read if isinstance(read, AwsSettings) else None


def aws_settings_schema() -> dict[str, Any]:
    """The JSON Schema of ``milvus:aws``."""
    return SETTINGS.json_schema()
