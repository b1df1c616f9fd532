"""The written plan: one text for one plan, read back whole or refused in words, held to what is declared."""

from __future__ import annotations

import copy
import functools
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.plan_difference import plan_difference
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.written_facts import written_plan_facts
from pulumi_milvus.planning.written_plan import WrittenPlan, written_plan_of
from pulumi_milvus.planning.written_plan_reader import KEYS, read_written_plan
from pulumi_milvus.planning.written_use import plan_in_use
from pulumi_milvus.rules import check_written_plan

ARTICLES: dict[str, Any] = {
    "collections": [
        {
            "name": "articles",
            "vectors": 40_000_000,
            "growth_vectors_per_month": 1_000_000,
            "dimension": 768,
            "index": "HNSW",
            "index_params": {"M": 16, "efConstruction": 200},
            "scalar_bytes_per_row": 512,
        }
    ],
    "queries_per_second": 400,
    "recall_target": 0.95,
    "inserts_per_second": 200,
    "availability": "zone",
    "topology": "distributed",
}
PASSAGES: dict[str, Any] = {
    "collections": [{"name": "passages", "vectors": 50_000_000, "dimension": 768, "index": "DISKANN"}],
    "availability": "pod",
}
PRODUCTS: dict[str, Any] = {
    "collections": [
        {"name": "products", "vectors": 20_000_000, "dimension": 768, "metric": "IP", "index": "GPU_CAGRA"},
    ],
    "availability": "pod",
}
SMALL: dict[str, Any] = {
    "collections": [{"name": "notes", "vectors": 2_000_000, "growth_vectors_per_month": 100_000, "dimension": 384}],
    "topology": "standalone",
}

_SHAPES = [
    {
        "name": "big", "count": 40, "cpu_cores": 32, "memory_gib": 256, "local_nvme_bytes": 2 * 10**12,
        "local_nvme_disks": 1, "usd_per_month": 500.0,
    },
    {"name": "small", "count": 40, "cpu_cores": 8, "memory_gib": 32},
]  # fmt: skip


@functools.cache
def _text(data: str) -> str:
    return written_plan_of(make_plan(read_workload(json.loads(data))), "0.1.0").to_text()


def text_of(data: dict[str, Any]) -> str:
    """The text of the plan for a workload, made once."""
    return _text(json.dumps(data))


def written(data: dict[str, Any]) -> WrittenPlan:
    return read_written_plan(text_of(data).encode())


def changed(data: dict[str, Any], collection: dict[str, Any] | None = None, **keys: Any) -> dict[str, Any]:
    """A workload with some keys of its first collection and of itself changed."""
    new = copy.deepcopy(data) | keys
    new["collections"][0] |= collection or {}
    return new


def in_use(plan_for: dict[str, Any], declared: dict[str, Any]) -> Plan:
    kept, workload = written(plan_for), read_workload(declared)
    return plan_in_use(kept, workload, written_plan_facts(kept, workload, "plans/prod.json", "Pulumi.prod.yaml"))


def outgrown(plan_for: dict[str, Any], declared: dict[str, Any]) -> list[tuple[str, str]]:
    """Level and path of each finding ``outgrown``."""
    return [(f.level, f.subject) for f in in_use(plan_for, declared).findings if f.rule == "outgrown"]


