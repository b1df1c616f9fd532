"""Aliases that lead to the copy from now on; the collection they led to stays."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_milvus.copying.pairs import Judged
from pulumi_milvus.copying.request import CopyRequest
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.resources.connection import Connected


def alias_targets(
    request: CopyRequest, source: Connected, target: Connected, pairs: Sequence[Judged]
) -> dict[str, str]:
    """Where each alias is to point in the target. Raises InvalidValues where that is not clear, before any copy."""
    known = {alias: each.pair.target for each in pairs for alias in _aliases(source, each.pair.source)}
    collections = set(target.client.list_collections())
    found: dict[str, str] = {}
    problems = []
    for alias in request.aliases:
        if alias in collections:
            reason = f"{request.target} has a collection of that name, and an alias cannot have it too"
            problems.append(Problem("--switch-alias", alias, reason, f"{alias}_live"))
        elif alias in known:
            found[alias] = known[alias]
        elif len(pairs) == 1:
            found[alias] = pairs[0].pair.target
        else:
            reason = "it leads to none of the collections to copy, and there are several"
            nearest = nearest_word(alias, known) or "one run for each, with --collection"
            problems.append(Problem("--switch-alias", alias, reason, nearest))
    if problems:
        raise InvalidValues(problems)
    return found


def switch(target: Connected, targets: dict[str, str]) -> None:
    """Point every alias to its collection, made where it is not there yet; from one call to the next."""
    with target.alias_changes:
        there = {alias for name in target.client.list_collections() for alias in _aliases(target, name)}
        for alias, collection in targets.items():
            change = target.client.alter_alias if alias in there else target.client.create_alias
            change(collection_name=collection, alias=alias)


def _aliases(connected: Connected, collection: str) -> list[str]:
    return list(connected.client.list_aliases(collection).get("aliases", []))
