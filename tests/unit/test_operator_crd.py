"""The definition of Milvus for tests: strict, and equal to the real one where that is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema
import pytest
import yaml
from tests.standins.operator.crd import milvus_crd, milvus_schema
from tests.standins.operator.documents import Document
from tests.standins.operator.examples import milvus
from tests.standins.operator.recordings import CRD_VARIABLE, RECORDING_VARIABLE, lines, recorded

_REAL = recorded(CRD_VARIABLE)
_RECORDING = recorded(RECORDING_VARIABLE)
needs_real = pytest.mark.skipif(_REAL is None, reason=f"no definition of the real operator: set {CRD_VARIABLE}")
needs_recording = pytest.mark.skipif(_RECORDING is None, reason=f"no recording: set {RECORDING_VARIABLE}")


def without_words(schema: Any) -> Any:
    """A schema without its texts for people."""
    if isinstance(schema, Mapping):
        return {k: without_words(v) for k, v in schema.items() if not (k == "description" and isinstance(v, str))}
    return [without_words(each) for each in schema] if isinstance(schema, list) else schema


def fields(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field with its own part of the schema."""
    for name, inner in (schema.get("properties") or {}).items():
        yield f"{path}.{name}", inner
        yield from fields(inner, f"{path}.{name}")
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), Mapping):
            yield from fields(schema[name], f"{path}[]")


@cache
def real_version() -> Document:
    assert _REAL is not None
    definition = yaml.safe_load(_REAL.read_text())
    found: Document = next(each for each in definition["spec"]["versions"] if each["name"] == "v1beta1")
    return found


@needs_real
def test_every_field_is_there_in_the_real_one_and_the_same() -> None:
    real = without_words(real_version()["schema"]["openAPIV3Schema"])
    assert dict(fields(milvus_schema())) == dict(fields(real))
    assert milvus_schema() == real


@needs_real
def test_the_rest_of_the_version_is_the_same() -> None:
    (ours,) = milvus_crd()["spec"]["versions"]
    real = without_words(real_version())
    for key in ("subresources", "served", "storage", "additionalPrinterColumns"):
        assert ours[key] == real[key]


def strict(schema: Document) -> Document:
    """As the API server reads it: fields that are not named are unknown. For a JSON Schema validator."""
    made = dict(schema)
    if made.pop("nullable", False):
        made["type"] = [made["type"], "null"]
    if made.pop("x-kubernetes-int-or-string", False):
        made.pop("anyOf")
        made["type"] = ["integer", "string"]
    for key in ("items", "additionalProperties"):
        if isinstance(made.get(key), dict):
            made[key] = strict(made[key])
    if "properties" in made:
        made["properties"] = {name: strict(inner) for name, inner in made["properties"].items()}
        made["additionalProperties"] = False
    return made


def problems(resource: Mapping[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(strict(milvus_schema()))
    return [f"{'.'.join(map(str, each.path))}: {each.message}" for each in validator.iter_errors(dict(resource))]


class TestStrictness:
    """Judged by the schema alone; the tier `cluster` asks a real API server."""

    def test_a_usual_resource_has_no_problem(self) -> None:
        assert (
            problems(milvus({"queryNode": {"groups": [{"name": "a", "replicas": 1}]}}, config={"any": {"thing": 1}}))
            == []
        )

    @pytest.mark.parametrize(
        ("components", "words"),
        [
            ({"hostAliases": []}, "'hostAliases' was unexpected"),
            ({"queryNode": {"replica": 3}}, "'replica' was unexpected"),
            ({"queryNode": {"replicas": -2}}, "less than the minimum"),
            ({"queryNode": {"replicas": "2"}}, "is not of type 'integer'"),
            ({"proxy": {"serviceType": "Internal"}}, "is not one of"),
            ({"proxy": {"resources": {"limits": {"memory": "64 GB"}}}}, "does not match"),
            ({"metricInterval": "often"}, "does not match"),
            ({"proxy": {"groups": [{"name": "a"}]}}, "'replicas' is a required property"),
            ({"mixCoord": {"groups": []}}, "'groups' was unexpected"),
        ],
    )
    def test_what_the_real_one_refuses_is_refused(self, components: Document, words: str) -> None:
        (problem,) = problems(milvus(components))
        assert words in problem

    @needs_recording
    def test_what_the_operator_stores_and_what_the_api_server_refused(self) -> None:
        """Recorded: `stored` has no unknown field; a refused resource has a problem, a taken one none."""
        assert _RECORDING is not None
        for case in lines(_RECORDING):
            refused = case["answer"]["strict"]["http"] >= 400
            assert bool(problems(case["resource"])) is refused, case["case"]
            if case.get("stored"):
                assert problems({"spec": case["stored"]["spec"]}) == [], case["case"]
