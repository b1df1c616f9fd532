"""Turns plain data into a ``Workload`` and reports every mistake at once, each with path, value, reason and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from pulumi_milvus.planning.collection import Collection, ScalarIndex, VectorField
from pulumi_milvus.planning.consistency import collection_problems, vector_problems, workload_problems
from pulumi_milvus.planning.milvus_limits import MAX_COLLECTIONS, MAX_FIELDS
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown
from pulumi_milvus.planning.readers import Reader, Refused, unknown_key
from pulumi_milvus.planning.store_choices import store_problems
from pulumi_milvus.planning.workload import Workload

# Keys that hold a list of models, the model of an item, and how long the list can sensibly be.
_LISTS: dict[tuple[type[BaseModel], str], tuple[type[BaseModel], int]] = {
    (Workload, "collections"): (Collection, MAX_COLLECTIONS),
    (Collection, "scalar_indexes"): (ScalarIndex, MAX_FIELDS),
    (Collection, "vector_fields"): (VectorField, MAX_FIELDS),
}


def read_workload(data: object) -> Workload:
    """The workload that ``data`` declares: a mapping as YAML or JSON gives it.

    Raises ``InvalidValues`` with every mistake; no other exception, whatever ``data`` is.
    """
    problems: list[Problem] = []
    read = _read(Workload, data, "", problems)
    if isinstance(data, dict) and "collections" in read:
        problems.extend(workload_problems([item.get("name") for item in read["collections"]]))
    problems.extend(store_problems(read))
    if problems:
        raise InvalidValues(_in_order(problems))
    try:
        return Workload.model_validate(read)
    except ValidationError as error:  # not reached as long as the models and this module say the same
        raise InvalidValues(Problem(_path(item["loc"]), "", item["msg"]) for item in error.errors()) from None


def _read(model: type[BaseModel], data: object, path: str, problems: list[Problem]) -> dict[str, Any]:
    """The valid values of ``data`` as ``model`` holds them; what is wrong goes to ``problems``."""
    if not isinstance(data, dict):
        reason = "a mapping with the keys of a workload is needed" if not path else "a mapping is needed"
        problems.append(Problem(path or "workload", shown(data), reason, f"{{{_first_keys(model)}}}"))
        return {}
    values: dict[str, Any] = {}
    meant: set[str] = set()  # keys that a misspelt key stands for: they are not reported as missing too
    for key in data:
        if not isinstance(key, str) or key not in model.model_fields:
            unknown = unknown_key(key, model.model_fields, path, _elsewhere(model, key))
            meant.add(unknown.nearest)
            problems.append(unknown)
    for name, field in model.model_fields.items():
        where = f"{path}.{name}" if path else name
        if name not in data:
            if field.is_required() and name not in meant:
                problems.append(Problem(path or "workload", "", f"{name} is missing", _example(model, name)))
        elif (model, name) in _LISTS:
            items = _read_list(model, name, data[name], where, problems)
            if items is not None:
                values[name] = items
        else:
            reader = next(item for item in field.metadata if isinstance(item, Reader))
            try:
                values[name] = reader.read(data[name])
            except Refused as refused:
                problems.append(Problem(where, shown(data[name]), refused.reason, _hint(refused, data[name], field)))
            except InvalidValues as error:  # of a value with keys of its own: each mistake has its path
                problems.extend(error.problems)
    present = {key for key in data if isinstance(key, str)} | meant
    if model is Collection:
        problems.extend(collection_problems(values, present, path))
    elif model is VectorField:
        problems.extend(vector_problems(values, present, path))
    return values


def _read_list(
    model: type[BaseModel], name: str, data: object, path: str, problems: list[Problem]
) -> list[dict[str, Any]] | None:
    item_model, longest = _LISTS[(model, name)]
    if not isinstance(data, list | tuple):
        hint = f"[{{{_first_keys(item_model)}}}]" if data else "[]" if name != "collections" else ""
        problems.append(Problem(path, shown(data), "a list is needed", hint))
        return None
    if len(data) > longest:
        problems.append(Problem(path, "", f"{len(data):_} entries, and Milvus takes {longest:_}"))
        return None
    return [_read(item_model, item, f"{path}[{position}]", problems) for position, item in enumerate(data)]


def _elsewhere(model: type[BaseModel], key: object) -> str:
    """A key that is right, but at another place."""
    if not isinstance(key, str):
        return ""
    if model is not Workload and key in Workload.model_fields:
        return f"{key} beside collections"
    if model is Workload and key in Collection.model_fields:
        return f"collections[0].{key}"
    return ""


def _hint(refused: Refused, value: object, field: Any) -> str:
    if refused.nearest or value is not None or field.is_required():
        return refused.nearest
    default = field.get_default(call_default_factory=True)
    if default in ((), {}):
        return "leave the key out"
    return str(default).lower() if isinstance(default, bool) else f"{default}"


def _example(model: type[BaseModel], name: str) -> str:
    examples = {
        "vectors": "vectors: 10_000",
        "name": "name: articles",
        "field": "field: brand",
        "type": "type: INVERTED",
    }
    return "collections: [{name: articles, vectors: 10_000, dimension: 768}]" if model is Workload else examples[name]


def _first_keys(model: type[BaseModel]) -> str:
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    return ", ".join(f"{name}: ..." for name in required)


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in the order found."""
    return list(dict.fromkeys(problems))


def _path(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or "workload"
