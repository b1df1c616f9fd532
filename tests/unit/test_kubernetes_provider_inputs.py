"""What the stand-in of the Kubernetes provider makes of inputs: names, namespaces, the server's spellings, secrets."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.provider.experimental.property_value import PropertyValue

from kubernetes_provider import kinds
from kubernetes_provider.api import Api
from kubernetes_provider.checking import Autonaming, Question, checked
from kubernetes_provider.errors import ProviderError
from kubernetes_provider.kinds import Kind
from kubernetes_provider.quantities import canonical
from kubernetes_provider.schemas import Schemas, without_servers_own
from kubernetes_provider.wire import (
    UNKNOWN,
    Object,
    Secret,
    annotate,
    from_wire,
    inputs_to_wire,
    outputs_to_wire,
    strip,
)

CONFIG_MAP = Kind("", "v1", "ConfigMap")
NAMESPACE = Kind("", "v1", "Namespace")


def check(
    new: Object, old: Object | None = None, kind: Kind = CONFIG_MAP, namespace: str = "default", **options: Any
) -> Object:
    question = Question("settings", kind, old or {}, new, b"seed", default_namespace=namespace, **options)
    return checked(question, lambda kind: not kind.is_cluster_scoped_built_in, without_servers_own)


def test_fact_47_check_adds_version_kind_name_and_namespace() -> None:
    inputs = check({"data": {"a": "1"}}, namespace="place")
    metadata = inputs["metadata"]
    assert (inputs["apiVersion"], inputs["kind"], metadata["namespace"]) == ("v1", "ConfigMap", "place")
    assert re.fullmatch(r"settings-[0-9a-f]{8}", metadata["name"])
    assert metadata["annotations"] == {"pulumi.com/autonamed": "true"}


def test_fact_47_a_name_of_ours_stays_and_a_given_one_is_not_marked() -> None:
    first = check({})
    again = check({"data": {"a": "2"}}, first)
    assert again["metadata"] == first["metadata"]
    given_name = check({"metadata": {"name": "fixed"}}, first)
    assert given_name["metadata"] == {"name": "fixed", "namespace": "default"}


def test_fact_47_the_engines_names_are_honoured() -> None:
    proposed = check({}, autonaming=Autonaming("propose", "dev-settings"))
    assert proposed["metadata"]["name"] == "dev-settings"
    with pytest.raises(ProviderError, match="autonaming is disabled"):
        check({}, autonaming=Autonaming("disable"))


def test_what_has_no_namespace_gets_none() -> None:
    assert "namespace" not in check({"metadata": {"name": "place"}}, kind=NAMESPACE)["metadata"]


def test_unknown_names_and_namespaces_stay_unknown() -> None:
    inputs = check({"metadata": {"name": UNKNOWN, "namespace": UNKNOWN}})
    assert inputs["metadata"] == {"name": UNKNOWN, "namespace": UNKNOWN}
    assert check({"metadata": UNKNOWN})["metadata"] is UNKNOWN


def test_generated_names_are_refused() -> None:
    with pytest.raises(ProviderError, match="generateName"):
        check({"metadata": {"generateName": "x-"}})


class OpenApi:
    """A server that has one OpenAPI document."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._document = {"components": {"schemas": schemas}}

    def get(self, path: str) -> Mapping[str, Any]:
        assert path.startswith("/openapi/v3/")
        return self._document


QUANTITY = {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"}
CLAIM_SCHEMA = {
    "claim": {
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "PersistentVolumeClaim"}],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": {"allOf": [{"$ref": "#/components/schemas/spec"}]},
        },
    },
    "spec": {
        "properties": {
            "requests": {"additionalProperties": QUANTITY},
            "list": {"items": {"properties": {"size": QUANTITY}}},
        }
    },
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]},
}


def test_built_in_kinds_take_the_servers_shape() -> None:
    """Fact 49: a field that the kind does not have vanishes silently."""
    given_inputs = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "a", "uid": "1", "resourceVersion": "2"},
        "spec": {"requests": {"storage": "1024Mi"}, "list": [{"size": "0.5", "extra": 1}], "minAvailabl": 1},
    }
    found = Schemas(cast(Api, OpenApi(CLAIM_SCHEMA))).normalized(given_inputs)
    assert found["spec"] == {"requests": {"storage": "1Gi"}, "list": [{"size": "500m"}]}
    assert found["metadata"] == {"name": "a"}


def test_custom_kinds_and_unknowns_stay_as_written() -> None:
    schemas = Schemas(cast(Api, OpenApi(CLAIM_SCHEMA)))
    milvus = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "spec": {"wrong": 1, "memory": "1024Mi"}}
    assert schemas.normalized(milvus) == milvus
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": {"wrong": UNKNOWN}}
    assert schemas.normalized(claim) == claim


