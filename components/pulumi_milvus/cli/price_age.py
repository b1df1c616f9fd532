"""Says that prices are old: planning has no clock, so the command line does."""

from __future__ import annotations

import datetime

import typer


def say_price_age(prices_as_of: str | None, region: str | None) -> None:
    """One line on stderr where the prices of a catalogue are older than the rule ``cost-budget`` likes."""
    from pulumi_milvus.planning.hardware.catalogue_age import age_days
    from pulumi_milvus.rules import check_cost
    from pulumi_milvus.rules.facts import CostFacts

    today = datetime.datetime.now(tz=datetime.UTC).date()
    for finding in check_cost(CostFacts(price_age_days=age_days(prices_as_of, today))):
        where = f" --region {region}" if region else ""
        typer.echo(f"{finding.rule} ({finding.level}): {finding.message}: {finding.fix}{where}", err=True)
