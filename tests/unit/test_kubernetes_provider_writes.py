"""What the stand-in of the Kubernetes provider asks of the API server, and what it makes of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from kubernetes_provider import checkpoint, ownership
from kubernetes_provider.api import Api
from kubernetes_provider.deleting import delete
from kubernetes_provider.discovery import Discovery
from kubernetes_provider.errors import ApiError, NotReadyError, PartialFailureError, ProviderError
from kubernetes_provider.operations import Operations
from kubernetes_provider.session import Session
from kubernetes_provider.settings import Settings
from kubernetes_provider.waiting.loop import Surroundings
from kubernetes_provider.wire import UNKNOWN, Object, Secret

URN = "urn:pulumi:dev::shop::kubernetes:milvus.io/v1beta1:Milvus::store"
MILVUS: Object = {
    "apiVersion": "milvus.io/v1beta1",
    "kind": "Milvus",
    "metadata": {"name": "store", "namespace": "p"},
    "spec": {"mode": "cluster"},
}
PATH = "/apis/milvus.io/v1beta1/namespaces/p/milvuses"
CREATED_BY = {"manager": "pulumi-kubernetes", "operation": "Update", "fieldsV1": {"f:spec": {"f:mode": {}}}}


@dataclass
class FakeApi:
    """Answers what a test lays down, the last answer again and again, and keeps what it was asked."""

    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, Any, dict[str, str]]] = field(default_factory=list)

    def _answer(self, method: str, path: str, document: Any, query: dict[str, str]) -> Object:
        self.asked.append((method, path, document, query))
        if path == "/apis/milvus.io/v1beta1" and path not in self.answers:
            return {"resources": [{"name": "milvuses", "kind": "Milvus", "namespaced": True}]}
        planned = self.answers.get(f"{method} {path}") or self.answers.get(path)
        if not planned:
            raise missing("milvuses", path)
        answer = planned.pop(0) if len(planned) > 1 else planned[0]
        if isinstance(answer, Exception):
            raise answer
        return cast(Object, answer)

    def get(self, path: str, **query: str) -> Object:
        return self._answer("GET", path, None, query)

    def post(self, path: str, document: Object, **query: str) -> Object:
        return self._answer("POST", path, document, query)

    def patch(self, path: str, document: Any, content_type: str, **query: str) -> Object:
        return self._answer("PATCH " + content_type.partition("/")[2].partition("-patch")[0], path, document, query)

    def put(self, path: str, document: Object, **query: str) -> Object:
        return self._answer("PUT", path, document, query)

    def delete(self, path: str, options: Mapping[str, Any]) -> Object:
        return self._answer("DELETE", path, options, {})

    def methods(self) -> list[str]:
        return [method for method, path, _, _ in self.asked if path.startswith(PATH)]


def missing(kind: str, name: str) -> ApiError:
    status = {"reason": "NotFound", "message": f'{kind} "{name}" not found', "details": {"kind": kind}}
    return ApiError(404, status)


def live(**changes: Any) -> Object:
    metadata = {**MILVUS["metadata"], "uid": "1", "generation": 1, "managedFields": [CREATED_BY]}
    return {**MILVUS, "metadata": metadata, "status": {}, **changes}


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_MILVUS_STANDIN_HASTE", "10000")


def surroundings(api: FakeApi, told: list[str] | None = None) -> Surroundings:
    def tell(_severity: str, message: str) -> None:
        if told is not None:
            told.append(message)

    return Surroundings(cast(Api, api), Discovery(cast(Api, api)), tell)


def operations(api: FakeApi, told: list[str] | None = None, **options: Any) -> Operations:
    asked = cast(Api, api)
    session = Session(Settings(**options), "p", "", asked, Discovery(asked))
    return Operations(session, URN, surroundings(api, told).tell)


def test_fact_49_create_is_a_plain_post_without_validation_of_fields() -> None:
    api = FakeApi({f"POST {PATH}": [live()]})
    made = operations(api).create(MILVUS, 0, preview=False)
    assert made is not None
    assert made.identifier == "p/store"
    assert api.asked[-1] == ("POST", PATH, MILVUS, {"fieldManager": "pulumi-kubernetes"})


def test_fact_48_outputs_are_the_live_object_and_three_notes() -> None:
    inputs = {**MILVUS, "spec": {"mode": Secret("cluster")}}
    made = operations(FakeApi({f"POST {PATH}": [live()]})).create(inputs, 0, preview=False)
    assert made is not None
    assert made.state["__inputs"] == inputs
    assert made.state["__initialApiVersion"] == "milvus.io/v1beta1"
    manager = made.state["__fieldManager"]
    assert manager.startswith("pulumi-kubernetes-")
    assert len(manager) == len("pulumi-kubernetes-") + 8
    assert made.state["spec"] == {"mode": Secret("cluster")}
    assert made.state["metadata"]["uid"] == "1"
    assert checkpoint.parsed(made.state)[0] == MILVUS


def test_fact_49_a_preview_asks_with_dry_run_and_leaves_out_the_status() -> None:
    api = FakeApi({f"POST {PATH}": [live()]})
    made = operations(api).create(MILVUS, 0, preview=True)
    assert made is not None
    assert "status" not in made.state
    assert api.asked[-1][3] == {"fieldManager": "pulumi-kubernetes", "dryRun": "All"}


@pytest.mark.parametrize(
    ("answer", "inputs"),
    [
        (missing("namespaces", "p"), MILVUS),
        (ApiError(409, {"reason": "AlreadyExists", "message": "exists"}), MILVUS),
        (ApiError(403, {"reason": "Forbidden", "message": "no"}), MILVUS),
        (live(), {**MILVUS, "spec": UNKNOWN}),
    ],
)
def test_facts_54_and_57_previews_that_cannot_be_asked_pass(answer: Any, inputs: Object) -> None:
    assert operations(FakeApi({f"POST {PATH}": [answer]})).create(inputs, 0, preview=True) is None


def test_fact_57_a_preview_of_a_kind_that_is_not_there_passes_and_the_create_tries_again() -> None:
    api, told = FakeApi({"/apis/milvus.io/v1beta1": [missing("", "")]}), list[str]()
    assert operations(api).create(MILVUS, 0, preview=True) is None
    with pytest.raises(ProviderError) as caught:
        operations(api, told).create(MILVUS, 0, preview=False)
    assert str(caught.value) == (
        f'creation of resource "{URN}" with kind milvus.io/v1beta1/Milvus failed because the Kubernetes API server '
        "reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been "
        'created: no matches for kind "Milvus" in version "milvus.io/v1beta1"'
    )
    assert [line[:8] for line in told] == [f"Retry #{number}" for number in range(6)]


def test_fact_57_a_namespace_that_comes_late_is_waited_for() -> None:
    api = FakeApi({f"POST {PATH}": [missing("namespaces", "p"), missing("namespaces", "p"), live()]})
    told: list[str] = []
    assert operations(api, told).create(MILVUS, 0, preview=False) is not None
    assert told[1] == 'Retry #1; creation failed: namespaces "p" not found'


def test_facts_52_and_56_what_the_server_refuses_is_said_in_its_words() -> None:
    invalid = ApiError(422, {"reason": "Invalid", "message": 'ConfigMap "Bad_Name" is invalid'})
    for preview in (True, False):
        with pytest.raises(ProviderError) as caught:
            operations(FakeApi({f"POST {PATH}": [invalid]})).create(MILVUS, 0, preview=preview)
        assert str(caught.value) == (
            f'resource "{URN}" was not successfully created by the Kubernetes API server: '
            'ConfigMap "Bad_Name" is invalid'
        )
    exists = ApiError(409, {"reason": "AlreadyExists", "message": 'milvuses "store" already exists'})
    with pytest.raises(ProviderError, match='"store" already exists\n\nThe resource already exists') as caught:
        operations(FakeApi({f"POST {PATH}": [exists]})).create(MILVUS, 0, preview=False)
    assert "upsertExistingObjects" in str(caught.value)


def test_fact_56_upsert_applies_instead() -> None:
    api = FakeApi({f"{PATH}/store": [live()]})
    assert operations(api, upsert=True).create(MILVUS, 0, preview=False) is not None
    assert api.methods() == ["PATCH apply"]


def state(**changes: Any) -> Object:
    kept = checkpoint.state_of(MILVUS, live(), MILVUS, "milvus.io/v1beta1", "pulumi-kubernetes-0a0b0c0d")
    return {**kept, **changes}


def test_fact_50_update_reads_moves_the_fields_and_applies() -> None:
    api = FakeApi({f"{PATH}/store": [live()]})
    new = {**MILVUS, "spec": {"mode": "standalone"}}
    made = operations(api).update(state(), new, 0, [], preview=False)
    assert made is not None
    assert made.state["__fieldManager"] == "pulumi-kubernetes-0a0b0c0d"
    assert made.state["__inputs"] == new
    assert api.methods() == ["GET", "PATCH json", "PATCH apply"]
    move, apply = api.asked[-2], api.asked[-1]
    assert move[2] == [
        {
            "op": "replace",
            "path": "/metadata/managedFields",
            "value": [{**CREATED_BY, "manager": "pulumi-kubernetes-0a0b0c0d", "operation": "Apply"}],
        }
    ]
    assert apply[2:] == (new, {"fieldManager": "pulumi-kubernetes-0a0b0c0d", "force": "false"})


def test_fact_50_a_preview_of_an_update_does_not_move_fields_and_forces() -> None:
    api = FakeApi({f"{PATH}/store": [live()]})
    operations(api).update(state(), MILVUS, 0, [], preview=True)
    assert api.methods() == ["GET", "PATCH apply"]
    assert api.asked[-1][3] == {"fieldManager": "pulumi-kubernetes-0a0b0c0d", "force": "true", "dryRun": "All"}


def test_fact_50_definitions_are_replaced() -> None:
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/milvuses.milvus.io"
    definition: Object = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "milvuses.milvus.io"},
    }
    now = {**definition, "metadata": {**definition["metadata"], "resourceVersion": "7"}}
    listed = {
        "resources": [{"name": "customresourcedefinitions", "kind": "CustomResourceDefinition", "namespaced": False}]
    }
    api = FakeApi({"/apis/apiextensions.k8s.io/v1": [listed], path: [now]})
    kept = checkpoint.state_of(definition, now, definition, "apiextensions.k8s.io/v1", "m")
    assert operations(api).update(kept, definition, 0, [], preview=False) is not None
    assert api.asked[-1] == ("PUT", path, now, {"fieldManager": "m"})


def test_fact_51_a_refused_update_names_the_object_and_keeps_its_state() -> None:
    refused = ApiError(500, {"message": "failed to create typed patch object (p/store): .spec.zzz: field not declared"})
    api = FakeApi({f"GET {PATH}/store": [live()], f"PATCH apply {PATH}/store": [refused]})
    with pytest.raises(PartialFailureError) as caught:
        operations(api).update(state(), MILVUS, 0, [], preview=True)
    assert str(caught.value) == (
        'the Kubernetes API server reported that "p/store" failed to fully initialize or become live: '
        "failed to create typed patch object (p/store): .spec.zzz: field not declared"
    )
    assert caught.value.identifier == "p/store"
    assert caught.value.state["metadata"]["uid"] == "1"


def test_fact_58_a_conflict_names_both_managers_and_the_annotation_takes_the_field() -> None:
    other = {**CREATED_BY, "manager": "hpa"}
    now = live(metadata={**live()["metadata"], "managedFields": [other]})
    refused = ApiError(
        409, {"reason": "Conflict", "message": 'conflict with "hpa" using milvus.io/v1beta1: .spec.mode'}
    )
    api = FakeApi(
        {f"GET {PATH}/store": [now], f"PATCH json {PATH}/store": [now], f"PATCH apply {PATH}/store": [refused]}
    )
    for preview in (True, False):
        with pytest.raises(PartialFailureError, match="server-side apply field conflict detected") as caught:
            operations(api).update(state(), MILVUS, 0, [], preview=preview)
        words = 'managed by field manager "pulumi-kubernetes-0a0b0c0d" had an apply conflict: conflict with "hpa"'
        assert words in str(caught.value)
    forced = {**MILVUS, "metadata": {**MILVUS["metadata"], "annotations": {"pulumi.com/patchForce": "true"}}}
    api.answers[f"PATCH apply {PATH}/store"] = [now]
    operations(api).update(state(), forced, 0, [], preview=False)
    assert api.asked[-1][3]["force"] == "true"


def test_fields_of_earlier_managers_are_merged_into_ours() -> None:
    mine = {"manager": "m", "operation": "Apply", "fieldsV1": {"f:spec": {"f:a": {}}}}
    theirs = {"manager": "hpa", "operation": "Update", "fieldsV1": {}}
    by_hand = {"manager": "kubectl-patch", "operation": "Update", "fieldsV1": {"f:spec": {"f:b": {}}}}
    status = {"manager": "pulumi-kubernetes", "operation": "Update", "subresource": "status"}
    now = {"metadata": {"managedFields": [CREATED_BY, mine, theirs, status, by_hand]}}
    found = ownership.taken_over(now, "m")
    assert found[:2] == [theirs, status]
    assert found[2]["fieldsV1"] == {"f:spec": {"f:mode": {}, "f:a": {}, "f:b": {}}}
    assert (found[2]["manager"], found[2]["operation"]) == ("m", "Apply")


def test_ignored_fields_of_others_are_left_to_them() -> None:
    now = {
        "spec": {"replicas": 5, "mode": "x"},
        "metadata": {
            "managedFields": [
                {"manager": "hpa", "operation": "Update", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
                {"manager": "m", "operation": "Apply", "fieldsV1": {"f:spec": {"f:mode": {}}}},
            ]
        },
    }
    inputs = {"spec": {"replicas": 1, "mode": "y"}}
    assert ownership.without_ignored(inputs, now, ["spec.replicas", "spec.mode"], "m") == {"spec": {"mode": "x"}}


def test_fact_59_a_refresh_reads_the_live_values_of_declared_fields() -> None:
    now = live(spec={"mode": "standalone", "hibernate": True})
    found = operations(FakeApi({f"{PATH}/store": [now]})).read("p/store", state(), MILVUS)
    assert found is not None
    assert found.inputs == {**MILVUS, "spec": {"mode": "standalone"}}
    assert found.state["spec"] == {"mode": "standalone", "hibernate": True}
    assert operations(FakeApi()).read("p/store", state(), MILVUS) is None


def test_an_import_of_a_custom_object_knows_its_identity_only() -> None:
    found = operations(FakeApi({f"{PATH}/store": [live()]})).read("p/store", {}, {})
    assert found is not None
    assert found.inputs == {key: MILVUS[key] for key in ("apiVersion", "kind", "metadata")}


@pytest.mark.parametrize(
    ("annotations", "policy"),
    [
        ({}, "Foreground"),
        ({"pulumi.com/deletionPropagationPolicy": "orphan"}, "Orphan"),
        ({"pulumi.com/deletionPropagationPolicy": "background"}, "Background"),
    ],
)
def test_fact_63_delete_waits_until_it_is_gone(annotations: dict[str, str], policy: str) -> None:
    going = live(metadata={**live()["metadata"], "deletionTimestamp": "now"})
    told: list[str] = []
    api = FakeApi({f"DELETE {PATH}/store": [{}], f"GET {PATH}/store": [going, missing("milvuses", "store")]})
    inputs = {**MILVUS, "metadata": {**MILVUS["metadata"], "annotations": annotations}}
    delete(surroundings(api, told), "p/store", live(), inputs)
    assert api.methods() == ["DELETE", "GET", "GET"]
    assert api.asked[1][2]["propagationPolicy"] == policy
    assert told == ["Resource scheduled for deletion"]


def test_fact_63_what_is_gone_already_is_deleted() -> None:
    delete(surroundings(FakeApi()), "p/store", live(), MILVUS)
    delete(surroundings(FakeApi({"/apis/milvus.io/v1beta1": [missing("", "")]})), "p/store", live(), MILVUS)


def test_fact_63_a_finalizer_is_named_when_time_is_up() -> None:
    held = live(metadata={**live()["metadata"], "deletionTimestamp": "now", "finalizers": ["milvus.io/keep", "b"]})
    told: list[str] = []
    api = FakeApi({f"{PATH}/store": [held]})
    with pytest.raises(NotReadyError, match="timed out waiting for the condition"):
        delete(surroundings(api, told), "p/store", live(), MILVUS, 0.01)
    assert told[-1] == "finalizers might be preventing deletion (milvus.io/keep, b)"
    with pytest.raises(PartialFailureError):
        operations(api).delete("p/store", state(), 0.01)
