"""What `check` prints for people: a table of findings, and what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_milvus.rules.deployment_rules import docs_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_milvus.inspection.inspect import Inspection
    from pulumi_milvus.planning.findings import Finding

_STYLES: Final = {"error": "bold red", "warning": "yellow", "advice": "cyan"}


def show_findings(inspection: Inspection, findings: Sequence[Finding]) -> None:
    """The findings as a table to stdout, each with its fix and page, and a line that counts."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=False)
    if findings:
        table = Table(show_lines=True)
        for title in ("level", "rule", "what", "fix"):
            table.add_column(title, overflow="fold")
        for finding in findings:
            table.add_row(
                Text(finding.level, style=_STYLES[finding.level]),
                Text(f"{finding.rule}\n{docs_page(finding.rule)}"),
                Text(f"{finding.subject}\n{finding.message}"),
                Text(finding.fix),
            )
        console.print(table)
    counts = [sum(finding.level == level for finding in findings) for level in ("error", "warning", "advice")]
    words = f"{counts[0]} errors, {counts[1]} warnings, {counts[2]} advice"
    if inspection.has_milvus:
        milvuses = ", ".join(facts.subject for facts in inspection.milvuses) or "resources of this package"
        console.print(Text(f"{len(inspection.checked)} objects looked at, {milvuses}: {words}"), soft_wrap=True)
        return
    console.print(Text(nothing_of_milvus(inspection), style="yellow"), soft_wrap=True)
    if inspection.checked:
        console.print(Text(f"{len(inspection.checked)} resources of a cloud judged: {words}"), soft_wrap=True)


def nothing_of_milvus(inspection: Inspection) -> str:
    """That no rule on a Milvus was asked: what is not there has not passed."""
    return f"nothing of Milvus in these files ({len(inspection.seen)} objects seen): no Milvus was judged"
