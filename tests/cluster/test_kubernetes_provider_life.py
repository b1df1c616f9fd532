"""Objects of a real API server through `pulumi` and the Kubernetes provider: made, changed, made anew, deleted.

The numbers are those of the records in the provider's README.md. Where the official plugin is installed these tests
hold it instead of the stand-in, so that they also say whether the records still are right.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from control_plane import ControlPlane
from kubernetes_provider import VERSION
from kubernetes_provider.declared_stack import Code, Declaration, DeclaredStack, declared
from kubernetes_provider.samples import IN_PLACE, MILVUS_DEFINITION, PLACE, config_map, milvus


@pytest.fixture
def stack(engine: Path, tmp_path: Path, control_plane: ControlPlane) -> DeclaredStack:
    """An empty stack over the cluster."""
    return DeclaredStack.made(engine, tmp_path, control_plane.kubeconfig)


def settings(value: str, **metadata: Any) -> Declaration:
    return config_map("settings", value, {"namespace": "place", **metadata}, **IN_PLACE)


def operations(stack: DeclaredStack) -> dict[str, str]:
    return {name: step["op"] for name, step in stack.steps().items()}


def test_an_objects_life(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Facts 46 to 50, 53, 54 and 63."""
    policy = declared("policy/v1", "PodDisruptionBudget", "keep", {
        "metadata": {"name": "keep", "namespace": "place"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}},
    }, **IN_PLACE)  # fmt: skip
    stack.declare(PLACE, settings("1"), policy)
    stack.up()

    place, made = stack.resource("place"), stack.resource("settings")
    assert place["id"] == "place"
    assert re.fullmatch(r"place/settings-[0-9a-f]{8}", made["id"])
    assert made["inputs"]["metadata"]["annotations"] == {"pulumi.com/autonamed": "true"}
    assert made["outputs"]["__inputs"] == made["inputs"]
    assert made["outputs"]["__initialApiVersion"] == "v1"
    assert re.fullmatch(r"pulumi-kubernetes-[0-9a-f]{8}", made["outputs"]["__fieldManager"])
    assert made["outputs"]["metadata"]["uid"]
    assert made["outputs"]["metadata"]["managedFields"][0]["manager"] == "pulumi-kubernetes"
    assert f"default_{VERSION.replace('.', '_')}" in made["provider"]
    stack.up("--expect-no-changes")

    changed = Declaration(policy.token, policy.name, {**policy.properties, "spec": {
        "minAvailable": 2, "selector": {"matchLabels": {"a": "b"}},
    }}, policy.options)  # fmt: skip
    stack.declare(PLACE, settings("2"), changed)
    steps = stack.steps()
    assert steps["keep"]["op"] == "update"
    assert steps["keep"]["detailedDiff"] == {"spec.minAvailable": {"kind": "update", "inputDiff": False}}
    assert steps["settings"]["op"] in ("replace", "create-replacement")
    stack.up()
    assert stack.resource("settings")["id"] != made["id"], "a name of the provider's makes place for the new object"
    live = control_plane.api.get("PodDisruptionBudget", "keep", "place")
    assert live is not None
    assert live["spec"]["minAvailable"] == 2
    managers = {(entry["manager"], entry["operation"]) for entry in live["metadata"]["managedFields"]}
    assert (stack.resource("keep")["outputs"]["__fieldManager"], "Apply") in managers
    assert ("pulumi-kubernetes", "Update") not in managers
    stack.up("--expect-no-changes")

    stack.destroy()
    assert control_plane.api.get("ConfigMap", made["id"].partition("/")[2], "place") is None
    assert control_plane.api.get("Namespace", "place") is None


