"""Rule gpu-metric: COSINE on a GPU index, by the version."""

from __future__ import annotations

import pytest

from pulumi_milvus.rules import VectorFieldFacts
from pulumi_milvus.rules.gpu_metric import check


@pytest.mark.parametrize(
    ("version", "metric", "levels"),
    [
        ("2.6.20", "COSINE", ["error"]),
        ("2.6.21", "COSINE", ["warning"]),
        ("3.0.2", None, ["warning"]),  # COSINE is the default
        (None, "COSINE", ["advice"]),
        ("2.6.20", "L2", []),
        ("2.6.20", "IP", []),
        ("2.6.20", "JACCARD", []),  # no version takes it: index-pair
    ],
)
def test_cosine_on_a_gpu_is_judged_by_the_version(version: str | None, metric: str | None, levels: list[str]) -> None:
    field = VectorFieldFacts(subject="articles", index_type="GPU_CAGRA", metric=metric, milvus_version=version)
    found = check(field)
    assert [finding.level for finding in found] == levels
    assert all("metric IP" in finding.fix for finding in found)


@pytest.mark.parametrize("index", ["HNSW", "AUTOINDEX", "NO_INDEX"])
def test_other_indexes_are_not_its_matter(index: str) -> None:
    assert check(VectorFieldFacts(subject="articles", index_type=index, milvus_version="2.4.0")) == []
