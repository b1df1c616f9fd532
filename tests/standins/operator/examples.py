"""A small Milvus resource and short ways to the parts of its answer, for tests."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import yaml

from .documents import Document
from .manifests import Answer, settled
from .surroundings import recorded_surroundings

DEPENDENCIES: Mapping[str, Any] = {
    "etcd": {"external": True, "endpoints": ["127.0.0.1:23791"]},
    "storage": {"external": True, "type": "S3", "endpoint": "127.0.0.1:25000", "secretRef": "s3-cred"},
    "msgStreamType": "woodpecker",
}
ROLES = {"mixcoord", "datanode", "streamingnode", "querynode-0", "querynode-1", "proxy", "standalone"}


def milvus(
    components: Mapping[str, Any] | None = None,
    *,
    mode: str = "cluster",
    name: str = "vec",
    dependencies: Mapping[str, Any] | None = None,
    **spec: Any,
) -> Document:
    return {
        "metadata": {"name": name},
        "spec": {
            "mode": mode,
            "components": {"image": "milvusdb/milvus:v2.6.11", **(components or {})},
            "dependencies": {**copy.deepcopy(dict(DEPENDENCIES)), **(dependencies or {})},
            **spec,
        },
    }


class Settled:
    """The answer to one resource, with short ways to its parts."""

    def __init__(self, resource: Document, setup: list[Document] | None = None) -> None:
        self.answer: Answer = settled(resource, recorded_surroundings(setup or []))
        self.objects = {(each["kind"], each["metadata"]["name"]): each for each in self.answer.objects}

    @property
    def deployments(self) -> set[str]:
        return {name.removeprefix("vec-milvus-") for kind, name in self.objects if kind == "Deployment"}

    def deployment(self, ending: str) -> Document:
        found: Document = self.objects["Deployment", f"vec-milvus-{ending}"]["spec"]
        return found

    def pod(self, ending: str) -> Document:
        found: Document = self.deployment(ending)["template"]["spec"]
        return found

    def container(self, ending: str) -> Document:
        found: Document = self.pod(ending)["containers"][0]
        return found

    def mounts(self, ending: str) -> dict[str, str]:
        return {each["mountPath"]: each["name"] for each in self.container(ending)["volumeMounts"]}

    def volumes(self, ending: str) -> list[str]:
        return [each["name"] for each in self.pod(ending)["volumes"]]

    def labels(self, ending: str) -> Document:
        found: Document = self.deployment(ending)["template"]["metadata"]["labels"]
        return found

    @property
    def configuration(self) -> Document:
        found: Document = yaml.safe_load(self.objects["ConfigMap", "vec"]["data"]["user.yaml"])
        return found
