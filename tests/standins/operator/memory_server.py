"""An API server in memory with a controller of Deployments, so that the operator's loop can be tested in milliseconds.

Its time is a number that a test moves. It knows what these tests need: versions and generations, finalizers, owners,
what the API server fills in and refuses, and pods that are ready at once (as in the recordings' rig) and available
after minReadySeconds.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from .admission import message, refusals
from .api import ApiError
from .documents import Document, section, value_at, without_empty
from .memory_completion import complete
from .memory_deployments import Pods

_Key = tuple[str, str, str]
# In the class, `list` is a method.
Keys = list[tuple[str, str]]
Documents = list[Document]


@dataclass
class MemoryApi:
    """Objects by kind, namespace and name; `now` is the time in seconds."""

    now: float = 0.0
    _objects: dict[_Key, Document] = field(default_factory=dict)
    _pods: dict[_Key, Pods] = field(default_factory=dict)
    _version: int = 0
    _changed: Keys = field(default_factory=list)

    def get(self, kind: str, namespace: str, name: str) -> Document | None:
        """One object, or None."""
        return copy.deepcopy(self._objects.get((kind, namespace, name)))

    def stored(self, kind: str, namespace: str, name: str) -> Document:
        """One object itself, to be read only; empty where there is none."""
        return self._objects.get((kind, namespace, name)) or {}

    def list(self, kind: str, namespace: str | None = None, labels: Mapping[str, str] | None = None) -> list[Document]:
        """A namespace's objects, or everybody's, that carry the labels."""
        stored = [each for each in self._objects.values() if each["kind"] == kind]
        everything = self._all_pods() if kind == "Pod" else stored
        found = [each for each in everything if namespace in (None, each["metadata"]["namespace"])]
        wanted = (labels or {}).items()
        return [copy.deepcopy(each) for each in found if wanted <= section(each, "metadata", "labels").items()]

    def create(self, manifest: Document) -> Document:
        """Make an object."""
        key = _key(manifest)
        if key in self._objects:
            raise ApiError(409, f"{key[0]} {key[2]} already exists")
        made = copy.deepcopy(manifest)
        made["metadata"] |= {"uid": f"uid-{self._version}", "generation": 1}
        self._admit(made)
        return self._store(made)

    def update(self, manifest: Document) -> Document:
        """Write an object whole, but for its status."""
        present = self._present(manifest)
        made = copy.deepcopy(manifest)
        made["status"] = copy.deepcopy(present.get("status") or {})
        self._admit(made)
        if made["metadata"].get("deletionTimestamp") and not made["metadata"].get("finalizers"):
            self._remove(_key(made))
            return made
        if _same(made.get("spec"), present.get("spec")):
            if _same(made, present):
                return copy.deepcopy(present)
        else:
            made["metadata"]["generation"] = present["metadata"]["generation"] + 1
        return self._store(made)

    def update_status(self, manifest: Document) -> Document:
        """Write an object's status."""
        present = copy.deepcopy(self._present(manifest))
        present["status"] = copy.deepcopy(manifest.get("status") or {})
        return self._store(present)

    def delete(self, kind: str, namespace: str, name: str, propagation: str = "Background") -> None:
        """Ask for an object's deletion; one that is not there is no error."""
        key = (kind, namespace, name)
        present = self._objects.get(key)
        if present is None:
            return
        if not present["metadata"].get("finalizers"):
            self._remove(key)
            return
        present["metadata"]["deletionTimestamp"] = str(self.now)
        if propagation == "Foreground":
            self._remove_owned(present)
        self._store(present)

    def patch_spec(self, name: str, change: Document, namespace: str = "a") -> None:
        """A merge patch of a Milvus resource's spec, as a user makes it."""
        changed = copy.deepcopy(self._objects["Milvus", namespace, name])
        changed["spec"] = _patched(changed["spec"], change)
        self.update(changed)

    def pass_time(self, seconds: float) -> None:
        """Let time go by, and Deployments move."""
        self.now += seconds
        for key, deployment in list(self._objects.items()):
            if key[0] == "Deployment":
                status = self._pods.setdefault(key, Pods()).move(deployment, self.now)
                if status != deployment.get("status"):
                    deployment["status"] = status

    def changes(self) -> Keys:
        """Which Milvus resources changed since the last call."""
        changed, self._changed = self._changed, []
        return changed

    def changes_waiting(self) -> bool:
        """Whether there is a change that nobody took yet."""
        return bool(self._changed)

    def _present(self, manifest: Document) -> Document:
        present = self._objects.get(_key(manifest))
        if present is None:
            raise ApiError(404, f"{manifest['metadata']['name']} not found")
        version = manifest["metadata"].get("resourceVersion")
        if version and version != present["metadata"]["resourceVersion"]:
            raise ApiError(409, f"{manifest['metadata']['name']} has been modified")
        return present

    def _admit(self, manifest: Document) -> None:
        if reasons := refusals(manifest):
            raise ApiError(422, message(manifest, reasons))
        if manifest["kind"] == "Deployment":
            complete(manifest)

    def _store(self, manifest: Document) -> Document:
        self._version += 1
        manifest["metadata"]["resourceVersion"] = str(self._version)
        self._objects[_key(manifest)] = manifest
        if manifest["kind"] == "Milvus":
            self._changed.append((manifest["metadata"]["namespace"], manifest["metadata"]["name"]))
        return copy.deepcopy(manifest)

    def _remove(self, key: _Key) -> None:
        removed = self._objects.pop(key)
        self._pods.pop(key, None)
        self._remove_owned(removed)

    def _remove_owned(self, owner: Document) -> None:
        uid = owner["metadata"].get("uid")
        for key, each in list(self._objects.items()):
            if any(reference["uid"] == uid for reference in each["metadata"].get("ownerReferences") or []):
                self._remove(key)

    def _all_pods(self) -> Documents:
        return [pod for key, pods in self._pods.items() for pod in pods.manifests(self._objects[key])]


def _key(manifest: Document) -> _Key:
    return manifest["kind"], manifest["metadata"]["namespace"], manifest["metadata"]["name"]


def _same(one: object, other: object) -> bool:
    return bool(without_empty(one) == without_empty(other))


def _patched(present: Document, change: Document) -> Document:
    patched = dict(present)
    for key, value in change.items():
        if value is None:
            patched.pop(key, None)
        elif isinstance(value, dict):
            below = value_at(patched, key)
            patched[key] = _patched(below if isinstance(below, dict) else {}, value)
        else:
            patched[key] = value
    return patched