@pytest.mark.parametrize("data", [ARTICLES, PASSAGES, PRODUCTS, SMALL])
def test_a_plan_is_read_as_it_was_written(data: dict[str, Any]) -> None:
    made = make_plan(read_workload(data))
    text = written_plan_of(made, "0.1.0").to_text()
    assert text == written_plan_of(make_plan(read_workload(data)), "0.1.0").to_text()
    assert text.endswith("}\n")
    content = json.loads(text)
    assert tuple(content) == KEYS
    assert {key: content[key] for key in made.to_json()} == made.to_json()
    assert content["workload"] == data
    again = read_written_plan(text.encode())
    assert again.to_text() == text
    assert again.plan == made
    assert set(again.node_types) == {pool["instance_type"] for pool in made.node_pools}
    assert all(again.node_of(name).gpu_memory_bytes_each for name, role in made.roles.items() if role.gpus)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"collections": [{"name": "a", "vectors": 100, "dimension": 8}]}, "topology"),
        ({**SMALL, "topology": "managed"}, "topology"),
        (changed(ARTICLES, {"index": "IVF_PQ", "index_params": {"m": 7}}), "collections[0].index_params.m"),
    ],
)
def test_what_has_no_sizes_is_not_written(data: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidValues) as refused:
        written_plan_of(make_plan(read_workload(data)), "0.1.0")
    assert refused.value.problems[0].path == path


@pytest.mark.parametrize("data", [ARTICLES, PASSAGES, PRODUCTS, SMALL])
def test_a_plan_holds_what_it_was_made_for(data: dict[str, Any]) -> None:
    assert outgrown(data, data) == []
    assert in_use(data, data) == make_plan(read_workload(data))


def test_one_more_vector_and_a_year_of_growth_change_nothing() -> None:
    more = in_use(ARTICLES, changed(ARTICLES, {"vectors": 40_000_001}))
    assert not more.findings
    grown = in_use(ARTICLES, changed(ARTICLES, {"vectors": 50_000_000}, queries_per_second=300, horizon_months=60))
    assert not grown.findings
    for plan in (more, grown):
        assert (plan.roles, plan.node_pools, plan.cost) == (written(ARTICLES).plan.roles, *_pools_and_cost(ARTICLES))
    assert grown.collections[0].vectors == 50_000_000


def _pools_and_cost(data: dict[str, Any]) -> tuple[Any, Any]:
    plan = written(data).plan
    return plan.node_pools, plan.cost


@pytest.mark.parametrize(
    ("plan_for", "declared", "paths"),
    [
        (ARTICLES, changed(ARTICLES, {"vectors": 150_000_000}), {"roles.query_node.pods"}),
        (ARTICLES, changed(ARTICLES, {"dimension": 3072}), {"roles.query_node.pods", "roles.data_node.memory_bytes"}),
        (ARTICLES, changed(ARTICLES, queries_per_second=90_000), {"roles.query_node.cpu_cores"}),
        (ARTICLES, changed(ARTICLES, inserts_per_second=200_000), {"roles.streaming_node.memory_bytes"}),
        (ARTICLES, changed(ARTICLES, replicas=8), {"roles.query_node.pods"}),
        (ARTICLES, changed(ARTICLES, {"index": "DISKANN", "index_params": {}}), {"hardware"}),
        (ARTICLES, changed(ARTICLES, topology="standalone", availability="none"), {"topology"}),
        (PASSAGES, changed(PASSAGES, {"vectors": 400_000_000}), {"roles.query_node.pods"}),
        (PASSAGES, changed(PASSAGES, availability="zone"), {"node_pools.query-node.zones"}),
        (PRODUCTS, changed(PRODUCTS, {"vectors": 90_000_000}), {"roles.query_node.pods"}),
        (SMALL, changed(SMALL, {"vectors": 9_000_000}), {"roles.standalone.memory_bytes"}),
        (SMALL, changed(SMALL, topology="lite"), {"topology"}),
        (SMALL, changed(SMALL, topology=None, availability="pod"), {"topology"}),
        (SMALL, changed(SMALL, topology=None, replicas=2), {"topology"}),
        (SMALL, changed(SMALL, node_shapes=_SHAPES), {"node_pools"}),
        (ARTICLES, changed(ARTICLES, milvus_version="3.0.2"), {"milvus_version"}),
    ],
)  # fmt: skip
def test_what_no_longer_fits_is_an_error(plan_for: dict[str, Any], declared: dict[str, Any], paths: set[str]) -> None:
    found = in_use(plan_for, declared)
    errors = {finding.subject for finding in found.findings if finding.level == "error" and finding.rule == "outgrown"}
    assert errors >= paths
    assert (found.roles, found.node_pools, found.cost) == (written(plan_for).plan.roles, *_pools_and_cost(plan_for))


