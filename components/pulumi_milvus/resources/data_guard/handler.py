"""Check, diff, create, read, update and delete of `milvus:index:DataGuard`."""

from __future__ import annotations

from pydantic import ValidationError

from pulumi_milvus.resources.data_guard.ahead import look_ahead, look_at_place
from pulumi_milvus.resources.data_guard.beside import GuardsBeside
from pulumi_milvus.resources.data_guard.judge import as_problem, as_warning, facts_of, own_problems
from pulumi_milvus.resources.data_guard.kept import kept_words
from pulumi_milvus.resources.data_guard.left_behind import left_behind
from pulumi_milvus.resources.data_guard.rotation_with_tls import rotation_with_tls
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.data_guard.storage import class_changes, look_at_classes
from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import Changes, Checked, Found, Scene
from pulumi_milvus.resources.problems import PropertyProblem, from_validation
from pulumi_milvus.resources.wire import UNKNOWN, Plain, has_unknown
from pulumi_milvus.rules import check_change
from pulumi_milvus.rules.change_facts import DeploymentChange

_HOW_TO_ALLOW = (
    "it was not applied before, so none of this is done. Only where nobody needs the data: set disposable: true, run "
    "`pulumi up` with nothing else changed, then make the change"
)
_UNREADABLE = (
    "the state has a guard that this release of pulumi-milvus cannot read, so it cannot tell what would lose data; use "
    "the release that wrote it. To start anew with what is declared now: pulumi state delete '{urn}'"
)


class DataGuardHandler:
    """What leads Milvus to its data is kept in the state, and every change of it is judged before anything is done."""

    def __init__(self) -> None:
        self._beside = GuardsBeside()

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Refuse what would part Milvus from its data; what is not known in this preview is judged later."""
        judged = _with_known(new, old)
        if has_unknown(judged):
            return Checked(new)
        try:
            spec = DataGuardSpec.model_validate(judged)
        except ValidationError as error:
            return Checked(new, from_validation(error, DataGuardSpec))
        inputs = new if has_unknown(new) else spec.model_dump(by_alias=True, exclude_none=True)
        problems = own_problems(spec)
        before = _parsed(old) if old else None
        if not problems:
            problems = self._shared(scene, spec, before)
        if not old or problems:
            return Checked(inputs, problems)
        if before is None:
            return Checked(inputs, [PropertyProblem("", _UNREADABLE.format(urn=scene.urn))])
        findings = check_change(DeploymentChange(before=facts_of(before), after=facts_of(spec)))
        for finding in findings:
            if finding.level != "error":
                scene.log("warning", as_warning(finding))
        for line in left_behind(before, spec):
            scene.log("warning", line)
        problems = [as_problem(finding) for finding in findings if finding.level == "error"]
        if problems:
            problems.append(PropertyProblem("disposable", _HOW_TO_ALLOW))
        return Checked(inputs, [*problems, *class_changes(before, spec), *rotation_with_tls(before, spec)])

    def _shared(self, scene: Scene, spec: DataGuardSpec, before: DataGuardSpec | None) -> list[PropertyProblem]:
        """What another environment of the same run has too; said whether or not somebody needs the data."""
        found = list(self._beside.judge(scene.urn, facts_of(spec), facts_of(before) if before else None))
        for finding in found:
            if finding.level != "error":
                scene.log("warning", as_warning(finding))
        return [as_problem(finding) for finding in found if finding.level == "error"]

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Every value that differs; nothing replaces a guard."""
        return Changes(differences(old_state, new_inputs))

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Note what leads to the data. Raises ResourceError where the cluster cannot hold a Milvus."""
        if preview:
            if not has_unknown(inputs):
                look_at_place(scene, DataGuardSpec.model_validate(inputs))
        else:
            spec = DataGuardSpec.model_validate(inputs)
            look_ahead(scene, spec)
            look_at_classes(scene, spec)
        return ("" if preview else f"{inputs['namespace']}/{inputs['name']}"), inputs

    def read(self, scene: Scene, identifier: str, known: Plain) -> Found:
        """As it is known. Raises ResourceError for an import: there is nothing of it outside the state."""
        if not known:
            raise ResourceError(
                "a guard cannot be imported, since nothing of it is outside the state; declare it, and `pulumi up` "
                "notes from then on what leads to the data (docs/changes.md)"
            )
        return Found(identifier, known, known)

    def update(self, scene: Scene, old_state: Plain, inputs: Plain, *, preview: bool) -> Plain:
        """Note what was allowed. Raises ResourceError where a new storage class is there with other parameters."""
        if not preview:
            look_at_classes(scene, DataGuardSpec.model_validate(inputs))
        return inputs

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Delete nothing, and say what is kept."""
        before = _parsed(state)
        if before is not None:
            scene.log("info", kept_words(facts_of(before)))


def _parsed(values: Plain) -> DataGuardSpec | None:
    """Values of an earlier run, or None where this release cannot read them."""
    known = {info.alias or key for key, info in DataGuardSpec.model_fields.items()}
    try:
        return DataGuardSpec.model_validate({key: value for key, value in values.items() if key in known})
    except ValidationError:
        return None


def _with_known(new: Plain, old: Plain) -> Plain:
    """New values, where a preview does not know one the old value."""
    return {key: _known(value, old.get(key, UNKNOWN)) for key, value in new.items()}


def _known(new: object, old: object) -> object:
    if new is UNKNOWN:
        return old
    if isinstance(new, dict):
        return _with_known(new, old if isinstance(old, dict) else {})
    if isinstance(new, list) and has_unknown(new):
        return old
    return new
