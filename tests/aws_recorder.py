"""A recording of everything that a program registers, with the outputs that AWS would give: for tests of components."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockMonitor

ISSUER = "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"


class Recorder(pulumi.runtime.Mocks):
    """Remembers every resource with its inputs, in order, and which were registered before it."""

    def __init__(self) -> None:
        self.resources: dict[str, dict[str, dict[str, Any]]] = {}
        self.order: list[tuple[str, str]] = []
        self.providers: dict[tuple[str, str], str] = {}
        self.retained: dict[str, bool] = {}
        self.needs: dict[str, set[str]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources.setdefault(args.typ, {})[args.name] = args.inputs
        self.order.append((args.typ, args.name))
        self.providers[args.typ, args.name] = args.provider or ""
        return f"{args.name}-id", {**args.inputs, **_outputs(args.typ, args.name)}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"nothing is to be looked up, yet {args.token} is")

    def one(self, kind: str) -> dict[str, Any]:
        """The inputs of the only resource of a type."""
        (inputs,) = self.resources[kind].values()
        return inputs

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """Resources of a type by name; empty where there are none."""
        return self.resources.get(kind, {})


class _Monitor(MockMonitor):
    """The monitor that remembers options too, which mocks are not told."""

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        mocks = self.mocks
        assert isinstance(mocks, Recorder)
        if request.custom and request.type.startswith("aws:"):
            mocks.retained[request.name] = bool(request.retainOnDelete)
            mocks.needs[request.name] = {urn.rpartition("::")[2] for urn in request.dependencies}
        register: Any = super().RegisterResource
        return register(request)


def _outputs(kind: str, name: str) -> dict[str, Any]:
    service = kind.partition(":")[2].partition("/")[0]
    given: dict[str, Any] = {"arn": f"arn:aws:{service}:us-east-1:123456789012:{name}"}
    if kind == "aws:eks/cluster:Cluster":
        given |= {
            "endpoint": "https://EXAMPLE.eks.amazonaws.com",
            "certificateAuthority": {"data": "Q0E="},
            "identities": [{"oidcs": [{"issuer": ISSUER}]}],
        }
    if kind == "aws:ec2/launchTemplate:LaunchTemplate":
        given["latestVersion"] = 1
    if kind == "aws:eks/nodeGroup:NodeGroup":
        given["nodeGroupName"] = name
    if kind == "aws:ec2/instance:Instance":
        given["privateIp"] = "10.64.0.10"
    if kind == "aws:iam/role:Role":
        given["name"] = name
    made = {"password": "p" * 40, "token": "root:" + "p" * 40, "accessKey": "a" * 20, "secretKey": "s" * 40}
    return given if kind.startswith("aws:") else made | {"endpoint": "milvus-milvus.milvus.svc:19530"}


def recorded(program: Callable[[], Any], stack: str = "test") -> Recorder:
    """What a program registers. Raises what it raises."""
    mocks = Recorder()
    asyncio.set_event_loop(asyncio.new_event_loop())  # asyncio.run of another test leaves the thread without one
    pulumi.runtime.set_mocks(mocks, project="milvus", stack=stack, preview=False, monitor=_Monitor(mocks))

    @pulumi.runtime.test
    def run() -> None:
        program()

    run()
    return mocks
