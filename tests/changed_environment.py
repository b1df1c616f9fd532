"""What a change does to an environment on the fake cluster, seen while it happens.

with watched(place) as seen:
    place.up()
assert seen.roles_in_order(image) == [...]
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from control_plane import Api, ApiError, Object
from kubernetes_environment import Place

T = TypeVar("T")

_LOOK_SECONDS = 0.1
# The slowest pause of the operator's stand-in is 30 seconds, of which tests wait a thirtieth.
_CALM_SECONDS = 5.0
_COMPONENT = "app.kubernetes.io/component"
# What Milvus's data and pods hang on. Others write into the status of these, so their spec counts.
_WITH_SPEC = ("Milvus", "apps/Deployment", "apps/StatefulSet", "PersistentVolumeClaim")
_WITHOUT_SPEC = ("ConfigMap", "Secret", "Service", "ServiceAccount")


def start_up(place: Place) -> subprocess.Popen[str]:
    """`pulumi up` in a process group of its own, which the caller ends or waits for."""
    return place.pulumi.start("up", "--yes", "--skip-preview", "-s", place.stack)


def words(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said on both outputs, in one line."""
    return " ".join((done.stdout + done.stderr).split())


def holds(said: str, *parts: str) -> None:
    """Fail, with all that was said, where a part of it is missing."""
    missing = [part for part in parts if part not in said]
    assert not missing, f"not said: {missing}\n--- what was said:\n{said}"


def refused(place: Place, *, command: str = "preview") -> str:
    """The words with which a preview, or an `up` without one, is refused."""
    done = place.preview(check=False) if command == "preview" else place.up(check=False)
    said = words(done)
    assert done.returncode != 0, said
    return said


def accept_the_plan(place: Place) -> None:
    """As `pulumi-milvus plan --write` does."""
    file = place.pulumi.directory / "stacks" / f"Pulumi.{place.stack}.yaml"
    subprocess.run(
        ["pulumi-milvus", "plan", "--write", str(file)],
        cwd=place.pulumi.directory,
        env=place.pulumi.environment,
        check=True,
        capture_output=True,
    )


def as_it_stands(place: Place) -> dict[tuple[str, str], tuple[str, Any]]:
    """Which objects the namespace has, and in which version each of them is declared."""
    found = {}
    for kind in (*_WITH_SPEC, *_WITHOUT_SPEC):
        for one in place.plane.api.list(kind, place.namespace):
            metadata = one["metadata"]
            version = metadata.get("generation", one.get("spec")) if kind in _WITH_SPEC else metadata["resourceVersion"]
            found[kind, metadata["name"]] = metadata["uid"], version
    return found


def at_rest(api: Api, look: Callable[[], T]) -> T:
    """What is seen when it changes no more: after Healthy the operator still writes Deployments that have no pods."""
    looks: list[tuple[float, T]] = []

    def is_calm() -> bool:
        now, found = time.monotonic(), look()
        if looks and looks[-1][1] != found:
            looks.clear()
        looks.append((now, found))
        return now - looks[0][0] >= _CALM_SECONDS

    api.wait_until("nothing changes any more", is_calm, seconds=60)
    return looks[-1][1]


def killed_once(place: Place, reached: Callable[[], object], seconds: float = 120.0) -> None:
    """`up`, killed with every process of its own as soon as something is reached; then its lock is lifted."""
    process = start_up(place)
    deadline = time.monotonic() + seconds
    while not reached():
        late = time.monotonic() > deadline
        if late or process.poll() is not None:
            os.killpg(process.pid, signal.SIGKILL) if late else None
            said, errors = process.communicate()
            raise AssertionError(f"`up` {'is too slow' if late else 'ended before'}\n{said}\n{errors}")
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    # The lock of an engine that was killed stays; this is what its error asks for.
    place.pulumi.run("cancel", "--yes", "-s", place.stack)


def role_of(thing: Object) -> str:
    """The role of a pod or Deployment, by the operator's label."""
    return str((thing["metadata"].get("labels") or {}).get(_COMPONENT, ""))


def condition(pod: Object, kind: str) -> Object:
    """One of a pod's conditions; empty where it has none of that kind."""
    return next((one for one in pod["status"].get("conditions") or () if one["type"] == kind), {})


def is_ready(pod: Object) -> bool:
    """Whether it serves."""
    return condition(pod, "Ready").get("status") == "True"


def serving_deployment(place: Place, role: str) -> Object:
    """Of a role's Deployments the one that has pods."""
    found = place.plane.api.list("apps/Deployment", place.namespace, f"{_COMPONENT}={role}")
    return max(found, key=lambda one: one["spec"].get("replicas", 0))


def image_of(deployment: Object) -> str:
    """The image of Milvus's container."""
    return str(deployment["spec"]["template"]["spec"]["containers"][0]["image"])


@dataclass
class Seen:
    """What was seen while something changed."""

    images: list[tuple[str, str]] = field(default_factory=list)
    """Roles with the image of a Deployment that has pods, in the order of first appearance."""
    unschedulable: set[str] = field(default_factory=set)
    """Pods for which the scheduler found no node at some time."""
    fewest_ready: dict[str, int] = field(default_factory=dict)
    """Of each role the fewest pods that were ready at once."""

    def roles_in_order(self, image: str) -> list[str]:
        """The roles that came to have an image, in this order."""
        return [role for role, its in self.images if its == image]

    def look(self, place: Place) -> None:
        """One look."""
        for one in place.plane.api.list("apps/Deployment", place.namespace):
            pair = role_of(one), image_of(one)
            if one["spec"].get("replicas", 0) and pair not in self.images:
                self.images.append(pair)
        ready: dict[str, int] = {}
        for pod in place.pods():
            if condition(pod, "PodScheduled").get("reason") == "Unschedulable":
                self.unschedulable.add(pod["metadata"]["name"])
            ready.setdefault(role_of(pod), 0)
            ready[role_of(pod)] += is_ready(pod)
        for role, count in ready.items():
            self.fewest_ready[role] = min(count, self.fewest_ready.get(role, count))


@contextlib.contextmanager
def watched(place: Place) -> Iterator[Seen]:
    """Look again and again while the block runs, ten times a second where the machine can."""
    seen, ending = Seen(), threading.Event()

    def work() -> None:
        while not ending.wait(_LOOK_SECONDS):
            with contextlib.suppress(ApiError, OSError):
                seen.look(place)

    seen.look(place)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ending.set()
        thread.join(5)
