"""Which generation of Milvus an image is: the operator reads the tag, and decides the topology by it."""

from __future__ import annotations

import re

DEFAULT_IMAGE = "milvusdb/milvus:v2.6.11"  # recorded: standalone-no-image
TOOL_IMAGE = "milvusdb/milvus-operator:v1.3.8"  # recorded: the image of the operator's own Deployment
DUMMY_IMAGE = "dummy"  # recorded: cluster-26, the idle slot

_FULL = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_SHORT = re.compile(r"v?(\d+)(?:\.(\d+))?")


def has_streaming(version: str | None, image: str) -> bool:
    """Whether this is 2.6 or newer: streaming nodes, and no index node.

    `components.version` decides where it is set, else what stands after the image's last colon. What is no version
    (`latest`, a digest) counts as older. Recorded: cluster-latest-tag, cluster-version-field.
    """
    if version:
        return _newer_than_2_5(version)
    name, colon, tag = image.rpartition(":")
    if not colon or not name:
        return False
    return tag.startswith("master-") or _newer_than_2_5(tag)


def _newer_than_2_5(text: str) -> bool:
    match = _FULL.fullmatch(text.strip()) or _SHORT.fullmatch(text.strip())
    if match is None:
        return False
    return (int(match[1]), int(match[2] or 0)) > (2, 5)
