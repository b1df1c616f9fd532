"""The annotation pulumi.com/waitFor: jsonpath= and condition= expressions, one or a JSON list: then all must hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kubernetes_provider import objects
from kubernetes_provider.errors import ProviderError
from kubernetes_provider.waiting.loop import Look, Surroundings
from kubernetes_provider.wire import Object


@dataclass(frozen=True)
class Verdict:
    """Whether an expression holds, and what to tell meanwhile."""

    holds: bool
    progress: str = ""


Expression = Callable[[Object], Verdict]


def parsed(text: str) -> list[Expression]:
    """The expressions of an annotation. Raises ProviderError."""
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        values = [text]
    if not values:
        raise ProviderError("at least one condition must be specified")
    return [_expression(value) for value in values]


def awaiter(text: str, surroundings: Surroundings, live: Object) -> Callable[[], Look]:
    """What to look at until all expressions of the annotation hold. Raises ProviderError for one that is none."""
    expressions = parsed(text)
    last = live

    def look() -> Look:
        nonlocal last
        now = surroundings.again(live)
        last = now or last
        verdicts = [expression(last) for expression in expressions]
        unmet = next((verdict for verdict in verdicts if not verdict.holds), None)
        ready = now is not None and unmet is None
        return Look(ready, last, progress=(unmet or verdicts[-1]).progress)

    return look


def _expression(text: str) -> Expression:
    if text.startswith("jsonpath="):
        return _json_path(text.removeprefix("jsonpath="))
    if text.startswith("condition="):
        kind, _, status = text.removeprefix("condition=").partition("=")
        return lambda live: _condition(live, kind, status or "True")
    raise ProviderError(f'expected a "jsonpath=" or "condition=" prefix, got {json.dumps(text)}')


def _json_path(text: str) -> Expression:
    from jsonpath_ng.ext.parser import parse

    given = re.split(r"(?<![=!<>])=(?!=)", text)
    if len(given) > 2:
        raise ProviderError(f"format should be {{.path}}=value or {{.path}}, got {json.dumps(text)}")
    path, wanted = given[0], given[1] if len(given) == 2 else None
    if wanted == "":
        raise ProviderError(f"{path}= requires a value")
    if len(path) > 1 and path.startswith("'") and path.endswith("'"):
        raise ProviderError(f"{path} should omit shell quotes")
    braces = re.search(r"\{\s*(.*?)\s*\}", path)
    if braces is None:
        raise ProviderError(f"{path} should be wrapped in brackets {{ ... }}")
    inside = braces[1] if braces[1].startswith("$") else f"${braces[1]}"
    try:
        expression = parse(inside)
    except Exception as error:  # the parser raises bare Exceptions for text it cannot read
        raise ProviderError(f"parsing {json.dumps(path)}: {error}") from None

    def holds(live: Object) -> Verdict:
        if _is_stale(live, live.get("status")):
            return Verdict(False)
        found = [match.value for match in expression.find(live)]
        if not found:
            return Verdict(False, f"{path} selected nothing")
        if isinstance(found[0], list | dict):
            return Verdict(wanted is None, f"Found {path}" if wanted is None else f"{path} has a non-primitive value")
        value = _spelled(found[0])
        if wanted is None or value == wanted:
            return Verdict(True, f"Found {path}" + (f"={wanted}" if wanted else ""))
        return Verdict(False, f"Waiting for {path}={wanted} (found {json.dumps(value)})")

    return holds


def _condition(live: Object, kind: str, wanted: str) -> Verdict:
    conditions = objects.dig(live, "status", "conditions")
    if not isinstance(conditions, list):
        return Verdict(False, "Has no .status.conditions")
    for condition in conditions:
        if str(condition.get("type")).lower() != kind.lower():
            continue
        observer = condition if "observedGeneration" in condition else live.get("status")
        if _is_stale(live, observer):
            return Verdict(
                False,
                f"Generation {objects.whole_number(observer, 'observedGeneration')} is less than expected "
                f"{objects.whole_number(live, 'metadata', 'generation')}",
            )
        status = str(condition.get("status"))
        if status.lower() == wanted.lower():
            return Verdict(True)
        return Verdict(False, f"Resource has condition {kind}={status} (want {wanted})")
    return Verdict(False)


def _is_stale(live: Object, observer: Any) -> bool:
    """Whether the status says that it is of an earlier spec; one without an observedGeneration counts as current."""
    observed = objects.dig(observer, "observedGeneration")
    return isinstance(observed, int) and observed < objects.whole_number(live, "metadata", "generation")


def _spelled(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)
