"""The official sizing tool's arithmetic: recorded cases, an independent reading, and what must hold of any form.

tests/data/sizing-tool-cases.jsonl: a part of the cases that were made by running the tool's own calculator
(github.com/milvus-io/milvus.io, commit f57ab62) under node 20; each has the filled form and what the page computes.
"""

from __future__ import annotations

import copy
import io
import json
import math
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pulumi_milvus.cli import main
from pulumi_milvus.planning.official import Pods, official_memory, official_size
from pulumi_milvus.planning.official.form import DEFAULTS, INDEX_TYPES, REFINE_BITS
from pulumi_milvus.planning.official.reading import KEYS, MOST
from pulumi_milvus.planning.official.totals import bytes_text, count_text
from pulumi_milvus.planning.problems import InvalidValues, Problem

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "sizing-tool-cases.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
SMALL: dict[str, Any] = {"vectors_million": 1, "dimension": 768, "index_type": "HNSW"}
GIB = 2**30
FILES = ("generated_helm_values", "generated_operator_resource")

NUMBERS = st.integers(0, 20_000) | st.floats(0, 20_000, allow_nan=False)
FORMS = st.fixed_dictionaries(
    {
        "vectors_million": NUMBERS,
        "dimension": st.integers(1, 40_000),
        "index_type": st.sampled_from([name for name in INDEX_TYPES if name not in ("IVF_RABITQ", "AISAQ")]),
    },
    optional={
        "tool_version": st.sampled_from(["2.6.x", "2.5.x"]),
        "hnsw_m": st.integers(2, 2048),
        "ivf_nlist": st.integers(1, 65_536),
        "scann_with_raw_data": st.booleans(),
        "graph_max_degree": st.integers(1, 2048),
        "scalar_fields": st.booleans(),
        "scalar_avg_bytes_per_row": st.integers(0, 60_000_000) | st.integers(0, 4_096),
        "scalar_offload_to_disk": st.booleans(),
        "segment_size_mib": st.sampled_from([512, 1024, 2048]),
        "mode_request": st.sampled_from(["auto", "standalone", "distributed"]),
        "message_queue": st.sampled_from(["pulsar", "kafka"]),
    },
)
NEWER = st.fixed_dictionaries(
    {
        "vectors_million": NUMBERS,
        "dimension": st.integers(1, 40_000),
        "index_type": st.sampled_from(["IVF_RABITQ", "AISAQ", "HNSW"]),
        "message_queue": st.sampled_from(["pulsar", "kafka", "woodpecker"]),
    },
    optional={
        "rabitq_refine_type": st.sampled_from(list(REFINE_BITS)),
        "aisaq_inline_pq": st.integers(1, 2048),
        "scalar_avg_bytes_per_row": st.integers(0, 4_096),
        "mode_request": st.sampled_from(["auto", "distributed"]),
    },
)


def problems_of(form: Any) -> dict[str, Any]:
    """The problems of a form that is refused, by field."""
    with pytest.raises(InvalidValues) as caught:
        official_size(form)
    return {problem.path: problem for problem in caught.value.problems}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case['group']}")
def test_a_recorded_case_is_met_to_the_last_bit(case: dict[str, Any]) -> None:
    answer = official_size(case["input"])
    recorded = set(case["output"])
    # The files were recorded for some clusters only, and the page offers them for each.
    assert set(answer) - recorded <= (set(FILES) if answer["mode_effective"] == "distributed" else set())
    assert {key: answer[key] for key in recorded} == case["output"]
    kinds = [(type(answer[key]), type(case["output"][key])) for key in ("raw_data_bytes", "loading_memory_bytes")]
    assert all(ours is theirs for ours, theirs in kinds), "8 and not 8.0, as a browser writes it"


def test_the_cases_cover_every_index_queue_mode_and_version() -> None:
    forms = [case["input"] for case in CASES]
    assert {form["index_type"] for form in forms} == set(INDEX_TYPES)
    assert {form["message_queue"] for form in forms} == {"pulsar", "kafka", "woodpecker"}
    assert {form["tool_version"] for form in forms} == {"2.6.x", "2.5.x"}
    assert {case["output"]["mode_effective"] for case in CASES} == {"standalone", "distributed"}
    assert any(case["output"]["out_of_range_results_hidden"] for case in CASES)


