"""A plan of ours breaks no rule: rendered, read again, and judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_milvus.inspection.check_files import all_findings
from pulumi_milvus.inspection.inspect import inspect
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.yaml_documents import manifests_text
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.values_file import read_values, values_of

STACK = Path(__file__).parents[2] / "stacks" / "Pulumi.distributed.yaml"

COLLECTIONS = st.fixed_dictionaries(
    {
        "vectors": st.integers(10_000, 300_000_000),
        "dimension": st.sampled_from([96, 384, 768, 1024, 1536]),
        "index": st.sampled_from(["HNSW", "AUTOINDEX", "IVF_SQ8", "DISKANN", "AISAQ", "SCANN", "GPU_CAGRA"]),
        "metric": st.just("L2"),
        "mmap": st.booleans(),
        "growth_vectors_per_month": st.sampled_from([0, 100_000, 1_000_000]),
    }
)


@pytest.mark.property
@pytest.mark.timeout(300)
# Planning, rendering, reading and judging one workload takes a tenth of a second: 60 keep the unit tests quick.
@settings(max_examples=60, deadline=None)
@given(
    collections=st.lists(COLLECTIONS, min_size=1, max_size=2),
    availability=st.sampled_from(["none", "pod", "zone"]),
    replicas=st.sampled_from([None, 1, 2]),
)
def test_a_plan_of_ours_breaks_no_rule(
    collections: list[dict[str, object]], availability: str, replicas: int | None
) -> None:
    named = [{"name": f"c{place}", **collection} for place, collection in enumerate(collections)]
    workload = values_of({"collections": named, "availability": availability, "replicas": replicas}).workload
    plan = make_plan(workload)
    if plan.has_errors or plan.topology not in ("standalone", "distributed"):
        return
    cluster = read_values(STACK).settings.kubernetes
    assert cluster is not None
    text = manifests_text(deployment_manifests(plan, cluster))
    found = all_findings(inspect([("milvus.yaml", text.encode())], workload))
    assert [str(finding) for finding in found if finding.level == "error"] == []
