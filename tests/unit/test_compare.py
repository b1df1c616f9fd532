"""The comparison: every index has its row or its reason, and each row is what the planner plans."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_milvus.planning.compare import Comparison, Excluded, Row, Variant, compare, variants_of
from pulumi_milvus.planning.compare.judge import judge
from pulumi_milvus.planning.compare.memory_parts import LOADED, OTHER, SPARE
from pulumi_milvus.planning.compare.recipes import NOT_COMPARED, RECIPES, Shape, divisor_at_most, nlist_of
from pulumi_milvus.planning.data_types import VECTOR_TYPES
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.workload import Workload

ARTICLES = {"name": "articles", "vectors": 20_000_000, "dimension": 768}
BY_TITLE = {recipe.title: recipe for recipe in RECIPES}


def workload(collection: dict[str, Any] | None = None, **keys: Any) -> Workload:
    return read_workload({"collections": [ARTICLES | (collection or {})], **keys})


def row(of: Workload, title: str, **changes: Any) -> Row:
    found = judge(of, Variant(BY_TITLE[title], **changes))
    assert isinstance(found, Row), found
    return found


def reason(of: Workload, title: str, **changes: Any) -> str:
    found = judge(of, Variant(BY_TITLE[title], **changes))
    assert isinstance(found, Excluded), found
    assert found.fix
    return found.because


@contextmanager
def only(*titles: str) -> Iterator[None]:
    """These recipes alone: the others take their time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulumi_milvus.planning.compare.variants.RECIPES", tuple(BY_TITLE[title] for title in titles))
        yield


@pytest.fixture(scope="module")
def wishful() -> Comparison:
    asked = workload(
        {"growth_vectors_per_month": 1_000_000}, queries_per_second=100, latency_p99_ms=60, recall_target=0.95
    )
    with only("FLAT", "HNSW", "HNSW_SQ SQ8", "IVF_SQ8", "DISKANN", "BIN_FLAT"):
        return compare(asked, with_curves=False)


def test_every_index_of_milvus_has_a_recipe_or_a_reason() -> None:
    assert {recipe.index for recipe in RECIPES} | set(NOT_COMPARED) == set(INDEXES)
    assert not {recipe.index for recipe in RECIPES} & set(NOT_COMPARED)
    assert len(BY_TITLE) == len(RECIPES)


def test_names_of_variants_are_unique() -> None:
    for replicas in (None, 1, 2, 3):
        names = [variant.name for variant in variants_of(workload(replicas=replicas))]
        assert len(set(names)) == len(names)
        assert ("HNSW, 1 replica" in names) == (replicas == 2)
        assert ("HNSW, 2 replicas" in names) == (replicas != 2)
    assert not {"DISKANN, mmap", "GPU_CAGRA, mmap"} & set(names)


@pytest.mark.parametrize("dimension", [2, 127, 768, 32_768])
@pytest.mark.parametrize("title", [title for title in BY_TITLE if not title.startswith(("BIN", "MINHASH", "SPARSE"))])
def test_parameters_suit_the_dimension_and_the_rows(title: str, dimension: int) -> None:
    """No rule has a word against them."""
    asked = workload({"dimension": dimension, "vectors": 50_000, "metric": "L2"}, topology="distributed")
    found = row(asked, title)
    assert found.indexes[0]["index"] == BY_TITLE[title].index
    assert not [note for note in found.notes if "index_params" in note]


def test_the_row_as_declared_is_the_plan(wishful: Comparison) -> None:
    plan = make_plan(wishful.workload)
    declared = wishful.declared
    assert declared is not None
    assert declared.usd_per_month == plan.cost.usd_per_month
    assert declared.memory_bytes == sum(role.pods * role.memory_bytes for role in plan.roles.values())
    assert declared.index == "HNSW"
    # AUTOINDEX is HNSW with these parameters, so both rows say the same.
    same = next(row for row in wishful.rows if row.name == "HNSW")
    assert (same.usd_per_month, same.memory_bytes, same.recall) == (
        declared.usd_per_month,
        declared.memory_bytes,
        declared.recall,
    )


def test_rows_stand_by_cost_and_those_that_miss_a_wish_last(wishful: Comparison) -> None:
    missed = [row.wishes == "missed" for row in wishful.rows]
    assert missed == sorted(missed)
    assert True in missed
    for verdict in (True, False):
        costs = [row.usd_per_month or 0 for row in wishful.rows if (row.wishes == "missed") == verdict]
        assert costs == sorted(costs)
    for each in wishful.rows:
        assert bool(each.missed) == (each.wishes == "missed")


