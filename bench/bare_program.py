"""A stack's program that makes the resources of another preview again, one by one, with Pulumi's own SDKs alone.

`resources.json` beside it has their states, as `pulumi preview --json` writes them. An input that comes of other
resources comes of them here too, so that the engine learns of the resources in the same order.
"""

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws
import pulumi_kubernetes

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = "4dabf18193072939515e22adb298388d"
VERSIONS = {"aws": version("pulumi-aws"), "kubernetes": version("pulumi-kubernetes"), "milvus": None}
made: dict[str, Any] = {}


def wired(value: Any, sources: list[Any]) -> Any:
    """An input without Pulumi's wrappings; what is not known yet comes of its sources."""
    if isinstance(value, dict):
        return "x" if SECRET in value else {key: wired(item, sources) for key, item in value.items()}
    if isinstance(value, list):
        return [wired(item, sources) for item in value]
    return pulumi.Output.all(*sources).apply(str) if value == UNKNOWN else value


def inputs_of(state: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a resource."""
    found = {}
    for key, value in state.get("inputs", {}).items():
        makers = [made[urn] for urn in state.get("propertyDependencies", {}).get(key, ())]
        if not key.startswith("__"):
            found[key] = wired(value, [maker.id for maker in makers if isinstance(maker, pulumi.CustomResource)])
    return found


def made_class(kind: str) -> Any:
    """The SDK's class of a type; None where there is none."""
    package, module, name = kind.split(":")
    if package == "aws":
        return getattr(getattr(pulumi_aws, module.partition("/")[0]), name)
    if package != "kubernetes":
        return None
    group, _, release = module.partition("/")
    found: Any = getattr(pulumi_kubernetes, group.partition(".")[0], None)
    return found and getattr(getattr(found, release), name)


def make(state: dict[str, Any]) -> Any:
    """One resource."""
    kind, name = state["type"], state["urn"].rsplit("::", 1)[-1]
    opts = pulumi.ResourceOptions(parent=made.get(state.get("parent", "")))
    if not state.get("custom"):
        return pulumi.ComponentResource(kind, name, None, opts)
    inputs = inputs_of(state)
    opts.depends_on = [made[urn] for urn in state.get("dependencies", ()) if urn in made]
    if kind.startswith("pulumi:providers:"):
        package = kind.rpartition(":")[2]
        inputs.pop("version", None)
        opts.version = VERSIONS[package]
        return pulumi.ProviderResource(package, name, inputs, opts)
    opts.provider = made.get(state.get("provider", "").rpartition("::")[0])
    found = made_class(kind)
    if found is None:
        return pulumi.CustomResource(kind, name, inputs, opts)
    for fixed in ("apiVersion", "kind"):
        inputs.pop(fixed, None)
    return found(name, opts=opts, **{snake_case(key): value for key, value in inputs.items()})


def snake_case(key: str) -> str:
    """The name of an argument in Python."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), key)


for one in json.loads((Path(__file__).parent / "resources.json").read_text()):
    if one["type"] != "pulumi:pulumi:Stack" and "::default" not in one["urn"]:
        made[one["urn"]] = make(one)