def test_beyond_what_one_pod_is_advised_for_is_a_warning() -> None:
    tiny = changed(SMALL, {"vectors": 99_000_000, "growth_vectors_per_month": 500_000, "dimension": 2})
    beyond = {"vectors": 100_000_001, "growth_vectors_per_month": 0}
    assert outgrown(tiny, changed(tiny, beyond)) == []
    assert outgrown(tiny, changed(tiny, beyond, topology=None)) == [("warning", "topology")]


def test_what_a_hand_took_away_is_missed() -> None:
    content = json.loads(text_of(ARTICLES))
    content["roles"]["query_node"]["pods"] = 2
    content["roles"]["mix_coord"]["pods"] = 1
    kept, workload = read_written_plan(json.dumps(content).encode()), read_workload(ARTICLES)
    found = {finding.subject for finding in check_written_plan(written_plan_facts(kept, workload))}
    assert found >= {"roles.query_node.pods", "roles.mix_coord.pods"}


def test_what_may_be_lost_less_needs_less() -> None:
    assert outgrown(ARTICLES, changed(ARTICLES, availability="none")) == []
    assert outgrown(ARTICLES, changed(ARTICLES, availability="pod")) == []


def test_a_collection_that_cannot_be_sized_is_left_to_other_rules() -> None:
    broken = in_use(ARTICLES, changed(ARTICLES, {"index": "IVF_PQ", "index_params": {"m": 7}}))
    assert {finding.rule for finding in broken.findings} == {"index-pair"}
    assert outgrown(ARTICLES, changed(ARTICLES, {"index": "FAISS", "index_params": {}})) == []


def test_a_new_collection_is_planned_and_a_removed_one_goes() -> None:
    two = changed(ARTICLES)
    two["collections"].insert(0, {"name": "notes", "vectors": 1_000, "dimension": 768})
    plan = in_use(ARTICLES, two)
    assert not plan.findings
    notes, articles = plan.to_json()["collections"]
    assert (notes["name"], notes["resolved_indexes"][0]["index"]) == ("notes", "HNSW")
    assert notes["replicas"] == articles["replicas"]
    assert articles["loaded_bytes"] == written(ARTICLES).plan.collection_plans[0]["loaded_bytes"]
    assert [item["name"] for item in in_use(two, ARTICLES).to_json()["collections"]] == ["articles"]


def test_the_month_of_the_end_is_the_first_that_does_not_fit() -> None:
    for data in (ARTICLES, SMALL):
        kept, workload = written(data), read_workload(data)
        month = written_plan_facts(kept, workload).outgrown_in_month
        assert month is not None
        assert month > workload.horizon_months
        growth = data["collections"][0]["growth_vectors_per_month"]
        for months, errors in ((month - 1, False), (month, True)):
            later = changed(data, {"vectors": data["collections"][0]["vectors"] + months * growth})
            assert bool([level for level, _ in outgrown(data, later) if level == "error"]) == errors
    assert written_plan_facts(written(PASSAGES), read_workload(PASSAGES)).outgrown_in_month is None


def test_the_end_is_announced_two_months_ahead() -> None:
    month = written_plan_facts(written(SMALL), read_workload(SMALL)).outgrown_in_month
    assert month is not None
    for months, level in ((month - 3, []), (month - 2, ["advice"]), (month - 1, ["advice"])):
        later = changed(SMALL, {"vectors": 2_000_000 + months * 100_000})
        assert [level for level, _ in outgrown(SMALL, later)] == level