def test_the_best_serves_and_no_other_that_serves_is_cheaper(wishful: Comparison) -> None:
    best = wishful.best
    assert best is not None
    assert best.wishes == "met"
    least = min(row.usd_per_month or 0 for row in wishful.rows if row.wishes == "met")
    assert (best.usd_per_month or 0) <= 1.01 * least


def test_flat_searches_all_and_misses_a_p99(wishful: Comparison) -> None:
    flat = next(row for row in wishful.rows if row.name == "FLAT")
    assert flat.recall is not None
    assert flat.recall.lowest == flat.recall.highest == 1
    assert flat.wishes == "missed"
    assert "p99 of 60 ms" in flat.missed[0]


def test_mmap_moves_the_index_to_the_disk_and_is_not_measured() -> None:
    asked = workload(latency_p99_ms=100)
    plain, mapped = row(asked, "HNSW"), row(asked, "HNSW", mmap=True)
    assert mapped.data_memory_bytes < plain.data_memory_bytes / 4
    assert mapped.local_disk_bytes > plain.local_disk_bytes + 20_000_000 * 768 * 4
    assert (plain.measured, plain.wishes) == (True, "met")
    assert (mapped.measured, mapped.wishes) == (False, "unknown")
    assert any("page cache" in note for note in mapped.notes)


def test_replicas_hold_the_data_once_more() -> None:
    asked = workload(topology="distributed")
    one, two = row(asked, "HNSW_SQ SQ8"), row(asked, "HNSW_SQ SQ8", replicas=2)
    assert (one.replicas, two.replicas) == (1, 2)
    assert two.data_memory_bytes == 2 * one.data_memory_bytes
    assert (two.usd_per_month or 0) > (one.usd_per_month or 0)


def test_compression_saves_memory_and_codes_without_raw_data_need_a_disk() -> None:
    asked = workload(topology="distributed")
    sizes = [row(asked, title).data_memory_bytes for title in ("HNSW", "HNSW_SQ SQ8", "HNSW_PQ")]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[2] < sizes[0] / 3
    assert row(asked, "HNSW").local_disk_bytes == 0
    assert row(asked, "DISKANN").hardware == "nvme"
    assert row(asked, "GPU_CAGRA").gpus > 0


def test_nlist_follows_the_segments_that_the_planner_takes() -> None:
    asked = workload(queries_per_second=200, topology="distributed")
    found = row(asked, "IVF_FLAT")
    # 20 M rows of 3072 bytes in segments of 1, 2 or 4 GiB: 4 * sqrt(rows of one), within what rounding leaves.
    expected = [4 * (size * 2**30 / 3072) ** 0.5 for size in (1, 2, 4)]
    assert any(0.8 * each < found.indexes[0]["params"]["nlist"] < 1.2 * each for each in expected)


def test_a_row_of_several_vectors_changes_those_that_take_the_index() -> None:
    fields = [{"name": "dense", "dimension": 768}, {"name": "text", "data_type": "SPARSE_FLOAT_VECTOR"}]
    asked = read_workload({"collections": [{"name": "docs", "vectors": 1_000_000, "vector_fields": fields}]})
    found = row(asked, "DISKANN")
    assert [item["index"] for item in found.indexes] == ["DISKANN", "SPARSE_INVERTED_INDEX"]
    assert found.recall is not None  # of the dense vectors, which it changes; sparse search was not measured
    declared = judge(asked, Variant())
    assert isinstance(declared, Row)
    assert declared.recall is None
    assert "BINARY_VECTOR" in reason(asked, "BIN_FLAT")


def test_why_the_others_are_out() -> None:
    assert "SPARSE_FLOAT_VECTOR" in reason(workload(), "SPARSE_INVERTED_INDEX")
    assert "GPU_CAGRA" in reason(workload({"vectors": 1000}, topology="lite"), "GPU_CAGRA")
    assert "SQ8" in reason(workload({"vectors": 1000}, topology="lite"), "HNSW_SQ SQ4U, FP16 refine")
    assert "Milvus Lite" in reason(workload({"vectors": 1000}, topology="lite"), "HNSW", mmap=True)
    assert "managed" in reason(workload(topology="managed"), "HNSW")
    assert "FLAT does not take" not in reason(workload({"data_type": "INT8_VECTOR"}), "FLAT")
    nodes = [{"name": "small", "cpu_cores": 2, "memory_gib": 4, "count": 3}]
    assert reason(workload(node_shapes=nodes), "HNSW")


