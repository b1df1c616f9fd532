"""What new inputs change of an object, and which changes make it anew."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubernetes_provider.differences import Difference, differences, pruned, spelled
from kubernetes_provider.replacements import Mutability
from kubernetes_provider.wire import UNKNOWN, Object


def built_in(api_version: str, kind: str, **fields: Any) -> Object:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "p"}, **fields}


def live_of(inputs: Object) -> Object:
    live = copy.deepcopy(inputs)
    live["metadata"] |= {"uid": "1", "resourceVersion": "7", "managedFields": [{}]}
    live["status"] = {"phase": "x"}
    return live


def changes(old: Object, new: Object, live: Object | None = None, **options: Any) -> dict[str, str]:
    found = differences(live or live_of(old), old, new, namespaced=True, **options)
    return {item.path: item.change + (" replaces" if item.replaces else "") for item in found.fields}


MILVUS = built_in("milvus.io/v1beta1", "Milvus", spec={"mode": "cluster", "components": {"image": "a"}})


def with_spec(document: Object, **spec: Any) -> Object:
    return {**document, "spec": {**document["spec"], **spec}}


def test_fact_53_unchanged_inputs_change_nothing_whatever_the_server_added() -> None:
    live = live_of(with_spec(MILVUS, dependencies={"etcd": {}}))
    assert changes(MILVUS, MILVUS, live) == {}


def test_fact_53_drift_of_a_declared_field_shows_and_of_others_does_not() -> None:
    live = live_of(with_spec(MILVUS, mode="standalone", hibernate=True))
    assert changes(MILVUS, MILVUS, live) == {"spec.mode": "update"}


def test_fact_53_added_removed_and_changed_fields() -> None:
    new = with_spec({**MILVUS, "metadata": {"name": "a", "namespace": "p"}}, mode="x", more=[1])
    del new["spec"]["components"]
    assert changes(MILVUS, new) == {"spec.mode": "update", "spec.more": "add", "spec.components": "delete"}


def test_lists_are_compared_by_place() -> None:
    old = with_spec(MILVUS, env=[{"n": 1, "v": 1}, {"n": 2}])
    new = with_spec(MILVUS, env=[{"n": 1}, {"n": 3}, {"n": 4}])
    assert changes(old, new) == {"spec.env[0].v": "delete", "spec.env[1].n": "update", "spec.env[2]": "add"}


def test_unknown_values_are_changes() -> None:
    assert changes(MILVUS, with_spec(MILVUS, mode=UNKNOWN, new=UNKNOWN)) == {"spec.mode": "update", "spec.new": "add"}


def test_fact_55_an_empty_map_of_a_custom_kind_is_a_change_for_ever() -> None:
    inputs = {**MILVUS, "metadata": {**MILVUS["metadata"], "annotations": {}}}
    live = live_of(MILVUS)
    assert changes(inputs, inputs, live) == {"metadata.annotations": "add"}
    built = built_in("apps/v1", "Deployment", spec={"paused": False, "template": {"spec": {"hostNetwork": False}}})
    kept = live_of(built_in("apps/v1", "Deployment", spec={"template": {"spec": {"dnsPolicy": "ClusterFirst"}}}))
    assert changes(built, built, kept) == {}


SELECTOR = {"matchLabels": {"a": "b"}}
SET = built_in("apps/v1", "StatefulSet", spec={"serviceName": "x", "selector": SELECTOR})
CLASS = built_in("storage.k8s.io/v1", "StorageClass", parameters={"a": "1"})


@pytest.mark.parametrize(
    ("document", "new_fields", "path", "change"),
    [
        (built_in("v1", "Secret", data={"a": "eA=="}), {"data": {"a": "eQ=="}}, "data.a", "update"),
        (built_in("v1", "ConfigMap", data={"a": "1"}), {"data": {"a": "2"}}, "data.a", "update"),
        (built_in("v1", "ConfigMap"), {"data": {"a": "2"}}, "data", "add"),
        (built_in("v1", "Service", spec={"clusterIP": "None"}), {"spec": {}}, "spec.clusterIP", "delete"),
        (
            built_in("apps/v1", "Deployment", spec={"selector": SELECTOR}),
            {"spec": {"selector": {"matchLabels": {"a": "c"}}}},
            "spec.selector.matchLabels.a",
            "update",
        ),
        (SET, {"spec": {**SET["spec"], "volumeClaimTemplates": [{}]}}, "spec.volumeClaimTemplates", "add"),
        (SET, {"spec": {**SET["spec"], "serviceName": "y"}}, "spec.serviceName", "update"),
        (
            built_in("batch/v1", "Job", spec={"completions": 1}),
            {"spec": {"completions": 2}},
            "spec.completions",
            "update",
        ),
        (
            built_in("v1", "PersistentVolumeClaim", spec={"accessModes": ["A"]}),
            {"spec": {"accessModes": ["B"]}},
            "spec.accessModes[0]",
            "update",
        ),
        (CLASS, {"parameters": {"a": "2"}}, "parameters.a", "update"),
    ],
)
def test_fact_53_fields_that_make_the_object_anew(document: Object, new_fields: Object, path: str, change: str) -> None:
    assert changes(document, {**document, **new_fields}) == {path: f"{change} replaces"}


@pytest.mark.parametrize(
    ("document", "new_spec"),
    [
        (built_in("policy/v1", "PodDisruptionBudget", spec={"minAvailable": 1}), {"minAvailable": 2}),
        (built_in("networking.k8s.io/v1", "NetworkPolicy", spec={"egress": []}), {"egress": [{}]}),
        (built_in("apps/v1", "StatefulSet", spec={"replicas": 1}), {"replicas": 2}),
        (built_in("v1", "PersistentVolumeClaim", spec={"resources": 1}), {"resources": 2}),
        (MILVUS, {**MILVUS["spec"], "mode": "standalone"}),
    ],
)
def test_fact_53_fields_that_change_in_place(document: Object, new_spec: Object) -> None:
    found = changes(document, {**document, "spec": new_spec})
    assert found
    assert not any("replaces" in change for change in found.values())


def test_fact_53_secrets_and_config_maps_change_in_place_where_the_provider_says_so() -> None:
    mutable = Mutability(secrets=True, config_maps=True)
    for kind in ("Secret", "ConfigMap"):
        document = built_in("v1", kind, data={"a": "1"})
        assert changes(document, {**document, "data": {"a": "2"}}, mutability=mutable) == {"data.a": "update"}
        fixed = {**document, "immutable": True}
        assert changes(fixed, {**fixed, "data": {"a": "2"}}, mutability=mutable) == {"data.a": "update replaces"}


@pytest.mark.parametrize("key", ["name", "namespace"])
def test_fact_53_identity_makes_any_object_anew(key: str) -> None:
    new = {**MILVUS, "metadata": {**MILVUS["metadata"], key: "other"}}
    found = differences(live_of(MILVUS), MILVUS, new, namespaced=True)
    assert found.fields == (Difference(f"metadata.{key}", "update", True),)


def test_fact_54_delete_comes_first_only_where_the_program_keeps_name_and_place() -> None:
    document = built_in("v1", "ConfigMap", data={"a": "1"})
    new = {**document, "data": {"a": "2"}}
    live = live_of(document)
    assert differences(live, document, new, namespaced=True).delete_before_replace
    elsewhere = {**new, "metadata": {"name": "a", "namespace": "q"}}
    assert not differences(live, document, elsewhere, namespaced=True).delete_before_replace
    ours = {**new, "metadata": {**new["metadata"], "annotations": {"pulumi.com/autonamed": "true"}}}
    assert not differences(live, document, ours, namespaced=True).delete_before_replace
    assert not differences(live, document, document, namespaced=True).delete_before_replace


def test_ignored_changes_are_left_out() -> None:
    new = with_spec(MILVUS, mode="x", more=1)
    assert changes(MILVUS, new, ignored=["spec.mode"]) == {"spec.more": "add"}
    assert changes(MILVUS, new, ignored=["spec"]) == {}
    annotated = {**MILVUS, "metadata": {**MILVUS["metadata"], "annotations": {"a.b/c": "1"}}}
    assert changes(MILVUS, annotated, ignored=['metadata.annotations["a.b/c"]']) == {"metadata.annotations": "add"}


def test_paths_as_pulumi_writes_them() -> None:
    assert spelled(("metadata", "annotations", "pulumi.com/waitFor")) == 'metadata.annotations["pulumi.com/waitFor"]'
    assert spelled(("spec", "containers", 0, "image")) == "spec.containers[0].image"


def test_a_difference_knows_its_parts() -> None:
    old, new = built_in("v1", "ConfigMap", data={"a": "1"}), built_in("v1", "ConfigMap", data={"a": "2"})
    found = differences(live_of(old), old, new, namespaced=True)
    assert found.fields == (Difference("data.a", "update", True),)
    assert found.replacing == ("data.a",)


# Drawing nested JSON costs about 10 ms an example.
SOME = settings(max_examples=300)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner),
    max_leaves=12,
)


@pytest.mark.property
@SOME
@given(json_values)
def test_an_object_is_no_change_of_itself(spec: Any) -> None:
    document = {**MILVUS, "spec": {"value": spec}}
    assert changes(document, document) == {}
    assert pruned(spec, spec) == spec


@pytest.mark.property
@SOME
@given(json_values, json_values)
def test_a_change_is_seen(one: Any, other: Any) -> None:
    old, new = ({**MILVUS, "spec": {"value": value}} for value in (one, other))
    different = repr(one) != repr(other)  # repr tells True from 1
    if different:
        assert changes(old, new) or (one == other and not isinstance(one, bool))


def test_an_unknown_in_the_place_of_a_map_removes_its_keys() -> None:
    """As the official provider was seen to answer; the engine shows the map as unknown anyway."""
    assert changes(MILVUS, {**MILVUS, "spec": UNKNOWN}) == {"spec.mode": "delete", "spec.components": "delete"}


def test_empty_texts_in_maps_are_kept() -> None:
    old, new = (built_in("v1", "ConfigMap", data=data) for data in ({"a": "1"}, {"a": "1", "b": ""}))
    assert changes(old, new) == {"data.b": "add replaces"}
    assert changes(old, {**old, "immutable": False}) == {"immutable": "add"}
    unknown = {**old, "data": {"a": UNKNOWN}, "metadata": {**old["metadata"], "labels": {}}}
    assert changes(old, unknown) == {"data.a": "update replaces", "metadata.labels": "add"}