# --- an independent reading: whole numbers and fractions, per vector, instead of the tool's floats


def exact_index_bytes(form: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """Memory and disk of the index by what one vector takes."""
    count = Fraction(form["vectors_million"]) * 10**6
    dimension, degree = form["dimension"], form.get("graph_max_degree", 56)
    centroids = 4 * dimension * form.get("ivf_nlist", 128)
    refine = REFINE_BITS[form.get("rabitq_refine_type", "None")]
    inline = form.get("aisaq_inline_pq", min(56, degree))
    per_vector = {
        "FLAT": (Fraction(4 * dimension), 0),
        "IVF_FLAT": (Fraction(4 * dimension), 0),
        "IVF_SQ8": (Fraction(dimension), 0),
        "IVF_RABITQ": (Fraction(dimension * (1 + refine), 8), 0),
        "SCANN": (Fraction(9 if form.get("scann_with_raw_data") else 1, 2) * dimension, 0),
        "HNSW": (Fraction(4 * dimension + 8 * form.get("hnsw_m", 30)), 0),
        "DISKANN": (Fraction(dimension), 4 * dimension + 4 * degree),
        "AISAQ": (Fraction(0), 4 * dimension + Fraction(inline * dimension, 2) + 4 * degree),
    }
    memory, disk = per_vector[form["index_type"]]
    fixed = centroids if form["index_type"].startswith("IVF") else 2**24 if form["index_type"] == "AISAQ" else 0
    return count * memory + fixed, Fraction(count * disk)


@pytest.mark.property
@given(form=FORMS | NEWER)
def test_the_sizes_are_those_of_an_independent_reading(form: dict[str, Any]) -> None:
    answer = official_size(form)
    average = form.get("scalar_avg_bytes_per_row", 0) if form.get("scalar_fields", True) else 0
    scalars = Fraction(form["vectors_million"]) * 10**6 * average
    offloaded = form.get("scalar_offload_to_disk", False)
    index_memory, index_disk = exact_index_bytes(form)
    segments = 0 if form["index_type"] == "DISKANN" else 2 * form.get("segment_size_mib", 1024) * 2**20
    memory = Fraction(115, 100) * (index_memory + segments) + (scalars / 10 if offloaded else scalars)
    vectors = Fraction(form["vectors_million"]) * 4 * form["dimension"] * 10**6
    for figure, exact in (
        ("raw_data_bytes", vectors + scalars),
        ("loading_memory_bytes", memory),
        ("local_disk_bytes", index_disk + (scalars if offloaded else 0)),
    ):
        assert math.isclose(answer[figure], exact, rel_tol=1e-12, abs_tol=1e-6), figure


@pytest.mark.property
@given(form=FORMS | NEWER)
def test_totals_are_the_sum_of_their_parts(form: dict[str, Any]) -> None:
    answer = official_size(form)
    dependencies, totals = answer["dependencies"], answer["totals"]
    queues = [pods for queue in ("pulsar", "kafka") for pods in (dependencies[queue] or {}).values()]
    beside = [dependencies["etcd"], dependencies["minio"], *queues]

    def over(pods: list[dict[str, Any]], *keys: str) -> float:
        return sum([float(item["pod_count"] * sum(item.get(key, 0) for key in keys)) for item in pods])

    milvus = list(answer["milvus"].values())
    assert totals["milvus_cpu_cores"] == over(milvus, "cpu_cores_per_pod")
    assert totals["milvus_memory_gib"] == over(milvus, "memory_gib_per_pod")
    assert totals["dependency_cpu_cores"] == over(beside, "cpu_cores_per_pod")
    assert totals["dependency_memory_gib"] == over(beside, "memory_gib_per_pod")
    volumes = ("pvc_gib_per_pod", "journal_gib_per_pod", "ledgers_gib_per_pod")
    assert totals["dependency_storage_gib"] == over(beside, *volumes)
    assert totals["all_cpu_cores"] == totals["milvus_cpu_cores"] + totals["dependency_cpu_cores"]
    assert totals["all_memory_gib"] == totals["milvus_memory_gib"] + totals["dependency_memory_gib"]


@pytest.mark.property
@given(form=FORMS | NEWER)
def test_what_is_sized_holds_what_is_computed(form: dict[str, Any]) -> None:
    answer = official_size(form)
    nodes = answer["both_topologies_computed"]
    memory_gib = answer["loading_memory_bytes"] / GIB
    for role in ("query_node", "standalone_node"):
        assert nodes[role]["pod_count"] * nodes[role]["memory_gib_per_pod"] >= memory_gib * (1 - 1e-15)
    raw_gib = answer["raw_data_bytes"] / GIB
    assert answer["dependencies"]["minio"]["pvc_gib_per_pod"] >= max(30, raw_gib)
    if answer["mode_effective"] == "distributed":
        query = answer["milvus"]["query_node"]
        whole = query["local_disk_bytes_per_pod"] * query["pod_count"]
        assert whole == pytest.approx(answer["local_disk_bytes"])
    if form.get("mode_request", "auto") == "auto":
        assert answer["mode_effective"] == answer["mode_automatic"]
    assert answer["standalone_selectable"] or answer["mode_effective"] == "distributed"


MORE = ("vectors_million", "dimension", "scalar_avg_bytes_per_row", "hnsw_m", "ivf_nlist", "graph_max_degree")


@pytest.mark.property
@given(form=FORMS, key=st.sampled_from(MORE), more=st.integers(1, 50_000))
def test_more_never_needs_less(form: dict[str, Any], key: str, more: int) -> None:
    # In one mode: a cluster's pods are others than those of standalone.
    form = {"scalar_fields": True, "scalar_avg_bytes_per_row": 0, **form, "mode_request": "distributed"}
    larger = {**form, key: form.get(key, DEFAULTS.get(key, 0)) + more}
    few, many = official_size(form), official_size(larger)
    # HNSW's and DISKANN's links are computed as a share of the vectors, so a dimension more may cost a rounding.
    for figure in ("raw_data_bytes", "loading_memory_bytes", "local_disk_bytes"):
        assert few[figure] <= many[figure] * (1 + 1e-14), figure
    assume(few["loading_memory_bytes"] <= many["loading_memory_bytes"])
    for total, value in few["totals"].items():
        assert value <= many["totals"][total], total
    assert few["standalone_selectable"] or not many["standalone_selectable"]
    assert not few["out_of_range_results_hidden"] or many["out_of_range_results_hidden"]


@given(form=FORMS)
def test_offloaded_scalars_trade_memory_for_disk(form: dict[str, Any]) -> None:
    both = [official_size({**form, "scalar_offload_to_disk": offloaded}) for offloaded in (False, True)]
    assert both[1]["loading_memory_bytes"] <= both[0]["loading_memory_bytes"]
    assert both[1]["local_disk_bytes"] >= both[0]["local_disk_bytes"]
    assert both[1]["raw_data_bytes"] == both[0]["raw_data_bytes"]


# --- thresholds and the form's behaviour


@pytest.mark.parametrize("index_type", ["DISKANN", "AISAQ", "HNSW"])
def test_modes_switch_above_their_thresholds(index_type: str) -> None:
    def answer(vectors_million: float, request: str = "auto") -> dict[str, Any]:
        return official_size(
            {
                "vectors_million": vectors_million,
                "dimension": 768,
                "index_type": index_type,
                "mode_request": request,
            }
        )

    switches, forbids = (50, 500) if index_type == "DISKANN" else (10, 100)
    assert answer(switches)["mode_effective"] == "standalone"
    assert answer(switches + 0.01)["mode_effective"] == "distributed"
    assert answer(1, "distributed")["mode_effective"] == "distributed"
    assert answer(forbids, "standalone")["mode_effective"] == "standalone"
    assert answer(forbids + 0.01, "standalone")["mode_effective"] == "distributed"
    assert not answer(1000)["out_of_range_results_hidden"]
    hidden = answer(1000.01)
    assert set(hidden["displayed"].values()) == {"--"}
    assert hidden["totals"]["all_cpu_cores"] > 0


def test_brackets_include_their_lower_edge() -> None:
    # FLAT with 512 MiB segments and scalars of 1 byte: the bytes of memory can be set one by one.
    def pods(memory_gib: float, role: str, version: str = "2.6.x") -> tuple[float, float, int]:
        form = {"vectors_million": 0, "dimension": 1, "index_type": "DISKANN", "scalar_fields": True}
        form |= {"scalar_avg_bytes_per_row": 1, "vectors_million": memory_gib * GIB / 1e6 / (1.15 + 1)}
        node = official_size({**form, "tool_version": version})["both_topologies_computed"][role]
        return tuple(node.values())

    for below, at in pairwise([8, 16, 32, 48, 64, 80, 96, 512, 2048]):
        inside = pods((below + at) / 2, "query_node")
        assert pods(below * (1 + 1e-9), "query_node")[1] == inside[1]
        assert pods(at * (1 - 1e-9), "query_node")[1] == inside[1]
    assert pods(95.9, "query_node") == (4, 16, 6)
    assert pods(96.1, "query_node") == (8, 32, 4)
    assert pods(512.1, "query_node") == (16, 64, 9)
    assert pods(2049, "query_node") == (32, 128, 17)
    assert pods(16.1, "standalone_node") == (8, 32, 1)
    assert pods(95.9, "data_node", "2.5.x") == (2, 8, 1)
    assert pods(96.1, "data_node", "2.5.x") == (8, 32, 1)
    assert pods(96.1, "index_node", "2.5.x") == (8, 16, 8)
    assert [pods(size, "streaming_node") for size in (60, 70, 150, 300, 600, 1400)] == [
        (2, 8, 1),
        (4, 16, 1),
        (4, 16, 2),
        (8, 32, 2),
        (8, 32, 3),
        (8, 32, 6),
    ]


def test_scalars_without_the_switch_count_nothing() -> None:
    off = official_size(
        {**SMALL, "scalar_fields": False, "scalar_avg_bytes_per_row": 500, "scalar_offload_to_disk": True}
    )
    assert off == official_size(SMALL)
    # The switch is on where only the average is said.
    on = official_size({**SMALL, "scalar_avg_bytes_per_row": 500})
    assert on["raw_data_bytes"] == off["raw_data_bytes"] + 500 * 10**6


def test_defaults_are_those_of_the_form() -> None:
    for case in CASES:
        said = {key: value for key, value in case["input"].items() if DEFAULTS.get(key, key) != value}
        assert official_size(said) == official_size(case["input"])
    assert len({key for case in CASES for key, value in case["input"].items() if DEFAULTS.get(key, key) == value}) == 13
    aisaq = {"vectors_million": 1, "dimension": 96, "index_type": "AISAQ", "graph_max_degree": 8}
    assert official_size(aisaq) == official_size({**aisaq, "aisaq_inline_pq": 8}), "inline_pq is at most max_degree"


def test_the_files_are_those_of_the_queue_and_version() -> None:
    def files(queue: str, version: str) -> tuple[dict[str, Any], dict[str, Any]]:
        cluster = {**SMALL, "mode_request": "distributed", "message_queue": queue, "tool_version": version}
        answer = official_size(cluster)
        return answer[FILES[0]]["value"], answer[FILES[1]]["value"]["spec"]

    helm, resource = files("pulsar", "2.6.x")
    assert helm["pulsarv3"]["proxy"]["resources"]["requests"] == {"memory": "4Gi", "cpu": 0.5}
    assert helm["pulsarv3"]["bookkeeper"]["volumes"]["journal"]["size"] == "1.5Gi"
    assert helm["mixCoordinator"]["resources"]["limits"]["cpu"] == "1"
    assert resource["mode"] == "cluster"
    assert "resources" not in resource["dependencies"]["pulsar"]["inCluster"]["values"]["proxy"]
    helm, resource = files("woodpecker", "2.6.x")
    assert (helm["pulsarv3"], helm["woodpecker"]) == ({"enabled": False}, {"enabled": True})
    assert resource["dependencies"]["msgStreamType"] == "woodpecker"
    helm, resource = files("pulsar", "2.5.x")  # its resource has two mistakes: milvus#44457
    assert "mode" not in resource
    assert "msgStreamType" not in resource["dependencies"]
    assert resource["dependencies"]["pulsarv3"]["inCluster"]
    assert helm["indexNode"]["replicas"] == 1
    assert "streamingNode" not in helm
    assert not set(FILES) & set(official_size(SMALL)), "the page offers no file for standalone"


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (1023.96, "1024 B"),
        (1024, "1024 B"),
        (1025, "1 KB"),
        (1024**2 + 1, "1 MB"),
        (1.25 * GIB, "1.3 GB"),  # a half goes up, where Python rounds to the even 1.2
        (1024 * GIB, "1024 GB"),
        (1.125 * 1024 * GIB, "1.13 TB"),
        (1024**5 * 3, "3 PB"),
        (1024**8 * 3.0, "3072 ZB"),
    ],
)
def test_bytes_as_the_page_shows_them(size_bytes: float, text: str) -> None:
    assert bytes_text(size_bytes) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(3.5, "3.5"), (1000, "1000"), (1000.5, "1K"), (1108.5, "1.1K"), (9_999_950, "10M"), (4e18, "4000000T")],
)
def test_counts_as_the_page_shows_them(count: float, text: str) -> None:
    assert count_text(count) == text


