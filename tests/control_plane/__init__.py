"""A real Kubernetes control plane for tests: etcd, API server, scheduler, controller manager; nodes by kwok.

Everything listens on 127.0.0.1 only. Nodes and pods are fake: kwok plays the kubelet, so that pods are scheduled for
real and then said to run. Tests of the tier ``cluster`` take the fixture ``control_plane``:

    def test_it_runs(control_plane: ControlPlane) -> None:
        control_plane.nodes([NodeShape(memory_bytes=60 * GIB)])
        control_plane.api.apply({"apiVersion": "v1", "kind": "Pod", ...})
        control_plane.api.wait_until("the pod runs", lambda: control_plane.api.get("Pod", "a", "default"), runs)

The commands come from pinned Go modules (``gomodules``), compiled once into the cache: ``make control-plane``.
"""

from control_plane.api import Api, ApiError, Object
from control_plane.nodes import GIB, NodeShape
from control_plane.plane import ControlPlane
from control_plane.processes import StartError

__all__ = ["GIB", "Api", "ApiError", "ControlPlane", "NodeShape", "Object", "StartError"]
