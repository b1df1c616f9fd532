"""How pods move between the two Deployments of a component, step by step, and whose turn an image is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standins.operator.documents import Document
from tests.standins.operator.examples import milvus
from tests.standins.operator.slots import Pair, Step, next_step, replicas
from tests.standins.operator.turns import components_before, has_its_turn, runs_declared_image

Moves = list[tuple[int, int]]
OLD, NEW = "milvusdb/milvus:v2.6.11", "milvusdb/milvus:v3.0.0"


def slot(pods: int, memory: str = "8Gi") -> Document:
    container = {"name": "querynode", "resources": {"limits": {"memory": memory}}}
    return {"spec": {"replicas": pods, "template": {"spec": {"containers": [container]}}}}


def moved(
    current: int, other: int, wished: int, memory: str = "8Gi", *, at_once: bool = False
) -> list[tuple[int, int]]:
    """Pods of the slot that runs and of the other, after each step until none is left."""
    pods = [current, other]
    seen: Moves = []
    for _ in range(200):
        step = next_step(Pair(slot(pods[0], memory), slot(pods[1])), wished, at_once=at_once)
        if not step.pods:
            return seen
        pods[0 if step.of_current else 1] += step.pods
        seen.append((pods[0], pods[1]))
    raise AssertionError(f"no end: {seen[:10]}")


class TestSteps:
    def test_one_up_one_down(self) -> None:
        """Recorded: image-26-to-30."""
        assert moved(0, 2, 2) == [(1, 2), (1, 1), (2, 1), (2, 0)]

    def test_changed_limits_bring_all_up_first(self) -> None:
        """Recorded: querynode-memory."""
        assert moved(0, 3, 3, "16Gi") == [(3, 3), (3, 2), (3, 1), (3, 0)]

    def test_fewer_pods_wished_amid_a_change_of_limits(self) -> None:
        """From the operator's sources: as many new ones as there are old ones, then both go down."""
        assert moved(0, 3, 2, "16Gi") == [(3, 3), (3, 2), (3, 1), (3, 0), (2, 0)]

    def test_up_at_once_down_one_by_one(self) -> None:
        """Recorded: querynode-scale."""
        assert moved(2, 0, 4) == [(4, 0)]
        assert moved(4, 0, 1) == [(3, 0), (2, 0), (1, 0)]

    def test_more_pods_wished_amid_a_roll_come_at_once(self) -> None:
        assert moved(1, 1, 4)[0] == (3, 1)

    def test_force_asks_nobody(self) -> None:
        assert moved(0, 3, 3, at_once=True) == [(3, 3), (3, 0)]

    def test_an_autoscaler_gets_its_first_pod(self) -> None:
        assert moved(0, 0, -1) == [(1, 0)]
        assert next_step(Pair(slot(5), slot(0)), -1, at_once=False) == Step()

    @pytest.mark.property
    @given(st.integers(0, 8), st.integers(0, 8), st.integers(1, 8), st.sampled_from(["8Gi", "16Gi"]))
    def test_every_move_ends_at_what_is_wished(self, current: int, other: int, wished: int, memory: str) -> None:
        steps = moved(current, other, wished, memory)
        assert (steps or [(current, other)])[-1] == (wished, 0)
        # Nobody is left with fewer pods than there were, or than are wished.
        assert all(sum(step) >= min(current + other, wished) for step in steps)

    def test_a_deployment_without_a_number_has_one(self) -> None:
        assert replicas({"spec": {}}) == 1


def seen(image: str, *, reason: str = "NewReplicaSetAvailable", observed: int = 1) -> Document:
    progressing = {"type": "Progressing", "status": "True", "reason": reason}
    return {"generation": 1, "image": image, "status": {"observedGeneration": observed, "conditions": [progressing]}}


def at(image: str, **components: Document) -> Document:
    """A resource that wishes the new image, at its second version."""
    resource = milvus({"image": NEW})
    resource["metadata"]["generation"] = 2
    resource["status"] = {"observedGeneration": 2, "currentImage": image, "componentsDeployStatus": components}
    return resource


class TestTurns:
    def test_the_first_has_its_turn_and_the_second_waits_for_it(self) -> None:
        assert has_its_turn(at(OLD), "mixcoord")
        assert not has_its_turn(at(OLD, mixcoord=seen(OLD)), "streamingnode")
        assert has_its_turn(at(OLD, mixcoord=seen(NEW)), "streamingnode")

    def test_the_one_before_must_be_complete(self) -> None:
        """Recorded: 30 seconds lie between two components of image-26-to-30."""
        assert not has_its_turn(at(OLD, mixcoord=seen(NEW, reason="ReplicaSetUpdated")), "streamingnode")
        assert not runs_declared_image(at(OLD, mixcoord=seen(NEW, observed=0)), "mixcoord")

    def test_nobody_has_a_turn_by_a_status_that_is_older_than_the_wish(self) -> None:
        resource = at(OLD)
        resource["status"]["observedGeneration"] = 1
        assert not has_its_turn(resource, "mixcoord")

    def test_cdc_goes_first(self) -> None:
        """From the operator's sources."""
        resource = at(OLD)
        resource["spec"]["components"]["cdc"] = {"replicas": 1}
        assert has_its_turn(resource, "cdc")
        assert not has_its_turn(resource, "mixcoord")

    def test_a_standalone_waits_for_nobody(self) -> None:
        assert components_before(milvus(mode="standalone"), "standalone") == ()

    def test_from_2_5_the_coordinator_waits_for_streaming_nodes(self) -> None:
        """Facts: image-25-to-26."""
        assert components_before(at("milvusdb/milvus:v2.5.15"), "mixcoord") == ("streamingnode",)
        assert components_before(at(OLD), "mixcoord") == ()