def test_fact_47_string_data_becomes_data() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "stringData": {"k": "geheim"}, "data": {"o": "YQ=="}}
    found = Schemas(cast(Api, OpenApi({}))).normalized(secret)
    assert "stringData" not in found
    assert found["data"] == {"k": base64.b64encode(b"geheim").decode(), "o": "YQ=="}


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("1024Mi", "1Gi"),
        ("1536Mi", "1536Mi"),
        ("1000m", "1"),
        ("0.5", "500m"),
        ("0.5Gi", "512Mi"),
        ("1.5Gi", "1536Mi"),
        (2, "2"),
        (0.1, "100m"),
        ("1000Ki", "1000Ki"),
        ("1000k", "1M"),
        ("0", "0"),
        ("0Gi", "0"),
        ("100", "100"),
        ("1000", "1k"),
        ("-5m", "-5m"),
        ("0.0000000001", "1n"),
        ("1e3", "1k"),
    ],
)
def test_quantities_get_their_one_spelling(given_text: object, kept: object) -> None:
    assert canonical(given_text) == kept


@pytest.mark.parametrize("given_text", ["many", True, None, "1Gib", "", "1..5"])
def test_what_is_no_quantity_is_said(given_text: object) -> None:
    with pytest.raises(ValueError, match="is no quantity"):
        canonical(given_text)


@pytest.mark.property
@given(st.integers(0, 10**6), st.sampled_from(["", "m", "k", "M", "G", "Ki", "Mi", "Gi"]))
def test_a_canonical_quantity_stays(number: int, suffix: str) -> None:
    once = canonical(f"{number}{suffix}")
    assert canonical(once) == once


def test_secrets_pass_through_inputs_and_outputs() -> None:
    marked = from_wire({"data": PropertyValue({"a": PropertyValue("x", is_secret=True), "b": PropertyValue(1.0)})})
    assert marked == {"data": {"a": Secret("x"), "b": 1}}
    outputs = annotate({"kind": "ConfigMap", "data": {"a": "x", "b": 1, "c": 2}, "status": 1}, marked)
    assert outputs["data"] == {"a": Secret("x"), "b": 1, "c": 2}
    in_list = annotate({"kind": "Pod", "args": ["1", "2"]}, {"args": [Secret("1"), "2"]})
    assert in_list["args"] == Secret(["1", "2"])
    back = outputs_to_wire(outputs)["data"].value
    assert isinstance(back, Mapping)
    assert back["a"].is_secret
    assert strip(outputs)["data"] == {"a": "x", "b": 1, "c": 2}


def test_the_values_of_a_secret_are_secret_unasked() -> None:
    outputs = annotate({"apiVersion": "v1", "kind": "Secret", "data": {"k": "eA=="}, "type": "Opaque"}, {})
    assert outputs["data"] == Secret({"k": "eA=="})
    assert outputs["type"] == "Opaque"


def test_keys_with_dashes_travel_with_underscores() -> None:
    schema = {"x-kubernetes-preserve-unknown-fields": True, "x-other": 1}
    outputs, inputs = outputs_to_wire({"schema": schema}), inputs_to_wire({"schema": schema})
    assert isinstance(outputs["schema"].value, Mapping)
    assert isinstance(inputs["schema"].value, Mapping)
    assert set(outputs["schema"].value) == {"x_kubernetes_preserve_unknown_fields", "x-other"}
    assert set(inputs["schema"].value) == set(schema)
    assert from_wire(outputs) == from_wire(inputs) == {"schema": schema}


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("kubernetes:core/v1:Namespace", Kind("", "v1", "Namespace")),
        ("kubernetes:apps/v1:Deployment", Kind("apps", "v1", "Deployment")),
        ("kubernetes:milvus.io/v1beta1:Milvus", Kind("milvus.io", "v1beta1", "Milvus")),
    ],
)
def test_type_tokens(token: str, kind: Kind) -> None:
    assert kinds.of_token(token) == kind
    assert kinds.of_urn(f"urn:pulumi:dev::shop::milvus:index:Cluster${token}::a") == kind
    assert kinds.of_object({"apiVersion": kind.api_version, "kind": kind.name}) == kind


@pytest.mark.parametrize(
    ("token", "word"),
    [
        ("kubernetes:helm.sh/v3:Release", "official plugin"),
        ("kubernetes:yaml:ConfigFile", "official plugin"),
        ("kubernetes:yaml/v2:ConfigGroup", "official plugin"),
        ("kubernetes:kustomize/v2:Directory", "official plugin"),
        ("kubernetes:core/v1:ConfigMapPatch", "ConfigMap"),
        ("kubernetes:core/v1:ConfigMapList", "ConfigMap"),
        ("kubernetes:v1:ConfigMap", "GROUP/VERSION"),
        ("aws:s3/bucket:Bucket", "GROUP/VERSION"),
    ],
)
def test_what_is_not_served_is_said(token: str, word: str) -> None:
    with pytest.raises(ProviderError, match=re.escape(word)):
        kinds.of_token(token)


def test_nothing_of_a_secret_shows_in_the_wire_form_of_others() -> None:
    shown = json.dumps(strip(check({"data": {"a": Secret("x")}})["metadata"]))
    assert "x" not in shown.replace("pulumi.com/autonamed", "")