# --- what cannot be computed


@pytest.mark.parametrize("data", [None, 5, "FLAT", [], [SMALL], True, math.nan])
def test_what_is_no_form_is_refused(data: Any) -> None:
    assert list(problems_of(data)) == ["the input"]


def test_every_mistake_is_said_at_once_with_what_works() -> None:
    wrong = {
        "vectors_million": -1,
        "dimensions": 768,
        "index_type": "hnsw",
        "hnsw_m": "16",
        "ivf_nlist": 10**400,
        "graph_max_degree": math.inf,
        "aisaq_inline_pq": math.nan,
        "scann_with_raw_data": 1,
        "scalar_avg_bytes_per_row": True,
        "segment_size_mib": 4096,
        "mode_request": "cluster",
        "message_queue": None,
        "rabitq_refine_type": "FP32",
        7: 8,
    }
    found = problems_of(wrong)
    assert list(found) == [str(key) for key in wrong]
    nearest = {path: problem.nearest for path, problem in found.items()}
    assert nearest["vectors_million"] == "0"
    assert nearest["dimensions"] == "dimension"
    assert nearest["index_type"] == "HNSW"
    assert nearest["hnsw_m"] == "16"
    assert nearest["ivf_nlist"] == f"{MOST:_}"
    assert nearest["graph_max_degree"] == str(MOST)
    assert nearest["segment_size_mib"] == "2048"
    assert nearest["scann_with_raw_data"] == "true"
    assert nearest["rabitq_refine_type"] == "SQ32"
    assert all(len(str(problem)) < 300 for problem in found.values())


