"""A Milvus in the fake cluster: pods that answer through a Milvus Lite of this machine, behind a Service.

with lite_server(tmp_path) as port:
    milvus_pod(control_plane, "search", "milvus-0", port)
    service(control_plane, "search", "milvus")
    forwards = Forwards()
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from control_plane import ControlPlane, Object

LABELS = {"app": "milvus"}
PORTS = [
    {"name": "milvus", "port": 19530, "targetPort": "milvus"},
    {"name": "metrics", "port": 9091, "targetPort": "metrics"},
]


@contextmanager
def lite_server(folder: Path) -> Iterator[int]:
    """A Milvus Lite behind its own gRPC server; its port."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, database, port = start_server_in_thread(str(folder / "served.db"), host="127.0.0.1", port=0)
    yield int(port)
    server.stop(grace=1).wait(2)
    database.close()


def pod_template(labels: Mapping[str, str] = LABELS, annotations: Mapping[str, str] | None = None) -> Object:
    """Metadata and spec of a pod that serves as Milvus does."""
    container = {
        "name": "milvus",
        "image": "milvusdb/milvus:v3.0.2",
        "ports": [{"name": "milvus", "containerPort": 19530}, {"name": "metrics", "containerPort": 9091}],
    }
    return {
        "metadata": {"labels": dict(labels), "annotations": dict(annotations or {})},
        "spec": {"containers": [container]},
    }


def milvus_pod(
    plane: ControlPlane, namespace: str, name: str, port: int, annotations: Mapping[str, str] | None = None
) -> None:
    """A pod, forwarded to a port of this machine, once it runs."""
    plane.forward(namespace, name, {19530: port})
    template = pod_template(annotations=annotations)
    template["metadata"] |= {"name": name, "namespace": namespace}
    plane.api.create({"apiVersion": "v1", "kind": "Pod", **template})
    plane.api.wait_until(
        f"pod {name} runs",
        lambda: plane.api.get("Pod", name, namespace),
        lambda pod: pod is not None and pod["status"].get("phase") == "Running",
    )


def service(
    plane: ControlPlane,
    namespace: str,
    name: str,
    labels: Mapping[str, str] = LABELS,
    ports: Sequence[Mapping[str, Any]] = PORTS,
) -> None:
    """A Service in front of pods."""
    spec = {"selector": dict(labels), "ports": [dict(port) for port in ports]}
    plane.api.create(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": spec}
    )


def wait_for_endpoints(plane: ControlPlane, namespace: str, name: str, count: int) -> None:
    """Until the cluster lists so many ready pods behind a Service."""

    def ready() -> list[str]:
        slices = plane.api.list("EndpointSlice", namespace, f"kubernetes.io/service-name={name}")
        points = [point for piece in slices for point in piece.get("endpoints") or []]
        return [point["targetRef"]["name"] for point in points if point["conditions"].get("ready")]

    plane.api.wait_until(f"{count} pods behind {name}", ready, lambda names: len(names) == count)


CRD: Object = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "milvuses.milvus.io"},
    "spec": {
        "group": "milvus.io",
        "scope": "Namespaced",
        "names": {"kind": "Milvus", "plural": "milvuses", "singular": "milvus", "shortNames": ["mi"]},
        "versions": [
            {
                "name": "v1beta1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            part: {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                            for part in ("spec", "status")
                        },
                    }
                },
            }
        ],
    },
}
"""The kind Milvus as these tests need it: any spec, and a status of its own."""


def milvus_resource(namespace: str, name: str, spec: Mapping[str, Any] | None = None) -> Object:
    """A Milvus resource."""
    return {
        "apiVersion": "milvus.io/v1beta1",
        "kind": "Milvus",
        "metadata": {"name": name, "namespace": namespace},
        "spec": dict(spec or {"mode": "standalone"}),
    }
