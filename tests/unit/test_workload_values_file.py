"""Values files as text: what YAML hides, and that every mistake has a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.values_file import read_values, read_values_text, values_of

GOOD = """
config:
  milvus:workload:
    collections:
      - name: on
        vectors: 40_000_000
        dimension: 768
  milvus:uri: .data/milvus.db
  milvus:disposableData: true
  milvus:aliases: {live: on}
  milvus:acknowledgeSearchGap: [on]
  milvus:token: {secure: AAAB}
  aws:region: eu-central-1
"""


def problems_of(text: str | bytes) -> list[str]:
    with pytest.raises(InvalidValues) as caught:
        read_values_text(text)
    return [str(problem) for problem in caught.value.problems]


def test_a_values_file_and_its_settings() -> None:
    values = read_values_text(GOOD)
    assert values.workload.collections[0].name == "on"
    assert values.workload.collections[0].vectors == 40_000_000
    assert values.settings.uri == ".data/milvus.db"
    assert values.settings.disposable_data
    assert values.settings.aliases == {"live": "on"}
    assert values.settings.acknowledge_search_gap == ("on",)


def test_a_bare_workload_as_yaml_and_json() -> None:
    yaml = read_values_text("collections:\n- {name: a, vectors: 1, dimension: 8}\n")
    json = read_values_text('{"collections": [{"name": "a", "vectors": 1, "dimension": 8}]}')
    assert yaml == json
    assert not yaml.settings.disposable_data


def test_a_workload_that_pulumi_keeps_as_a_text() -> None:
    text = 'config:\n  milvus:workload: \'{"collections": [{"name": "a", "vectors": 1, "dimension": 8}]}\'\n'
    assert read_values_text(text).workload.collections[0].name == "a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c", "line 1, column 5: cannot be read as YAML: mapping values are not allowed here"),
        ("a:\n\t- b", "line 2, column 1: a tab cannot indent YAML; use spaces"),
        ("{", "line 1, column 2"),
        (b"collections:\n- \xff", "line 2: is not UTF-8 text"),
        ("collections: \x00", "line 1, column 14: holds the unprintable character 0"),
        ("a: 1\na: 2", "line 2, column 1: 'a': the key stands a second time (first on line 1)"),
        ('{"a": 1, "a": 2}', "the key stands a second time"),
        ("", "is empty"),
        ("# only a comment", "is empty"),
        ("x: !!python/object/apply:os.system [ls]", "tags such as !!python are not supported"),
        ("---\na: 1\n---\nb: 2", "a second document begins here"),
        ("? [a]\n: 1", "a key must be a plain word"),
        ("- *x", "found undefined alias"),
        ("a: &a [*a]", "recursive"),
        ("[" * 3_000, "nested too deeply"),
        ("confg: {}", "confg: unknown key, nearest: config"),
        ("milvus:workload: {}", "stands under config:"),
        ("config: {}", "config: milvus:workload is missing"),
        ("config: 3", "config: 3: a mapping is needed"),
        ("config: {milvus:worklod: {}}", "config.milvus:worklod: unknown key, nearest: milvus:workload"),
        (GOOD.replace("disposableData: true", "disposableData: yes"), "milvus:disposableData: 'yes': true or false"),
        (GOOD.replace("disposableData: true", "disposabledata: true"), "nearest: milvus:disposableData"),
        (GOOD.replace("live: on", "live: in"), "'in': no collection of that name is declared, nearest: on"),
        (GOOD.replace("live: on", "on: on"), "a collection has that name"),
        (GOOD.replace("{live: on}", "[on]"), "a mapping of alias to collection is needed"),
        (GOOD.replace("Gap: [on]", "Gap: on"), "a list of collections is needed, nearest: [on]"),
        (GOOD.replace("Gap: [on]", "Gap: [off]"), "nearest: on"),
        (GOOD.replace("uri: .data/milvus.db", "uri: 3"), "config.milvus:uri: 3: a text is needed"),
        (GOOD.replace("name: on", "name: {<<: 3}"), "a name of letters"),
    ],
)  # fmt: skip
def test_each_mistake_has_a_place(text: str | bytes, expected: str) -> None:
    assert any(expected in problem for problem in problems_of(text))


def test_an_alias_bomb_is_harmless() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert problems_of("\n".join([*lines, "collections: *a11"]))
    assert problems_of("\n".join([*lines, "collections: []", "node_shapes: [{a: *a11}]"]))


def test_mistakes_in_settings_and_workload_come_together() -> None:
    text = GOOD.replace("dimension: 768", "dimensions: 768").replace("disposableData: true", "disposableData: 1")
    assert len(problems_of(text)) == 2


@pytest.mark.parametrize("name", ["Pulumi.lit.yaml", "folder", "\0"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "Pulumi.lite.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidValues) as caught:
        read_values(tmp_path / name)
    (problem,) = caught.value.problems
    if name == "Pulumi.lit.yaml":
        assert problem.nearest.endswith("Pulumi.lite.yaml")


def test_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text(GOOD, encoding="utf-8-sig")
    assert read_values(tmp_path / "values.yaml").settings.disposable_data


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("false", False), (True, True), (None, False)])
def test_settings_as_pulumi_config_set_writes_them(written: object, meant: bool) -> None:
    workload = {"collections": [{"name": "articles", "vectors": 1, "dimension": 8}]}
    config: dict[str, object] = {"milvus:workload": workload}
    if written is not None:
        config["milvus:disposableData"] = written
    assert values_of({"config": config}).settings.disposable_data is meant
    with pytest.raises(InvalidValues, match="disposableData"):
        values_of({"config": config | {"milvus:disposableData": "yes"}})