def test_what_is_missing_is_named() -> None:
    assert {path: problem.nearest for path, problem in problems_of({}).items()} == {
        "vectors_million": "1",
        "dimension": "768",
        "index_type": "FLAT",
    }


@pytest.mark.parametrize(
    ("change", "nearest"),
    [
        ({"index_type": "IVF_RABITQ"}, "IVF_SQ8"),
        ({"index_type": "AISAQ"}, "DISKANN"),
        ({"message_queue": "woodpecker"}, "pulsar"),
    ],
)
def test_the_older_page_lacks_what_is_new(change: dict[str, str], nearest: str) -> None:
    assert official_size({**SMALL, **change})["mode_effective"] == "standalone"
    found = problems_of({**SMALL, **change, "tool_version": "2.5.x"})
    assert [(path, problem.nearest) for path, problem in found.items()] == [(next(iter(change)), nearest)]


def test_numbers_outside_the_ranges_of_the_page_are_computed() -> None:
    answer = official_size({**SMALL, "vectors_million": 0.25, "dimension": 1.5, "hnsw_m": 0})
    assert answer["raw_data_bytes"] == 1_500_000
    largest = {key: MOST for key in KEYS if key in ("vectors_million", "hnsw_m", "scalar_avg_bytes_per_row")}
    for dimension in (1, MOST):
        answer = official_size({**SMALL, **largest, "dimension": dimension})
        assert "e+" not in json.dumps(answer["displayed"]) + json.dumps(answer["milvus"])
        assert answer["totals"]["all_memory_gib"] * GIB >= answer["loading_memory_bytes"]
    assert list(problems_of({**SMALL, "dimension": 0})) == ["dimension"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**500),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.property(2_000)
