"""The objects of seven deployments, kept as files: what changes is seen.

Write them anew: PULUMI_MILVUS_WRITE_GOLDEN=1 python -m pytest tests/unit/test_manifests_golden.py
"""

from __future__ import annotations

import os

import pytest
import yaml

from manifest_cases import GOLDEN, GOLDEN_FOLDER, kept_plan, settings_of
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.yaml_documents import manifests_text


@pytest.mark.parametrize("case", GOLDEN)
def test_objects_are_those_that_are_kept(case: str) -> None:
    stack, declared = GOLDEN[case]
    made = deployment_manifests(kept_plan(stack), settings_of(declared))
    text = manifests_text(made)
    path = GOLDEN_FOLDER / f"{case}.yaml"
    if os.environ.get("PULUMI_MILVUS_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "see the head of this file for how to write them anew"
    assert list(yaml.safe_load_all(text)) == [dict(manifest.body) for manifest in made]


def test_no_kept_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN_FOLDER.glob("*.yaml")} == set(GOLDEN)
