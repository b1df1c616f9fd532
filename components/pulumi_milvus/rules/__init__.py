"""The rules: one check a file, facts in, findings out. Nothing here imports Pulumi, a cloud SDK or pymilvus."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules import (
    backup,
    cost_budget,
    data_loss,
    gpu_metric,
    index_pair,
    insert_acknowledge,
    lite_limits,
    metric_follows_model,
    outgrown,
    shrink_below_data,
    version_pairs,
    wal_allowed,
    wal_unchanged,
)
from pulumi_milvus.rules.change_facts import DeploymentChange, DeploymentFacts
from pulumi_milvus.rules.facts import (
    BackupFacts,
    CostFacts,
    EnvironmentFacts,
    ScalarIndexFacts,
    VectorFieldFacts,
    WrittenPlanFacts,
)

# What each rule can judge, by the kind of facts. A later rule adds its line here and nowhere else.
FIELD_CHECKS: Final[tuple[Callable[[VectorFieldFacts], list[Finding]], ...]] = (
    index_pair.check,
    gpu_metric.check,
    lite_limits.check_field,
    metric_follows_model.check,
)
SCALAR_INDEX_CHECKS: Final[tuple[Callable[[ScalarIndexFacts], list[Finding]], ...]] = (
    index_pair.check_scalar_index,
    lite_limits.check_scalar_index,
)
ENVIRONMENT_CHECKS: Final[tuple[Callable[[EnvironmentFacts], list[Finding]], ...]] = (
    lite_limits.check,
    insert_acknowledge.check,
    wal_allowed.check,
    version_pairs.check,
)
WRITTEN_PLAN_CHECKS: Final[tuple[Callable[[WrittenPlanFacts], list[Finding]], ...]] = (
    outgrown.check,
    shrink_below_data.check,
)
COST_CHECKS: Final[tuple[Callable[[CostFacts], list[Finding]], ...]] = (cost_budget.check,)
BACKUP_CHECKS: Final[tuple[Callable[[BackupFacts], list[Finding]], ...]] = (backup.check,)
CHANGE_CHECKS: Final[tuple[Callable[[DeploymentChange], list[Finding]], ...]] = (
    data_loss.check,
    wal_unchanged.check,
    version_pairs.check_change,
)

# Rules that judge what is declared, or a change of it; those on the files of a deployment are in deployment_rules.py.
DECLARED_RULES: Final[tuple[ModuleType, ...]] = (
    backup,
    cost_budget,
    data_loss,
    gpu_metric,
    index_pair,
    insert_acknowledge,
    lite_limits,
    metric_follows_model,
    outgrown,
    shrink_below_data,
    version_pairs,
    wal_allowed,
    wal_unchanged,
)
# The ids are a public contract: documentation, policy names, JSON and configuration name them.
RULE_IDS: Final[tuple[str, ...]] = tuple(module.RULE for module in DECLARED_RULES)

__all__ = [
    "BACKUP_CHECKS",
    "CHANGE_CHECKS",
    "COST_CHECKS",
    "DECLARED_RULES",
    "ENVIRONMENT_CHECKS",
    "FIELD_CHECKS",
    "RULE_IDS",
    "SCALAR_INDEX_CHECKS",
    "WRITTEN_PLAN_CHECKS",
    "BackupFacts",
    "CostFacts",
    "DeploymentChange",
    "DeploymentFacts",
    "EnvironmentFacts",
    "Finding",
    "ScalarIndexFacts",
    "VectorFieldFacts",
    "WrittenPlanFacts",
    "check_backup",
    "check_change",
    "check_cost",
    "check_environment",
    "check_field",
    "check_scalar_index",
    "check_written_plan",
]


def check_field(field: VectorFieldFacts) -> list[Finding]:
    """All rules on one vector field."""
    return [finding for rule in FIELD_CHECKS for finding in rule(field)]


def check_scalar_index(facts: ScalarIndexFacts) -> list[Finding]:
    """All rules on one index of a scalar field."""
    return [finding for rule in SCALAR_INDEX_CHECKS for finding in rule(facts)]


def check_environment(facts: EnvironmentFacts) -> list[Finding]:
    """All rules on what an environment as a whole declares."""
    return [finding for rule in ENVIRONMENT_CHECKS for finding in rule(facts)]


def check_written_plan(facts: WrittenPlanFacts) -> list[Finding]:
    """All rules on a written plan beside what is declared now."""
    return [finding for rule in WRITTEN_PLAN_CHECKS for finding in rule(facts)]


def check_backup(facts: BackupFacts) -> list[Finding]:
    """All rules on whether data can be brought back."""
    return [finding for rule in BACKUP_CHECKS for finding in rule(facts)]


def check_cost(facts: CostFacts) -> list[Finding]:
    """All rules on a monthly bill."""
    return [finding for rule in COST_CHECKS for finding in rule(facts)]


def check_change(change: DeploymentChange) -> list[Finding]:
    """All rules on what is to be changed about a deployment that exists."""
    return [finding for rule in CHANGE_CHECKS for finding in rule(change)]