@given(
    base=st.sampled_from([case["input"] for case in CASES]),
    changes=st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), ANYTHING, max_size=3),
    dropped=st.sets(st.sampled_from(KEYS), max_size=2),
)
def test_any_form_is_computed_or_refused_in_words(
    base: dict[str, Any], changes: dict[str, Any], dropped: set[str]
) -> None:
    form = {key: value for key, value in {**base, **changes}.items() if key not in dropped}
    before = copy.deepcopy(form)
    answer: dict[str, Any] | None = None
    problems: tuple[Problem, ...] = ()
    try:
        answer = official_size(form)
    except InvalidValues as error:
        problems = error.problems
    assert answer or problems
    assert all(problem.path and problem.reason for problem in problems)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert repr(form) == repr(before)


# --- other code that compares


def test_the_memory_of_an_index_is_that_of_its_form() -> None:
    for index, params, keys in (
        ("HNSW", {"M": "16", "efConstruction": 200}, {"hnsw_m": 16}),
        ("IVF_SQ8", {"nlist": 1024}, {"ivf_nlist": 1024}),
        ("IVF_RABITQ", {"refine": True, "refine_type": "FP32"}, {"rabitq_refine_type": "SQ32"}),
        ("IVF_RABITQ", {"refine": "true"}, {"rabitq_refine_type": "SQ6"}),
        ("IVF_RABITQ", {"refine": False, "refine_type": "SQ8", "nlist": None}, {}),
        ("SCANN", {"with_raw_data": "TRUE"}, {"scann_with_raw_data": True}),
        ("DISKANN", {"max_degree": 32}, {"graph_max_degree": 32}),
        ("AISAQ", {"max_degree": 32, "inline_pq": 16}, {"graph_max_degree": 32, "aisaq_inline_pq": 16}),
        ("FLAT", None, {}),
    ):
        memory = official_memory(20_000_000, 512, index, params, scalar_bytes_per_row=100)
        form = {"vectors_million": 20, "dimension": 512, "index_type": index, "scalar_avg_bytes_per_row": 100}
        answer = official_size({**form, **keys})
        assert memory is not None
        assert memory.raw_data_bytes == answer["raw_data_bytes"]
        assert abs(memory.loading_memory_bytes - answer["loading_memory_bytes"]) <= 0.5
        assert abs(memory.local_disk_bytes - answer["local_disk_bytes"]) <= 0.5
        assert memory.mode == answer["mode_effective"]
        assert set(memory.pods) == set(answer["milvus"])


