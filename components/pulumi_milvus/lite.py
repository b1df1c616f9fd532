"""The component `milvus:index:Lite`: Milvus Lite in a local file, with the collections that a workload declares."""

from typing import Any, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.arguments import planned
from pulumi_milvus.collection_args import collection_args
from pulumi_milvus.resources.alias.resource import Alias
from pulumi_milvus.resources.collection.resource import Collection, CollectionArgs
from pulumi_milvus.resources.provider_resource import Provider
from pulumi_milvus.workload_args import WorkloadArgs


class LiteArgs(TypedDict):
    """What Milvus Lite shall hold, and where."""

    workload: WorkloadArgs
    """What will be stored and asked. Plain, since it decides which resources exist."""
    uri: NotRequired[pulumi.Input[str]]
    """The database, a path that ends in .db, relative to the folder of Pulumi.yaml. By default the provider's."""
    disposable_data: NotRequired[bool]
    """Says ahead that collections may be deleted with the rows they hold. False by default."""
    aliases: NotRequired[dict[str, str]]
    """Further names for collections: alias to collection. Switching one takes effect at once."""
    acknowledge_search_gap: NotRequired[list[str]]
    """Collections whose index may be rebuilt in production although searches fail meanwhile."""


class Lite(pulumi.ComponentResource):
    """An embedded Milvus for development and tests: one process, one folder on the local disk, no server."""

    uri: pulumi.Output[str]
    """Where the database is, as MilvusClient takes it."""
    collections: pulumi.Output[list[str]]
    """The names of the collections."""
    memory_bytes: pulumi.Output[int]
    """Memory that the process needs once everything is loaded, by the plan."""
    plan: pulumi.Output[dict[str, Any]]
    """The whole plan, every decision with its reason and source."""

    def __init__(self, name: str, args: LiteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        workload, plan = planned(args, topology="lite")
        super().__init__(
            "milvus:index:Lite",
            name,
            {"workload": args["workload"], "disposableData": bool(args.get("disposable_data"))},
            opts,
        )
        child = pulumi.ResourceOptions(parent=self)
        if args.get("uri"):
            provider = Provider(f"{name}-provider", {"uri": args["uri"]}, child)
            child = pulumi.ResourceOptions(parent=self, provider=provider)
        gaps = args.get("acknowledge_search_gap") or []
        made = {
            collection.name: Collection(
                f"{name}-{collection.name}",
                cast(
                    CollectionArgs,
                    collection_args(
                        collection,
                        production=workload.production,
                        disposable=bool(args.get("disposable_data")),
                        gap_allowed=collection.name in gaps,
                    ),
                ),
                child,
            )
            for collection in workload.collections
        }
        for alias, target in (args.get("aliases") or {}).items():
            Alias(f"{name}-{alias}", {"alias": alias, "collection": made[target].collection_name}, child)
        self.uri = next(iter(made.values())).endpoint
        self.collections = pulumi.Output.all(*(collection.collection_name for collection in made.values()))
        self.memory_bytes = pulumi.Output.from_input(plan.roles["lite"].memory_bytes)
        self.plan = pulumi.Output.from_input(plan.to_json())
        self.register_outputs(
            {
                "uri": self.uri,
                "collections": self.collections,
                "memoryBytes": self.memory_bytes,
                "plan": self.plan,
            }
        )
