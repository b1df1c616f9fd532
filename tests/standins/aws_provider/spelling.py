"""Between Pulumi's spelling of nested arguments and AWS's: names, and numbers and truths that Pulumi sends as texts."""

from __future__ import annotations

from typing import Any

# Names that differ by more than their first letter.
_NAMES = {
    "sseAlgorithm": "SSEAlgorithm",
    "kmsMasterKeyId": "KMSMasterKeyID",
    "id": "ID",
}
_BACK = {aws: pulumi for pulumi, aws in _NAMES.items()}
# A launch template's Ebs takes its truths as texts in Pulumi (pulumi_aws, ec2.LaunchTemplateBlockDeviceMappingEbsArgs).
_TEXTS = {"Encrypted", "DeleteOnTermination"}


def aws_spelled(value: Any) -> Any:
    """A nested argument as boto3 takes it."""
    if isinstance(value, dict):
        found = {}
        for key, item in value.items():
            name = _NAMES.get(key, key[0].upper() + key[1:])
            found[name] = item == "true" if name in _TEXTS and isinstance(item, str) else aws_spelled(item)
        return found
    return [aws_spelled(item) for item in value] if isinstance(value, list) else value


def pulumi_spelled(value: Any) -> Any:
    """What boto3 tells as Pulumi has it."""
    if isinstance(value, dict):
        found = {}
        for key, item in value.items():
            name = _BACK.get(key, key[0].lower() + key[1:])
            found[name] = str(item).lower() if key in _TEXTS and isinstance(item, bool) else pulumi_spelled(item)
        return found
    return [pulumi_spelled(item) for item in value] if isinstance(value, list) else value