def test_what_the_tool_does_not_know_has_no_memory() -> None:
    assert official_memory(10**6, 768, "GPU_CAGRA") is None
    assert official_memory(10**6, 768, "AUTOINDEX") is None
    assert official_memory(10**6, 768, "HNSW", data_type="INT8_VECTOR") is None
    assert official_memory(10**6, 768, "AISAQ", tool_version="2.5.x") is None
    known = official_memory(10**6, 768, "HNSW", mode="distributed", scalars_on_disk=True, scalar_bytes_per_row=10)
    assert known is not None
    assert known.pods["query_node"] == Pods(2, 8, 1)
    assert known.local_disk_bytes == 10**7


@pytest.mark.parametrize(
    "arguments",
    [(-1, 768, "HNSW", {}), (10**400, 768, "HNSW", {}), (10**6, 768, "HNSW", {"M": "many"}), (1, 0, "FLAT", {})],
)
def test_a_number_that_cannot_be_computed_is_refused(arguments: Any) -> None:
    with pytest.raises(InvalidValues):
        official_memory(*arguments)


# --- the command


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """Exit status, stdout and stderr of one call."""
    out, err = io.StringIO(), io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setenv("COLUMNS", "120")
        status = main(["official", *arguments])
    return status, out.getvalue(), err.getvalue()


