"""A whole environment on the fake cluster: nodes of its plan, the stand-in operator, a Milvus Lite that answers.

    with kubernetes_environment(control_plane, engine, tmp_path, values) as place:
        place.up()

Pods of the fake cluster run nothing; what is forwarded to Milvus's port reaches a Milvus Lite of this machine.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.standins.operator.crd import milvus_crd
from tests.standins.operator.running import RunningOperator, running_operator

from cluster_access_rig import lite_server
from control_plane import ApiError, ControlPlane, Object
from kubernetes_provider.official import provided
from planned_nodes import planned_nodes
from pulumi_cli import Pulumi, copy_of_project
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.values_file import values_of

HASTE = 30
# As a cluster on AWS usually has it by default; what claims is made for real is a stand-in's (control_plane.storage).
STORAGE_CLASS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "gp3", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "ebs.csi.aws.com",
    "reclaimPolicy": "Retain",
    "volumeBindingMode": "WaitForFirstConsumer",
}
SERVING = "milvus.io/service=true"
DEFINITION = "milvuses.milvus.io"


@dataclass
class Place:
    """A stack, its cluster and its plan."""

    plane: ControlPlane
    pulumi: Pulumi
    stack: str
    plan: Plan
    operator: RunningOperator
    namespace: str
    kubeconfig: Path
    """Who runs Pulumi."""

    def up(self, *arguments: str, **options: Any) -> Any:
        """`pulumi up`."""
        return self.pulumi.run("up", "--yes", "--skip-preview", "-s", self.stack, *arguments, timeout=600, **options)

    def preview(self, *arguments: str, **options: Any) -> Any:
        """`pulumi preview --diff`."""
        return self.pulumi.run("preview", "--diff", "-s", self.stack, *arguments, **options)

    def destroy(self, *arguments: str, **options: Any) -> Any:
        """`pulumi destroy`."""
        return self.pulumi.run(
            "destroy", "--yes", "--skip-preview", "-s", self.stack, *arguments, timeout=600, **options
        )

    def write(self, values: Mapping[str, Any]) -> None:
        """Other values for the stack; its salt stays."""
        file = self.pulumi.directory / "stacks" / f"Pulumi.{self.stack}.yaml"
        kept = yaml.safe_load(file.read_text()) if file.exists() else {}
        kept["config"] = {**dict(values), "kubernetes:kubeconfig": str(self.kubeconfig)}
        file.write_text(yaml.safe_dump(kept))
        self.plan = make_plan(values_of({"config": dict(values)}).workload)

    def pods(self) -> list[Object]:
        """The pods of the namespace."""
        return self.plane.api.list("Pod", self.namespace)

    def pending(self) -> list[str]:
        """Names of pods that no node has room for."""
        return [one["metadata"]["name"] for one in self.pods() if not one["spec"].get("nodeName")]


@contextlib.contextmanager
def kubernetes_environment(
    plane: ControlPlane,
    engine: Path,
    folder: Path,
    values: Mapping[str, Any],
    *,
    namespace: str = "milvus",
    less: Mapping[str, int] | None = None,
    most: bool = False,
    defined: bool = True,
    answering: bool = True,
    account: Path | None = None,
    server: Callable[[Path], AbstractContextManager[int]] = lite_server,
) -> Iterator[Place]:
    """The cluster for these values (``milvus:workload``, ``milvus:kubernetes`` ...) and a stack that is not up yet.

    With ``defined`` false nobody has brought the definition of Milvus so far; with ``answering`` false nothing answers
    in Milvus's place, which collections and `pulumi-milvus try` would need. ``server`` gives the port of what does.
    ``account`` is the kubeconfig of who runs Pulumi, the administrator if left out.
    """
    if defined:
        if plane.api.get("CustomResourceDefinition", DEFINITION) is None:
            plane.api.apply(milvus_crd())
        plane.api.wait_until("Milvus is served", lambda: plane.api.list("Milvus") == [])
    plane.api.apply(STORAGE_CLASS)
    kubeconfig = account or plane.kubeconfig
    pulumi = provided(copy_of_project(engine, folder)).with_environment(
        PULUMI_MILVUS_STANDIN_HASTE=str(HASTE), KUBECONFIG=str(kubeconfig)
    )
    with contextlib.ExitStack() as running:
        operator = running.enter_context(running_operator(plane.kubeconfig, haste=HASTE))
        plan = make_plan(values_of({"config": dict(values)}).workload)
        place = Place(plane, pulumi, "test", plan, operator, namespace, kubeconfig)
        place.write(values)
        plane.nodes(planned_nodes(plan, less=less, most=most))
        pulumi.run("stack", "init", place.stack)
        if answering:
            name = (values.get("milvus:kubernetes") or {}).get("name", "milvus")
            running.enter_context(forwarding(plane, namespace, name, running.enter_context(server(folder))))
        yield place
        _let_go(plane)


@contextlib.contextmanager
def forwarding(plane: ControlPlane, namespace: str, name: str, port: int) -> Iterator[None]:
    """Every pod that serves the Milvus ``name`` leads to ``port`` of this machine."""
    serving = f"{SERVING},app.kubernetes.io/instance={name}"
    ending = threading.Event()

    def work() -> None:
        known: set[str] = set()
        while not ending.wait(0.2):
            with contextlib.suppress(ApiError, OSError):
                for pod in plane.api.list("Pod", namespace, serving):
                    name = pod["metadata"]["name"]
                    if name not in known:
                        plane.forward(namespace, name, {19530: port})
                        known.add(name)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join(5)


def _let_go(plane: ControlPlane) -> None:
    """The operator holds its resources by a finalizer, so it must still run when they go."""
    if plane.api.get("CustomResourceDefinition", DEFINITION) is None:
        return
    for one in plane.api.list("Milvus"):
        plane.api.delete("Milvus", one["metadata"]["name"], one["metadata"]["namespace"])
    plane.api.wait_until("no Milvus is left", lambda: plane.api.list("Milvus") == [], seconds=60)
