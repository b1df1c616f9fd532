"""An explicit provider for programs that use more than one Milvus, or one that they create themselves."""

from typing import NotRequired, TypedDict

import pulumi


class ProviderArgs(TypedDict):
    """One Milvus and the token that opens it."""

    uri: pulumi.Input[str]
    """A path ending in .db for Milvus Lite, relative to the folder of Pulumi.yaml, or http://host:19530, https://..."""
    token: NotRequired[pulumi.Input[str]]
    """`user:password` or an API key. Kept as a secret."""
    wait_seconds: NotRequired[pulumi.Input[float]]
    """How long to wait for Milvus to answer, or for a Lite file that another process holds; 120 s by default."""


class Provider(pulumi.ProviderResource):
    """Where collections and aliases live that name it in `ResourceOptions(provider=...)`."""

    def __init__(self, name: str, args: ProviderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        properties: dict[str, pulumi.Input[str] | pulumi.Input[float]] = {"uri": args["uri"]}
        if args.get("token"):
            properties["token"] = pulumi.Output.secret(args["token"])
        if "wait_seconds" in args:
            properties["waitSeconds"] = args["wait_seconds"]
        super().__init__("milvus", name, properties, opts)
