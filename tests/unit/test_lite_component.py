"""The component Lite, against Pulumi's mocks: which resources it makes of a workload, and what it refuses."""

from __future__ import annotations

from typing import Any, get_type_hints

import pulumi
import pytest

from pulumi_milvus import workload_args
from pulumi_milvus.collection_args import collection_args
from pulumi_milvus.planning.collection import Collection, ScalarIndex, VectorField
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.workload import Workload

ARTICLES = {"name": "articles", "vectors": 10_000, "dimension": 8}


class Recorder(pulumi.runtime.Mocks):
    """Remembers every resource that is registered."""

    def __init__(self) -> None:
        self.resources: dict[str, tuple[str, dict[str, Any]]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources[args.name] = (args.typ, args.inputs)
        return args.name, {**args.inputs, "endpoint": "x.db"}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"nothing is to be looked up, yet {args.token} is")


@pytest.fixture
def recorder() -> Recorder:
    mocks = Recorder()
    pulumi.runtime.set_mocks(mocks, preview=False)
    return mocks


def build(args: dict[str, Any]) -> None:
    """Make the component and wait until all it registers is registered."""
    from pulumi_milvus import Lite

    @pulumi.runtime.test
    def made() -> pulumi.Output[list[str]]:
        return Lite("milvus", args).collections  # type: ignore[arg-type]

    made()


def test_collections_and_aliases_come_from_the_workload(recorder: Recorder) -> None:
    build({"workload": {"collections": [ARTICLES]}, "disposable_data": True, "aliases": {"live": "articles"}})
    kinds = {name: kind for name, (kind, _) in recorder.resources.items()}
    assert kinds == {
        "milvus": "milvus:index:Lite",
        "milvus-articles": "milvus:index:Collection",
        "milvus-live": "milvus:index:Alias",
    }
    inputs = recorder.resources["milvus-articles"][1]
    assert inputs["collectionName"] == "articles"
    assert inputs["disposable"] is True
    assert inputs["expectedRows"] == 10_000
    vector = next(field for field in inputs["fields"] if field["name"] == "vector")
    assert (vector["dataType"], vector["dimension"]) == ("FLOAT_VECTOR", 8)
    assert recorder.resources["milvus-live"][1] == {"alias": "live", "collection": "articles"}


def test_a_uri_makes_a_provider_of_its_own(recorder: Recorder) -> None:
    build({"workload": {"collections": [ARTICLES]}, "uri": "data/a.db"})
    assert recorder.resources["milvus-provider"] == ("pulumi:providers:milvus", {"uri": "data/a.db"})


def test_everything_wrong_is_told_at_once_and_nothing_is_made(recorder: Recorder) -> None:
    wrong = {
        "workload": {"collections": [ARTICLES | {"dimenson": 3}, {"name": "b", "vectors": -1, "dimension": 4}]},
    }
    with pytest.raises(pulumi.InputPropertiesError) as caught:
        build(wrong)
    paths = [detail["property_path"] for detail in caught.value.errors or []]
    assert "workload.collections[0].dimenson" in paths
    assert "workload.collections[1].vectors" in paths
    assert recorder.resources == {}


def test_what_lite_lacks_is_refused_before_anything_is_made(recorder: Recorder) -> None:
    with pytest.raises(pulumi.InputPropertiesError, match=r"DISKANN.*lite-limits"):
        build({"workload": {"collections": [ARTICLES | {"index": "DISKANN"}]}})
    with pytest.raises(pulumi.InputPropertiesError, match="production"):
        build({"workload": {"collections": [ARTICLES], "production": True}})
    with pytest.raises(pulumi.InputPropertiesError, match="this component creates lite"):
        build({"workload": {"collections": [ARTICLES], "topology": "standalone"}})
    assert recorder.resources == {}


@pytest.mark.usefixtures("recorder")
def test_names_of_collections_that_are_not_declared_are_refused() -> None:
    wrong = {
        "workload": {"collections": [ARTICLES]},
        "aliases": {"live": "artcles", "articles": "articles"},
        "acknowledge_search_gap": ["nothing"],
    }
    with pytest.raises(pulumi.InputPropertiesError) as caught:
        build(wrong)
    reasons = {detail["property_path"]: detail["reason"] for detail in caught.value.errors or []}
    assert "did you mean articles?" in reasons["aliases.live"]
    assert "own name" in reasons["aliases.articles"]
    assert "acknowledgeSearchGap[0]" in reasons


def test_rows_of_several_vectors_get_their_texts_and_functions() -> None:
    workload = read_workload(
        {
            "collections": [
                {
                    "name": "docs",
                    "vectors": 10,
                    "partition_key": "tenant",
                    "partitions": 16,
                    "scalar_indexes": [{"field": "brand", "type": "INVERTED"}],
                    "vector_fields": [
                        {"name": "dense", "dimension": 8},
                        {"name": "words", "data_type": "SPARSE_FLOAT_VECTOR", "metric": "BM25"},
                    ],
                }
            ]
        }
    )
    args = collection_args(workload.collections[0], production=False, disposable=False, gap_allowed=False)
    fields = {field["name"]: field for field in args["fields"]}
    assert list(fields) == ["id", "brand", "tenant", "words_text", "dense", "words"]
    assert fields["words_text"]["enable_analyzer"] is True
    assert fields["words"]["index"]["index_type"] == "SPARSE_INVERTED_INDEX"
    assert fields["tenant"]["is_partition_key"] is True
    assert "nullable" not in fields["tenant"]
    assert args["partitions"] == 16
    assert args["functions"][0]["input_fields"] == ["words_text"]


@pytest.mark.parametrize(
    ("args", "model"),
    [
        (workload_args.WorkloadArgs, Workload),
        (workload_args.CollectionWorkloadArgs, Collection),
        (workload_args.VectorFieldWorkloadArgs, VectorField),
        (workload_args.ScalarIndexWorkloadArgs, ScalarIndex),
    ],
)
def test_arguments_and_models_have_the_same_keys(args: type, model: Any) -> None:
    assert set(get_type_hints(args)) == set(model.model_fields)
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert set(args.__required_keys__) == required  # type: ignore[attr-defined]
