"""Check, diff, create, read, update and delete of `milvus:index:Collection`."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from pulumi_milvus.collection_schema.search_away import takes_search_away
from pulumi_milvus.collection_schema.spec import CollectionSpec, split_id
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.resources.collection import apply, changes, live
from pulumi_milvus.resources.collection.judge import findings
from pulumi_milvus.resources.collection.partial import filled
from pulumi_milvus.resources.collection.search_gap import search_gap
from pulumi_milvus.resources.collection.validate import schema_problems
from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import WAIT_TO_READ_SECONDS, Changes, Checked, Found, Scene
from pulumi_milvus.resources.problems import PropertyProblem, from_validation
from pulumi_milvus.resources.wire import Plain, has_unknown

_ONLY_IN_STATE = ("disposable", "production", "acknowledgeSearchGap", "expectedRows")
"""What Milvus does not hold: a change of it is written to the state and needs no connection."""
_NOT_REPORTED = (*_ONLY_IN_STATE, "replicas", "database", "endpoint")


class CollectionHandler:
    """Collections, judged in preview and changed so that rows stay."""

    def __init__(self) -> None:
        self._made: set[tuple[str, str]] = set()

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Fill in name, index and metric; refuse what cannot exist, loses data, or production has not allowed."""
        inputs = scene.placed(old, new, name_key="collectionName")
        if has_unknown(inputs):
            return Checked(inputs)
        try:
            spec = CollectionSpec.model_validate(inputs).with_defaults()
        except ValidationError as error:
            return Checked(inputs, from_validation(error, CollectionSpec))
        is_lite = scene.endpoint.is_lite_file if scene.endpoint else None
        judged = findings(spec, is_lite=is_lite)
        for finding in judged:
            if finding.level == "warning":
                scene.log("warning", f"{finding.subject}: {finding.message}; {finding.fix} ({finding.rule})")
        problems = schema_problems(spec) + [_as_problem(finding) for finding in judged if finding.level == "error"]
        before = _parsed(old)
        if before is not None:
            problems += changes.refusals(before, spec, is_lite=bool(is_lite))
        return Checked(_as_inputs(spec), problems)

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Every declared value that differs; a collection is replaced only where the user demands it (`--replace`)."""
        return Changes(differences(_canonical(old_state), _canonical(new_inputs)), delete_first=True)

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Create it, build its indexes, load it."""
        if preview:
            return "", _canonical(inputs)
        spec = CollectionSpec.model_validate(inputs).with_defaults()
        with scene.connect(spec.database) as connected:
            _refuse_for_lite(connected.is_lite, spec)
            apply.create(connected, spec, scene.urn, scene.timeout_seconds, scene.report)
        self._made.add((scene.urn, spec.resource_id))
        return spec.resource_id, spec.to_wire(defaults=True)

    def read(self, scene: Scene, identifier: str, known: Plain) -> Found | None:
        """The live collection; what Milvus does not report stays as declared."""
        database, name = split_id(identifier)
        if scene.lite_file_is_gone():
            return None
        declared = _parsed(known)
        with scene.connect(database, WAIT_TO_READ_SECONDS) as connected:
            description = live.describe(connected, name)
            if description is None:
                return None
            if description["collection_name"] != name:
                if not known:
                    owner = description["collection_name"]
                    raise ResourceError(f"{name} is an alias of {owner}; import {owner}, or {name} as an Alias")
                return None
            found = live.read(connected, description, declared)
        found |= {key: known[key] for key in _NOT_REPORTED if key in known}
        found |= {"database": database, "endpoint": scene.known_endpoint().uri}
        spec = _parsed(found)
        if spec is None:  # something this version cannot declare, such as a new data type: shown as it is
            return Found(identifier, found, found)
        return Found(identifier, spec.to_wire(defaults=True), _as_inputs(spec))

    def update(self, scene: Scene, old_state: Plain, inputs: Plain, *, preview: bool) -> Plain:
        """Bring the live collection to the new inputs; says for how long search is away."""
        before = _parsed(old_state)
        after = _parsed(inputs)
        if after is not None and before is not None and takes_search_away(before, after):
            scene.log(
                "warning", search_gap(before, after, is_lite=bool(scene.endpoint and scene.endpoint.is_lite_file))
            )
        if preview or after is None:
            return _canonical(inputs)
        if before is not None and _differ_only_in_state(before, after):
            return after.to_wire(defaults=True)
        with scene.connect(after.database) as connected:
            description = live.describe(connected, after.collection_name)
            if description is None:
                raise ResourceError(_missing(after, before))
            _refuse_for_lite(connected.is_lite, after)
            former = before.properties if before else {}
            apply.converge(connected, after, description, former, scene.timeout_seconds, scene.report)
        return after.to_wire(defaults=True)

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Drop it. Raises ResourceError while it holds rows that nobody declared disposable."""
        database, name = split_id(identifier)
        if (scene.urn, identifier) in self._made:
            # `--replace` creates before it deletes, and the new one has the name, and the rows, of the old one.
            scene.log("warning", f"{name} is its own replacement and was kept; replacements need deleteBeforeReplace")
            return
        if scene.lite_file_is_gone():
            return
        with scene.connect(database, WAIT_TO_READ_SECONDS) as connected:
            description = live.describe(connected, name)
            if description is None or description["collection_name"] != name:
                return
            rows = 0 if state.get("disposable") else live.row_count(connected, name)
            if rows:
                raise ResourceError(
                    f"{name} holds {rows:,} rows and was not declared disposable, so it is not deleted. To delete it "
                    "with its rows: put it back, set disposable: true (in a values file: milvus:disposableData: true), "
                    "run `pulumi up`, then remove it again. To keep it and only forget it here: "
                    f"pulumi state delete '{scene.urn}'"
                )
            with connected.alias_changes:
                connected.client.drop_collection(name)
        scene.remove_empty_lite_file()


def _parsed(values: Plain) -> CollectionSpec | None:
    """The values as a spec, or None where they hold unknowns or are none."""
    if not values or has_unknown(values):
        return None
    known = {key: value for key, value in values.items() if key in _WIRE_KEYS}
    try:
        return CollectionSpec.model_validate(known)
    except ValidationError:
        return None


_WIRE_KEYS = {info.alias for info in CollectionSpec.model_fields.values()}


def _canonical(values: Plain) -> Plain:
    spec = _parsed(values)
    return spec.to_wire(defaults=True) if spec else filled(values)


def _as_inputs(spec: CollectionSpec) -> Plain:
    """The shortest inputs that mean the same, with each index's type spelled out."""
    inputs: dict[str, Any] = spec.to_wire(defaults=False)
    for field, written in zip(spec.fields, inputs["fields"], strict=True):
        if field.index:
            written["index"] = {"indexType": field.index.index_type} | written.get("index", {})
    return inputs


