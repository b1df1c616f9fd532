"""docs/kubernetes.md says what the code reads. PULUMI_MILVUS_WRITE_GOLDEN=1 makes its table anew."""

from __future__ import annotations

import os
import re

import pytest
import yaml

from manifest_cases import CLONE
from pulumi_milvus.manifests.setting_table import with_table
from pulumi_milvus.planning.values_file import values_of

PAGE = CLONE / "docs" / "kubernetes.md"


def test_the_table_has_every_key() -> None:
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("PULUMI_MILVUS_WRITE_GOLDEN"):
        PAGE.write_text(with_table(text), encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
    assert with_table(text) == text
    with pytest.raises(ValueError, match="no table"):
        with_table("nothing")


def test_the_example_is_read() -> None:
    text = PAGE.read_text(encoding="utf-8")
    block = re.search(r"\n\n((?:    .*\n)*    config:\n(?:    .*\n)+)", text)
    assert block
    values = values_of(yaml.safe_load(block[1]))
    assert values.settings.kubernetes is not None
    assert values.settings.kubernetes.namespace == "search"
