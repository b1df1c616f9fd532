"""Manifests as YAML documents that people read: one after the other, texts of several lines as such."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from pulumi_milvus.manifests.manifest import Manifest


class _Dumper(yaml.SafeDumper):
    """No anchors: a value that stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def yaml_document(value: Any) -> str:
    """One value as YAML, keys in the order in which they stand."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def manifests_text(manifests: Iterable[Manifest]) -> str:
    """The objects as YAML documents, each headed by its key."""
    return "".join(f"---\n# {manifest.key}\n{yaml_document(dict(manifest.body))}" for manifest in manifests)
