"""The parameters of an index against their ranges. A part of the rule ``index-pair``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.planning.indexes import IndexType, Parameter
from pulumi_milvus.planning.indexes.codes import HALF_PRECISION_CODE
from pulumi_milvus.planning.milvus_limits import MAX_BINARY_DIMENSION
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import shown

RULE = "index-pair"

_REFINE_SOURCE = "Knowhere d7cfd888, src/index/hnsw/faiss_hnsw.cc and pick_refine_index in src/index/refine"
# The codes of a refine copy that HNSW takes over vectors of half precision only where they are of that very type.
_FULL_CODES = frozenset({"FP16", "BF16", "FP32"})


def parameter_findings(
    index: IndexType,
    params: Mapping[str, object],
    dimension: int | None,
    subject: str,
    data_type: str | None = None,
) -> Iterator[Finding]:
    """Findings on the parameters of ``index``: unknown names, wrong types, ranges, divisors of the dimension, and what
    a server refuses or ignores of refine; ``data_type`` is None for Milvus Lite, which does not refine at all.

    A name close to a known one is an error, since Milvus ignores what it does not know and builds with its default.
    """
    if dimension is not None and not 1 <= dimension <= MAX_BINARY_DIMENSION:
        dimension = None  # a finding of its own; nothing divides it
    for name, value in params.items():
        parameter = index.parameter(name)
        if parameter is None:
            yield from _unknown(index, name, f"{subject}.index_params.{name}")
        elif parameter.search:
            yield _finding(
                "warning",
                f"{subject}.index_params.{name}",
                f"{name} belongs to a search request, not to the index {index.name}, and has no effect here",
                f"pass {name} with each search",
                index.source,
            )
        else:
            yield from _value(index, parameter, value, f"{subject}.index_params.{name}", dimension)
    for parameter in index.parameters:
        if parameter.name in params:
            continue
        path = f"{subject}.index_params"
        if parameter.required:
            hint = f"for example {_divisor(dimension, max(1, dimension // 4))}" if dimension else "it has no default"
            yield _finding(
                "error", path, f"{index.name} needs {parameter.name}", f"add {parameter.name}, {hint}", index.source
            )
        elif parameter.divides and dimension and isinstance(parameter.default, int) and parameter.default:
            yield from _division(index, parameter, parameter.default, path, dimension, implied=True)
    if data_type is not None and "refine" in params and index.parameter("refine_type") is not None:
        yield from _refine(index, params, f"{subject}.index_params", data_type)


def _refine(index: IndexType, params: Mapping[str, object], path: str, data_type: str) -> Iterator[Finding]:
    """The second copy of the vectors needs its type, and HNSW refuses some types over half precision.

    The inverted-file family turns vectors of half precision into float32 first, and takes every type (Knowhere
    d7cfd888, KNOWHERE_MOCK_REGISTER_DENSE_FLOAT_ALL_GLOBAL in src/index/ivf/ivf.cc).
    """
    if str(params["refine"]).lower() != "true":
        return
    own = HALF_PRECISION_CODE.get(data_type) if index.family == "graph" else None
    if "refine_type" not in params:
        yield _finding(
            "warning",
            f"{path}.refine",
            f"refine without refine_type has no effect: {index.name} keeps no second copy of the vectors",
            f"name refine_type, for example {own or 'SQ8'}",
            _REFINE_SOURCE,
        )
        return
    kind = str(params["refine_type"]).upper()
    if own is not None and kind in _FULL_CODES and kind != own:
        yield _finding(
            "error",
            f"{path}.refine_type",
            f"refine_type is {kind}, which {index.name} refuses over {data_type}",
            f"nearest that works: {own}",
            _REFINE_SOURCE,
        )


def _unknown(index: IndexType, name: str, path: str) -> Iterator[Finding]:
    if "." in name:  # properties such as mmap.enabled travel with the parameters
        return
    near = nearest_word(name, [parameter.name for parameter in index.parameters])
    if near is not None:
        yield _finding(
            "error",
            path,
            f"{index.name} has no parameter {shown(name)}; Milvus would ignore it and build with the default of {near}",
            f"write {near}",
            index.source,
        )
        return
    known = ", ".join(parameter.name for parameter in index.parameters if not parameter.search)
    yield _finding(
        "warning",
        path,
        f"{index.name} has no parameter {shown(name)} that this release knows; Milvus ignores unknown parameters",
        f"known are: {known}" if known else f"remove it: {index.name} has no parameters",
        index.source,
    )


def _value(
    index: IndexType, parameter: Parameter, value: object, path: str, dimension: int | None
) -> Iterator[Finding]:
    name = parameter.name
    if parameter.kind == "text":
        if not isinstance(value, str) or not value:
            yield _finding("error", path, f"{name} is {shown(value)}, not a text", "write a text", index.source)
        return
    if parameter.kind == "bool":
        if not isinstance(value, bool) and str(value).lower() not in ("true", "false"):
            yield _finding(
                "error", path, f"{name} is {shown(value)}, not true or false", f"write {name}: true", index.source
            )
        return
    if parameter.kind == "choice":
        words = {choice.upper() for choice in parameter.choices}
        if isinstance(value, bool) or str(value).upper() not in words:
            near = nearest_word(str(value), parameter.choices) or str(parameter.default or parameter.choices[0])
            message = f"{name} is {shown(value)}; {index.name} takes {', '.join(parameter.choices)}"
            yield _finding("error", path, message, f"write {name}: {near}", index.source)
        return
    number = _number(value)
    if number is None or (parameter.kind == "int" and number != int(number)):
        kind = "a whole number" if parameter.kind == "int" else "a number"
        fix = f"write {name}: {_default(parameter)}"
        yield _finding("error", path, f"{name} is {shown(value)}, not {kind}", fix, index.source)
        return
    low, high = parameter.minimum, parameter.maximum
    too_low = low is not None and (number <= low if parameter.above_minimum else number < low)
    if too_low or (high is not None and number > high):
        best = _default(parameter) if too_low and parameter.above_minimum else low if too_low else high
        message = f"{name} is {shown(value)}; {index.name} takes {_range(parameter)}"
        yield _finding("error", path, message, f"nearest that works: {_plain(best)}", index.source)
    elif parameter.divides and dimension and number:
        yield from _division(index, parameter, int(number), path, dimension, implied=False)


def _division(
    index: IndexType, parameter: Parameter, value: int, path: str, dimension: int, *, implied: bool
) -> Iterator[Finding]:
    if dimension % value == 0:
        return
    said = f"{parameter.name} is {value} by default" if implied else f"{parameter.name} is {value}"
    yield _finding(
        "error",
        path,
        f"{said}, which does not divide the dimension {dimension} without remainder",
        f"nearest that works: {parameter.name}: {_divisor(dimension, value)}",
        index.source,
    )


def _divisor(dimension: int, wanted: int) -> int:
    """The divisor of ``dimension`` nearest to ``wanted``."""
    small = [number for number in range(1, math.isqrt(dimension) + 1) if dimension % number == 0]
    divisors = {*small, *(dimension // number for number in small)}
    return min(divisors, key=lambda number: (abs(number - wanted), number))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def whole_number(value: object) -> int | None:
    """A parameter's value as a whole number, however it is written; None where it is none."""
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _default(parameter: Parameter) -> object:
    return parameter.default if parameter.default is not None else _plain(parameter.minimum or 1)


def _plain(number: object) -> object:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _range(parameter: Parameter) -> str:
    low, high = _plain(parameter.minimum), _plain(parameter.maximum)
    if high is None:
        return f"{low} or more"
    return f"more than {low} and at most {high}" if parameter.above_minimum else f"{low} to {high}"


def _finding(level: Level, subject: str, message: str, fix: str, source: str) -> Finding:
    return Finding(RULE, level, subject, message, fix, source)
