"""Everything that a comment tells of one environment, as plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue
from pulumi_milvus.planning.preview_cost.totals import main_region
from pulumi_milvus.report.costs import Bill, bill_of
from pulumi_milvus.report.dangers import Danger, dangers_of
from pulumi_milvus.report.environment import Environment
from pulumi_milvus.report.field_changes import FieldChange, changes_of
from pulumi_milvus.report.judged import Judged, judged
from pulumi_milvus.report.links import page_of
from pulumi_milvus.report.sizing import SizeRow, sizing_of
from pulumi_milvus.report.steps import ORDER, WORDS
from pulumi_milvus.report.systems import systems_of

# The prices of a region; None: where the resources name none.
Prices = Callable[[str | None], AwsCatalogue]


@dataclass(frozen=True, slots=True)
class Report:
    """The parts of a comment in its order; ``bill`` None where nothing has a price."""

    environment: Environment
    dangers: tuple[Danger, ...]
    changes: tuple[FieldChange, ...]
    sizing: tuple[SizeRow, ...]
    bill: Bill | None
    judged: tuple[Judged, ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """What made the preview fail, a line for each; none where it did not, or where Pulumi says it elsewhere."""
        told = [message.text for message in self.environment.messages if message.severity == "error"]
        return tuple(dict.fromkeys(line.strip() for text in told for line in text.splitlines() if line.strip()))

    @property
    def changes_nothing(self) -> bool:
        """Whether `up` would do nothing."""
        return not self.environment.failed and not self.environment.steps

    def to_json(self, docs: str | None = None) -> dict[str, Any]:
        """The report as plain data; ``docs`` as for ``page_of``."""
        steps = self.environment.steps
        counts = {WORDS[kind]: sum(step.operation == kind for step in steps) for kind in ORDER}
        return {
            "environment": self.environment.name,
            "failed": self.environment.failed,
            "complete": self.environment.complete,
            "counts": counts,
            "errors": list(self.errors),
            "dangers": [danger.to_json() for danger in self.dangers],
            "changes": [change.to_json() for change in self.changes],
            "sizing": [row.to_json() for row in self.sizing],
            "cost": None if self.bill is None else self.bill.to_json(),
            "findings": [
                item.finding.to_json() | {"new": item.is_new, "docs": page_of(item.finding.rule, docs)}
                for item in self.judged
            ],
            "resources": [
                {"operation": step.operation, "type": step.type, "name": step.name, "urn": step.urn} for step in steps
            ],
        }


def report_of(environment: Environment, prices: Prices) -> Report:
    """What a preview means."""
    before, after = systems_of(environment.before), systems_of(environment.after)
    region = main_region(environment.document.after)
    return Report(
        environment,
        dangers_of(environment, before, after),
        changes_of(before, after),
        sizing_of(before, after),
        bill_of(environment.document, prices(region), before, after),
        judged(environment.before, environment.after, before, after),
    )