def test_an_object_that_keeps_its_name_is_deleted_first(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Fact 54."""
    stack.declare(PLACE, settings("1", name="fixed"))
    stack.up()
    before = control_plane.api.get("ConfigMap", "fixed", "place")
    stack.declare(PLACE, settings("2", name="fixed"))
    assert operations(stack)["settings"] in ("replace", "delete-replaced", "create-replacement")
    done = stack.up()
    assert done.stdout.index("deleting original") < done.stdout.index("creating replacement")
    after = control_plane.api.get("ConfigMap", "fixed", "place")
    assert before is not None
    assert after is not None
    assert after["data"] == {"a": "2"}
    assert after["metadata"]["uid"] != before["metadata"]["uid"]


def test_secrets_are_encrypted_in_state_and_never_shown(stack: DeclaredStack) -> None:
    """Fact 47."""
    hidden = declared("v1", "Secret", "hidden", {
        "metadata": {"name": "hidden", "namespace": "place"},
        "stringData": {"password": "open-sesame"},
    }, **IN_PLACE)  # fmt: skip
    marked = declared("v1", "ConfigMap", "marked", {
        "metadata": {"name": "marked", "namespace": "place"},
        "data": {"token": Code('pulumi.Output.secret("hush-hush")'), "plain": "seen"},
    }, **IN_PLACE)  # fmt: skip
    stack.declare(PLACE, hidden, marked)
    shown = stack.preview().stdout + stack.up().stdout
    encoded = base64.b64encode(b"open-sesame").decode()
    kept = json.dumps(stack.resources())
    for word in ("open-sesame", encoded, "hush-hush"):
        assert word not in shown
        assert word not in kept
    assert '"seen"' in kept
    inputs = stack.resource("hidden")["inputs"]
    assert "stringData" not in inputs
    assert set(stack.resource("hidden")["additionalSecretOutputs"]) == {"data", "stringData"}
    stack.up("--expect-no-changes")
    stack.refresh()
    assert encoded not in json.dumps(stack.resources())


def test_what_the_server_refuses_fails_the_preview(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Facts 49, 51 and 52: unknown fields are dropped on create and refused on update."""
    control_plane.api.apply(MILVUS_DEFINITION)
    stack.declare(PLACE)
    stack.up()
    bad = declared("v1", "ConfigMap", "bad", {"metadata": {"name": "Bad_Name", "namespace": "place"}})
    stack.declare(PLACE, bad)
    failed = stack.preview(check=False)
    assert failed.returncode != 0
    text = failed.stdout + failed.stderr
    assert 'was not successfully created by the Kubernetes API server: ConfigMap "Bad_Name" is invalid' in text

    stack.declare(PLACE, milvus(mode="cluster", zzz=1))
    stack.up()
    live = control_plane.api.get("Milvus", "store", "place")
    assert live is not None
    assert live["spec"] == {"mode": "cluster"}
    stack.declare(PLACE, milvus(mode="standalone", zzz=1))
    failed = stack.preview(check=False)
    text = failed.stdout + failed.stderr
    assert failed.returncode != 0
    assert 'the Kubernetes API server reported that "place/store" failed to fully initialize or become live' in text
    assert ".spec.zzz: field not declared in schema" in text
    stack.declare(PLACE, milvus(mode=7))
    failed = stack.preview(check=False)
    assert ".spec.mode: expected string" in failed.stdout + failed.stderr


def test_drift_is_seen_by_a_refresh_and_mended_by_an_update(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Fact 59; fact 58: the field's new owner has to give it back."""
    control_plane.api.apply(MILVUS_DEFINITION)
    stack.declare(PLACE, milvus(mode="cluster", replicas=2), settings("1", name="fixed"))
    stack.up()
    scaled = ("patch", "milvus", "store", "-n", "place", "--type=merge", "-p", '{"spec":{"replicas":5}}')
    control_plane.kubectl(*scaled, "--field-manager=hpa")
    control_plane.api.delete("ConfigMap", "fixed", "place")
    assert operations(stack) == {}, "a preview does not look"
    shown = stack.refresh().stdout
    assert re.search(r"replicas\s*: 2 => 5", shown)
    assert "delete" in shown
    assert operations(stack) == {"store": "update", "settings": "create"}
    conflict = stack.up(check=False)
    text = conflict.stdout + conflict.stderr
    assert 'had an apply conflict: Apply failed with 1 conflict: conflict with "hpa"' in text
    forced = milvus(mode="cluster", replicas=2, annotations={"pulumi.com/patchForce": "true"})
    stack.declare(PLACE, forced, settings("1", name="fixed"))
    stack.up()
    live = control_plane.api.get("Milvus", "store", "place")
    assert live is not None
    assert live["spec"]["replicas"] == 2
    stack.up("--expect-no-changes")


def test_objects_that_are_there_already(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Facts 56 and 59: refused, imported, or taken over where the provider is told so."""
    control_plane.namespace("place")
    pre, taken = ({"name": name, "namespace": "place"} for name in ("pre", "other"))
    for metadata in (pre, taken):
        control_plane.api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}})
    mine = config_map("pre", "1", pre)
    stack.declare(mine)
    stack.preview()
    refused = stack.up(check=False)
    text = refused.stdout + refused.stderr
    assert refused.returncode != 0
    assert 'was not successfully created by the Kubernetes API server: configmaps "pre" already exists' in text
    assert "pulumi import" in text

    absent = stack.import_("kubernetes:core/v1:ConfigMap", "absent", "place/absent", check=False)
    assert absent.returncode != 0
    assert "'place/absent' does not exist" in absent.stdout + absent.stderr
    stack.import_("kubernetes:core/v1:ConfigMap", "pre", "place/pre")
    assert stack.resource("pre")["inputs"]["data"] == {"a": "1"}
    stack.up("--expect-no-changes")

    stack.configure("upsertExistingObjects", "true")
    stack.configure("enablePatchForce", "true")
    stack.declare(mine, config_map("other", "2", taken))
    stack.up()
    live = control_plane.api.get("ConfigMap", "other", "place")
    assert live is not None
    assert live["data"] == {"a": "2"}


def test_retained_objects_and_explicit_providers(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Fact 47: the provider's namespace is filled in. An object that is retained outlives its stack."""
    control_plane.namespace("team")
    kept = declared("v1", "ConfigMap", "kept", {"metadata": {"name": "kept"}},
                    provider='made["cluster"]', retain_on_delete="True")  # fmt: skip
    provider = (
        'made["cluster"] = pulumi.ProviderResource("kubernetes", "cluster", '
        f'{{"kubeconfig": {control_plane.kubeconfig.read_text()!r}, "namespace": "team"}}, '
        "pulumi.ResourceOptions(version=VERSION))\n"
    )
    stack.declare(after=provider + kept.source)
    stack.up()
    assert stack.resource("kept")["id"] == "team/kept"
    stack.destroy()
    assert control_plane.api.get("ConfigMap", "kept", "team") is not None


def test_a_namespace_and_a_kind_that_come_later(stack: DeclaredStack) -> None:
    """Fact 57: a preview passes, an update tries again for a minute."""
    nowhere = declared("v1", "ConfigMap", "lost", {"metadata": {"name": "lost", "namespace": "absent"}})
    foo = declared("foo.io/v1", "Foo", "foo", {"metadata": {"name": "foo", "namespace": "default"}})
    stack.declare(nowhere, foo)
    hasty = stack.with_environment(PULUMI_MILVUS_STANDIN_HASTE="20")
    hasty.preview()
    failed = hasty.up(check=False)
    text = failed.stdout + failed.stderr
    assert failed.returncode != 0
    assert 'namespaces "absent" not found' in text
    assert "with kind foo.io/v1/Foo failed because the Kubernetes API server reported that the apiVersion" in text


DEAD = json.dumps(
    {
        "current-context": "x",
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "clusters": [{"name": "x", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "x", "user": {"token": "t"}}],
    }
)


def test_a_cluster_that_is_gone(stack: DeclaredStack, control_plane: ControlPlane, tmp_path: Path) -> None:
    """Fact 64."""
    config = tmp_path / "kubeconfig"
    config.write_text(control_plane.kubeconfig.read_text())
    stack.configure("kubeconfig", str(config))
    hidden = declared(
        "v1",
        "Secret",
        "hidden",
        {"metadata": {"name": "hidden", "namespace": "place"}, "stringData": {"k": "v"}},
        **IN_PLACE,
    )
    stack.declare(PLACE, hidden)
    stack.up()
    config.write_text(DEAD)
    assert operations(stack) == {}
    stack.declare(PLACE, hidden, settings("1"))
    failed = stack.up(check=False)
    text = failed.stdout + failed.stderr
    assert "configured Kubernetes cluster is unreachable: unable to load schema information from the API server" in text
    assert "connection refused" in text
    for action in (stack.refresh, stack.destroy):
        failed = action(check=False)
        assert failed.returncode != 0
        assert "PULUMI_K8S_DELETE_UNREACHABLE" in failed.stdout + failed.stderr
    stack.with_environment(PULUMI_K8S_DELETE_UNREACHABLE="true").refresh()
    assert stack.resources() == []


def test_another_cluster_makes_all_anew(stack: DeclaredStack) -> None:
    stack.declare(PLACE)
    stack.up()
    stack.configure("kubeconfig", DEAD)
    shown = stack.preview(check=False).stdout
    assert "1 to replace" in shown


def test_what_the_stand_in_does_not_serve_is_said(stack: DeclaredStack) -> None:
    if "standins" not in stack.pulumi.environment["PATH"].split(":")[0]:
        pytest.skip("the official plugin serves charts")
    stack.declare(declared("helm.sh/v3", "Release", "chart", {"chart": "x"}))
    failed = stack.preview(check=False)
    assert failed.returncode != 0
    assert "need the official plugin" in failed.stdout + failed.stderr
