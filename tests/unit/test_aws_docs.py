"""docs/aws.md says what the code reads. PULUMI_MILVUS_WRITE_GOLDEN=1 makes its table anew."""

from __future__ import annotations

import os
import re

import yaml

from manifest_cases import CLONE
from pulumi_milvus.cloud_aws.setting_keys import SETTINGS
from pulumi_milvus.cloud_aws.settings import read_aws_settings
from pulumi_milvus.manifests.setting_table import with_table
from pulumi_milvus.planning.problems import Problem

PAGE = CLONE / "docs" / "aws.md"


def test_the_table_has_every_key() -> None:
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("PULUMI_MILVUS_WRITE_GOLDEN"):
        PAGE.write_text(with_table(text, SETTINGS), encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
    assert with_table(text, SETTINGS) == text


def test_the_example_is_read() -> None:
    block = re.search(r"\n\n(    config:\n(?:    .*\n)+)", PAGE.read_text(encoding="utf-8"))
    assert block
    problems: list[Problem] = []
    declared = yaml.safe_load(block[1])["config"]["milvus:aws"]
    settings = read_aws_settings(declared, "milvus:aws", problems)
    assert settings is not None
    assert (settings.account_id, problems) == ("123456789012", [])