def test_a_batch_answers_every_line_in_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = [b"", b"{", b"null", b'{"dimension": 1, "dimension": 2}', b"\xff", b"[" * 100_000, b'{"dimension": 1e999}']
    good = [json.dumps(case["input"]).encode() for case in CASES]
    lines = [good[0], *bad, *good[1:]]
    status, out, err = call(monkeypatch, "--batch", "-", stdin=b"\n".join(lines) + b"\n")
    answers = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert ["error" in answer for answer in answers] == [False, *[True] * len(bad), *[False] * (len(good) - 1)]
    assert all({"error", "field", "nearest"} <= set(answer) for answer in answers[1 : 1 + len(bad)])
    assert [answer["raw_data_bytes"] for answer in answers if "error" not in answer] == [
        case["output"]["raw_data_bytes"] for case in CASES
    ]
    file = tmp_path / "forms.jsonl"
    file.write_bytes(b"\n".join(lines))
    assert call(monkeypatch, "--batch", str(file)) == (0, out, "")
    assert call(monkeypatch, "--batch", "-") == (0, "", "")


def test_one_form_by_options_or_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    options = [
        "--index-type",
        "DISKANN",
        "--vectors-million",
        "600",
        "--dimension",
        "1_024",
        "--message-queue",
        "kafka",
    ]
    form = {"index_type": "DISKANN", "vectors_million": 600, "dimension": 1024, "message_queue": "kafka"}
    file = tmp_path / "form.yaml"
    file.write_text("".join(f"{key}: {value}\n" for key, value in form.items()), encoding="utf-8")
    for arguments, stdin in ((options, b""), ([str(file)], b""), (["-"], json.dumps(form).encode())):
        status, out, _ = call(monkeypatch, *arguments, "--json", stdin=stdin)
        assert status == 0
        assert json.loads(out) == official_size(form)
    status, out, err = call(monkeypatch, *options)
    assert (status, err) == (0, "")
    for word in (
        "distributed",
        "2.24 TB",
        "query node",
        "kafka broker",
        "219.5 GiB local",
        "does not offer standalone",
    ):
        assert word in out, word
    _, out, _ = call(monkeypatch, "--index-type", "FLAT", "--vectors-million", "2000", "--dimension", "768")
    assert "refers to sales" in out
    assert "GiB ledgers" in out


def test_wrong_calls_are_status_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("a: b: c", encoding="utf-8")
    for arguments in (
        [],
        ["-", "--batch", "-"],
        ["-", "--dimension", "3"],
        ["no.yaml"],
        [str(bad)],
        ["--batch", str(tmp_path)],
        ["--dimension", "many"],
        ["--nonsense"],
    ):
        status, out, err = call(monkeypatch, *arguments)
        assert (status, out) == (2, ""), arguments
        assert err
        assert "Traceback" not in err
    options = ["--index-type", "HNWS", "--vectors-million", "40M", "--json"]
    status, out, err = call(monkeypatch, *options)
    assert status == 2
    assert "3 problems" in err
    fields = [problem["field"] for problem in json.loads(out)["problems"]]
    assert fields == ["index_type", "vectors_million", "dimension"]


def test_help_has_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, _ = call(monkeypatch, "--help")
    assert status == 0
    assert "Examples" in out
    assert "pulumi-milvus official --batch -" in out.replace("\n", " ").replace("  ", " ")