def test_an_index_that_cannot_run_is_named_once() -> None:
    found = compare(workload({"vectors": 1000}, topology="lite"), with_curves=False)
    names = [item.name for item in found.excluded]
    assert "DISKANN" in names
    assert "DISKANN, 2 replicas" not in names
    assert "HNSW, 2 replicas" in names  # HNSW itself runs
    assert {row.index for row in found.rows if not row.is_declared} == {
        "FLAT",
        "HNSW",
        "HNSW_SQ",
        "IVF_FLAT",
        "IVF_SQ8",
    }
    assert not found.is_priced
    assert found.best is not None


def test_memory_has_its_causes_and_room_for_a_lost_zone() -> None:
    causes: dict[str, int] = {}
    for part in row(workload(availability="zone"), "HNSW").memory_parts:
        causes[part.cause] = causes.get(part.cause, 0) + part.memory_bytes
    assert causes[LOADED] > 20_000_000 * 768 * 4
    assert causes[SPARE] > causes[LOADED] / 10
    assert OTHER not in causes
    assert SPARE not in {part.cause for part in row(workload(), "HNSW").memory_parts}


def test_curves_go_through_the_rows() -> None:
    asked = workload({"vectors": 1_000_000, "growth_vectors_per_month": 100_000}, topology="standalone")
    told: list[tuple[int, int, str]] = []
    with only("FLAT", "HNSW", "DISKANN", "SPARSE_INVERTED_INDEX"):
        found = compare(asked, progress=lambda *step: told.append(step))
    plain = {row.name: row.usd_per_month for row in found.rows if row.is_plain}
    for points, at in ((found.over_vectors, 2_200_000), (found.over_months, 12), (found.over_recall, 0.95)):
        assert {point.name: point.usd_per_month for point in points if point.at == at} == plain
    assert {point.at for point in found.over_recall} == {0.90, 0.95, 0.98, 0.99}
    assert sorted({point.at for point in found.over_months}) == [0, 3, 6, 9, 12]
    hnsw = [point.memory_bytes or 0 for point in found.over_vectors if point.name == "HNSW" and point.memory_bytes]
    assert hnsw == sorted(hnsw)
    assert hnsw[-1] > hnsw[0]
    assert [step[0] for step in told if step[1] == told[-1][1]] == list(range(told[-1][1]))
    assert json.loads(json.dumps(found.to_json()))["over_months"]


def test_no_vectors_and_no_horizon_have_no_curve_to_draw() -> None:
    with only("FLAT", "HNSW", "DISKANN"):
        found = compare(workload({"vectors": 0}, horizon_months=0, topology="standalone"))
    assert found.rows
    assert not found.over_vectors
    assert {point.at for point in found.over_months} == {0}


@given(st.integers(0, 40_000), st.integers(-5, 10_000))
def test_a_divisor_divides(dimension: int, most: int) -> None:
    part = divisor_at_most(dimension, most)
    assert part == 1 or (dimension % part == 0 and 1 < part <= most)


@given(st.integers(0, 10**13))
def test_nlist_is_one_that_milvus_keeps(rows: int) -> None:
    lists = nlist_of(Shape(768, rows))
    assert 1 <= lists <= 65_536
    assert lists == 1 or 39 * lists <= rows


@settings(max_examples=40)
@given(
    collection=st.fixed_dictionaries(
        {
            "vectors": st.integers(0, 10**9),
            "dimension": st.integers(1, 256).map(lambda eighth: 8 * eighth),
            "data_type": st.sampled_from([name for name in VECTOR_TYPES if name != "SPARSE_FLOAT_VECTOR"]),
        },
        optional={"partitions": st.integers(1, 64), "mmap": st.booleans(), "shards": st.integers(1, 4)},
    ),
    keys=st.fixed_dictionaries(
        {"queries_per_second": st.sampled_from([0, 300])},
        optional={
            "recall_target": st.floats(0.5, 1),
            "latency_p99_ms": st.floats(1, 500),
            "replicas": st.integers(1, 3),
            "availability": st.sampled_from(["none", "pod", "zone"]),
        },
    ),
    place=st.integers(0, 10**6),
)
def test_every_variant_of_every_workload_has_a_row_or_a_reason(
    collection: dict[str, Any], keys: dict[str, Any], place: int
) -> None:
    asked = workload(collection, **keys)
    variants = list(variants_of(asked))
    found = judge(asked, variants[place % len(variants)], aws_catalogue())
    json.dumps(found.to_json())
    if isinstance(found, Excluded):
        assert found.because
        assert found.fix
    else:
        assert sum(part.memory_bytes for part in found.memory_parts) == found.memory_bytes
        assert all(part.memory_bytes > 0 for part in found.memory_parts)
        assert (
            found.wishes != "none" or not {"recall_target", "latency_p99_ms"} & set(keys) or not collection["vectors"]
        )
