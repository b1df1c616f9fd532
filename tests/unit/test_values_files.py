"""The values files that are shipped: they are right, they plan, and editors get the schema that fits them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pulumi_milvus.planning.key_tables import key_tables, with_tables
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.schema import schema_text, values_schema, workload_schema
from pulumi_milvus.planning.values_file import read_values, values_of
from pulumi_milvus.planning.workload import Workload

CLONE = Path(__file__).parents[2]
FILES = sorted((CLONE / "stacks").glob("Pulumi.*.yaml"))
VALUES = jsonschema.Draft202012Validator(values_schema())
WORKLOAD = jsonschema.Draft202012Validator(workload_schema())
GOOD: dict[str, Any] = {"collections": [{"name": "a", "vectors": 1, "dimension": 8}]}


def test_each_environment_has_its_values_file() -> None:
    assert {path.name.split(".")[1] for path in FILES} >= {"lite", "standalone", "distributed", "nvme", "gpu"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_values_file_is_right(path: Path) -> None:
    values = read_values(path)
    plan = make_plan(values.workload)
    assert not plan.has_errors
    environment = path.name.split(".")[1].removeprefix("aws-")
    expected = {"lite": ("lite", "memory"), "standalone": ("standalone", "memory"), "nvme": ("distributed", "nvme")}
    expected |= {"distributed": ("distributed", "memory"), "gpu": ("distributed", "gpu"), "vm": expected["standalone"]}
    assert (plan.topology, plan.hardware) == expected[environment]
    assert values.settings.disposable_data == (environment == "lite")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_editors_agree(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == CLONE / "docs" / "values.schema.json"
    VALUES.validate(yaml.safe_load(text))
    # An editor reads YAML 1.2, where 40_000_000 is a text.
    VALUES.validate(yaml.load(text, yaml.BaseLoader) | {"config": _as_yaml_1_2(yaml.safe_load(text)["config"])})


def _as_yaml_1_2(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _as_yaml_1_2(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_as_yaml_1_2(value) for value in node]
    return f"{node:_}" if isinstance(node, int) and not isinstance(node, bool) and node >= 1_000 else node


def test_the_schemas_are_well_formed_and_describe_every_key() -> None:
    for schema in (workload_schema(), values_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)
        parts = [schema, *schema["$defs"].values()]
        for part in parts:
            for key, value in part["properties"].items():
                assert value.get("description"), key
    assert set(workload_schema()["properties"]) == set(Workload.model_fields)


def test_the_published_files_are_those_of_the_models() -> None:
    docs = CLONE / "docs"
    hint = "run `make schema`"
    assert (docs / "workload.schema.json").read_text(encoding="utf-8") == schema_text(workload_schema()), hint
    assert (docs / "values.schema.json").read_text(encoding="utf-8") == schema_text(values_schema()), hint
    page = (docs / "workload.md").read_text(encoding="utf-8")
    assert with_tables(page) == page, hint
    assert key_tables() in page


def test_the_example_of_the_documentation_is_right() -> None:
    page = (CLONE / "docs" / "workload.md").read_text(encoding="utf-8")
    examples = [part.partition("```")[0] for part in page.split("```yaml\n")[1:]]
    assert len(examples) == 3
    for example in examples:
        assert values_of(yaml.safe_load(example))


@pytest.mark.parametrize(
    "change",
    [
        {"dimensions": 8},
        {"vectors": "many"},
        {"vectors": -1},
        {"vectors": True},
        {"index": "HNWS"},
        {"mmap": "yes"},
        {"shards": 17},
        {"name": "my-articles"},
        {"scalar_indexes": [{"field": "x"}]},
    ],
)
def test_the_schema_refuses_what_reading_refuses(change: dict[str, Any]) -> None:
    data = {"collections": [{**GOOD["collections"][0], **change}]}
    with pytest.raises(jsonschema.ValidationError):
        WORKLOAD.validate(data)


@pytest.mark.parametrize(
    "change", [{"vectors": "40_000_000"}, {"vectors": 4e7}, {"index_params": {"M": 16}}, {"partition_key": None}]
)
def test_the_schema_takes_what_reading_takes(change: dict[str, Any]) -> None:
    WORKLOAD.validate({"collections": [{**GOOD["collections"][0], **change}], "replicas": None, "topology": None})


def test_the_schemas_name_no_host_of_ours() -> None:
    for schema in (workload_schema(), values_schema()):
        assert schema.pop("$id").startswith("urn:")
        assert schema.pop("$schema").startswith("https://json-schema.org/")
        assert "://" not in json.dumps(schema).replace("http(s)://host:port", "")
