"""The components declare a DataGuard before everything else, and everything else waits for it."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_milvus.kubernetes import deployment
from pulumi_milvus.kubernetes.access import Access
from pulumi_milvus.kubernetes.declared import declared

ARGS: dict[str, Any] = {
    "workload": {
        "collections": [{"name": "my_articles", "vectors": 2_000_000, "dimension": 768}],
        "topology": "distributed",
    },
    "kubernetes": {"object_store": {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}},
}


class Recorder(pulumi.runtime.Mocks):
    """Remembers what was registered, in order."""

    def __init__(self) -> None:
        self.resources: dict[str, tuple[str, dict[str, Any]]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources[args.name] = (args.typ, args.inputs)
        return args.name, dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"nothing is to be looked up, yet {args.token} is")


@pytest.mark.parametrize("disposable", [True, False])
def test_everything_waits_for_the_guard(*, disposable: bool) -> None:
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, preview=False)
    found = declared(ARGS)
    made: dict[str, Access] = {}

    @pulumi.runtime.test
    def guarded() -> None:
        free = pulumi.ResourceOptions()
        kept = pulumi.ResourceOptions(retain_on_delete=True)
        access = Access(objects=free, kept=kept, cluster=free, service={})
        args = ARGS | {"disposable_data": disposable}
        made["after"] = deployment._guarded("milvus", args, found, access)

    guarded()
    kind, inputs = recorder.resources["milvus-data-guard"]
    assert kind == "milvus:index:DataGuard"
    assert inputs["objectStore"]["bucket"] == "vectors"
    assert inputs["collections"] == {"my_articles": 2_000_000}
    assert inputs["disposable"] is disposable
    for options in (made["after"].objects, made["after"].kept, made["after"].cluster):
        (first,) = options.depends_on  # type: ignore[misc]
        assert type(first).__name__ == "DataGuard"
    assert made["after"].kept.retain_on_delete
