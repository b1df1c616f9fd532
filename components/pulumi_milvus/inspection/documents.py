"""Texts of files as what stands in them: Kubernetes objects, Pulumi's resources, and what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from pulumi_milvus.inspection.aliases import refuse_endless
from pulumi_milvus.inspection.pulumi_files import is_pulumi_file, pulumi_resources
from pulumi_milvus.inspection.shapes import mapping, mappings
from pulumi_milvus.planning.problems import Problem
from pulumi_milvus.rules.cluster_facts import ResourceFacts


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file holds. ``problem``: why it, or its rest, cannot be read."""

    objects: tuple[Mapping[str, Any], ...] = ()
    resources: tuple[ResourceFacts, ...] = ()
    problem: Problem | None = None


def read_contents(content: bytes, name: str) -> Contents:
    """The contents of a file: YAML of any number of documents, JSON, ``pulumi preview --json`` or a stack export."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Contents(problem=Problem(name, "", "is no text in UTF-8", "Kubernetes YAML or JSON"))
    try:
        documents = _documents(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return Contents(problem=Problem(name, "", _why(error, text), _instead(text)))
    objects: list[Mapping[str, Any]] = []
    resources: list[ResourceFacts] = []
    for document in documents:
        if is_pulumi_file(document):
            in_kubernetes, others = pulumi_resources(document)
            objects.extend(in_kubernetes)
            resources.extend(others)
        else:
            objects.extend(_objects(document))
    if not documents:
        return Contents(problem=Problem(name, "", "is empty", "Kubernetes YAML or JSON"))
    if not any(isinstance(document, (Mapping, list)) for document in documents):
        return Contents(problem=Problem(name, "", "holds no objects", "Kubernetes YAML or JSON"))
    return Contents(tuple(objects), tuple(resources))


def _documents(text: str) -> list[Any]:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return [json.loads(text)]
        except ValueError:
            pass  # YAML's flow style begins so too, and so does a template
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = [document for document in yaml.load_all(text, Loader=loader) if document is not None]
    if "*" in text:
        for document in documents:
            refuse_endless(document)
    return documents


def _objects(document: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(document, list):
        for item in document:
            yield from _objects(item)
    elif isinstance(document, Mapping):
        kind = document.get("kind")
        if isinstance(kind, str) and kind.endswith("List") and isinstance(document.get("items"), list):
            for item in mappings(document["items"]):
                yield from _objects({"kind": kind.removesuffix("List"), **item} if kind != "List" else item)
        elif isinstance(kind, str) and kind:
            yield {**document, "metadata": mapping(document.get("metadata"))}


def _why(error: Exception, text: str) -> str:
    if "{{" in text:
        return "is a template, no YAML yet"
    if isinstance(error, ValueError) and error.args and "alias" in str(error):
        return f"cannot be read: {error}"
    mark = getattr(error, "problem_mark", None)
    where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark is not None else ""
    said = getattr(error, "problem", None) or "nested too deeply or no value"
    return f"is no YAML: {said}{where}"


def _instead(text: str) -> str:
    return "what `helm template` makes of it" if "{{" in text else "Kubernetes YAML or JSON"