def _differ_only_in_state(before: CollectionSpec, after: CollectionSpec) -> bool:
    old, new = before.to_wire(defaults=True), after.to_wire(defaults=True)
    return all(old.get(key) == new.get(key) for key in {*old, *new} if key not in _ONLY_IN_STATE)


def _refuse_for_lite(is_lite: bool, spec: CollectionSpec) -> None:
    """A preview cannot know that Milvus Lite answers behind an http address; nothing is created before this."""
    if not is_lite:
        return
    errors = [finding for finding in findings(spec, is_lite=True) if finding.level == "error"]
    if errors:
        raise ResourceError("; ".join(f"{error.subject}: {error.message}; {error.fix}" for error in errors))


def _as_problem(finding: Finding) -> PropertyProblem:
    return PropertyProblem(finding.subject, f"{finding.message}; {finding.fix} ({finding.rule})")


def _missing(after: CollectionSpec, before: CollectionSpec | None) -> str:
    if before is not None and before.endpoint != after.endpoint:
        return (
            f"{after.collection_name} is not at {after.endpoint}; its rows are at {before.endpoint}. Move or copy them "
            f"first, or point milvus:uri back. To start empty at {after.endpoint}: pulumi refresh, then pulumi up"
        )
    return (
        f"{after.collection_name} was deleted outside Pulumi, so there is nothing to change. Run `pulumi refresh`, "
        "which takes note, then `pulumi up`, which creates it anew"
    )
