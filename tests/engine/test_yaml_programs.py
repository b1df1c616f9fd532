"""Programs in YAML through Pulumi's own YAML host: the components and resources that a Python program would make."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from pulumi_cli import CLONE, Pulumi, environment_for, program
from yaml_host import RECIPE, VERSION, with_yaml

PLUGINS = {"providers": [{"name": "milvus", "path": str(CLONE / "components")}]}
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


def renamed(value: Any, name: str) -> Any:
    """The same with a word for the name of the database, of which each stack has its own."""
    if isinstance(value, dict):
        return {key: renamed(item, name) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(item, name) for item in value]
    return value.replace(f"{name}.db", "NAME.db") if isinstance(value, str) else value


def test_yaml_makes_what_python_makes(engine: Path, tmp_path: Path) -> None:
    names = {"uri": "${store.uri}", "collections": "${store.collections}", "topology": "${store.plan.topology}"}
    written = {"store": lite(camel(WORKLOAD)), "second": SECOND}
    # M is a key of Milvus's own, which no language spells otherwise.
    assert written["store"]["properties"]["workload"]["collections"][0]["indexParams"] == {"M": 12}
    in_yaml = begun(yaml_program(engine, tmp_path / "yaml", written, names), tmp_path / "yaml.db")
    in_python = program(engine, tmp_path / "python", PYTHON, main_yaml=f"plugins: {json.dumps(PLUGINS)}\n")
    begun(in_python, tmp_path / "python.db")

    previewed = in_yaml.run("preview", "-s", "dev").stdout
    assert "6 to create" in " ".join(previewed.split()), "what is not known yet passes"
    found = {}
    for name, pulumi in (("yaml", in_yaml), ("python", in_python)):
        pulumi.run("up", "--yes", "--skip-preview", "-s", "dev")
        place = str(tmp_path / f"{name}.db")
        found[name] = renamed(made(pulumi), name)
        state = (tmp_path / name / "pulumi-state" / ".pulumi" / "stacks" / "test" / "dev.json").read_text()
        assert place not in state, "what was declared as a secret is one wherever it goes"
        assert f"open-{name}.db" in state
    assert found["yaml"].keys() == found["python"].keys()
    assert set(found["yaml"]) == {
        "milvus:index:Lite::store",
        "milvus:index:Lite$milvus:index:Collection::store-articles",
        "milvus:index:Lite$milvus:index:Alias::store-live",
        "milvus:index:Collection::second",
    }
    for key, thing in found["yaml"].items():
        assert thing == found["python"][key], key
    outputs = renamed(in_yaml.outputs("dev"), "yaml")
    assert outputs == renamed(in_python.outputs("dev"), "python")
    assert (outputs["topology"], outputs["collections"]) == ("lite", ["articles"])
    said = in_yaml.run("up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "dev").stdout
    assert "6 unchanged" in said


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
    assert "indx does not exist on 'milvus:index:CollectionWorkloadArgs'" in done.stdout + done.stderr


def test_the_hosts_version_stands_once() -> None:
    assert f"require github.com/pulumi/pulumi-yaml v{VERSION}\n" in (RECIPE.modules / "go.mod").read_text()
