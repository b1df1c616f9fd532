"""The package's schema: described to the last property, equal to the file beside it, true to the last release."""

from __future__ import annotations

import copy
import importlib.util
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_cli import CLONE
from pulumi_milvus.provider.package_schema import package_schema
from pulumi_milvus.provider.schema_changes import breaking_changes

Schema = dict[str, Any]
Change = Callable[[Schema], Any]


def _script() -> Any:
    """The command behind `make schema`, which is no module of a package."""
    specification = importlib.util.spec_from_file_location("script", CLONE / "scripts" / "package_schema.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


script = _script()


@pytest.fixture
def schema() -> Schema:
    made: Schema = json.loads(package_schema())
    return made


def described_things(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Everything that a reader of the package's documentation meets."""
    for section in ("resources", "types"):
        for token, thing in schema[section].items():
            yield token, thing
            for part in ("properties", "inputProperties"):
                for name, described in thing.get(part, {}).items():
                    yield f"{token}.{name}", described
            for value in thing.get("enum", ()):
                yield f"{token}.{value['value']}", value


def test_every_type_property_and_value_is_described(schema: Schema) -> None:
    silent = [where for where, thing in described_things(schema) if not str(thing.get("description", "")).strip()]
    assert silent == []


def test_every_reference_has_its_type(schema: Schema) -> None:
    known = {f"#/types/{token}" for token in schema["types"]}
    asked = {part for part in json.dumps(schema).split('"') if part.startswith("#/types/")}
    assert asked <= known
    assert asked, "a schema without types is not ours"


def test_the_file_is_that_of_today() -> None:
    assert (CLONE / "components" / "schema.json").read_text(encoding="utf-8") == script.text(), "make schema"


def test_nothing_breaks_programs_of_the_last_release() -> None:
    before = script.baseline()
    assert before is not None
    assert script.broken(before, json.loads(script.text())) == []


def removed_resource(schema: Schema) -> None:
    del schema["resources"]["milvus:index:Lite"]


def removed_input(schema: Schema) -> None:
    del schema["resources"]["milvus:index:Lite"]["inputProperties"]["aliases"]


def removed_output(schema: Schema) -> None:
    del schema["resources"]["milvus:index:Lite"]["properties"]["plan"]


def needed_input(schema: Schema) -> None:
    schema["resources"]["milvus:index:Lite"]["requiredInputs"].append("aliases")


def other_type(schema: Schema) -> None:
    schema["resources"]["milvus:index:Lite"]["inputProperties"]["aliases"] = {"type": "string"}


def other_items(schema: Schema) -> None:
    schema["types"]["milvus:index:Workload"]["properties"]["collections"]["items"] = {"type": "string"}


def removed_type(schema: Schema) -> None:
    del schema["types"]["milvus:index:Tls"]


def needed_property(schema: Schema) -> None:
    schema["types"]["milvus:index:Workload"]["required"].append("production")


def unsure_output(schema: Schema) -> None:
    schema["resources"]["milvus:index:Readiness"]["required"].remove("name")


def no_component(schema: Schema) -> None:
    schema["resources"]["milvus:index:Lite"]["isComponent"] = False


def removed_setting(schema: Schema) -> None:
    del schema["config"]["variables"]["uri"]


def removed_provider_input(schema: Schema) -> None:
    del schema["provider"]["inputProperties"]["cluster"]


BREAKS: dict[Change, list[str]] = {
    removed_resource: ["resource milvus:index:Lite is gone"],
    removed_input: ["resource milvus:index:Lite input aliases is gone"],
    removed_output: ["resource milvus:index:Lite output plan is gone"],
    needed_input: ["resource milvus:index:Lite input aliases is required now"],
    other_type: [
        'resource milvus:index:Lite input aliases was {"additionalProperties": {"type": "string"}, "type": "object"} '
        'and is {"type": "string"} now'
    ],
    other_items: [
        'type milvus:index:Workload collections was {"items": {"$ref": "#/types/'
        'milvus:index:CollectionWorkload"}, "type": "array"} and is {"items": {"type": "string"}, "type": "array"} '
        "now"
    ],
    removed_type: ["type milvus:index:Tls is gone"],
    needed_property: ["type milvus:index:Workload production is required now"],
    unsure_output: ["resource milvus:index:Readiness output name is not always there now"],
    no_component: ["resource milvus:index:Lite is no component now"],
    removed_setting: ["config uri is gone"],
    removed_provider_input: ["provider input cluster is gone"],
}


@pytest.mark.parametrize("change", BREAKS, ids=lambda change: change.__name__)
def test_what_breaks_programs_is_named(schema: Schema, change: Change) -> None:
    before = copy.deepcopy(schema)
    change(schema)
    assert [_without_plain(said) for said in breaking_changes(before, schema)] == BREAKS[change]


def _without_plain(text: str) -> str:
    return text.replace(', "plain": true', "").replace('"plain": true, ', "")


def added_resource(schema: Schema) -> None:
    schema["resources"]["milvus:index:New"] = {"requiredInputs": ["all"], "inputProperties": {"all": {}}}


def added_input(schema: Schema) -> None:
    schema["resources"]["milvus:index:Lite"]["inputProperties"]["more"] = {"type": "string"}


def other_words(schema: Schema) -> None:
    schema["resources"]["milvus:index:Lite"]["inputProperties"]["aliases"]["description"] = "others"


def freed_input(schema: Schema) -> None:
    schema["resources"]["milvus:index:Lite"]["requiredInputs"].remove("workload")


def surer_output(schema: Schema) -> None:
    schema["resources"]["milvus:index:Readiness"]["required"].append("endpoint")


@pytest.mark.parametrize("change", [added_resource, added_input, other_words, freed_input, surer_output])
def test_what_breaks_nothing_is_not(schema: Schema, change: Change) -> None:
    before = copy.deepcopy(schema)
    change(schema)
    assert breaking_changes(before, schema) == []


def test_a_value_that_an_enum_loses_breaks_programs() -> None:
    before = {"types": {"milvus:index:Mode": {"type": "string", "enum": [{"value": "a"}, {"value": "b"}]}}}
    after = {"types": {"milvus:index:Mode": {"type": "string", "enum": [{"value": "b"}, {"value": "c"}]}}}
    assert breaking_changes(before, after) == ['type milvus:index:Mode has no value "a" now']


@pytest.mark.parametrize(
    ("old", "new", "announced"),
    [("0.1.0", "0.1.1", False), ("0.1.0", "0.2.0", True), ("1.4.0", "1.5.0", False), ("1.4.0", "2.0.0", True)],
)
def test_a_version_announces_what_breaks(schema: Schema, old: str, new: str, announced: bool) -> None:
    before = copy.deepcopy(schema) | {"version": old}
    removed_type(schema)
    assert bool(script.broken(before, schema | {"version": new})) is not announced


def test_the_newest_release_is_what_is_compared_with(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@t.test", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True, capture_output=True)

    def commit(version: str, *tags: str) -> None:
        (tmp_path / "components").mkdir(exist_ok=True)
        (tmp_path / "components" / "schema.json").write_text(json.dumps({"version": version}))
        git("add", ".")
        git("commit", "--quiet", "-m", version)
        for tag in tags:
            git("tag", tag)

    git("init", "--quiet")
    assert script.baseline(tmp_path) is None
    commit("committed")
    assert script.baseline(tmp_path) == {"version": "committed"}
    commit("0.9.0", "v0.9.0")
    commit("0.10.0", "v0.10.0")
    commit("later", "nightly")
    assert script.baseline(tmp_path) == {"version": "0.10.0"}
