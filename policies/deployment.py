"""The rules on what a stack deploys: a policy under each rule's name, and two that say what the rules say besides.

A rule's policy reports its errors, or whatever it finds where `strict` is configured; `warnings` reports the warnings
of all rules, and `not-judged` what could not be judged, once each, so that silence is never taken for a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from collected import Asked, Collected
from judging import Judged, judge, not_known, stored
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.rules.rule_texts import RuleText, rule_texts

if TYPE_CHECKING:
    from pulumi_milvus.planning.findings import Finding

# These have policies of their own, on collections and written plans, or need a before and a bill that no preview has.
ELSEWHERE: Final = frozenset(
    (
        "backup",
        "cost-budget",
        "data-loss",
        "index-pair",
        "lite-limits",
        "outgrown",
        "shrink-below-data",
        "wal-unchanged",
    )
)
# Collections are judged one at a time under these names; what a workload declares is judged beside its deployment.
_OF_WORKLOAD: Final = frozenset({"index-pair", "lite-limits"})
_DOCS: Final = "docs/rules"


def deployment_policies() -> list[Policy]:
    """Every policy, the one that collects first."""
    stack = _Stack(Collected())
    rules = [text for text in rule_texts() if text.rule not in ELSEWHERE]
    return [
        _collecting(stack),
        *(_of_rule(text, stack) for text in rules),
        _of_workload(stack),
        _besides("warnings", "Rules warn of these", "warning", stack),
        _besides("not-judged", "What the rules could not judge, and where the missing fact would be", "advice", stack),
    ]


class _Stack:
    """The findings on the stack that is judged now; made once for all policies."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected
        self._asked: Sequence[Asked] = ()
        self._judged: list[Judged] = []

    def judged(self, args: StackValidationArgs) -> list[Judged]:
        asked = self.collected.of(args.resources)
        if asked != self._asked:
            try:
                workload, production = stored(self.collected.config, Path(__file__).parent)
            except InvalidValues:  # the policy `facts` has said so
                workload, production = None, bool(self.collected.config.get("production"))
            self._judged, self._asked = judge(asked, workload, production=production), asked
        return self._judged


def _collecting(stack: _Stack) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type != "pulumi:pulumi:Stack":
            stack.collected.add(args.urn, args.resource_type, args.props)
            return
        stack.collected.config = dict(args.get_config())
        try:
            stored(stack.collected.config, Path(__file__).parent)
        except InvalidValues as error:
            report(str(error), args.urn)

    return ResourceValidationPolicy(
        name="facts",
        description="What the rules judge by can be read",
        validate=validate,
        enforcement_level=EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema(
            {
                "workload": {
                    "type": "string",
                    "description": "A workload or values file that says what is stored, from the pack's own folder; "
                    "the stack's milvus:workload if left out.",
                },
                "production": {"type": "boolean", "description": "Rules of level prod are errors."},
            }
        ),
    )


def _of_rule(text: RuleText, stack: _Stack) -> Policy:
    only_warns = text.level.startswith("warning")

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        strict = only_warns or args.get_config().get("strict") is True
        levels = {"error", "warning"} if strict else {"error"}
        _report(stack.judged(args), report, lambda one: one.finding.rule == text.rule and one.level in levels)

    return StackValidationPolicy(
        name=text.rule,
        description=f"{text.what.rstrip('.')} ({text.page})",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY if only_warns else EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema(
            {"strict": {"type": "boolean", "description": "Its warnings are violations as well."}}
        ),
    )


def _of_workload(stack: _Stack) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        _report(stack.judged(args), report, lambda one: one.finding.rule in _OF_WORKLOAD and one.level == "error")

    return StackValidationPolicy(
        name="workload",
        description="Indexes, metrics and data types of what is stored go together",
        validate=validate,
        enforcement_level=EnforcementLevel.MANDATORY,
    )


def _besides(name: str, description: str, level: str, stack: _Stack) -> Policy:
    warning_rules = {text.rule for text in rule_texts() if text.level.startswith("warning")} - ELSEWHERE

    def is_told(one: Judged) -> bool:
        return one.level == level and not (level == "warning" and one.finding.rule in warning_rules)

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        for one in filter(is_told, stack.judged(args)):
            report(f"{one.finding.rule}: {one.message} ({_DOCS}/{one.finding.rule}.md)", one.urn)
        if level == "advice":
            for urn, words in not_known(stack.collected.of(args.resources)):
                report(words, urn)

    return StackValidationPolicy(
        name=name, description=description, validate=validate, enforcement_level=EnforcementLevel.ADVISORY
    )


def _report(judged: Sequence[Judged], report: ReportViolation, is_told: Callable[[Judged], bool]) -> None:
    for one in filter(is_told, judged):
        report(f"{one.message} ({_source(one.finding)})", one.urn)


def _source(finding: Finding) -> str:
    return finding.source or f"{_DOCS}/{finding.rule}.md"
