"""Inputs against the arguments that the installed pulumi_aws declares, and against those that the table knows."""

from __future__ import annotations

import collections.abc
import importlib
import inspect
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from pulumi import _types

from aws_provider.kind import DEFAULTS, Kind, Object
from pulumi_milvus.resources.wire import UNKNOWN

Problems = Iterator[tuple[str, str]]


def problems(kind: Kind, inputs: Object) -> Problems:
    """Every (argument, why it cannot be) of a resource's inputs."""
    yield from _unknown(kind, inputs)
    yield from _mistyped(_args_class(kind.token), inputs, "")


def argument_names(token: str) -> list[str]:
    """The arguments that the SDK has for a type."""
    return list(_types.input_type_types(_args_class(token)))


def _unknown(kind: Kind, inputs: Object) -> Problems:
    for path in sorted(set(_paths(inputs, kind.arguments))):
        if path not in kind.arguments and not _is_empty_whole(path, inputs, kind.arguments):
            yield path, f"the stand-in's table of {kind.token} does not know the argument {path}"


def _is_empty_whole(path: str, inputs: Object, known: frozenset[str]) -> bool:
    """Whether it is an argument whose parts are known, and that has none here."""
    return inputs.get(path) in ([], {}) and any(each.startswith(path + ".") for each in known)


def _paths(value: Any, known: frozenset[str], prefix: str = "") -> Iterator[str]:
    """The dotted paths of a value's leaves; maps whose keys are free are left out."""
    if isinstance(value, dict):
        if f"{prefix}.*" in known:
            return
        for key, item in value.items():
            if key != DEFAULTS:
                yield from _paths(item, known, f"{prefix}.{key}" if prefix else key)
        if not value and prefix:
            yield prefix
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        for item in value:
            yield from _paths(item, known, prefix)
    elif prefix:
        yield prefix


@cache
def _args_class(token: str) -> type:
    package, module, name = token.split(":")
    assert package == "aws"
    sdk = importlib.import_module(f"pulumi_aws.{module.split('/')[0]}")
    # Where a nested type has the resource's name, the SDK calls the resource's own InitArgs.
    found: type = getattr(sdk, f"{name}InitArgs", None) or getattr(sdk, f"{name}Args")
    return found


def _mistyped(args: type, inputs: Object, prefix: str) -> Problems:
    names = _types.input_type_py_to_pulumi_names(args)
    types = _types.input_type_types(args)
    for python, parameter in inspect.signature(args).parameters.items():
        name = names.get(python, python)
        if parameter.default is inspect.Parameter.empty and inputs.get(name) is None:
            yield f"{prefix}{name}", f"Missing required argument {prefix}{name}"
    for name, item in inputs.items():
        if name == DEFAULTS:
            continue
        if name not in types:
            yield f"{prefix}{name}", f"pulumi_aws has no argument {prefix}{name}"
        else:
            yield from _misfit(types[name], item, f"{prefix}{name}")


def _misfit(hint: Any, value: Any, path: str) -> Problems:
    options = list(_options(hint))
    if value is UNKNOWN or value is None or not options or Any in options:
        return
    classes = [option for option in options if isinstance(option, type) and _types.is_input_type(option)]
    if isinstance(value, dict) and classes:
        yield from _mistyped(classes[0], value, f"{path}.")
        return
    origins = {typing.get_origin(option): option for option in options}
    if isinstance(value, dict):
        if collections.abc.Mapping not in origins:
            yield path, f"{path} takes no map"
        return
    if isinstance(value, list):
        sequence = origins.get(collections.abc.Sequence)
        if sequence is None:
            yield path, f"{path} takes no list"
        else:
            for item in value:
                yield from _misfit(typing.get_args(sequence)[0], item, path)
        return
    if not _is_plain(value, options):
        wanted = ", ".join(sorted(option.__name__ for option in options if isinstance(option, type)))
        yield path, f"{path} is {value!r}, which is no {wanted or 'plain value'}"


def _is_plain(value: Any, options: list[Any]) -> bool:
    if isinstance(value, bool):
        return bool in options
    if isinstance(value, int):
        return int in options or float in options
    return isinstance(value, float | str) and (type(value) in options or any(_is_enum(each) for each in options))


def _is_enum(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, str) and option is not str


def _options(hint: Any) -> Iterator[Any]:
    """What a hint of an input may be, without the wrappers of promises and outputs."""
    origin = typing.get_origin(hint)
    if origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
        for option in typing.get_args(hint):
            yield from _options(option)
    elif origin is collections.abc.Awaitable or getattr(origin, "__name__", "") == "Output":
        return
    elif hint is not type(None):
        yield hint
