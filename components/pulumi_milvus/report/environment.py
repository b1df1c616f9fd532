"""One environment's preview, read: its steps, what was there, what will be, and what the engine said."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pulumi_milvus.inspection.shapes import at, mapping, mappings, text
from pulumi_milvus.planning.json_text import parse_json
from pulumi_milvus.planning.preview_cost.documents import EXPORT, PREVIEW, Document, read_document
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown
from pulumi_milvus.report.secret_texts import SecretTexts
from pulumi_milvus.report.steps import Step, steps_of

_URN: Final = re.compile(r"urn:pulumi:(?P<stack>.*?)::(?P<project>.*?)::")
# What Pulumi 3.259 says about itself and the machine, not about the change.
_NOISE: Final = (
    "using pulumi-",
    "an unhandled error occurred: Program exited",
    "preview failed",
    "The provider for this resource has inputs that are not known during preview",
    "resource monitor shut down",
)


@dataclass(frozen=True, slots=True)
class Message:
    """What the engine, the program or a provider said; ``urn`` of the resource, or empty."""

    severity: str
    text: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """A preview. ``before`` and ``after`` are states of resources by URN, without secrets.

    ``failed``: Pulumi ended it with an error, so that ``steps`` are not all. ``complete``: nothing of what stays is
    missing. ``document`` is for the bill; ``secrets`` hides what must not be quoted.
    """

    name: str
    failed: bool
    complete: bool
    steps: tuple[Step, ...]
    messages: tuple[Message, ...]
    before: Mapping[str, Mapping[str, Any]]
    after: Mapping[str, Mapping[str, Any]]
    document: Document
    secrets: SecretTexts


def read_environments(
    previews: Sequence[tuple[str, bytes]], exports: Sequence[tuple[str, bytes]] = ()
) -> list[Environment]:
    """The environments of files given as (name, content); an export belongs to the preview of the same stack.

    Raises ``InvalidValues`` with everything that cannot be read.
    """
    problems: list[Problem] = []
    deployed: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
    for name, content in exports:
        try:
            data = _export(content, name)
        except InvalidValues as error:
            problems += error.problems
            continue
        stack = _stack_of(mappings(data["deployment"].get("resources")))
        if stack is not None:
            deployed[stack] = (name, data)
    found: list[Environment] = []
    for name, content in previews:
        try:
            data = _preview(content, name)
            stack = _stack_of(mappings(data.get("steps")))
            taken = deployed.pop(stack, None) if stack is not None else None
            found.append(_environment(name, data, stack, taken))
        except InvalidValues as error:
            problems += error.problems
    # What failed early has no steps that would tell its stack.
    if not problems and not (len(found) == 1 and len(deployed) == 1 and found[0].failed):
        problems += [
            Problem(
                name, "", f"is of stack {shown(stack)}, which none of the previews is of", "the same stack's export"
            )
            for (stack, _), (name, _data) in deployed.items()
        ]
    if problems:
        raise InvalidValues(problems)
    return found


def _preview(content: bytes, name: str) -> dict[str, Any]:
    data = _json(content, name)
    if isinstance(data, dict):
        if isinstance(data.get("steps"), list) or (
            "steps" not in data and isinstance(data.get("diagnostics"), list) and "kind" not in data
        ):
            return data
        if isinstance(at(data, "deployment", "resources"), list):
            reason = "is a stack's export, which says what is there and not what would change"
            raise InvalidValues([Problem(name, "", reason, f"{PREVIEW}, and the export as --before")])
    raise InvalidValues([Problem(name, "", "is no preview of Pulumi", PREVIEW)])


def _export(content: bytes, name: str) -> dict[str, Any]:
    data = _json(content, name)
    if isinstance(data, dict) and isinstance(data.get("deployment"), dict):
        return data
    raise InvalidValues([Problem(name, "", "is no stack's export", EXPORT)])


def _json(content: bytes, name: str) -> Any:
    if not content.strip():
        raise InvalidValues([Problem(name, "", "is empty", PREVIEW)])
    try:
        return parse_json(content)
    except InvalidValues as error:
        first = error.problems[0]
        reason = f"is no JSON ({first.path} {first.reason})"
        # Python's word for a whole document with something behind it, such as the engine's errors.
        whole = "Extra data" in first.reason
        if content.lstrip()[:1] == b"{" and not content.rstrip().endswith(b"}") and not whole:
            reason = f"ends in the middle ({first.path} {first.reason})"
        raise InvalidValues([Problem(name, "", reason, PREVIEW)]) from None


def _environment(
    name: str, data: dict[str, Any], stack: tuple[str, str] | None, export: tuple[str, dict[str, Any]] | None
) -> Environment:
    secrets = SecretTexts(data, export[1] if export else None)
    clean = secrets.without(data)
    clean.setdefault("steps", [])
    document = read_document(json.dumps(clean).encode(), name)
    before: dict[str, Mapping[str, Any]] = {}
    after: dict[str, Mapping[str, Any]] = {}
    for item in mappings(clean["steps"]):
        _note(item, before, after)
    if export is not None:
        states = mappings(secrets.without(export[1])["deployment"].get("resources"))
        there = {str(state.get("urn")): state for state in states if not state.get("delete")}
        stepped = {str(item.get("urn")) for item in mappings(clean["steps"])}
        after = {urn: state for urn, state in there.items() if urn not in stepped} | after
        before = there
        document = _completed(document, before, after, name)
    messages = _messages(clean, secrets)
    errors = any(item.get("severity") in ("error", "fatal") for item in mappings(clean.get("diagnostics")))
    return Environment(
        stack[0] if stack else name.rsplit("/", 1)[-1].removesuffix(".json"),
        errors or "steps" not in data,
        document.complete,
        steps_of(clean),
        messages,
        before,
        after,
        document,
        secrets,
    )


def _completed(
    document: Document, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], name: str
) -> Document:
    """The document of a preview with what an export adds to it."""
    region = document.after.region
    stacks = [
        replace(
            read_document(json.dumps({"deployment": {"resources": list(states.values())}}).encode(), name).after,
            region=region,
        )
        for states in (before, after)
    ]
    return Document(stacks[0], stacks[1], complete=True)


def _note(item: Mapping[str, Any], before: dict[str, Mapping[str, Any]], after: dict[str, Mapping[str, Any]]) -> None:
    """One step's part of what was there and what will be."""
    operation, urn = str(item.get("op")), text(item.get("urn"))
    old, new = item.get("oldState"), item.get("newState")
    if urn is None:
        return
    if isinstance(old, Mapping) and not old.get("delete"):
        before.setdefault(urn, old)
    if operation in ("delete", "discard", "read-discard"):
        if not mapping(old).get("delete"):
            after.pop(urn, None)
    elif isinstance(new, Mapping) and operation not in (
        "delete-replaced",
        "discard-replaced",
        "remove-pending-replace",
    ):
        after[urn] = new


def _messages(data: Mapping[str, Any], secrets: SecretTexts) -> tuple[Message, ...]:
    """Errors and warnings, each once, by resource and words: a preview tells them in any order."""
    found = set()
    for item in mappings(data.get("diagnostics")):
        severity = str(item.get("severity"))
        if severity not in ("error", "fatal", "warning"):
            continue
        words = re.sub(r"^(error|warning): ", "", secrets.hide(str(item.get("message", "")))).strip()
        if words and not any(words.startswith(noise) for noise in _NOISE):
            found.add(Message("warning" if severity == "warning" else "error", words, text(item.get("urn")) or ""))
    return tuple(sorted(found, key=lambda message: (message.severity, message.urn, message.text)))


def _stack_of(items: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    for item in items:
        match = _URN.match(str(item.get("urn")))
        if match:
            return match["stack"], match["project"]
    return None
