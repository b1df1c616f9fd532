"""When the stand-in of the Kubernetes provider takes an object for ready, and what it says until then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from kubernetes_provider.api import Api
from kubernetes_provider.discovery import Discovery
from kubernetes_provider.errors import NotReadyError, ProviderError
from kubernetes_provider.waiting import annotated, deployments, jobs, pods, services, stateful_sets
from kubernetes_provider.waiting.loop import Look, Surroundings, haste, wait
from kubernetes_provider.waiting.readiness import timeout_seconds, wait_until_ready
from kubernetes_provider.wire import Object


def resource(status: Any = None, generation: int = 1, **fields: Any) -> Object:
    metadata = {"name": "store", "namespace": "p", "generation": generation, **fields.pop("metadata", {})}
    return {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": metadata, "status": status or {}, **fields}


def verdict(expression: str, live: Object) -> annotated.Verdict:
    (parsed,) = annotated.parsed(expression)
    return parsed(live)


HEALTHY = "jsonpath={.status.status}=Healthy"


def test_fact_61_a_json_path_is_compared_with_its_value() -> None:
    assert verdict(HEALTHY, resource({"status": "Healthy"})).progress == "Found {.status.status}=Healthy"
    assert verdict(HEALTHY, resource({"status": "Healthy"})).holds
    assert not verdict(HEALTHY, resource({"status": "Pending"})).holds
    assert 'found "Pending"' in verdict(HEALTHY, resource({"status": "Pending"})).progress
    assert verdict(HEALTHY, resource()).progress == "{.status.status} selected nothing"
    assert verdict("jsonpath={.status.status}", resource({"status": "anything"})).holds
    assert verdict("jsonpath={.status.ready}=true", resource({"ready": True})).holds


def test_fact_61_conditions_can_be_selected_by_json_path_too() -> None:
    live = resource({"conditions": [{"type": "A", "status": "False"}, {"type": "Ready", "status": "True"}]})
    assert verdict('jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', live).holds
    assert not verdict('jsonpath={.status.conditions[?(@.type=="A")].status}=True', live).holds


def test_fact_61_a_status_of_an_earlier_spec_does_not_count_where_it_says_so() -> None:
    """A status without observedGeneration counts, stale or not: milvus.io has none."""
    assert verdict(HEALTHY, resource({"status": "Healthy"}, generation=5)).holds
    assert not verdict(HEALTHY, resource({"status": "Healthy", "observedGeneration": 4}, generation=5)).holds
    assert verdict(HEALTHY, resource({"status": "Healthy", "observedGeneration": 5}, generation=5)).holds


def test_fact_61_conditions() -> None:
    def live(status: str, **more: Any) -> Object:
        return resource({"conditions": [{"type": "Ready", "status": status, **more}]}, generation=2)

    assert verdict("condition=Ready", live("True")).holds
    assert not verdict("condition=Ready", live("False")).holds
    assert verdict("condition=Ready=False", live("False")).holds
    assert not verdict("condition=Ready", live("True", observedGeneration=1)).holds
    assert verdict("condition=Ready", resource()).progress == "Has no .status.conditions"


def test_fact_61_a_list_means_all() -> None:
    expressions = annotated.parsed(f'["{HEALTHY}", "condition=Ready"]')
    live = resource({"status": "Healthy"})
    assert [expression(live).holds for expression in expressions] == [True, False]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("bogus", 'expected a "jsonpath=" or "condition=" prefix, got "bogus"'),
        ("jsonpath=.status", "wrapped in brackets"),
        ("jsonpath={.status}=", "requires a value"),
        ("jsonpath='{.status}'", "omit shell quotes"),
        ("jsonpath={.a}=b=c", "format should be"),
        ("jsonpath={.a[}", "parsing"),
        ("[]", "at least one condition"),
    ],
)
def test_fact_61_what_is_no_expression_is_said(text: str, word: str) -> None:
    with pytest.raises(ProviderError) as caught:
        annotated.parsed(text)
    assert word in str(caught.value)


class Changing:
    """A server whose one object changes from one look to the next."""

    def __init__(self, *lives: Object) -> None:
        self._lives = list(lives)

    def get(self, path: str) -> Object:
        if path.count("/") == 3:
            return {"resources": [{"name": "milvuses", "kind": "Milvus", "namespaced": True}]}
        return self._lives.pop(0) if len(self._lives) > 1 else self._lives[0]


def surroundings(server: Changing, told: list[str]) -> Surroundings:
    api = cast(Api, server)
    return Surroundings(api, Discovery(api), lambda _severity, message: told.append(message))


def annotate(**annotations: str) -> Object:
    return resource(metadata={"annotations": {f"pulumi.com/{key}": value for key, value in annotations.items()}})


def test_fact_61_waiting_ends_with_the_status() -> None:
    told: list[str] = []
    server = Changing(resource(), resource({"status": "Pending"}), resource({"status": "Healthy"}))
    live = wait_until_ready(surroundings(server, told), annotate(waitFor=HEALTHY), resource(), 0)
    assert live["status"] == {"status": "Healthy"}
    assert told[-1] == "Found {.status.status}=Healthy"


def test_fact_61_a_timeout_keeps_what_was_seen_last() -> None:
    server = Changing(resource({"status": "Pending"}))
    with pytest.raises(NotReadyError, match="timed out waiting for the condition") as caught:
        wait_until_ready(surroundings(server, []), annotate(waitFor=HEALTHY, timeoutSeconds="600"), resource(), 0.05)
    assert caught.value.live["status"] == {"status": "Pending"}


def test_fact_62_skip_await_wins_over_wait_for() -> None:
    told: list[str] = []
    inputs = annotate(waitFor=HEALTHY, skipAwait="true")
    assert wait_until_ready(surroundings(Changing(resource()), told), inputs, resource(), 0) == resource()
    assert told == ["Skipping await logic"]


def test_custom_timeouts_beat_the_annotation_which_beats_ten_minutes() -> None:
    assert timeout_seconds(5, annotate(timeoutSeconds="7")) == 5
    assert timeout_seconds(0, annotate(timeoutSeconds="7")) == 7
    assert timeout_seconds(0, annotate(timeoutSeconds="soon")) == timeout_seconds(0, resource()) == 600


def test_fact_60_custom_kinds_are_not_waited_for() -> None:
    assert wait_until_ready(surroundings(Changing(), []), resource(), resource(), 0) == resource()


def deployment(revision: str = "1", **conditions: tuple[str, str]) -> Object:
    listed = [
        {"type": kind, "status": status, "reason": reason, "message": f"{reason} it says"}
        for kind, (status, reason) in conditions.items()
    ]
    annotations = {"deployment.kubernetes.io/revision": revision}
    return resource({"conditions": listed, "observedGeneration": 1}, metadata={"annotations": annotations})


def replica_set(wanted: int, ready: int) -> Object:
    return {"spec": {"replicas": wanted}, "status": {"readyReplicas": ready} if ready else {}}


AVAILABLE = ("True", "MinimumReplicasAvailable")
ROLLED_OUT = ("True", "NewReplicaSetAvailable")


def test_fact_60_a_deployment_is_ready_when_available_and_rolled_out() -> None:
    first = deployment(Available=AVAILABLE, Progressing=("True", "ReplicaSetUpdated"))
    assert deployments.judged(first, replica_set(2, 2), [], []).ready
    assert not deployments.judged(first, replica_set(2, 1), [], []).ready
    assert not deployments.judged(first, None, [], []).ready
    assert not deployments.judged(first, replica_set(2, 2), [], ["data"]).ready
    later = deployment("2", Available=AVAILABLE, Progressing=("True", "ReplicaSetUpdated"))
    assert not deployments.judged(later, replica_set(2, 2), [], []).ready
    assert deployments.judged(
        deployment("2", Available=AVAILABLE, Progressing=ROLLED_OUT), replica_set(2, 2), [], []
    ).ready
    assert deployments.judged(first, replica_set(0, 0), [], []).ready


def test_fact_60_a_deployment_says_why_not() -> None:
    live = deployment(Available=("False", "MinimumReplicasUnavailable"))
    causes = deployments.judged(live, replica_set(2, 0), [pod("CrashLoopBackOff")], ["data"]).causes
    assert causes == [
        "[MinimumReplicasUnavailable] MinimumReplicasUnavailable it says",
        'Failed to bind PersistentVolumeClaim(s): "data"',
        "Minimum number of live Pods was not attained",
        "[Pod p/pod]: containers with unready status: [c][CrashLoopBackOff] back-off",
    ]


def stateful(generation: int = 1, **status: Any) -> Object:
    live = resource({"observedGeneration": generation, **status}, generation=generation)
    return {**live, "spec": {"replicas": 2, "updateStrategy": {"type": "RollingUpdate"}}}


def test_fact_60_a_stateful_set_is_ready_when_all_replicas_are_at_one_revision() -> None:
    counts = {"replicas": 2, "readyReplicas": 2, "currentReplicas": 2, "updatedReplicas": 2}
    one: dict[str, Any] = {"currentRevision": "a", "updateRevision": "a"}
    assert stateful_sets.judged(stateful(**counts, **one), []).ready
    rolling = stateful(2, **counts, currentRevision="a", updateRevision="b")
    assert stateful_sets.judged(rolling, []).causes == [
        'StatefulSet controller failed to advance from revision "a" to revision "b"'
    ]
    fewer = stateful(**{**counts, "readyReplicas": 1}, **one)
    assert stateful_sets.judged(fewer, []).causes == ["1 out of 2 replicas succeeded readiness checks"]
    unseen = stateful(2, **counts, **one)
    unseen["status"]["observedGeneration"] = 1
    assert not stateful_sets.judged(unseen, []).ready
    empty = stateful_sets.judged(stateful(replicas=1, **one), [])
    assert empty.progress == "[1/2] Waiting for StatefulSet to create Pods (0/2 Pods ready)"


def test_fact_60_a_job_waits_for_success_and_not_after_a_failure() -> None:
    assert not jobs.judged(resource({"startTime": "x", "active": 1}), []).ready
    assert jobs.judged(resource({"conditions": [{"type": "Complete", "status": "True"}]}), []).ready
    failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"}
    seen = jobs.judged(resource({"conditions": [failed]}), [])
    assert seen.failed == "Resource 'store' was created but failed to initialize"
    assert seen.causes == ["[BackoffLimitExceeded] too often"]


def service(**spec: Any) -> Object:
    return resource(spec={"selector": {"a": "b"}, "clusterIP": "10.0.0.1", **spec})


NOBODY = (
    "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels "
    "on any Pods"
)


def test_fact_60_a_service_settles_with_or_without_pods() -> None:
    assert services.judged(service(), {"subsets": []}, settled=True).ready
    assert not services.judged(service(), {"subsets": []}, settled=False).ready
    pending: Object = {"subsets": [{"notReadyAddresses": [{}]}]}
    assert services.judged(service(), pending, settled=True).causes == [NOBODY]
    for at_once in (service(clusterIP="None"), service(selector={}), service(type="ExternalName")):
        assert services.judged(at_once, None, settled=False).ready


def test_fact_60_a_load_balancer_waits_for_its_address() -> None:
    live = service(type="LoadBalancer")
    assert services.judged(live, {"subsets": []}, settled=True).causes == [
        NOBODY,
        "Service was not allocated an IP address; does your cloud provider support this?",
    ]
    live["status"] = {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}
    assert services.judged(live, {"subsets": []}, settled=True).ready


def pod(reason: str) -> Object:
    ready = {"type": "Ready", "status": "False", "reason": "ContainersNotReady"}
    waiting = {"waiting": {"reason": reason, "message": "back-off"}}
    return {
        "metadata": {"name": "pod", "namespace": "p"},
        "status": {
            "conditions": [
                {"type": "PodScheduled", "status": "True"},
                {"type": "Initialized", "status": "True"},
                {**ready, "message": "containers with unready status: [c]"},
            ],
            "containerStatuses": [{"name": "c", "ready": False, "state": waiting}],
        },
    }


def test_pods_say_why_they_are_not_ready() -> None:
    assert pods.warnings([pod("ImagePullBackOff")]) == [
        "[Pod p/pod]: containers with unready status: [c][ImagePullBackOff] back-off"
    ]
    unscheduled = {"status": {"conditions": [{"type": "PodScheduled", "status": "False", "message": "no room"}]}}
    assert pods.warnings([unscheduled]) == []


def looks(*seen: Look) -> Callable[[], Look]:
    queue = list(seen)
    return lambda: queue.pop(0) if len(queue) > 1 else queue[0]


def test_the_user_can_have_enough() -> None:
    around = surroundings(Changing(resource()), [])
    around.cancelled.set()
    with pytest.raises(NotReadyError, match='cancelled for "store"'):
        wait(looks(Look(False, resource())), around, 60, "late")


def test_a_failure_is_not_waited_out() -> None:
    with pytest.raises(NotReadyError, match="broken") as caught:
        wait(looks(Look(False, {}, ["why"], failed="broken")), surroundings(Changing(), []), 60, "late")
    assert caught.value.causes == ("why",)


def test_pauses_are_shortened_never_lengthened(monkeypatch: pytest.MonkeyPatch) -> None:
    assert haste() == 1
    monkeypatch.setenv("PULUMI_MILVUS_STANDIN_HASTE", "20")
    assert haste() == 20
    monkeypatch.setenv("PULUMI_MILVUS_STANDIN_HASTE", "0.1")
    assert haste() == 1
