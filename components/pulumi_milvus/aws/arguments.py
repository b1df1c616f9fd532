"""What the components on AWS do with their arguments: all mistakes at once, the region, tags."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

import pulumi
from pydantic.alias_generators import to_camel

from pulumi_milvus.arguments import as_input_errors
from pulumi_milvus.manifests.setting_shapes import Named, Plain, Shape
from pulumi_milvus.manifests.store_readers import Region
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import Text, unknown_key

# Which every component has.
_COMMON: Final[Mapping[str, Shape]] = {
    "region": Plain(Region()),
    "tags": Named(Text(128), Plain(Text(256)), "{team: search}"),
}


def checked(
    args: Mapping[str, Any], shapes: Mapping[str, Shape | None], needed: Collection[str], more: Collection[Problem] = ()
) -> dict[str, Any]:
    """The arguments as they were read. What is not known yet, an Output, stays as it is; None is not said.

    ``shapes``: every argument, with its shape where it is plain. Raises InputPropertiesError with every mistake.
    """
    known = {**_COMMON, **shapes}
    problems: list[Problem] = [*more]
    problems += [unknown_key(key, known, "") for key in args if key not in known]
    problems += [
        Problem(key, "", "is missing")
        for key in needed
        if not is_unknown(args.get(key)) and args.get(key) in (None, "")
    ]
    read: dict[str, Any] = {}
    for key, value in args.items():
        shape = known.get(key)
        if value is None or key not in known:
            continue
        read[key] = value if shape is None or is_unknown(value) else shape.read(value, key, problems)
    refuse(problems)
    return read


def refuse(problems: Collection[Problem]) -> None:
    """Raise InputPropertiesError with every problem, each at its property."""
    if problems:
        raise as_input_errors([(_property(item.path), str(replace(item, path=""))) for item in problems])


def is_unknown(value: Any) -> bool:
    """Whether a value, or an item of it, is known only once something else was made."""
    if isinstance(value, list | tuple):
        return any(isinstance(item, pulumi.Output) for item in value)
    return isinstance(value, pulumi.Output)


def region_of(args: Mapping[str, Any]) -> str:
    """The region: the argument, else the stack's ``aws:region``. Raises InputPropertiesError where nobody says."""
    region = args.get("region") or pulumi.Config("aws").get("region")
    if not region:
        refuse([Problem("region", shown(region), "nobody says which", "pulumi config set aws:region us-east-1")])
    return str(region)


def tags(args: Mapping[str, Any], name: str) -> dict[str, str]:
    """The tags of a resource called ``name``."""
    return {"Name": name, "managed-by": "pulumi-milvus", **(args.get("tags") or {})}


def _property(path: str) -> str:
    head, separator, rest = path.partition(".")
    return f"{to_camel(head)}{separator}{rest}"
