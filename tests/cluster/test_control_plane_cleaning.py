"""Between tests nothing stays, however a test left it."""

from __future__ import annotations

import pytest

from control_plane import Api, ApiError, ControlPlane, NodeShape, Object
from control_plane.api import Objects
from control_plane.cleaning import Start
from control_plane.discovery import Resource

GROUP = "tests.example.org"


def definition(kind: str) -> Object:
    plural = f"{kind.lower()}s"
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [version],
        },
    }


def custom(kind: str, namespace: str, finalizers: list[str]) -> Object:
    metadata = {"name": "one", "namespace": namespace, "finalizers": finalizers}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata}


def everything(api: Api) -> set[tuple[str, str, str]]:
    """All that is there but what the control plane writes by itself."""
    skipped = {"Lease", "Event", "EndpointSlice", "Endpoints", "IPAddress", "ServiceCIDR", "ServiceAccount"}
    return {
        (one.kind, thing["metadata"].get("namespace", ""), thing["metadata"]["name"])
        for one in api.resources()
        if one.sweepable and one.kind not in skipped
        for thing in api.list_of(one)
        if thing["metadata"]["name"] != "kube-root-ca.crt"
    }


def test_all_that_a_test_makes_goes(control_plane: ControlPlane) -> None:
    api = control_plane.api
    before = everything(api)
    control_plane.nodes([NodeShape()])
    space = control_plane.namespace("left-behind")
    template = {
        "metadata": {"labels": {"app": "x"}},
        "spec": {"containers": [{"name": "main", "image": "example.org/none:1"}], "terminationGracePeriodSeconds": 600},
    }
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": "x"}}, "template": template}
    api.apply(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x", "namespace": space}, "spec": spec}
    )
    api.apply(definition("Gadget"))
    # Nobody will ever take this finalizer away.
    api.create(custom("Gadget", space, [f"{GROUP}/never"]))
    api.create(custom("Gadget", "default", [f"{GROUP}/never"]))
    api.delete(f"{GROUP}/Gadget", "one", "default")
    capacity = {"storage": "1Gi"}
    local = {"capacity": capacity, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/none"}}
    api.create({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "old"}, "spec": local})
    control_plane.kubectl("create", "clusterrole", "left-behind", "--verb=get", "--resource=pods")
    control_plane.kubectl("create", "configmap", "left-behind", "-n", "kube-system")
    # A webhook that nobody answers refuses every ConfigMap from here on.
    nobody = {"url": "https://127.0.0.1:9/"}
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": ["configmaps"]}
    hook = {
        "name": "refuses.example.org",
        "clientConfig": nobody,
        "rules": [rule],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    group = "admissionregistration.k8s.io/v1"
    kind = "ValidatingWebhookConfiguration"
    api.apply({"apiVersion": group, "kind": kind, "metadata": {"name": "refuses"}, "webhooks": [hook]})
    api.wait_until("three pods run", lambda: api.list("Pod", space), lambda found: len(found) == 3)

    control_plane.clean()
    assert everything(api) == before
    # And the next test can make the same again.
    control_plane.namespace("left-behind")


def test_cleaning_twice_is_nothing_new(control_plane: ControlPlane) -> None:
    control_plane.clean()
    before = everything(control_plane.api)
    control_plane.clean()
    assert everything(control_plane.api) == before


class _Vanishing(Api):
    """A client under whose hands the CRD goes, between the list of its objects and their deletion."""

    vanished = 0

    def list_of(self, resource: Resource, namespace: str | None = None, labels: str | None = None) -> Objects:
        found = super().list_of(resource, namespace, labels)
        if resource.group == GROUP and found:
            for thing in found:
                path = resource.path(thing["metadata"]["namespace"], thing["metadata"]["name"])
                change = {"metadata": {"finalizers": None}}
                self.request("PATCH", path, body=change, content="application/merge-patch+json")
            name = f"{resource.plural}.{GROUP}"
            self.delete("CustomResourceDefinition", name)
            self.wait_until(
                "the CRD is gone", lambda: self.get("CustomResourceDefinition", name), lambda crd: crd is None
            )
            self.vanished += 1
        return found


def test_crd_that_comes_again_is_used_when_it_is_served(control_plane: ControlPlane) -> None:
    """Discovery still shows the one before: asked too early, the server answers `404 page not found`."""
    api = control_plane.api
    space = control_plane.namespace("again")
    for _ in range(10):
        api.apply(definition("Again"))
        api.apply(custom("Again", space, []))
        api.delete("CustomResourceDefinition", f"agains.{GROUP}")
        api.wait_until(
            "it is gone", lambda: api.get("CustomResourceDefinition", f"agains.{GROUP}"), lambda left: left is None
        )


def test_crd_that_vanishes_between_list_and_delete_is_no_error(control_plane: ControlPlane) -> None:
    vanishing = _Vanishing(*control_plane.access)
    start = Start(vanishing)
    control_plane.api.apply(definition("Widget"))
    control_plane.api.create(custom("Widget", "default", [f"{GROUP}/never"]))
    start.clean()
    assert vanishing.vanished == 1
    assert control_plane.api.get("CustomResourceDefinition", f"widgets.{GROUP}") is None


def test_deleting_what_is_not_there_is_told_not_raised(control_plane: ControlPlane) -> None:
    assert control_plane.api.delete("Pod", "nobody", "default") is False
    assert control_plane.api.delete("no.such.group/Kind", "nobody") is False
    with pytest.raises(ApiError) as caught:
        control_plane.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "Not A Name"}})
    assert caught.value.status == 422
