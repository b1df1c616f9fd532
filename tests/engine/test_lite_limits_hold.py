"""Rule lite-limits against a real Milvus Lite: what it refuses fails there, and what it lets pass works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pymilvus import DataType, MilvusClient, MilvusException

from pulumi_milvus.planning.indexes import INDEX_NAMES
from pulumi_milvus.rules import VectorFieldFacts, check_field

DIMENSION = 8
ROWS = 300


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusClient]:
    """A Milvus Lite with one collection whose rows are flushed, so that an index is built at once."""
    lite = MilvusClient(str(tmp_path_factory.mktemp("lite") / "milvus.db"))
    schema = lite.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=DIMENSION)
    lite.create_collection("a", schema=schema)
    lite.insert(
        "a", [{"id": row, "vector": [(row * (place + 3)) % 17 + 1.0 for place in range(8)]} for row in range(ROWS)]
    )
    lite.flush("a")
    yield lite
    lite.close()


def works(client: MilvusClient, index_type: str, metric: str) -> bool:
    """Whether the index is built and a search answers."""
    client.release_collection("a")
    for name in client.list_indexes("a"):
        client.drop_index("a", name)
    index = client.prepare_index_params()
    index.add_index("vector", index_type=index_type, metric_type=metric, index_name="vector")
    try:
        client.create_index("a", index)
        client.load_collection("a")
        return len(client.search("a", [[0.5] * DIMENSION], limit=3)[0]) == 3
    except MilvusException:
        return False


@pytest.mark.parametrize("metric", ["L2", "COSINE", "BM25", "HAMMING"])
@pytest.mark.parametrize("index_type", [name for name in INDEX_NAMES if not name.startswith("SPARSE")])
def test_the_rule_refuses_exactly_what_fails(client: MilvusClient, index_type: str, metric: str) -> None:
    facts = VectorFieldFacts(subject="a", index_type=index_type, metric=metric, dimension=DIMENSION, topology="lite")
    refused = any(finding.level == "error" for finding in check_field(facts))
    assert refused != works(client, index_type, metric)
