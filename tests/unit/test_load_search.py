"""A search load as a whole: the worked example, every kind of index, bad input, and what never may happen."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.load import Machines, Range, SearchLoad, search_load, segments_visited
from pulumi_milvus.planning.load.kinds import INDEX_NAMES
from pulumi_milvus.planning.load.search_cost import overhead_core_ms
from pulumi_milvus.planning.problems import InvalidValues, Problem

FLOAT_INDEXES = [
    name for name in INDEX_NAMES if not name.startswith(("SPARSE", "BIN_", "MINHASH")) and name != "AUTOINDEX"
]


def load(**more: Any) -> SearchLoad:
    """20M x 768, HNSW M=16, 500 queries a second at recall 0.95."""
    arguments: dict[str, Any] = {
        "index": "HNSW",
        "params": {"M": 16},
        "rows": 20_000_000,
        "dimension": 768,
        "data_type": "FLOAT_VECTOR",
        "segments_visited": 12,
        "queries_per_second": 500,
        "recall_target": 0.95,
    }
    return search_load(**{**arguments, **more})


def ranges_of(result: SearchLoad) -> list[Range]:
    found = [
        result.core_ms_per_query,
        result.unloaded_p99_ms,
        result.p99_ms,
        result.cores,
        result.query_node_cores,
        result.proxy_cores,
    ]
    if result.expected_recall is not None:
        found.append(result.expected_recall)
    if result.reads is not None:
        found += [result.reads.reads_per_query, result.reads.reads_per_second]
    return found


def check(result: SearchLoad) -> None:
    """What holds for every answer."""
    for each in ranges_of(result):
        assert all(math.isfinite(value) for value in (each.lowest, each.expected, each.highest))
        assert 0 <= each.lowest <= each.expected * (1 + 1e-12) <= each.highest * (1 + 1e-9)
    assert 0.5 <= result.utilisation <= 0.85
    assert result.reachable == (not result.reach.why)
    assert result.measured or result.reasons
    assert all(term.name and term.source and math.isfinite(term.value) for term in result.terms)


class TestWorkedExample:
    """20M x 768 float32 are 57.2 GiB: 46 segments of 1 GB, 12 of 4 GB."""

    def test_segments(self) -> None:
        raw = 20_000_000 * 768 * 4
        assert segments_visited(raw, 2**30) == pytest.approx(46, abs=0.5)
        assert segments_visited(raw, 4 * 2**30) == pytest.approx(12, abs=0.6)
        assert segments_visited(raw, 2**30, visited_share=0.01) == 1.0

    @pytest.mark.parametrize(("segments", "ef", "core_ms", "vcpus"), [(46, 12, 49, 41), (12, 20, 17, 14)])
    def test_with_its_ef(self, segments: int, ef: int, core_ms: float, vcpus: float) -> None:
        result = load(segments_visited=segments, params={"M": 16, "ef": ef})
        assert result.core_ms_per_query.expected == pytest.approx(core_ms, rel=0.04)
        assert result.utilisation == 0.6
        assert result.cores.expected == pytest.approx(vcpus, rel=0.04)

    def test_with_a_recall_target(self) -> None:
        """14 vCPU, from 10 to 22, where 4 GB segments and a p99 of 30 ms are asked for."""
        result = load(latency_p99_ms=30)
        assert result.cores.expected == pytest.approx(14, rel=0.15)
        assert result.cores.lowest <= 10
        assert result.cores.highest >= 22
        assert result.reachable
        assert result.p99_ms.highest <= 30

    def test_small_segments_cost_three_times_as_much(self) -> None:
        small, large = (load(segments_visited=n, latency_p99_ms=30).cores.expected for n in (46, 12))
        assert 2 < small / large < 3.5

    def test_replicas_come_only_beyond_the_cores_that_memory_brings(self) -> None:
        """20M x 768 HNSW needs about 65 GiB, so 16 vCPU at 4 GiB each."""
        assert load(latency_p99_ms=30).replicas(16).expected == 1
        assert load(latency_p99_ms=30, queries_per_second=5_000).replicas(16).expected > 10
        assert load(latency_p99_ms=30).replicas(16, at_least=2).expected == 2

    def test_the_terms_give_the_sum(self) -> None:
        result = load()
        value = {term.name: term.value for term in result.terms}
        search = value["distances in a segment"] * value["time of a distance"] / 1e6
        assert search == pytest.approx(value["search in a segment, quiet core"])
        segments = value["segments visited"]
        extra = value["server's work for a segment beyond the first"] * (segments - 1)
        query = value["server's work for a request"]
        query += value["slowdown of a loaded vCPU"] * (segments * search + extra)
        assert query == pytest.approx(value["one query"]) == pytest.approx(result.core_ms_per_query.expected)
        cores = value["one query"] * value["queries a second"] / 1000 / value["cores busy to"]
        assert cores == pytest.approx(value["cores"]) == pytest.approx(result.cores.expected)


@pytest.mark.parametrize("index", FLOAT_INDEXES)
def test_every_float_index_has_an_answer(index: str) -> None:
    result = load(index=index, params={})
    check(result)
    assert result.index == index
    known = {"FLAT", "BRUTE_FORCE", "IVF_FLAT", "IVF_SQ8", "SCANN", "HNSW", "HNSW_SQ", "DISKANN"}
    assert result.measured == (index in known)
    assert (result.expected_recall is None) == (index not in known | {"AISAQ"})
    assert (result.reads is not None) == (index in ("DISKANN", "AISAQ"))


@pytest.mark.parametrize(
    ("index", "data_type", "dimension"),
    [
        ("SPARSE_INVERTED_INDEX", "SPARSE_FLOAT_VECTOR", None),
        ("BIN_FLAT", "BINARY_VECTOR", 1024),
        ("BIN_IVF_FLAT", "BINARY_VECTOR", 1024),
        ("MINHASH_LSH", "BINARY_VECTOR", 1024),
        ("HNSW", "BINARY_VECTOR", 1024),
        ("FAISS", "FLOAT_VECTOR", 768),
    ],
)
def test_what_nobody_measured_lies_between_the_server_and_a_search_of_every_row(
    index: str, data_type: str, dimension: int | None
) -> None:
    result = load(index=index, params={}, data_type=data_type, dimension=dimension)
    check(result)
    assert not result.measured
    assert result.expected_recall is None
    core_ms = result.core_ms_per_query
    assert core_ms.lowest >= overhead_core_ms(10).lowest
    assert core_ms.highest > 10 * core_ms.lowest


def test_a_sparse_scan_is_the_published_one_at_most() -> None:
    """101 queries a second on 8 vCPU over 8,841,823 vectors of 120 non-zeros: 79 core-ms."""
    result = load(
        index="SPARSE_INVERTED_INDEX",
        params={},
        rows=8_841_823,
        dimension=None,
        data_type="SPARSE_FLOAT_VECTOR",
        segments_visited=1,
        machines=Machines(1),
    )
    assert result.core_ms_per_query.highest == pytest.approx(2 * 8_000 / 101 + 1.4 * 1.5)
    fewer = load(
        index="SPARSE_INVERTED_INDEX",
        params={},
        rows=8_841_823,
        dimension=None,
        data_type="SPARSE_FLOAT_VECTOR",
        segments_visited=1,
        nonzeros_per_vector=30,
    )
    assert fewer.core_ms_per_query.highest < result.core_ms_per_query.highest


def test_a_graph_over_smaller_vectors_costs_at_most_float32() -> None:
    floats, bytes_ = load(), load(data_type="INT8_VECTOR")
    assert bytes_.core_ms_per_query.highest == floats.core_ms_per_query.highest
    assert bytes_.core_ms_per_query.lowest < floats.core_ms_per_query.lowest
    assert not bytes_.measured
    assert "INT8_VECTOR" in bytes_.reasons[0]


def test_lists_over_float16_are_searched_as_float32() -> None:
    floats, halves = (load(index="IVF_FLAT", data_type=kind) for kind in ("FLOAT_VECTOR", "FLOAT16_VECTOR"))
    assert floats.core_ms_per_query == halves.core_ms_per_query
    assert (floats.measured, halves.measured) == (True, False)


def test_autoindex_is_what_milvus_makes_of_it() -> None:
    automatic = load(index="AUTOINDEX", params={})
    assert automatic == load(params={"M": 18, "efConstruction": 240})
    assert load(index="AUTOINDEX", params={}, gpu_image=True).index == "GPU_CAGRA"
    assert load(index="AUTOINDEX", params={}, gpu_image=True, data_type="INT8_VECTOR").index == "HNSW"


def test_cagra_for_the_cpu_is_a_graph_on_the_cpu() -> None:
    result = load(index="GPU_CAGRA", params={"adapt_for_cpu": "true", "graph_degree": 32, "ef": 50})
    assert result.core_ms_per_query.expected == load(params={"M": 16, "ef": 50}).core_ms_per_query.expected
    assert not result.measured


def test_a_default_nlist_is_called_out() -> None:
    reasons = " ".join(load(index="IVF_FLAT", params={}, segments_visited=46).reasons)
    assert "nlist 128" in reasons
    assert "2638" in reasons  # 4 * sqrt(20M / 46)
    good = load(index="IVF_FLAT", params={"nlist": 2638}, segments_visited=46)
    assert "makes each list long" not in " ".join(good.reasons)
    assert good.cores.expected < load(index="IVF_FLAT", params={}, segments_visited=46).cores.expected / 2


class TestReach:
    def test_a_p99_below_that_of_a_query_alone(self) -> None:
        result = load(latency_p99_ms=2)
        assert not result.reachable
        assert result.utilisation == 0.5
        nearest = result.reach.nearest_latency_p99_ms
        assert nearest == pytest.approx(1.2 * result.unloaded_p99_ms.expected)
        assert load(latency_p99_ms=nearest).reachable

    def test_a_lesser_recall_that_keeps_the_p99(self) -> None:
        result = load(segments_visited=1, rows=5_000_000, recall_target=0.995, latency_p99_ms=4)
        assert not result.reachable
        lesser = result.reach.nearest_recall
        assert lesser is not None
        assert lesser < 0.995
        assert load(segments_visited=1, rows=5_000_000, recall_target=lesser, latency_p99_ms=4).reachable

    def test_full_recall_is_for_flat(self) -> None:
        assert not load(recall_target=1.0).reachable
        assert "FLAT" in load(recall_target=1.0).reach.why
        assert load(index="FLAT", params={}, recall_target=1.0).reachable

    def test_sq8_codes_need_refine_beyond_their_ceiling(self) -> None:
        assert not load(index="HNSW_SQ", recall_target=0.998).reachable
        assert load(index="HNSW_SQ", params={"M": 16, "refine": True}, recall_target=0.998).reachable

    def test_a_given_ef_that_is_too_small(self) -> None:
        result = load(params={"M": 16, "ef": 10}, segments_visited=1, recall_target=0.99)
        assert not result.reachable
        assert "ef as given" in result.reach.why


def test_a_tighter_p99_makes_cores_less_busy() -> None:
    budgets = [3.0, 6.0, 8.0, 12.0, 25.0, 100.0]
    busy = [load(latency_p99_ms=budget).utilisation for budget in budgets]
    assert busy == sorted(busy)
    assert busy[0] == 0.5
    assert busy[-1] == 0.85


def test_more_nodes_for_a_copy_shorten_the_wait_only_with_many_segments() -> None:
    one, four = (load(segments_visited=46, machines=Machines(8, nodes)).unloaded_p99_ms.expected for nodes in (1, 4))
    assert four < one
    one, four = (load(segments_visited=1, machines=Machines(8, nodes)).unloaded_p99_ms.expected for nodes in (1, 4))
    assert four == one


def test_whole_cores_are_cheaper_than_halves() -> None:
    assert load(machines=Machines(whole_cores=True)).cores.expected < load().cores.expected


def test_a_filter_costs_most_where_a_few_percent_pass() -> None:
    costs = {share: load(passing_share=share).cores.expected for share in (0.001, 0.05, 0.5, 1.0)}
    assert costs[0.05] == pytest.approx(3.8 * costs[1.0])
    assert costs[0.001] == costs[1.0]
    assert costs[1.0] == load().cores.expected


@pytest.mark.parametrize(
    ("bad", "path", "nearest"),
    [
        ({"index": "HNWS"}, "index", "HNSW"),
        ({"index": ""}, "index", "AUTOINDEX"),
        ({"data_type": "FLOAT"}, "data_type", "FLOAT_VECTOR"),
        ({"index": "BIN_FLAT"}, "index", "HNSW"),
        ({"data_type": "SPARSE_FLOAT_VECTOR"}, "index", "SPARSE_INVERTED_INDEX"),
        ({"rows": -1}, "rows", "0"),
        ({"rows": 10**400}, "rows", "1e+15"),
        ({"dimension": None}, "dimension", "1"),
        ({"dimension": 40_000}, "dimension", "32768"),
        ({"segments_visited": 0.5}, "segments_visited", "1"),
        ({"queries_per_second": math.inf}, "queries_per_second", "1e+09"),
        ({"recall_target": math.nan}, "recall_target", "0"),
        ({"recall_target": 95}, "recall_target", "1"),
        ({"latency_p99_ms": 0}, "latency_p99_ms", "0.001"),
        ({"top_k": 20_000}, "top_k", "16384"),
        ({"passing_share": "half"}, "passing_share", "0"),
        ({"machines": Machines(0)}, "machines.node_vcpus", "1"),
        ({"params": {"M": "many"}}, "params.M", "30"),
        ({"params": {"ef": True}}, "params.ef", "10"),
        ({"params": {"M": 10**30}}, "params.M", "30"),
        ({"index": "HNSW_SQ", "params": {"refine": True, "refine_k": "0"}}, "params.refine_k", "1"),
        ({"index": "IVF_PQ", "params": {"m": 0}}, "params.m", "192"),
        ({"index": "DISKANN", "params": {"max_degree": 1.5}}, "params.max_degree", "56"),
    ],
)
def test_bad_values_are_named_with_their_nearest(bad: dict[str, Any], path: str, nearest: str) -> None:
    with pytest.raises(InvalidValues) as caught:
        load(**bad)
    assert (caught.value.problems[0].path, caught.value.problems[0].nearest) == (path, nearest)


def test_all_bad_values_come_at_once() -> None:
    with pytest.raises(InvalidValues) as caught:
        load(rows=-1, top_k=0, params={"M": "x", "ef": -5})
    assert [problem.path for problem in caught.value.problems] == ["rows", "top_k", "params.M", "params.ef"]


def test_text_is_read_as_milvus_reads_it() -> None:
    assert load(params={"M": "16", "ef": "64"}) == load(params={"M": 16, "ef": 64})


searches = st.fixed_dictionaries(
    {
        "index": st.sampled_from(FLOAT_INDEXES),
        "rows": st.integers(0, 10**12),
        "dimension": st.integers(1, 32_768),
        "data_type": st.sampled_from(["FLOAT_VECTOR", "FLOAT16_VECTOR", "INT8_VECTOR"]),
        "segments_visited": st.floats(1, 10_000),
        "queries_per_second": st.floats(0, 1e6),
        "recall_target": st.floats(0, 1),
        "latency_p99_ms": st.none() | st.floats(0.001, 1e5),
        "top_k": st.integers(1, 16_384),
        "inserts_per_second": st.floats(0, 1e6),
        "machines": st.builds(Machines, st.floats(1, 256), st.integers(1, 50), st.booleans()),
        "params": st.dictionaries(
            st.sampled_from(
                ["M", "nlist", "ef", "nprobe", "search_list", "m", "sub_dim", "max_degree", "graph_degree"]
            ),
            st.integers(1, 512),
            max_size=3,
        ),
    }
)


@pytest.mark.property
@given(
    searches,
    st.sampled_from(["queries_per_second", "recall_target", "rows", "inserts_per_second"]),
    st.floats(0, 1, exclude_min=True),
)
def test_answers_are_ordered_and_asking_for_more_never_costs_fewer_cores(
    search: dict[str, Any], what: str, share: float
) -> None:
    """More queries, recall, rows or inserts: a share of them is never dearer."""
    less = {**search, what: int(search[what] * share) if what == "rows" else search[what] * share}
    more_load, less_load = load(**search), load(**less)
    check(more_load)
    for more, fewer in zip(ranges_of(more_load)[3:6], ranges_of(less_load)[3:6], strict=True):
        assert fewer.lowest <= more.lowest * (1 + 1e-9) + 1e-12
        assert fewer.expected <= more.expected * (1 + 1e-9) + 1e-12
        assert fewer.highest <= more.highest * (1 + 1e-9) + 1e-12


@pytest.mark.property
@given(st.sampled_from(["HNSW", "IVF_SQ8", "DISKANN", "FLAT"]), st.integers(1, 10**9), st.floats(1, 1.01))
def test_one_row_more_is_no_cliff(index: str, rows: int, growth: float) -> None:
    """Up to 1 % more rows, in segments of the same size, cost at most 2 % more, and never less."""

    def cores(count: float) -> float:
        visited = segments_visited(count * 3072)
        return load(index=index, params={"nlist": 1024}, rows=int(count), segments_visited=visited).cores.expected

    before, after = cores(rows), cores(rows * growth)
    assert before * (1 - 1e-9) <= after <= before * 1.02 + 1e-9


@pytest.mark.property
@given(
    st.text(max_size=12) | st.sampled_from(INDEX_NAMES),
    st.dictionaries(st.sampled_from(["M", "ef", "nlist", "m"]), st.none() | st.text(max_size=4) | st.floats()),
    st.integers() | st.floats() | st.none(),
    st.floats(),
    st.floats(),
)
def test_nonsense_is_refused_and_never_breaks(
    index: str, params: dict[str, Any], rows: Any, recall: float, latency_ms: float
) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        check(load(index=index, params=params, rows=rows, recall_target=recall, latency_p99_ms=latency_ms))
    except InvalidValues as refused:
        problems = refused.problems
    assert all(problem.path and problem.reason and problem.nearest for problem in problems)
