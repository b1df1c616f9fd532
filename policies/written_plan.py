"""The rule on the plan that was accepted for a stack: `plans/<stack>.json` beside its values file."""

from __future__ import annotations

import os
from pathlib import Path

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.program import accepted_plan, outgrown_findings, stack_values
from pulumi_milvus.rules import outgrown

# Where the values files are, seen from the pack; another place is said by the pack's configuration.
STACKS = "../stacks"


def written_plan_policies() -> list[ResourceValidationPolicy]:
    """The policy under the rule's name. It judges the stack itself, so that a program that stops is judged too."""
    return [
        ResourceValidationPolicy(
            name=outgrown.RULE,
            description="A written plan holds what is declared",
            validate=_validate,
            enforcement_level=EnforcementLevel.MANDATORY,
            config_schema=PolicyConfigSchema(
                {"stacks": {"type": "string", "description": "The folder of the values files, from the pack's own."}}
            ),
        )
    ]


def _validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != "pulumi:pulumi:Stack" or pulumi.Config("milvus").get("workload") is None:
        return
    folder = Path(os.path.abspath(Path(__file__).parent / str(args.get_config().get("stacks", STACKS))))
    try:
        workload = stack_values().workload
    except InvalidValues:
        return  # the program names what is wrong with the values
    try:
        plan = accepted_plan(workload, folder, pulumi.get_stack())
    except InvalidValues as error:
        report(str(error), args.urn)
        return
    for finding in outgrown_findings(plan) if plan else ():
        if finding.level == "error":
            report(f"{finding.subject}: {finding.message}; {finding.fix}", args.urn)
