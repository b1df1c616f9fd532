"""Programs in YAML, Go and TypeScript make the components and resources that a program in Python makes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import typescript_program
from go_program import compiled_program, run_program
from pulumi_cli import PLUGINS, Pulumi, environment_for, program
from pulumi_milvus.engine.versions import PULUMI
from yaml_host import RECIPE, VERSION, with_yaml

WORKLOAD = {
    "collections": [{"name": "articles", "vectors": 1000, "dimension": 8, "index": "HNSW", "index_params": {"M": 12}}]
}
PYTHON = f"""\
import pulumi
from pulumi_milvus import Collection, Lite

place = pulumi.Config().require_secret("place")
store = Lite("store", {{"workload": {WORKLOAD!r}, "uri": place, "aliases": {{"live": "articles"}}}})
second = Collection("second", {{
    "collection_name": store.collections[0].apply(lambda name: f"{{name}}_copy"),
    "fields": [
        {{"name": "id", "data_type": "INT64", "is_primary": True}},
        {{"name": "vector", "data_type": "FLOAT_VECTOR", "dimension": 4, "index": {{"index_type": "FLAT"}}}},
    ],
}}, pulumi.ResourceOptions(depends_on=[store]))
pulumi.export("uri", store.uri)
pulumi.export("collections", store.collections)
pulumi.export("topology", store.plan["topology"])
"""
SECOND = {
    "type": "milvus:index:Collection",
    "properties": {
        "collectionName": "${store.collections[0]}_copy",
        "fields": [
            {"name": "id", "dataType": "INT64", "isPrimary": True},
            {"name": "vector", "dataType": "FLOAT_VECTOR", "dimension": 4, "index": {"indexType": "FLAT"}},
        ],
    },
    "options": {"dependsOn": ["${store}"]},
}


def camel(value: Any) -> Any:
    """Keys as languages other than Python write them."""
    if isinstance(value, dict):
        return {re.sub("_(.)", lambda found: found[1].upper(), key): camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def lite(workload: dict[str, Any]) -> dict[str, Any]:
    properties = {"workload": workload, "uri": "${place}", "aliases": {"live": "articles"}}
    return {"type": "milvus:index:Lite", "properties": properties}


def yaml_program(engine: Path, folder: Path, resources: dict[str, Any], outputs: dict[str, Any]) -> Pulumi:
    """A project in YAML alone, in a workspace of its own."""
    (folder / "program").mkdir(parents=True)
    document = {
        "name": "test",
        "runtime": "yaml",
        "plugins": PLUGINS,
        "config": {"place": {"type": "string", "secret": True}},
        "resources": resources,
        "outputs": outputs,
    }
    (folder / "program" / "Pulumi.yaml").write_text(yaml.safe_dump(document))
    return with_yaml(Pulumi(folder / "program", environment_for(engine, folder)))


def begun(pulumi: Pulumi, place: Path) -> Pulumi:
    """With a stack whose database is at a secret place."""
    pulumi.run("stack", "init", "dev")
    pulumi.run("config", "set", "--secret", "place", str(place), "-s", "dev")
    # What is no secret stands elsewhere, so that the secret can be searched for in the state.
    pulumi.run("config", "set", "milvus:uri", str(place.with_name(f"open-{place.name}")), "-s", "dev")
    return pulumi


def made(pulumi: Pulumi) -> dict[str, tuple[str, Any, Any]]:
    """Type, inputs and outputs of what the stack holds, secrets in clear text, by the end of its URN."""
    shown = json.loads(pulumi.run("stack", "export", "--show-secrets", "-s", "dev").stdout)
    return {
        item["urn"].split("::", 2)[2]: (item["type"], item.get("inputs"), item.get("outputs"))
        for item in shown["deployment"]["resources"]
        # A provider's version is the distribution's where a program names none; ids are the engine's own.
        if not item["type"].startswith("pulumi:")
    }


def renamed(value: Any, folder: str, name: str) -> Any:
    """The same with words for the place and the name of the database, of which each stack has its own."""
    if isinstance(value, dict):
        return {key: renamed(item, folder, name) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(item, folder, name) for item in value]
    return value.replace(folder, "FOLDER").replace(f"{name}.db", "NAME.db") if isinstance(value, str) else value


@pytest.fixture(scope="module")
def from_python(engine: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program in Python made, and its outputs."""
    folder = tmp_path_factory.mktemp("python")
    pulumi = program(engine, folder, PYTHON, main_yaml=f"plugins: {json.dumps(PLUGINS)}\n")
    begun(pulumi, folder / "python.db")
    pulumi.run("up", "--yes", "--skip-preview", "-s", "dev")
    return found(pulumi, folder / "python.db")


def found(pulumi: Pulumi, place: Path) -> dict[str, Any]:
    """What a stack holds and its outputs, when nothing of the secret stands open in its state."""
    state = (pulumi.directory.parent / "pulumi-state" / ".pulumi" / "stacks" / "test" / "dev.json").read_text()
    assert str(place) not in state, "what was declared as a secret is one wherever it goes"
    assert f"open-{place.name}" in state
    told = {**made(pulumi), "outputs": pulumi.outputs("dev")}
    result: dict[str, Any] = renamed(told, str(place.parent), place.stem)
    return result


def equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Both have the same four resources and outputs."""
    assert (
        set(one)
        == set(other)
        == {
            "milvus:index:Lite::store",
            "milvus:index:Lite$milvus:index:Collection::store-articles",
            "milvus:index:Lite$milvus:index:Alias::store-live",
            "milvus:index:Collection::second",
            "outputs",
        }
    )
    for key, thing in one.items():
        assert thing == other[key], key
    assert (one["outputs"]["topology"], one["outputs"]["collections"]) == ("lite", ["articles"])


def test_yaml_makes_what_python_makes(engine: Path, tmp_path: Path, from_python: dict[str, Any]) -> None:
    names = {"uri": "${store.uri}", "collections": "${store.collections}", "topology": "${store.plan.topology}"}
    written = {"store": lite(camel(WORKLOAD)), "second": SECOND}
    # M is a key of Milvus's own, which no language spells otherwise.
    assert written["store"]["properties"]["workload"]["collections"][0]["indexParams"] == {"M": 12}
    pulumi = begun(yaml_program(engine, tmp_path, written, names), tmp_path / "yaml.db")
    previewed = pulumi.run("preview", "-s", "dev").stdout
    assert "6 to create" in " ".join(previewed.split()), "what is not known yet passes"
    pulumi.run("up", "--yes", "--skip-preview", "-s", "dev")
    equal(found(pulumi, tmp_path / "yaml.db"), from_python)
    said = pulumi.run("up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "dev").stdout
    assert "6 unchanged" in said


@pytest.mark.timeout(600)
def test_go_makes_what_python_makes(engine: Path, tmp_path: Path, from_python: dict[str, Any]) -> None:
    (tmp_path / "project").mkdir()
    document = {"name": "test", "runtime": "go", "plugins": PLUGINS}
    (tmp_path / "project" / "Pulumi.yaml").write_text(yaml.safe_dump(document))
    pulumi = begun(Pulumi(tmp_path / "project", environment_for(engine, tmp_path)), tmp_path / "go.db")
    pulumi.run("config", "set", "dimension", "8", "-s", "dev")
    run_program(compiled_program(tmp_path), pulumi)
    equal(found(pulumi, tmp_path / "go.db"), from_python)


@pytest.fixture(scope="module")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in TypeScript, compiled."""
    return typescript_program.compiled_program(tmp_path_factory.mktemp("typescript"))


def typescript_project(engine: Path, folder: Path, dimension: int) -> Pulumi:
    (folder / "project").mkdir()
    document = {"name": "test", "runtime": "nodejs", "plugins": PLUGINS}
    (folder / "project" / "Pulumi.yaml").write_text(yaml.safe_dump(document))
    pulumi = begun(Pulumi(folder / "project", environment_for(engine, folder)), folder / "typescript.db")
    pulumi.run("config", "set", "dimension", str(dimension), "-s", "dev")
    return pulumi


@pytest.mark.timeout(600)
def test_typescript_makes_what_python_makes(
    engine: Path, tmp_path: Path, from_python: dict[str, Any], typescript: Path
) -> None:
    pulumi = typescript_project(engine, tmp_path, 8)
    done = typescript_program.run_program(typescript, pulumi)
    assert done.returncode == 0, done.stdout + done.stderr
    equal(found(pulumi, tmp_path / "typescript.db"), from_python)


def test_a_mistake_in_typescript_is_told_with_its_path(engine: Path, tmp_path: Path, typescript: Path) -> None:
    pulumi = typescript_project(engine, tmp_path, 70_000)
    done = typescript_program.run_program(typescript, pulumi)
    assert done.returncode == 1
    assert "workload.collections[0].dimension" in done.stderr
    assert "70000" in done.stderr
    assert not (tmp_path / "typescript.db").exists()


def test_the_compiler_of_typescript_knows_keys_and_kinds(typescript: Path) -> None:
    text = typescript.with_suffix(".ts").read_text()
    for right, wrong, said in (
        ('index: "HNSW"', 'indx: "HNSW"', "'indx' does not exist in type 'CollectionWorkloadArgs'"),
        ("vectors: 1000", 'vectors: "many"', "Type 'string' is not assignable to type 'number'"),
    ):
        assert right in text
        typescript.with_suffix(".ts").write_text(text.replace(right, wrong, 1))
        try:
            assert said in (typescript_program.compiled(typescript.parent) or "")
        finally:
            typescript.with_suffix(".ts").write_text(text)


def test_every_mistake_is_told_with_its_path(engine: Path, tmp_path: Path) -> None:
    wrong = {
        "collections": [
            {"name": "articles", "vectors": 1000, "dimension": 70_000, "index": "HNSW"},
            {"name": "two words", "vectors": -5, "dimension": 8, "index": "HNSW"},
        ]
    }
    pulumi = begun(yaml_program(engine, tmp_path, {"store": lite(wrong)}, {}), tmp_path / "milvus.db")
    done = pulumi.run("preview", "-s", "dev", check=False)
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode != 0
    for path in ("collections[0].dimension", "collections[1].name", "collections[1].vectors"):
        assert f"workload.{path}" in said, said
    assert "Traceback" not in said
    assert not (tmp_path / "milvus.db").exists()


def test_a_key_that_does_not_exist_is_told_by_the_schema(engine: Path, tmp_path: Path) -> None:
    wrong = {"collections": [{"name": "articles", "vectors": 1000, "dimension": 8, "indx": "HNSW"}]}
    pulumi = begun(yaml_program(engine, tmp_path, {"store": lite(wrong)}, {}), tmp_path / "milvus.db")
    done = pulumi.run("preview", "-s", "dev", check=False)
    assert "indx does not exist on 'milvus:index:CollectionWorkload'" in done.stdout + done.stderr


def test_typescripts_sdk_is_the_engines() -> None:
    pinned = json.loads(typescript_program.PACKAGES.read_text())["dependencies"]
    assert pinned == {"@pulumi/pulumi": PULUMI}


def test_the_hosts_version_stands_once() -> None:
    assert f"require github.com/pulumi/pulumi-yaml v{VERSION}\n" in (RECIPE.modules / "go.mod").read_text()