def test_a_difference_names_every_figure_and_no_words() -> None:
    before, after = json.loads(text_of(ARTICLES)), json.loads(text_of(changed(ARTICLES, {"vectors": 150_000_000})))
    found = plan_difference(before, after)
    changes = {change.path: (change.before, change.after) for change in found.changes}
    assert changes["workload.collections.articles.vectors"] == (40_000_000, 150_000_000)
    assert changes["cost.usd_per_month"] == (found.usd_per_month_before, found.usd_per_month_after)
    assert any(path.startswith("roles.query_node.") for path in changes)
    assert any(path.startswith("node_pools.query-node") for path in changes)
    assert not any(path.startswith(("decisions", "alternatives", "outgrown")) for path in changes)
    assert plan_difference(before, before).changes == ()


def _broken(path: str, value: Any) -> bytes:
    """The file with one value replaced; ... removes it. A path such as roles.query_node.pods or node_pools.0.nodes."""
    content = json.loads(text_of(ARTICLES))
    place: Any = content
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("format_version", 2, "newer"),
        ("format_version", "1", "format_version"),
        ("format_version", ..., "no written plan"),
        ("roles.query_node.pods", 0, "roles.query_node.pods: 0"),
        ("roles.query_node.pods", 1.5, "whole number"),
        ("roles.query_node.memory_bytes", True, "whole number"),
        ("roles.query_node", ..., "roles.query_node: is missing"),
        ("roles.query_nodes", {}, "nearest: query_node"),
        ("roles.proxy.node_pool", "generall", "no pool of that name"),
        ("roles", [], "roles: []"),
        ("topology", "cluster", "nearest: "),
        ("hardware", None, "hardware: null"),
        ("node_pools.0.nodes", "14", "node_pools[0].nodes"),
        ("node_pools.0.max_nodes", 1, "node_pools[0].max_nodes"),
        ("node_pools.0.usd_per_month", float("nan"), "no number"),
        ("node_pools.0", 7, "node_pools[0]: 7"),
        ("workload.collections.0.vectors", -1, "workload.collections[0].vectors"),
        ("workload.collections.0.name", "others", "collections"),
        ("workload", None, "workload"),
        ("workload", ..., "workload: is missing"),
        ("collections.0.segment_bytes", ..., "collections[0].segment_bytes: is missing"),
        ("cost.unpriced", "all", "a list is needed"),
        ("findings", [{"rule": "r", "level": "bad"}], "findings[0].level"),
        ("package_version", 3, "package_version"),
        ("node_types", {}, "node_types.r"),
        ("notes", "mine", "notes: unknown key"),
    ],
)
def test_a_file_that_was_broken_by_hand_is_refused_in_words(path: str, value: Any, told: str) -> None:
    with pytest.raises(InvalidValues) as refused:
        read_written_plan(_broken(path, value))
    assert told in str(refused.value)


def test_every_mistake_is_told_at_once() -> None:
    content = json.loads(text_of(ARTICLES))
    content["roles"]["proxy"]["pods"] = content["node_pools"][0]["nodes"] = content["cost"]["usd_per_month"] = "many"
    content["workload"]["availability"] = "zones"
    with pytest.raises(InvalidValues) as refused:
        read_written_plan(json.dumps(content).encode())
    assert {problem.path for problem in refused.value.problems} >= {
        "roles.proxy.pods", "node_pools[0].nodes", "cost.usd_per_month", "workload.availability",
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"", b" \n", b"\xff\xfe", b"null", b"[]", b"7", b"{}", b"version: 1", b'{"a": 1, "a": 2}', b"{" * 20_000,
        b"[" * 900 + b"]" * 900, b'{"format_version": 1}', b'{"format_version": 1, "a": ' + b"[" * 400 + b"]}",
        b"<<<<<<< HEAD\n{}\n=======\n", b'{"version": 3, "deployment": {"resources": []}}',
    ],
)  # fmt: skip
def test_a_foreign_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(InvalidValues) as refused:
        read_written_plan(data)
    assert all(problem.reason for problem in refused.value.problems)


