"""Check, diff, create, read, update and delete of `milvus:index:Readiness`."""

from __future__ import annotations

from dataclasses import replace

from pydantic import ValidationError

from pulumi_milvus.cluster_access.cluster import Reader
from pulumi_milvus.resources.differences import Difference, differences
from pulumi_milvus.resources.handler import Changes, Checked, Found, Scene
from pulumi_milvus.resources.problems import from_validation
from pulumi_milvus.resources.readiness.milvus_resource import DEPENDENCIES, judge_milvus
from pulumi_milvus.resources.readiness.observed import Observed, observe
from pulumi_milvus.resources.readiness.parts import Verdict
from pulumi_milvus.resources.readiness.spec import OUTPUTS, ReadinessSpec
from pulumi_milvus.resources.readiness.stateful_set import judge_stateful_set
from pulumi_milvus.resources.readiness.waiting import Pace, wait
from pulumi_milvus.resources.wire import UNKNOWN, Plain, has_unknown

_IDENTITY = frozenset({"name", "namespace", "kind"})
_NOT_WAITED_FOR = ("timeoutSeconds",)
# As the operator writes it into a Milvus's status (Milvus Operator a6dcc63), which stays Healthy while pods run though
# etcd, the store or the log is gone: then the conditions tell.
_HEALTHY, _UNREADY = "Healthy", ("Pending", "Unhealthy")
_WITHOUT = f"{_HEALTHY} without "


class ReadinessHandler:
    """Creating and changing wait; reading only looks; deleting does nothing."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Judge the inputs."""
        inputs = _inputs(new)
        if has_unknown(inputs):
            return Checked(inputs)
        try:
            spec = ReadinessSpec.model_validate(inputs)
        except ValidationError as error:
            return Checked(inputs, from_validation(error, ReadinessSpec))
        return Checked(spec.model_dump(by_alias=True, exclude_none=True))

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """What is waited for; another resource is another Readiness. What a refresh found unready is waited for."""
        changed = differences(_inputs(old_state), _inputs(new_inputs))
        return Changes([*changed, *_lost(old_state)], _IDENTITY)

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Wait. Raises ResourceError; the next `pulumi up` creates it anew, which waits again."""
        if preview:
            return "", inputs | dict.fromkeys(OUTPUTS, UNKNOWN)
        spec = ReadinessSpec.model_validate(inputs)
        return f"{spec.namespace}/{spec.name}", self._waited(scene, spec, inputs)

    def read(self, scene: Scene, identifier: str, known: Plain) -> Found | None:
        """Look once, and take it as it is."""
        namespace, _, name = identifier.partition("/")
        inputs = _inputs(known) or {"namespace": namespace, "name": name, "kind": "Milvus"}
        spec = ReadinessSpec.model_validate(inputs)
        observed = observe(scene.known_cluster(), spec)
        if observed.resource is None:
            return None
        return Found(identifier, _state(inputs, _judge(observed, spec)), inputs)

    def update(self, scene: Scene, old_state: Plain, inputs: Plain, *, preview: bool) -> Plain:
        """Wait for what is declared now."""
        outputs = {key: old_state[key] for key in OUTPUTS if key in old_state}
        only_patience = all(item.path in _NOT_WAITED_FOR for item in differences(_inputs(old_state), _inputs(inputs)))
        if only_patience and not _lost(old_state):
            return inputs | outputs
        if preview:
            # The endpoint is what others depend on, and it stays.
            return inputs | outputs | dict.fromkeys(("status", "readyPods", "wantedPods"), UNKNOWN)
        return self._waited(scene, ReadinessSpec.model_validate(inputs), inputs)

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """There is nothing to delete."""

    def _waited(self, scene: Scene, spec: ReadinessSpec, inputs: Plain) -> Plain:
        cluster = scene.known_cluster()
        seconds = spec.timeout_seconds or scene.timeout_seconds
        what = f"{spec.kind} {spec.namespace}/{spec.name}"
        # A StatefulSet tells whether its controller has seen the newest spec; the operator's status does not.
        pace = self._pace if spec.kind == "Milvus" else replace(self._pace, settle_seconds=0.0)
        verdict = wait(lambda: judge(cluster, spec), what, seconds, scene.report, scene.ending, pace)
        return _state(inputs, verdict)


def judge(reader: Reader, spec: ReadinessSpec) -> Verdict:
    """One look and what it says. Raises ClusterError."""
    return _judge(observe(reader, spec), spec)


def _judge(observed: Observed, spec: ReadinessSpec) -> Verdict:
    return judge_milvus(observed, spec) if spec.kind == "Milvus" else judge_stateful_set(observed, spec)


def _lost(state: Plain) -> list[Difference]:
    """What was ready once, and is not any more: a state is written when it is, and again by a refresh."""
    found = [
        Difference(f"readyPods.{name}", "update", ready, state["wantedPods"][name])
        for name, ready in sorted((state.get("readyPods") or {}).items())
        if ready < (state.get("wantedPods") or {}).get(name, 0)
    ]
    status = str(state.get("status") or "")
    if status in _UNREADY or status.startswith(_WITHOUT):
        found.append(Difference("status", "update", status, _HEALTHY))
    return found


def _inputs(values: Plain) -> Plain:
    return {key: value for key, value in values.items() if key not in OUTPUTS}


def _state(inputs: Plain, verdict: Verdict) -> Plain:
    counted = [part for part in verdict.parts if part.wanted is not None]
    gone = [part.name for part in verdict.unready if part.name in DEPENDENCIES]
    return inputs | {
        "endpoint": verdict.endpoint,
        "status": f"{_WITHOUT}{', '.join(gone)}" if gone and verdict.status == _HEALTHY else verdict.status,
        "readyPods": {part.name: part.ready for part in counted},
        "wantedPods": {part.name: part.wanted for part in counted},
    }
