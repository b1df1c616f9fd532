"""The components on Kubernetes, against Pulumi's mocks: what they register, in which order, and what they refuse."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from pulumi_milvus.kubernetes import settings_args
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.setting_keys import SETTINGS
from pulumi_milvus.manifests.setting_shapes import Items, Named, Plain, Shape, Table
from pulumi_milvus.manifests.settings import read_cluster_settings
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

ARTICLES = {"name": "articles", "vectors": 2_000_000, "dimension": 768}
S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
# A Milvus with everything in one pod.
INSIDE = {"collections": [ARTICLES], "object_store": "local"}


class Recorder(pulumi.runtime.Mocks):
    """Remembers every resource that is registered, in order."""

    def __init__(self) -> None:
        self.resources: dict[str, tuple[str, dict[str, Any]]] = {}
        self.providers: dict[str, str] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources[args.name] = (args.typ, args.inputs)
        self.providers[args.name] = args.provider or ""
        made = {"password": "p" * 40, "token": "root:" + "p" * 40, "accessKey": "a" * 20, "secretKey": "s" * 40}
        return args.name, {**made, **args.inputs, "endpoint": "milvus-milvus.milvus.svc:19530"}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"nothing is to be looked up, yet {args.token} is")

    def of(self, kind: str) -> list[str]:
        return [name for name, (found, _) in self.resources.items() if found == kind]


@pytest.fixture
def recorder() -> Recorder:
    mocks = Recorder()
    asyncio.set_event_loop(asyncio.new_event_loop())  # asyncio.run of another test leaves the thread without one
    pulumi.runtime.set_mocks(mocks, preview=False)
    return mocks


def build(component: str, args: dict[str, Any]) -> dict[str, Any]:
    """Make a component, wait until all it registers is registered, and give its outputs."""
    import pulumi_milvus

    found: dict[str, Any] = {}

    @pulumi.runtime.test
    def made() -> pulumi.Output[Any]:
        milvus = getattr(pulumi_milvus, component)("milvus", args)
        names = ("topology", "endpoint", "collections", "connect", "port_forward", "holds", "sizes")
        return pulumi.Output.all(*(getattr(milvus, name) for name in names)).apply(
            lambda values: found.update(zip(names, values, strict=True))
        )

    made()
    return found


def test_a_plan_becomes_its_manifests_and_what_goes_around_them(recorder: Recorder) -> None:
    workload = {"collections": [ARTICLES], "topology": "distributed"}
    outputs = build("Milvus", {"workload": workload, "kubernetes": {"object_store": S3}})
    settings = read_cluster_settings({"object_store": S3}, "kubernetes", [])
    manifests = deployment_manifests(make_plan(read_workload(workload)), settings)
    for manifest in manifests:
        kind, inputs = recorder.resources[f"milvus-{manifest.key}"]
        assert kind.endswith(f":{manifest.body['kind']}")
        assert inputs["metadata"]["name"] == manifest.body["metadata"]["name"]
        assert inputs.get("spec") == manifest.body.get("spec")
    names = list(recorder.resources)
    assert names.index("milvus-namespace") < names.index("milvus-root-secret") < names.index("milvus-milvus")
    assert names.index("milvus-milvus") < names.index("milvus-readiness") < names.index("milvus-articles")
    assert outputs["topology"] == "distributed"
    assert outputs["collections"] == ["articles"]
    assert "port-forward service/milvus-milvus 19530" in outputs["port_forward"]
    assert {item["role"] for item in outputs["sizes"]} >= {"query_node", "proxy"}
    assert all(item["because"] for item in outputs["sizes"])
    assert [item["collection"] for item in outputs["holds"]] == ["articles"]


def test_the_password_is_in_the_secret_and_nowhere_else(recorder: Recorder) -> None:
    build("Standalone", {"workload": INSIDE})
    data = recorder.resources["milvus-root-secret"][1]["data"]
    assert data[pulumi.runtime.rpc._special_sig_key] == pulumi.runtime.rpc._special_secret_sig
    assert set(data["value"]) == {"password"}
    rest = {name: inputs for name, (_, inputs) in recorder.resources.items() if name != "milvus-root-secret"}
    assert "pppp" not in json.dumps({name: value for name, value in rest.items() if name != "milvus-provider"})


def test_what_a_destroy_leaves_is_found_by_the_next_one(recorder: Recorder) -> None:
    workload = {"collections": [ARTICLES], "object_store": "in_cluster", "topology": "distributed"}
    build("Milvus", {"workload": workload, "kubernetes": {"namespace": "search"}})
    keeping = recorder.resources["milvus-kept"][1]
    assert (keeping["upsertExistingObjects"], keeping["enableSecretMutable"]) == ("true", "true")
    for made, secret in (("root-password", "root-secret"), ("minio-secret-keys", "minio-secret")):
        metadata = recorder.resources[f"milvus-{secret}"][1]["metadata"]
        assert recorder.resources[f"milvus-{made}"][1]["secret"] == f"search/{metadata['name']}"
        assert metadata["annotations"] == {"pulumi.com/patchForce": "true"}
        assert "::milvus-kept::" in recorder.providers[f"milvus-{secret}"]


def test_whoever_connects_to_a_milvus_with_tls_is_told_whom_to_trust(recorder: Recorder) -> None:
    tls = {"secret": "vec-tls", "server_name": "milvus.example.com"}
    outputs = build("Standalone", {"workload": INSIDE, "kubernetes": {"tls": tls}})
    for provider in ("milvus-provider", "milvus-cluster"):
        cluster = recorder.resources[provider][1]["cluster"]
        assert (cluster["tlsSecret"], cluster["tlsServerName"]) == ("vec-tls", "milvus.example.com")
    assert 'server_pem_path="ca.crt", server_name="milvus.example.com")' in outputs["connect"]
    assert '"https://milvus-milvus.milvus.svc:19530"' in outputs["connect"]


def test_a_declared_class_stays_and_comes_before_its_volume(recorder: Recorder) -> None:
    ssd = {"name": "ssd", "provisioner": "ebs.csi.aws.com"}
    settings = {"storage_class": "ssd", "storage_classes": [ssd]}
    build("Standalone", {"workload": INSIDE, "kubernetes": settings})
    assert "::milvus-kept::" in recorder.providers["milvus-storage-class-ssd"]
    names = list(recorder.resources)
    assert names.index("milvus-data-guard") < names.index("milvus-storage-class-ssd") < names.index("milvus-milvus")


def test_a_self_contained_standalone_is_a_stateful_set_and_needs_no_operator(recorder: Recorder) -> None:
    build("Standalone", {"workload": {"collections": [ARTICLES], "object_store": "local"}})
    assert recorder.of("kubernetes:apps/v1:StatefulSet") == ["milvus-milvus"]
    assert not recorder.of("kubernetes:milvus.io/v1beta1:Milvus")
    assert recorder.resources["milvus-readiness"][1]["kind"] == "StatefulSet"


def test_milvus_comes_after_an_etcd_that_is_ready(recorder: Recorder) -> None:
    build("Standalone", {"workload": {"collections": [ARTICLES]}, "kubernetes": {"object_store": S3}})
    kind, waits = recorder.resources["milvus-etcd-readiness"]
    assert kind == "milvus:index:Readiness"
    assert (waits["kind"], waits["name"], waits["port"]) == ("StatefulSet", "milvus-etcd", 2379)
    names = list(recorder.resources)
    assert names.index("milvus-etcd") < names.index("milvus-etcd-readiness") < names.index("milvus-milvus")
    assert recorder.resources["milvus-etcd"][1]["metadata"]["annotations"] == {
        "pulumi.com/skipAwait": "true",
        "pulumi.com/patchForce": "true",
        "pulumi-milvus/stack": "project/stack",
        "pulumi-milvus/component": "milvus",
    }


def test_collections_can_be_left_to_others(recorder: Recorder) -> None:
    build("Standalone", {"workload": INSIDE, "create_collections": False})
    assert not recorder.of("milvus:index:Collection")


def test_who_waits_for_milvus_is_told_how_long(recorder: Recorder) -> None:
    args = {"workload": {"collections": [ARTICLES]}, "kubernetes": {"object_store": S3}}
    build("Standalone", {**args, "ready_timeout_seconds": 45})
    assert recorder.resources["milvus-readiness"][1]["timeoutSeconds"] == 45
    build("Standalone", {**args, "ready_timeout_seconds": 0})
    assert "timeoutSeconds" not in recorder.resources["milvus-readiness"][1]


def test_every_mistake_is_told_before_anything_is_registered(recorder: Recorder) -> None:
    args = {
        "workload": {"collections": [ARTICLES], "topology": "distributed"},
        "kubernetes": {"object_store": {"kind": "s4"}, "namespaze": "x"},
        "aliases": {"live": "artikles"},
    }
    with pytest.raises(pulumi.InputPropertiesError) as told:
        build("Distributed", args)
    paths = {problem["property_path"] for problem in told.value.errors or []}
    assert paths == {"kubernetes.object_store.kind", "kubernetes.namespaze", "aliases.live"}
    assert "articles" in str(told.value)
    assert not recorder.resources


def test_a_component_refuses_another_topology(recorder: Recorder) -> None:
    with pytest.raises(pulumi.InputPropertiesError, match="the plan is distributed"):
        build("Standalone", {"workload": {"collections": [ARTICLES], "topology": "distributed"}})
    with pytest.raises(pulumi.InputPropertiesError, match="the component Lite creates it"):
        build("Milvus", {"workload": {"collections": [{**ARTICLES, "vectors": 1000}]}})
    assert not recorder.resources


def test_the_operator_comes_from_the_mirror_that_is_named() -> None:
    from pulumi_milvus.kubernetes.operator import chart_values

    values = chart_values({"registry": "mirror.example/hub/", "pull_secrets": ["registry"]}, "1.3.10")
    assert values["image"] == {"repository": "mirror.example/hub/milvusdb/milvus-operator", "tag": "v1.3.10"}
    assert values["imagePullSecrets"] == [{"name": "registry"}]
    assert chart_values({}, "1.3.10")["image"]["repository"] == "milvusdb/milvus-operator"


def test_definitions_outlive_the_operator() -> None:
    from pulumi_milvus.kubernetes.operator import _definitions_stay

    def retained(kind: str) -> bool | None:
        args = pulumi.ResourceTransformArgs(custom=True, type_=kind, name="x", props={}, opts=pulumi.ResourceOptions())
        result = _definitions_stay(args)
        return result.opts.retain_on_delete if result else None

    assert retained("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition")
    assert retained("kubernetes:apps/v1:Deployment") is None


def test_arguments_have_the_keys_of_the_settings() -> None:
    seen: dict[str, set[str]] = {}

    def walk(shape: Shape, hint: Any) -> None:
        if isinstance(shape, Plain):
            return
        if isinstance(shape, Items | Named):
            walk(shape.item, hint)
            return
        assert isinstance(shape, Table)
        keys = set(shape.keys)
        known = [
            item
            for item in vars(settings_args).values()
            if isinstance(item, type) and set(getattr(item, "__annotations__", ())) == keys
        ]
        assert known, f"no arguments have the keys {sorted(keys)}"
        seen[known[0].__name__] = keys
        for key in shape.keys.values():
            walk(key.shape, None)

    walk(SETTINGS, None)
    assert "KubernetesArgs" in seen


def test_the_package_describes_every_component() -> None:
    from pulumi_milvus.provider.package_schema import package_schema

    schema = json.loads(package_schema())
    for token, resource in schema["resources"].items():
        for where in ("inputProperties", "properties"):
            for name, described in resource.get(where, {}).items():
                assert described.get("description"), f"{token}.{name} says nothing of itself"
    assert {"milvus:index:Milvus", "milvus:index:MilvusOperator"} <= set(schema["resources"])


def test_nothing_heavy_is_imported_until_it_is_used() -> None:
    folder = Path(settings_args.__file__).parent
    for file in folder.glob("*.py"):
        lines = file.read_text().splitlines()
        assert not [line for line in lines if line.startswith(("import pulumi_kubernetes", "from pulumi_kubernetes"))]
