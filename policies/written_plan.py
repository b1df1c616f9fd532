"""The rules on the plan that was accepted for a stack: `plans/<stack>.json` beside its values file."""

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
from pulumi_milvus.rules import outgrown, shrink_below_data

# Where the values files are, seen from the pack; another place is said by the pack's configuration.
STACKS = "../stacks"


_DESCRIPTIONS = {
    outgrown.RULE: "A written plan holds what is declared",
    shrink_below_data.RULE: "A written plan is not made smaller than what is stored",
}


def written_plan_policies() -> list[ResourceValidationPolicy]:
    """One policy under each rule's name. They judge the stack itself, so that a program that stops is judged too."""
    return [_policy(rule, description) for rule, description in _DESCRIPTIONS.items()]


def _policy(rule: str, description: str) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
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
            if rule == outgrown.RULE:  # said once
                report(str(error), args.urn)
            return
        for finding in outgrown_findings(plan) if plan else ():
            if finding.level == "error" and finding.rule == rule:
                report(f"{finding.subject}: {finding.message}; {finding.fix}", args.urn)

    return ResourceValidationPolicy(
        name=rule,
        description=description,
        validate=validate,
        enforcement_level=EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema(
            {"stacks": {"type": "string", "description": "The folder of the values files, from the pack's own."}}
        ),
    )
