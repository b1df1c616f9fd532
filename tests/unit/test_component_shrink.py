"""A component refuses an accepted plan that is smaller than what the declared data needs, before anything is made."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from pulumi_milvus.kubernetes.declared import declared
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_plan import written_plan_of
from pulumi_milvus.version import PACKAGE_VERSION

WORKLOAD = {
    "topology": "distributed",
    "collections": [{"name": "articles", "vectors": 50_000_000, "dimension": 768, "index": "HNSW"}],
}
SETTINGS = {"object_store": {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}}


def test_query_nodes_with_less_memory_than_the_declared_data_needs_are_refused_in_preview() -> None:
    text = written_plan_of(make_plan(Workload.model_validate(WORKLOAD)), PACKAGE_VERSION).to_text()
    whole = json.loads(text)
    args: dict[str, Any] = {"workload": WORKLOAD, "accepted_plan": text, "kubernetes": SETTINGS}
    assert declared(args).plan.topology == "distributed"
    whole["roles"]["query_node"]["memory_bytes"] //= 2
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        declared(args | {"accepted_plan": json.dumps(whole)})
    said = " ".join(str(error) for error in refused.value.errors or [])
    assert "shrink-below-data" in said
    assert "outgrown" not in said
    assert "query_node" in said
