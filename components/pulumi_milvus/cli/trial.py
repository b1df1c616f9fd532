"""Tries an environment as its users would: a handful of vectors in, a search, the nearest one out."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.cluster_access.access import read_access
from pulumi_milvus.resources.connection import Connected, connect
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.lite_file import LiteFiles

SAMPLE_ROWS = 5
_SPARSE_TERMS = 4
_WAIT_SECONDS = 60.0
_LITE = "milvus:index:Lite"
_SERVERS = ("milvus:index:Milvus", "milvus:index:Standalone", "milvus:index:Distributed")
_PROVIDER = "pulumi:providers:milvus"
# How Pulumi marks a secret in a state (pulumi/sdk, resource/properties: the special signature key).
_SECRET_MARK = "4dabf18193072939515e22adb298388d"


class TrialError(Exception):
    """Why an environment could not be tried, and what to do."""


@dataclass(frozen=True)
class Deployed:
    """An environment as its stack's state has it. ``connect``: how a program reaches it, in Python."""

    endpoint: Endpoint
    collections: tuple[str, ...]
    plan: dict[str, Any]
    disposable_data: bool
    connect: str


@dataclass(frozen=True)
class CollectionTrial:
    """What one collection holds and how a search on it went."""

    name: str
    rows: int
    inserted: int
    indexes: dict[str, str]
    """Index type by field."""
    searched_field: str | None
    dimension: int | None
    """Of the searched field; None where texts are searched."""
    hits: list[dict[str, Any]]
    """Id and distance, nearest first; empty where there was nothing to search for."""
    milliseconds: float | None

    def to_json(self) -> dict[str, Any]:
        """As a plain dict."""
        return dict(vars(self))


def deployed(stack: str | None) -> Deployed:
    """The environment in a stack's state, by the `pulumi` on PATH. Raises TrialError in words."""
    for resource in (resources := _resources(stack)):
        if resource["type"] in (_LITE, *_SERVERS) and resource.get("outputs", {}).get("plan"):
            return _lite(resource) if resource["type"] == _LITE else _server(resource, resources)
    raise TrialError(f"nothing of ours is up in the stack {stack or 'that is selected'}: run `pulumi up` first")


