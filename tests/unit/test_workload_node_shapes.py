"""Node shapes in a workload: mistakes stand among the others, data stays plain, the schema and the arguments agree."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import Any, get_type_hints

import jsonschema
import pulumi
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulumi_milvus.arguments import planned
from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE
from pulumi_milvus.planning.hardware.node_shapes import NEEDED_KEYS, NODE_SHAPE_KEYS, NodeShape, read_node_shapes
from pulumi_milvus.planning.key_tables import key_tables
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.schema import values_schema, workload_schema
from pulumi_milvus.planning.values_file import WORKLOAD_KEY, values_of
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.workload_args import NodeShapeWorkloadArgs

ARTICLES: dict[str, Any] = {"name": "articles", "vectors": 10_000, "dimension": 768}
GENERAL: dict[str, Any] = {"name": "general", "count": 3, "cpu_cores": 16, "memory_gib": 64}
DISK: dict[str, Any] = {
    "name": "disk",
    "max_count": 5,
    "cpu_cores": 16,
    "memory_bytes": 128 * GIBIBYTE,
    "local_nvme_bytes": "3_750_000_000_000",
    "zones": ["b", "a"],
    "gpus": None,
}
SCHEMA = jsonschema.Draft202012Validator(workload_schema())


def with_shapes(*shapes: Any, **keys: Any) -> dict[str, Any]:
    return {"collections": [ARTICLES], "node_shapes": list(shapes), **keys}


def problems_of(data: object) -> list[str]:
    with pytest.raises(InvalidValues) as caught:
        read_workload(data)
    return [str(problem) for problem in caught.value.problems]


def test_shapes_stay_plain_data_and_are_values_too() -> None:
    workload = read_workload(with_shapes(GENERAL, DISK))
    assert workload.node_shapes == (
        {"name": "general", "cpu_cores": 16, "memory_gib": 64.0, "count": 3},
        {
            "name": "disk",
            "cpu_cores": 16,
            "memory_bytes": 128 * GIBIBYTE,
            "max_count": 5,
            "local_nvme_bytes": 3_750_000_000_000,
            "zones": ("b", "a"),
        },
    )
    general, disk = workload.cluster_nodes
    assert general == NodeShape(name="general", cpu_cores=16, memory_bytes=64 * GIBIBYTE, count=3)
    assert (disk.zones, disk.local_nvme_bytes, disk.gpus) == (frozenset("ab"), 3_750_000_000_000, 0)
    assert read_workload({"collections": [ARTICLES]}).cluster_nodes == ()


def test_what_was_read_does_not_change_with_the_data() -> None:
    data = with_shapes(GENERAL, DISK)
    data = copy.deepcopy(data)
    workload = read_workload(data)
    data["node_shapes"][1]["zones"].append("c")
    data["node_shapes"][0]["count"] = 0
    assert workload == read_workload(with_shapes(GENERAL, DISK))
    with pytest.raises(ValidationError):
        workload.node_shapes = ()  # type: ignore[misc]


def test_mistakes_stand_among_those_of_the_workload() -> None:
    wrong = with_shapes(
        GENERAL,
        {"name": "general", "count": 3, "cpu_cores": 0, "memory_gib": -1},
        collections=[{**ARTICLES, "vectors": -1}],
        production=1,
    )
    paths = [problem.partition(": ")[0] for problem in problems_of(wrong)]
    expected = ["collections[0].vectors", "production"]
    expected += [f"node_shapes[1].{key}" for key in ("cpu_cores", "memory_gib", "name")]
    assert paths == expected
    with pytest.raises(InvalidValues) as caught:
        values_of({"config": {WORKLOAD_KEY: wrong, "milvus:disposableData": "yes"}})
    assert [problem.path for problem in caught.value.problems] == ["config.milvus:disposableData", *expected]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"memory_gb": 64}, "node_shapes[1].memory_gb: unknown key, nearest: memory_gib"),
        ({"<<": {}}, "node_shapes[1].<<: YAML merge keys are not supported here"),
        ({3: 4}, "node_shapes[1].3: every key must be a text"),
        ({"memory_gib": "64 GB"}, "node_shapes[1].memory_gib: '64 GB': a number above 0"),
        ({"memory_bytes": 1}, "node_shapes[1]: memory_gib and memory_bytes say the same, nearest: one of them"),
        ({"memory_gib": None}, "node_shapes[1]: memory_gib or memory_bytes is missing, nearest: memory_gib: 64"),
        ({"count": None}, "node_shapes[1]: count or max_count is missing"),
        ({"max_count": 2}, "node_shapes[1].max_count: 2: is below count, nearest: 3"),
        ({"name": " "}, "node_shapes[1].name: ' ': a text of 1 to 63 characters is needed"),
        ({"name": 7}, 'node_shapes[1].name: 7: a text of 1 to 63 characters is needed, nearest: "7"'),
        ({"name": "first"}, "node_shapes[1].name: 'first': another shape has this name"),
        ({"gpus": 1}, "node_shapes[1]: gpu_memory_bytes is missing"),
        ({"gpu_name": "L4"}, "node_shapes[1].gpu_name: 'L4': the shape has no gpus, nearest: gpus: 1"),
        ({"architecture": "AMD64"}, "node_shapes[1].architecture: 'AMD64': one of x86_64, arm64 is needed, nearest: x"),
        ({"zones": "a"}, "node_shapes[1].zones: 'a': a list of texts is needed"),
        ({"zones": ["a", "a"]}, "node_shapes[1].zones: ['a', 'a']: each may stand there once, nearest: [a]"),
        ({"usd_per_month": -1}, "node_shapes[1].usd_per_month: -1: a number from 0"),
        ({"allocatable_cpu_millicores": 16_001}, "16001: is more than the node has, nearest: 16_000"),
    ],
)
def test_each_mistake_names_its_place(change: dict[Any, Any], expected: str) -> None:
    (problem,) = problems_of(with_shapes({**GENERAL, "name": "first"}, {**GENERAL, **change}))
    assert expected in problem


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (None, "node_shapes: null: a list of mappings is needed, nearest: []"),
        ("general", "node_shapes: 'general': a list of mappings is needed, nearest: [{name: general, count: 3"),
        ({"general": {"count": 3}}, "a list of mappings is needed"),
        ([GENERAL, "disk"], "node_shapes[1]: 'disk': a mapping is needed"),
        ([{**GENERAL, "name": f"n{number}"} for number in range(33)], "node_shapes: 33 shapes, and at most 32"),
    ],
)
def test_what_is_no_list_of_shapes_is_refused(shapes: object, expected: str) -> None:
    (problem,) = problems_of({"collections": [ARTICLES], "node_shapes": shapes})
    assert expected in problem


def test_the_model_refuses_them_as_well() -> None:
    with pytest.raises(ValidationError, match=r"node_shapes\[0\]: count or max_count is missing"):
        Workload.model_validate(with_shapes({"name": "a", "cpu_cores": 1, "memory_gib": 1}))


_whole = {"cpu_cores": 10_000, "memory_bytes": 2**53, "max_pods": 10_000, "local_nvme_bytes": 2**53}
_whole |= {"local_nvme_disks": 100, "root_disk_bytes": 2**53}
_texts = st.lists(st.text("abc-é ", min_size=1, max_size=4).filter(str.strip), min_size=1, max_size=3, unique=True)


@st.composite
def _right_shapes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Shapes that are right: every key now and then, numbers as numbers or texts."""
    shapes: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 3))):
        optional: dict[str, st.SearchStrategy[Any]] = {key: st.integers(1, most) for key, most in _whole.items()}
        del optional["cpu_cores"], optional["memory_bytes"]
        optional |= {"zones": _texts, "simd": _texts, "architecture": st.sampled_from(["x86_64", "arm64"])}
        optional |= {"usd_per_month": st.floats(0, 1e7), "allocatable_cpu_millicores": st.integers(1, 1_000)}
        shape = draw(st.fixed_dictionaries({}, optional={key: st.none() | item for key, item in optional.items()}))
        shape |= {"name": f"{draw(st.text('ab', max_size=3))}{number}", "cpu_cores": draw(st.integers(1, 10_000))}
        shape |= draw(
            st.sampled_from([{"count": 2}, {"count": "1_000", "max_count": 10_000}, {"max_count": 1, "count": None}])
        )
        if draw(st.booleans()):
            shape["memory_gib"] = draw(st.floats(0.001, 2**23) | st.just("1_024"))
        else:
            shape["memory_bytes"] = draw(st.integers(1, 2**53))
        if draw(st.booleans()):
            shape |= {"gpus": draw(st.integers(1, 64)), "gpu_memory_bytes": draw(st.integers(1, 2**53))}
            shape |= {"gpu_name": "L4", "gpu_compute_capability": None}
        shapes.append(shape)
    return shapes


