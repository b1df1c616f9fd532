"""Secrets stay marked: what comes back under the name of something secret is secret too.

A provider that hosts components must take marked values (the engine refuses to construct any otherwise), and then has
to mark its own answers: the engine does that only for providers that never see the mark.
"""

from __future__ import annotations

from collections.abc import Mapping

from pulumi.provider.experimental.property_value import PropertyValue

Properties = Mapping[str, PropertyValue]


def marked(answer: Properties, given: Properties | None) -> dict[str, PropertyValue]:
    """``answer`` with every property marked that is secret in ``given``; in a list with a secret, the whole list is.

    The rules are the engine's own for providers that do not take secrets (annotateSecrets of Pulumi 3.259.0), so that
    a state looks the same whichever of the two marks it.
    """
    known = given or {}
    return {key: _marked(value, known[key]) if key in known else value for key, value in answer.items()}


def _marked(answer: PropertyValue, given: PropertyValue) -> PropertyValue:
    if answer.is_secret or not given.contains_secret():
        return answer
    if not given.is_secret and isinstance(answer.value, Mapping) and isinstance(given.value, Mapping):
        return answer.with_value(marked(answer.value, given.value))
    return answer.with_secret(True)
