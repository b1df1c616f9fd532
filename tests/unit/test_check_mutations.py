"""Any value of a right file replaced by any other: `check` answers with findings, never with a crash."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from check_cases import chart, graphics_processors, on_aws, right_systems, scheduling, surroundings
from check_cases.case import Objects
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_milvus.inspection.check_files import all_findings
from pulumi_milvus.inspection.inspect import inspect
from pulumi_milvus.planning.values_file import read_values_text

pytestmark = pytest.mark.property

VALUES: tuple[Any, ...] = (
    None, 7, -1, 1.5, True, "x", "", [], ["x"], [None], [7], {}, {"x": None}, {"x": {"y": [1]}}, "9" * 400,
    float("inf"),
)  # fmt: skip
STORED = read_values_text(yaml.safe_dump(right_systems.DISKANN_WORKLOAD)).workload
STORED_ON_GPU = read_values_text(yaml.safe_dump(right_systems.CAGRA_WORKLOAD)).workload
_around = [*surroundings.etcd(), surroundings.GP3, *surroundings.keys("a", "b"), surroundings.service(type="NodePort")]
SYSTEMS: dict[str, Objects] = {
    "operator": scheduling.with_affinity(),
    "surroundings": _around,
    "chart": chart.disk_release(),
    "preview": on_aws.CASES[0].files,
    "export": on_aws.CASES[10].files,
    "gpu": graphics_processors.CASES[0].files,
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a document."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        yield (*path, key)
        yield from places(item, (*path, key))


PLACES = {name: list(places(objects)) for name, objects in SYSTEMS.items()}


@pytest.mark.parametrize("system", SYSTEMS)
# An example reads and judges a whole system (8 ms): more of them in each run would cost minutes.
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_value_makes_check_crash(system: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(PLACES[system]))
    objects = copy.deepcopy(SYSTEMS[system])
    here: Any = objects
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = data.draw(st.sampled_from(VALUES))
    content = yaml.dump_all(objects, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)).encode()
    inspection = inspect([("files.yaml", content)], STORED_ON_GPU if system == "gpu" else STORED, production=True)
    assert all(finding.rule and finding.message and finding.fix for finding in all_findings(inspection))


@pytest.mark.parametrize("value", [7, "x", ["x"], True])
@pytest.mark.parametrize("path", ["spec", "spec/template", "spec/template/spec", "spec/template/spec/containers"])
def test_a_deployment_of_another_shape_has_no_images(path: str, value: Any) -> None:
    objects = [*right_systems.hnsw(), scheduling.operator()]
    here: Any = objects[-1]
    *before, last = path.split("/")
    for key in before:
        here = here[key]
    here[last] = value
    inspection = inspect([("files.yaml", yaml.safe_dump_all(objects).encode())], STORED, production=False)
    assert all(finding.rule for finding in all_findings(inspection))


@pytest.mark.parametrize("value", [7, True, "x"])
@pytest.mark.parametrize("path", [("rules",), ("rules", 0, "http", "paths")])
def test_an_ingress_of_another_shape_leads_nowhere(path: tuple[Any, ...], value: Any) -> None:
    ingress = scheduling.ingress()
    here: Any = ingress["spec"]
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    content = yaml.safe_dump_all([*right_systems.hnsw(), ingress]).encode()
    inspection = inspect([("files.yaml", content)], STORED, production=False)
    assert "tls" not in {finding.rule for finding in all_findings(inspection) if finding.level != "advice"}
