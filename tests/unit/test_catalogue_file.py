"""Catalogues that users make: read whole or refused in words, and which one a plan takes."""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import call
from pulumi_milvus.planning.catalogue_choice import ENVIRONMENT_VARIABLE, chosen_catalogue
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue, packaged_snapshot
from pulumi_milvus.planning.hardware.catalogue_file import catalogue_text, read_catalogue_file, read_catalogue_text
from pulumi_milvus.planning.hardware.catalogue_rows import COLUMNS
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.settings import Settings

WORKLOAD = {
    "collections": [{"name": "articles", "vectors": 20_000_000, "dimension": 768, "index": "HNSW"}],
    "topology": "distributed",
    "availability": "zone",
}
PRICE = {"product": "EBS gp3", "usd": 0.088, "unit": "GB-month", "as_of": "2026-11-28", "source": "AWS Pricing API"}


def snapshot(region: str = "eu-west-1", dearer: float = 1.5, **changed: Any) -> dict[str, Any]:
    """The packaged snapshot as another region's, at other prices."""
    data: dict[str, Any] = copy.deepcopy(dict(packaged_snapshot()))
    price = data["columns"].index("usd_per_hour")
    for row in data["rows"]:
        row[price] = row[price] and row[price] * dearer
    return {**data, "region": region, "prices_as_of": "2026-11-28", "generated_at": "2026-11-28", **changed}


def without(data: dict[str, Any], family: str, column: str, value: Any) -> dict[str, Any]:
    """The snapshot with one column of a family's types changed."""
    name, place = data["columns"].index("family"), data["columns"].index(column)
    for row in data["rows"]:
        if row[name] == family:
            row[place] = value
    return data


def written(tmp_path: Path, *snapshots: dict[str, Any]) -> Path:
    """A file of these snapshots."""
    file = tmp_path / "catalogue.json"
    file.write_text(catalogue_text(snapshots, "2026-11-28"))
    return file


def test_the_columns_are_those_of_the_package() -> None:
    assert list(COLUMNS) == packaged_snapshot()["columns"]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    extra: dict[str, Any] = {
        "unit_prices": {"volume_gb_month": PRICE},
        "quotas": {"L-1216C47A": 640.0},
        "missing": ["zones: why"],
    }
    found = read_catalogue_file(written(tmp_path, snapshot(**extra), snapshot("us-east-1", 1.0)))
    assert list(found.regions) == ["eu-west-1", "us-east-1"]
    here = found.snapshot("eu-west-1")
    assert here.catalogue.region == "eu-west-1"
    assert here.catalogue.prices_as_of == "2026-11-28"
    assert len(here.catalogue.types) == len(aws_catalogue().types)
    assert here.catalogue.unit_prices.prices["volume_gb_month"].usd == 0.088
    assert (here.quotas, here.missing) == ({"L-1216C47A": 640.0}, ("zones: why",))
    assert found.snapshot("us-east-1").catalogue.types == aws_catalogue().types


def test_the_packaged_shape_is_read_too() -> None:
    found = read_catalogue_text(json.dumps(packaged_snapshot()).encode(), "aws.json")
    assert found.snapshot(None).catalogue.types == aws_catalogue().types


def refused(text: bytes | str) -> list[str]:
    with pytest.raises(InvalidValues) as caught:
        read_catalogue_text(text.encode() if isinstance(text, str) else text, "c.json")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("text", ["", "[", "3", "[]", "{}", '{"format_version": 2}', b"\xff", "[" * 5000])
def test_what_is_no_catalogue_is_refused(text: bytes | str) -> None:
    assert "pulumi-milvus catalogue refresh" in refused(text)[0]


def test_all_mistakes_of_a_file_are_said_at_once() -> None:
    data = snapshot()
    data["rows"][0][data["columns"].index("vcpus")] = 0
    data["rows"][1][data["columns"].index("usd_per_hour")] = -1.0
    data["rows"][2][data["columns"].index("zones")] = "use1-az1"
    data["rows"][3][data["columns"].index("architecture")] = "i386"
    data["rows"][4][data["columns"].index("name")] = data["rows"][5][data["columns"].index("name")]
    data |= {"unit_prices": {"volume_gb_month": {**PRICE, "usd": True}}, "quotas": {"a": "b"}}
    said = "\n".join(refused(catalogue_text([data], "2026-11-28")))
    for words in ("rows[0].vcpus", "rows[1].usd_per_hour", "rows[2].zones", "rows[3].architecture", "another row has"):
        assert words in said
    assert "volume_gb_month.usd" in said
    assert "regions[0].quotas" in said


def test_mistakes_without_end_are_counted() -> None:
    data = snapshot()
    for row in data["rows"]:
        row[0] = None
    assert refused(catalogue_text([data], "2026-11-28"))[-1].endswith("more problems")


def test_the_region_decides_which_snapshot(tmp_path: Path) -> None:
    file = written(tmp_path, snapshot(), snapshot("us-west-2"))
    settings = Settings(catalogue=file.name, region="us-west-2")
    chosen = chosen_catalogue(settings, tmp_path, {})
    assert chosen is not None
    assert chosen.region == "us-west-2"
    for region, words in ((None, "several regions"), ("eu-central-1", "not in the file")):
        with pytest.raises(InvalidValues, match=words):
            chosen_catalogue(Settings(catalogue=file.name, region=region), tmp_path, {})


