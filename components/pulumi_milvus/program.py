"""What a stack's program needs: its values, its plan, and errors as sentences."""

import contextlib
import gc
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi.runtime.config import get_config_env

from pulumi_milvus.planning.catalogue_choice import chosen_catalogue
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.values_file import Values, values_of
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_facts import written_plan_facts
from pulumi_milvus.planning.written_plan import TOPOLOGIES, load_written_plan, plan_file, written_plan_of
from pulumi_milvus.planning.written_use import plan_in_use
from pulumi_milvus.rules import outgrown, shrink_below_data
from pulumi_milvus.version import PACKAGE_VERSION

_TEXTS = ("milvus:uri", "milvus:catalogue")
_SECRETS = ("milvus:token",)
"""Only the provider reads these."""
# Python's own is 700. Pulumi's SDKs make classes by the ten thousand that stay, and to look at them again and again for
# garbage took a third of a program's processor time: 5.1 s, and 3.5 s without any, for 102 resources on AWS with Python
# 3.11. Without any, a bare program with the same resources took 1 % more memory.
_NEW_OBJECTS_BEFORE_COLLECTING: Final = 100_000


def stack_values() -> Values:
    """The workload and settings in the configuration of the stack that runs.

    Raises InvalidValues with every mistake, misspelt `milvus:` keys among them.
    """
    config = pulumi.Config("milvus")
    keys = [key for key in get_config_env() if key.startswith("milvus:") and key not in _SECRETS]
    # The provider's own setting: prices are a region's.
    region = pulumi.Config("aws").get("region")
    return values_of(
        {"config": {key: _value(config, key) for key in keys} | ({"aws:region": region} if region else {})}
    )


def stack_catalogue(values: Values, folder: Path) -> AwsCatalogue | None:
    """The catalogue that a plan of this stack is made with; None: the planner's own. Raises ``InvalidValues``."""
    return chosen_catalogue(values.settings, folder, os.environ)


def stack_plan(workload: Workload, folder: Path, catalogue: AwsCatalogue | None = None) -> Plan:
    """The plan that the stack which runs is built by: the one that was accepted, as it stands; else one made now.

    ``folder`` is that of the values files; an accepted plan is in its folder ``plans``. Raises ``InvalidValues`` where
    that file cannot be read, and ``RunError`` where the plan no longer holds what is declared: it is never resized by
    itself. ``catalogue``: what a plan made now chooses from; the workload's ``node_shapes`` come before it.
    """
    made = accepted_plan(workload, folder, pulumi.get_stack())
    if made is None:
        return make_plan(workload, None if workload.node_shapes else catalogue)
    found = outgrown_findings(made)
    wrong = [finding for finding in found if finding.level == "error"]
    if wrong:
        lines = "".join(f"\n  {finding.subject}: {finding.message}" for finding in wrong)
        raise pulumi.RunError(f"the accepted plan is outgrown:{lines}\n{wrong[0].fix}")
    for finding in found:
        pulumi.log.warn(str(finding))
    return made


def plan_for_component(values: Values, plan: Plan, folder: Path) -> str | None:
    """The plan as the argument ``accepted_plan``, where a component would not make the same of the workload alone.

    A component knows no catalogue but the packaged one; None where the plan was made with that. Raises
    ``InvalidValues`` where the plan cannot be carried out.
    """
    catalogue = stack_catalogue(values, folder)
    if catalogue is None or values.workload.node_shapes or plan.topology not in TOPOLOGIES:
        return None
    return written_plan_of(plan, PACKAGE_VERSION, catalogue).to_text()


def accepted_plan(workload: Workload, folder: Path, stack: str) -> Plan | None:
    """The plan that was accepted for a stack, with what the rules say of it today; None where there is none.

    Raises ``InvalidValues`` with everything that is wrong in its file.
    """
    file = plan_file(folder, stack)
    shown, values = f"{folder.name}/{file.parent.name}/{file.name}", f"{folder.name}/Pulumi.{stack}.yaml"
    try:
        written = load_written_plan(file)
    except InvalidValues as error:
        told = [Problem(f"{shown}: {item.path}", item.value, item.reason, item.nearest) for item in error.problems]
        again = f"restore it from version control, or remove it and run: pulumi-milvus plan --write {values}"
        raise InvalidValues([*told, Problem(shown, "", again)]) from None
    if written is None:
        return None
    return plan_in_use(written, workload, written_plan_facts(written, workload, shown, values))


def outgrown_findings(plan: Plan) -> list[Finding]:
    """What the rules ``outgrown`` and ``shrink-below-data`` said of an accepted plan."""
    return [finding for finding in plan.findings if finding.rule in (outgrown.RULE, shrink_below_data.RULE)]


def _value(config: pulumi.Config, key: str) -> Any:
    text = config.get(key.removeprefix("milvus:"))
    if text is None or key in _TEXTS:
        return text or None
    try:
        return json.loads(text)
    except ValueError:
        return text


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Inside it, mistakes in values and arguments end the program with their own words instead of a traceback.

    Python looks for garbage less often from here on, which makes a program faster.
    """
    chosen = gc.get_threshold()[0]
    # 0: somebody has turned it off.
    if 0 < chosen < _NEW_OBJECTS_BEFORE_COLLECTING:
        gc.set_threshold(_NEW_OBJECTS_BEFORE_COLLECTING)
    try:
        yield
    except (InvalidValues, pulumi.InputPropertiesError) as error:
        raise pulumi.RunError(getattr(error, "message", None) or str(error)) from None