@pytest.mark.property(2_000)
@given(shapes=_right_shapes())
def test_shapes_come_back_as_they_were(shapes: list[dict[str, Any]]) -> None:
    workload = read_workload(with_shapes(*shapes))
    text = workload.model_dump_json()
    assert read_workload(workload.model_dump()) == workload
    assert read_workload(json.loads(text)) == workload
    assert Workload.model_validate_json(text) == workload
    assert workload.cluster_nodes == read_node_shapes(shapes) == read_node_shapes(list(workload.node_shapes))
    assert [shape["name"] for shape in workload.node_shapes] == [shape["name"] for shape in shapes]
    SCHEMA.validate(with_shapes(*shapes))


# What a schema cannot say: which of two numbers is larger, and that two shapes have one name.
UNSAID = ("is below count", "is more than the node has", "another shape has this name")
_ANY_VALUE: dict[str, list[Any]] = {
    "name": ["general", "a", "", " ", None, 7, "x" * 64],
    "zones": [["a"], ["a", "b"], ["a", "a"], [], "a", [1], None],
    "gpus": [0, 1, "0", "2", None, -1, 65, 0.5],
    "gpu_name": ["L4", None, 4],
    "architecture": ["arm64", "x86_64", "amd64", None],
    "memory_gib": [64, 0.5, 0, "1_024", None, True, 2**24],
}


