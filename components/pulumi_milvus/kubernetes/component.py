"""What the components Milvus, Standalone and Distributed have in common: arguments, outputs, and what they create."""

from typing import Any, ClassVar, Optional

import pulumi
from pydantic.alias_generators import to_camel

from pulumi_milvus.kubernetes.declared import SERVER_TOPOLOGIES, declared
from pulumi_milvus.kubernetes.deployment import deploy
from pulumi_milvus.kubernetes.milvus_args import MilvusArgs


class ServerComponent(pulumi.ComponentResource):
    """A Milvus in a Kubernetes cluster; a subclass says which topologies it creates."""

    _topologies: ClassVar[tuple[str, ...]] = SERVER_TOPOLOGIES

    topology: pulumi.Output[str]
    """standalone or distributed."""
    endpoint: pulumi.Output[str]
    """Where clients inside the cluster reach Milvus: host:port."""
    collections: pulumi.Output[list[str]]
    """The names of the collections."""
    connect: pulumi.Output[str]
    """How to connect with pymilvus."""
    port_forward: pulumi.Output[str]
    """The command that brings Milvus to this machine."""
    web_ui: pulumi.Output[str]
    """Milvus's own page, inside the cluster."""
    metrics: pulumi.Output[str]
    """Metrics for Prometheus, inside the cluster."""
    password_secret: pulumi.Output[str]
    """namespace/name of the Secret that holds root's password, under the key `password`."""
    holds: pulumi.Output[list[dict[str, Any]]]
    """Each declared collection: its vectors now and at the horizon, and how they are indexed."""
    sizes: pulumi.Output[list[dict[str, Any]]]
    """Each role with its pods, cores and bytes, and why."""
    usd_per_month: pulumi.Output[Optional[float]]  # noqa: UP045 - Pulumi's analyzer reads no other way to write it
    """What the plan costs a month in USD; null where it is not priced."""
    plan: pulumi.Output[dict[str, Any]]
    """The whole plan, every decision with its reason and source."""
    token: pulumi.Output[str]
    """`root:password`, a secret."""

    def __init__(self, name: str, args: MilvusArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        found = declared(args, self._topologies)
        properties: dict[str, Any] = {
            "workload": args["workload"],
            "kubernetes": args.get("kubernetes") or {},
            "disposableData": bool(args.get("disposable_data")),
        }
        if accepted := args.get("accepted_plan"):
            # So that a preview tells what the pods are sized by: what a report prices, and a reviewer sees changed.
            properties["acceptedPlan"] = accepted
        super().__init__(f"milvus:index:{type(self).__name__}", name, properties, opts)
        outputs = deploy(self, name, args, found, opts.depends_on if opts else None)
        for key, value in outputs.items():
            setattr(self, key, pulumi.Output.from_input(value))
        self.register_outputs({to_camel(key): value for key, value in outputs.items()})