@pytest.mark.property
@settings(max_examples=25)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_that_is_cut_off_is_refused(share: float) -> None:
    text = text_of(ARTICLES).strip().encode()
    with pytest.raises(InvalidValues):
        read_written_plan(text[: int(share * len(text))])


@pytest.mark.property
@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_a_file_with_anything_in_it_is_read_or_refused_in_words(seed: int) -> None:
    chance = random.Random(seed)
    content = json.loads(text_of(chance.choice([ARTICLES, PRODUCTS, SMALL])))
    for _ in range(chance.randrange(1, 4)):
        _mutate(content, chance)
    try:
        read = read_written_plan(json.dumps(content).encode())
    except InvalidValues:
        return
    # What is read can be used, whatever it says.
    plan_in_use(read, read.plan.workload, written_plan_facts(read, read.plan.workload))
    assert read_written_plan(read.to_text().encode()).to_text() == read.to_text()


def _mutate(content: Any, chance: random.Random) -> None:
    """Replace, remove or add something at a random place."""
    place = content
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = chance.choice(keys)
        if not isinstance(place[key], dict | list) or not place[key] or chance.random() < 0.1:
            break
        place = place[key]
    odd = [None, True, -1, 0, 1, 10**30, 0.5, float("inf"), "", "x", [], {}, [1], {"name": 1}, "standalone"]
    match chance.randrange(3):
        case 0:
            del place[key]
        case 1:
            place[key] = chance.choice(odd)
        case _ if isinstance(place, dict):
            place[chance.choice(["name", "extra", "pods"])] = chance.choice(odd)
        case _:
            place.append(chance.choice(odd))


_COLLECTIONS = st.fixed_dictionaries(
    {"vectors": st.integers(0, 3 * 10**8), "dimension": st.sampled_from([2, 96, 768, 1536])},
    optional={
        "growth_vectors_per_month": st.integers(0, 10**7),
        "index": st.sampled_from(["HNSW", "IVF_SQ8", "DISKANN", "AISAQ", "IVF_RABITQ", "GPU_CAGRA", "SCANN"]),
        "metric": st.just("IP"),
        "scalar_bytes_per_row": st.integers(0, 3_000),
        "mmap": st.booleans(),
        "shards": st.integers(1, 8),
        "partitions": st.integers(1, 64),
    },
)
_KEYS = st.fixed_dictionaries(
    {},
    optional={
        "queries_per_second": st.floats(0, 5_000),
        "inserts_per_second": st.floats(0, 5_000),
        "availability": st.sampled_from(["none", "pod", "zone"]),
        "horizon_months": st.integers(0, 24),
        "replicas": st.sampled_from([None, 1, 2, 3]),
        "topology": st.sampled_from([None, "standalone", "distributed"]),
        "recall_target": st.sampled_from([0.9, 0.99]),
        "node_shapes": st.just(_SHAPES),
    },
)


@pytest.mark.property
@settings(max_examples=15)
@given(collections=st.lists(_COLLECTIONS, min_size=1, max_size=2), keys=_KEYS)
def test_no_plan_is_outgrown_before_its_horizon(collections: list[dict[str, Any]], keys: dict[str, Any]) -> None:
    named = [{"name": f"c{number}", **collection} for number, collection in enumerate(collections)]
    workload = read_workload({"collections": named, **keys})
    made = make_plan(workload)
    try:
        kept = read_written_plan(written_plan_of(made, "0.1.0").to_text().encode())
    except InvalidValues:
        assert made.has_errors or made.topology not in ("standalone", "distributed")
        return
    assert kept.plan.to_json() == made.to_json()
    facts = written_plan_facts(kept, workload)
    assert [finding for finding in check_written_plan(facts) if finding.level != "advice"] == []
    assert facts.outgrown_in_month is None or facts.outgrown_in_month > workload.horizon_months