@pytest.mark.property(2_000)
@given(st.data())
def test_the_schema_takes_what_reading_takes(data: st.DataObject) -> None:
    shape = dict(GENERAL)
    for key in data.draw(st.lists(st.sampled_from([*NODE_SHAPE_KEYS, "memory"]), max_size=4, unique=True)):
        if data.draw(st.integers(0, 4)) == 0:
            shape.pop(key, None)
        else:
            shape[key] = data.draw(st.sampled_from(_ANY_VALUE.get(key, [0, 1, 3, "8", None, -1, 0.5, True, [], 2**54])))
    try:
        read_workload(with_shapes(shape))
        wrong = False
    except InvalidValues as error:
        wrong = any(problem.reason not in UNSAID for problem in error.problems)
    event("refused" if wrong else "taken")
    assert SCHEMA.is_valid(with_shapes(shape)) is not wrong


def test_schemas_and_tables_describe_every_key() -> None:
    for schema in (workload_schema(), values_schema()):
        shape = schema["$defs"]["NodeShape"]
        assert list(shape["properties"]) == list(NODE_SHAPE_KEYS)
        assert shape["required"] == list(NEEDED_KEYS)
        assert shape["additionalProperties"] is False
        for key, (_, meaning) in NODE_SHAPE_KEYS.items():
            assert shape["properties"][key]["description"] == meaning
    table = key_tables().partition("## One of `node_shapes`")[2].partition("\n## ")[0]
    assert table.count("\n| `") == len(NODE_SHAPE_KEYS)
    assert "| `cpu_cores` | Cores" in table
    assert "| whole number 0 to 64 | `0` |" in table
    assert "| text of 1 to 63 characters | required |" in table
    assert "| list of texts | `null` |" in table


def test_a_schema_leaves_no_default_that_it_refuses() -> None:
    shape = workload_schema()["$defs"]["NodeShape"]
    defaults = {key: part["default"] for key, part in shape["properties"].items() if "default" in part}
    assert set(defaults) == set(NODE_SHAPE_KEYS) - set(NEEDED_KEYS)
    given_and_left_out = read_node_shapes([{**defaults, **GENERAL}]), read_node_shapes([GENERAL])
    assert given_and_left_out[0] == given_and_left_out[1]
    SCHEMA.validate(with_shapes({**defaults, **GENERAL}))


def test_arguments_of_programs_have_the_same_keys() -> None:
    assert list(get_type_hints(NodeShapeWorkloadArgs)) == list(NODE_SHAPE_KEYS)
    assert NodeShapeWorkloadArgs.__required_keys__ == set(NEEDED_KEYS)


def test_programs_in_other_languages_write_the_keys_in_their_case() -> None:
    """The SDK's host gives camelCase keys of typed mappings back as ours, and whole numbers as floats."""
    from pulumi_milvus.provider.component_host import component_provider

    host = component_provider()
    schema = json.loads(host.schema or "")
    keys = schema["types"]["milvus:index:NodeShapeWorkloadArgs"]["properties"]
    assert len(keys) == len(NODE_SHAPE_KEYS)
    assert all(part["description"] for part in keys.values())
    shape = {"name": "disk", "cpuCores": 16.0, "memoryGib": 128.0, "count": 3.0, "localNvmeBytes": 3.75e12}
    inputs = {"workload": {"collections": [ARTICLES], "nodeShapes": [{**shape, "zones": ["a"]}]}}
    args = host.map_inputs(inputs, host._component_defs["Lite"])
    workload, _ = planned(args, "lite")
    read = NodeShape(
        name="disk",
        cpu_cores=16,
        memory_bytes=128 * GIBIBYTE,
        count=3,
        local_nvme_bytes=3_750_000_000_000,
        zones=frozenset("a"),
    )
    assert workload.cluster_nodes == (read,)


def test_components_refuse_wrong_shapes_with_their_paths() -> None:
    with pytest.raises(pulumi.InputPropertiesError) as caught:
        planned({"workload": with_shapes(GENERAL, {**GENERAL, "cpu_cores": 0})}, "lite")
    paths = [detail["property_path"] for detail in caught.value.errors or []]
    assert paths == ["workload.node_shapes[1].cpu_cores", "workload.node_shapes[1].name"]


def test_only_a_workload_with_shapes_loads_what_reads_them() -> None:
    code = (
        "import json, sys\n"
        "from pulumi_milvus.planning.reading import read_workload\n"
        "hardware = lambda: sorted(n for n in sys.modules if n.startswith('pulumi_milvus.planning.hardware.'))\n"
        f"data = {with_shapes(GENERAL)!r}\n"
        "read_workload({'collections': data['collections']}).cluster_nodes\n"
        "before = hardware()\n"
        "read_workload(data).cluster_nodes\n"
        "print(json.dumps([before, hardware()]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = json.loads(done.stdout)
    assert before == []
    names = ("allocatable", "catalogue", "node_shapes", "prices")
    assert after == [f"pulumi_milvus.planning.hardware.{name}" for name in names]