def _resources(stack: str | None) -> list[dict[str, Any]]:
    # With its secrets: the token of a Milvus in a cluster is in the state and nowhere else on this machine.
    command = ["pulumi", "stack", "export", "--show-secrets", "--non-interactive"]
    try:
        done = subprocess.run(
            [*command, *(["--stack", stack] if stack else [])],
            capture_output=True,
            text=True,
            check=False,
            timeout=_WAIT_SECONDS,
        )
    except FileNotFoundError:
        raise TrialError('there is no pulumi on PATH; in a clone run: eval "`make -s env`"') from None
    except subprocess.TimeoutExpired:
        raise TrialError(f"`pulumi stack export` gave no answer within {_WAIT_SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise TrialError((done.stderr or done.stdout).strip())
    found: list[dict[str, Any]] = json.loads(done.stdout).get("deployment", {}).get("resources") or []
    return found


def _lite(resource: dict[str, Any]) -> Deployed:
    outputs, inputs = resource["outputs"], resource.get("inputs", {})
    uri = outputs["uri"]
    return Deployed(
        Endpoint(uri, os.environ.get("MILVUS_TOKEN", "")),
        tuple(outputs["collections"]),
        outputs["plan"],
        bool(inputs.get("disposableData")),
        f'from pymilvus import MilvusClient\nclient = MilvusClient("{uri}")  # in the folder of Pulumi.yaml',
    )


def _server(resource: dict[str, Any], resources: list[dict[str, Any]]) -> Deployed:
    """The Milvus of a component, reached as its collections were: through a port-forward of our own."""
    outputs, inputs = resource["outputs"], resource.get("inputs", {})
    for other in resources:
        settings = {key: plain(value) for key, value in other.get("inputs", {}).items()}
        if other["type"] == _PROVIDER and other.get("parent") == resource["urn"] and settings.get("token"):
            access, problems = read_access(settings.get("cluster"))
            if access is None:
                raise TrialError(f"the state does not say which cluster it is in: {'; '.join(problems)}")
            return Deployed(
                Endpoint(access.uri, str(settings["token"]), access),
                tuple(outputs["collections"]),
                outputs["plan"],
                bool(inputs.get("disposableData")),
                f"{outputs['connect']}\n# from here: {outputs['portForward']}",
            )
    raise TrialError("it has no collections of ours that could be tried")


def plain(value: Any) -> Any:
    """A value of an exported state without the mark of a secret around it."""
    if isinstance(value, dict) and _SECRET_MARK in value:
        text = value.get("plaintext")
        return json.loads(text) if isinstance(text, str) else None
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def try_collections(endpoint: Endpoint, names: Sequence[str], *, insert: bool) -> list[CollectionTrial]:
    """Search every collection; where one is empty and `insert` is true, put a handful of sample rows in first.

    Raises ResourceError where the Milvus does not answer, or is held by another process.
    """
    files = LiteFiles()
    try:
        with connect(endpoint, "default", files, _WAIT_SECONDS) as connected:
            return [_try_collection(connected, name, insert) for name in names]
    finally:
        files.close_all()


def _try_collection(connected: Connected, name: str, insert: bool) -> CollectionTrial:
    from pulumi_milvus.resources.collection import live

    client = connected.client
    description = client.describe_collection(name)
    client.load_collection(name)
    rows, inserted = live.row_count(connected, name), 0
    if rows == 0 and insert:
        inserted = client.insert(name, [_sample_row(description, number) for number in range(1, SAMPLE_ROWS + 1)])[
            "insert_count"
        ]
        rows = live.row_count(connected, name)
    indexes = {field: index["indexType"] for field, index in live.live_indexes(connected, name).items()}
    field = next(field for field in description["fields"] if _is_vector(field))
    query = _query_of_first_row(connected, description, field) if rows else None
    if query is None:
        return CollectionTrial(name, rows, inserted, indexes, field["name"], _dimension(field), [], None)
    started = time.monotonic()
    found = client.search(name, data=[query], anns_field=field["name"], limit=3, consistency_level="Strong")
    elapsed = (time.monotonic() - started) * 1000
    hits = [{"id": hit[_primary(description)], "distance": round(float(hit["distance"]), 4)} for hit in found[0]]
    return CollectionTrial(name, rows, inserted, indexes, field["name"], _dimension(field), hits, round(elapsed, 1))


def _query_of_first_row(connected: Connected, description: dict[str, Any], field: dict[str, Any]) -> Any:
    """What finds the first row again: its vector, or the text that a function makes the vector from."""
    name = description["collection_name"]
    source = next(
        (
            function["input_field_names"][0]
            for function in description.get("functions", [])
            if field["name"] in function["output_field_names"]
        ),
        field["name"],
    )
    rows = connected.client.query(name, filter="", limit=1, output_fields=[source])
    return rows[0].get(source) if rows else None


def _sample_row(description: dict[str, Any], number: int) -> dict[str, Any]:
    filled = {name for function in description.get("functions", []) for name in function["output_field_names"]}
    return {
        field["name"]: _sample_value(field, number)
        for field in description["fields"]
        if field["name"] not in filled and not (field.get("auto_id") or field.get("nullable"))
    }


def _sample_value(field: dict[str, Any], number: int) -> Any:
    kind = field["type"].name
    if kind == "SPARSE_FLOAT_VECTOR":
        return {number * _SPARSE_TERMS + term: 1.0 / (term + 1) for term in range(_SPARSE_TERMS)}
    if _is_vector(field):
        return _unit_vector(_dimension(field) or 1, number)
    if kind == "VARCHAR":
        return f"sample {number}"[: int(field["params"].get("max_length", 65_535))]
    return {
        "BOOL": number % 2 == 0,
        "FLOAT": number / 2,
        "DOUBLE": number / 2,
        "JSON": {"sample": number},
        "ARRAY": [],
    }.get(kind, number)


def _unit_vector(dimension: int, seed: int) -> list[float]:
    numbers = random.Random(seed)
    values = [numbers.gauss(0, 1) for _ in range(dimension)]
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values]


def _primary(description: dict[str, Any]) -> str:
    return next(str(field["name"]) for field in description["fields"] if field.get("is_primary"))


def _is_vector(field: dict[str, Any]) -> bool:
    return bool(field["type"].name.endswith("_VECTOR"))


def _dimension(field: dict[str, Any]) -> int | None:
    dimension = field["params"].get("dim")
    return int(dimension) if dimension else None