def test_what_is_named_first_wins(tmp_path: Path) -> None:
    by_option, by_setting, by_variable = (tmp_path / name for name in ("option", "setting", "variable"))
    for folder, region in ((by_option, "eu-west-1"), (by_setting, "eu-west-2"), (by_variable, "eu-west-3")):
        folder.mkdir()
        written(folder, snapshot(region))
    environment = {ENVIRONMENT_VARIABLE: str(by_variable / "catalogue.json")}
    said = Settings(catalogue="setting/catalogue.json")

    def chosen(settings: Settings, option: str | None = None) -> str | None:
        found = chosen_catalogue(settings, tmp_path, environment, option)
        return found.region if found else None

    assert chosen(said, str(by_option / "catalogue.json")) == "eu-west-1"
    assert chosen(said) == "eu-west-2"
    assert chosen(Settings()) == "eu-west-3"
    assert chosen_catalogue(Settings(), tmp_path, {}) is None
    assert chosen_catalogue(Settings(region="eu-west-1"), tmp_path, {}) is aws_catalogue("eu-west-1")


def planned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path, status: int = 0) -> dict[str, Any]:
    values = tmp_path / "workload.json"
    values.write_text(json.dumps(WORKLOAD))
    done = call(monkeypatch, "plan", "--json", "--catalogue", str(file), str(values))
    assert done.status == status, done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer


def test_a_plan_is_made_at_the_prices_of_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cheap = planned(monkeypatch, tmp_path, written(tmp_path, snapshot(dearer=1.0)))
    dear = planned(monkeypatch, tmp_path, written(tmp_path, snapshot(dearer=2.0)))
    assert cheap["cost"]["region"] == dear["cost"]["region"] == "eu-west-1"
    nodes = [sum(pool["usd_per_month"] for pool in plan["node_pools"]) for plan in (cheap, dear)]
    assert nodes[1] == pytest.approx(2 * nodes[0], rel=0.01)
    # us-east-1's prices of volumes are not those of eu-west-1.
    assert any("node volumes" in item for item in cheap["cost"]["unpriced"])


def test_a_type_that_the_zones_lack_is_not_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    everywhere = planned(monkeypatch, tmp_path, written(tmp_path, snapshot()))
    family = everywhere["node_pools"][0]["instance_type"].split(".")[0]
    in_two = without(snapshot(), family, "zones", ["euw1-az1", "euw1-az2"])
    unknown = without(snapshot(), family, "zones", None)
    absent = without(snapshot(), family, "offered", False)
    for data, stays in ((in_two, False), (absent, False), (unknown, True)):
        plan = planned(monkeypatch, tmp_path, written(tmp_path, data))
        assert (plan["node_pools"][0]["instance_type"].split(".")[0] == family) is stays


def test_a_file_that_cannot_be_used_is_exit_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for file in (broken, tmp_path / "absent.json", tmp_path, Path("a\0b")):
        done = call(monkeypatch, "plan", "--catalogue", str(file), "-", stdin=json.dumps(WORKLOAD))
        assert (done.status, done.out) == (2, "")
        assert "--catalogue" in done.err
        assert "catalogue refresh" in done.err


def test_the_setting_is_relative_to_the_values_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written(tmp_path, snapshot())
    values = tmp_path / "Pulumi.dear.yaml"
    config = {"milvus:workload": WORKLOAD, "milvus:catalogue": "catalogue.json", "aws:region": "eu-west-1"}
    values.write_text(json.dumps({"config": config}))
    done = call(monkeypatch, "plan", "--json", str(values))
    assert done.status == 0, done.err
    assert json.loads(done.out)["cost"]["region"] == "eu-west-1"
    assert call(monkeypatch, "plan", "--write", str(values)).status == 0
    assert json.loads((tmp_path / "plans" / "dear.json").read_text())["catalogue_date"] == "2026-11-28"


def test_a_region_without_prices_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    values = json.dumps({"config": {"milvus:workload": WORKLOAD, "aws:region": "eu-west-1"}})
    done = call(monkeypatch, "plan", "--json", "-", stdin=values)
    assert done.status == 1
    assert "pulumi-milvus catalogue refresh --region eu-west-1" in done.out


def test_node_shapes_come_before_a_catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shapes = [{"name": "general", "count": 9, "cpu_cores": 16, "memory_gib": 64}]
    workload = json.dumps({**WORKLOAD, "node_shapes": shapes})
    done = call(monkeypatch, "plan", "--catalogue", str(written(tmp_path, snapshot())), "-", stdin=workload)
    assert done.status == 2
    assert "node_shapes" in done.err


SMALL: dict[str, Any] = {**packaged_snapshot(), "quotas": {"a": 1}, "missing": []}
SMALL["rows"] = SMALL["rows"][:3]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.property(2_000)
@given(st.data())
def test_a_file_that_is_broken_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    broken = copy.deepcopy(SMALL)
    row = data.draw(st.integers(0, 2))
    for _ in range(data.draw(st.integers(1, 2))):
        if data.draw(st.booleans()):
            broken[data.draw(st.sampled_from([*SMALL, "unit_prices", "format_version"]))] = data.draw(JUNK)
        elif isinstance(broken["rows"], list) and row < len(broken["rows"]) and isinstance(broken["rows"][row], list):
            place = data.draw(st.integers(0, len(COLUMNS) - 1))
            broken["rows"][row] = [*broken["rows"][row][:place], data.draw(JUNK), *broken["rows"][row][place + 1 :]]
    text = json.dumps({"format_version": 1, "regions": [broken]} if data.draw(st.booleans()) else broken)
    with contextlib.suppress(InvalidValues):
        found = read_catalogue_text(text.encode(), "c.json").snapshot(None)
        assert all(node.vcpus > 0 and node.memory_bytes > 0 for node in found.catalogue.types)
