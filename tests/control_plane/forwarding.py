"""``kubectl port-forward`` to a fake pod: kwok, as the kubelet, connects to an address that an object names."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from control_plane.processes import Child

GROUP = "kwok.x-k8s.io"
KIND = f"{GROUP}/PortForward"

# Only what is used here of kwok's kind; it is served so that kwok can watch it.
DEFINITION: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": f"portforwards.{GROUP}"},
    "spec": {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"kind": "PortForward", "plural": "portforwards", "singular": "portforward"},
        "versions": [
            {
                "name": "v1alpha1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            name: {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                            for name in ("spec", "status")
                        },
                    }
                },
            }
        ],
    },
}


def rule(namespace: str, pod: str, targets: dict[int, tuple[str, int]]) -> dict[str, Any]:
    """The object for one pod: from each of its ports to an address and port of this machine."""
    return {
        "apiVersion": f"{GROUP}/v1alpha1",
        "kind": "PortForward",
        # kwok finds it by the pod's own name.
        "metadata": {"name": pod, "namespace": namespace},
        "spec": {
            "forwards": [
                {"ports": [port], "target": {"address": address, "port": target}}
                for port, (address, target) in sorted(targets.items())
            ]
        },
    }


@contextlib.contextmanager
def port_forward(
    kubectl: Path, folder: Path, environment: Mapping[str, str], namespace: str, target: str, port: int
) -> Iterator[int]:
    """Run ``kubectl port-forward`` to ``pod/x`` or ``service/x`` while the block runs; the local port."""
    command = [str(kubectl), "port-forward", "-n", namespace, "--address=127.0.0.1", target, f":{port}"]
    child = Child(f"port-forward-{time.monotonic_ns()}", command, folder, environment)
    child.start()
    try:
        end = time.monotonic() + 20
        while (found := re.search(r"Forwarding from 127\.0\.0\.1:(\d+)", child.tail())) is None:
            child.check()
            if time.monotonic() > end:
                raise AssertionError(f"kubectl port-forward says nothing but: {child.tail()}")
            time.sleep(0.02)
        yield int(found.group(1))
    finally:
        child.kill()
