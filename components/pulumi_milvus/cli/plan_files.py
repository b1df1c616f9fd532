"""The written plan beside a stack's values file: where it is, whether it still holds, and how it is written."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from pulumi_milvus.cli.output import refuse
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.plan_difference import PlanDifference, plan_difference
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.written_facts import written_plan_facts
from pulumi_milvus.planning.written_plan import (
    WrittenPlan,
    environment_of,
    load_written_plan,
    plan_file,
    written_plan_of,
)
from pulumi_milvus.planning.yaml_text import parse
from pulumi_milvus.rules import check_written_plan
from pulumi_milvus.rules.facts import WrittenPlanFacts
from pulumi_milvus.version import PACKAGE_VERSION


@dataclass(frozen=True, slots=True)
class Beside:
    """A written plan beside the values file that was named. ``difference``: what a plan made now would change."""

    file: Path
    written: WrittenPlan
    facts: WrittenPlanFacts
    difference: PlanDifference

    def to_json(self) -> dict[str, Any]:
        """What JSON says of it."""
        return {
            "file": str(self.file),
            "package_version": self.written.package_version,
            "catalogue_date": self.written.catalogue_date,
            "outgrown_in_month": self.facts.outgrown_in_month,
            "difference": self.difference.to_json(),
        }


def stack_plan_file(values_file: Path) -> Path:
    """The file of a stack's plan. Raises ``InvalidValues`` where ``values_file`` is no stack's values file."""
    environment = environment_of(values_file)
    data = parse(values_file.read_bytes(), str(values_file))
    if not isinstance(data, dict) or "config" not in data:
        reason = "is a bare workload, and a plan is kept beside a stack's values file"
        raise InvalidValues([Problem(str(values_file), "", reason, "config: {milvus:workload: ...}")])
    return plan_file(values_file.parent, environment)


def judged(
    values_file: str, made: Plan, nodes: Catalogue | None = None, *, as_json: bool
) -> tuple[Plan, Beside | None]:
    """The plan made now with what the rules say of the written one beside the values file, and that one.

    None where there is none, or the file is no stack's. A plan that cannot be read ends the command.
    """
    try:
        file = plan_file(Path(values_file).parent, environment_of(Path(values_file)))
    except InvalidValues:
        return made, None
    written = read_or_refuse(file, values_file, as_json=as_json)
    if written is None:
        return made, None
    facts = written_plan_facts(written, made.workload, str(file), values_file)
    beside = Beside(file, written, facts, plan_difference(written.to_json(), _as_json(made, nodes)))
    return replace(made, findings=(*made.findings, *check_written_plan(facts))), beside


def _as_json(made: Plan, nodes: Catalogue | None) -> dict[str, Any]:
    """A plan made now in the words of a written one, also where it could not be written."""
    try:
        return written_plan_of(made, PACKAGE_VERSION, nodes).to_json()
    except InvalidValues:
        workload = made.workload.model_dump(mode="json", exclude_unset=True)
        return {"package_version": PACKAGE_VERSION, "workload": workload, **made.to_json()}


def read_or_refuse(file: Path, values_file: str, *, as_json: bool) -> WrittenPlan | None:
    """The plan in a file, None where there is no file; what is wrong in it ends the command."""
    try:
        return load_written_plan(file)
    except InvalidValues as error:
        again = f"restore it from version control, or remove it and run: pulumi-milvus plan --write {values_file}"
        typer.echo(f"{file} cannot be used as it is; {again}", err=True)
        refuse(error, str(file), as_json=as_json)


def write_atomically(file: Path, text: str) -> None:
    """Write the whole text or nothing. Raises ``InvalidValues`` where the folder does not take it."""
    try:
        file.parent.mkdir(exist_ok=True)
        with _draft_folder(file.parent) as folder:
            draft = folder / file.name
            with draft.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(draft, file)
    except OSError as error:
        reason = f"cannot be written: {error.strerror or type(error).__name__}"
        raise InvalidValues([Problem(str(file), "", reason)]) from None


@contextlib.contextmanager
def _draft_folder(beside: Path) -> Iterator[Path]:
    """A folder on the same disk, so that the last step is a rename; it goes whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
