"""The page: its sections, each plot with its sentence, its legend and its table, put into the template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import jinja2
import markupsafe
import vl_convert

from pulumi_milvus.cli.compare_page import data, plots, sentences, words
from pulumi_milvus.cli.compare_page.look import (
    CAUSE_COLOURS,
    PAGE_COLOURS,
    ROLE_COLOURS,
    Look,
    looks_of,
)
from pulumi_milvus.cli.quantities import shown_bytes
from pulumi_milvus.planning.compare.outlook import USUAL_RECALL
from pulumi_milvus.planning.compare.variants import AS_DECLARED
from pulumi_milvus.planning.indexes import INDEXES

if TYPE_CHECKING:
    from pulumi_milvus.planning.compare import Comparison, Row

# The folder of the template, the styles and the script; see pyproject.toml, package-data.
_FOLDER: Final = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One plot: ``sentence`` says what is to be seen, ``describes`` what is drawn, for those who cannot see it."""

    id: str
    title: str
    sentence: str
    describes: str
    spec: dict[str, Any]
    columns: tuple[str, ...]
    table: list[tuple[str, ...]]
    legend: list[tuple[str, str]]


def page_text(found: Comparison) -> str:
    """The whole page as HTML."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(_file("page.html.jinja"))
    made = _plots(found)
    return template.render(
        title="Milvus indexes compared",
        headline=list(words.headline(found)),
        wishes=words.wishes_of(found),
        sections=[(title, [row for row in found.rows if row.wishes in verdicts]) for verdicts, title in words.SECTIONS],
        with_gpus=any(row.gpus for row in found.rows),
        reasons=words.reasons(found),
        plots=made,
        series=_series(found),
        words=words,
        shown_bytes=shown_bytes,
        footnotes=_footnotes(found),
        params=_params,
        style=_inline(_file("page.css")),
        script=_inline(_file("page.js")),
        library=_inline(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")),
        specs=markupsafe.Markup(json.dumps({plot.id: plot.spec for plot in made}).replace("<", "\\u003c")),
        colours=PAGE_COLOURS,
    )


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(_FOLDER, name).read_text(encoding="utf-8")


def _inline(text: str) -> markupsafe.Markup:
    """Text for inside <script> or <style>, in which nothing may end the element early."""
    return markupsafe.Markup(re.sub(r"</(?=script|style)", r"<\\/", text, flags=re.IGNORECASE))


def _series(found: Comparison) -> dict[str, Look]:
    return looks_of([(row.name, row.family) for row in found.rows if row.is_plain], AS_DECLARED)


def _footnotes(found: Comparison) -> dict[str, int]:
    """Every remark about a row once, with its number, in the order of the tables."""
    remarks = (
        remark
        for verdicts, _ in words.SECTIONS
        for row in found.rows
        if row.wishes in verdicts
        for remark in (*row.missed, *row.notes)
    )
    return {remark: number for number, remark in enumerate(dict.fromkeys(remarks), start=1)}


def _params(row: Row) -> str:
    """The index of each field, with the parameters that are not Milvus's defaults."""
    shown = []
    for item in row.indexes:
        index = INDEXES[item["index"]]
        params = [
            f"{name}={value}"
            for name, value in item["params"].items()
            if (known := index.parameter(name)) is None or known.default != value
        ]
        shown.append(f"{item['collection']}.{item['field']}: {index.name} {', '.join(params) or 'with its defaults'}")
    return "; ".join(shown)


def _plots(found: Comparison) -> list[Plot]:
    if not found.rows:
        return []
    looks, measure = _series(found), data.measure_of(found)
    vectors = list(data.curve(data.drawn(found.over_vectors), measure, "vectors"))
    months = list(data.curve(data.drawn(found.over_months), measure, "month"))
    wished = found.workload.recall_target or USUAL_RECALL
    trade = list(data.trade(data.drawn(found.over_recall), measure, wished))
    made = []
    if any(item["value"] is not None for item in vectors):
        made.append(
            Plot(
                id="over-vectors",
                title=f"{measure.short} over the number of vectors",
                sentence=sentences.over_vectors(found, measure),
                describes=f"Lines of {measure.title} over vectors, both logarithmic, one line for each index",
                spec=plots.lines(
                    vectors,
                    looks,
                    measure,
                    title="vectors",
                    logarithmic=True,
                    marked=float(found.workload.vectors_at_horizon),
                ),
                columns=("index", "vectors", measure.title, "runs"),
                table=_curve_table(data.curve(found.over_vectors, measure, "vectors")),
                legend=[],
            )
        )
    made += [_memory(found, "role", ROLE_COLOURS), _memory(found, "cause", CAUSE_COLOURS)]
    if trade:
        made.append(
            Plot(
                id="recall",
                title=f"Recall against {measure.short.lower()}",
                sentence=sentences.recall(found, measure),
                describes=f"Points of expected recall over {measure.title}, one line for each index through recall "
                "0.90 to 0.99",
                spec=plots.recall_against_cost(trade, looks, measure),
                columns=("index", "recall wished", "recall expected", "from", "to", measure.title),
                table=[
                    (
                        item["name"],
                        f"{item['target']:g}",
                        f"{item['recall']:.3f}",
                        f"{item['lowest']:.3f}",
                        f"{item['highest']:.3f}",
                        item["shown"],
                    )
                    for item in trade
                ],
                legend=[],
            )
        )
    if any(item["value"] is not None for item in months):
        made.append(
            Plot(
                id="growth",
                title=f"{measure.short} while the data grows",
                sentence=sentences.growth(found, measure),
                describes=f"Lines of {measure.title} over months from now, one line for each index",
                spec=plots.lines(months, looks, measure, title="months from now", logarithmic=False, marked=None),
                columns=("index", "month", measure.title, "runs"),
                table=_curve_table(data.curve(found.over_months, measure, "month")),
                legend=[],
            )
        )
    return made


def _curve_table(points: Iterable[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [(item["name"], f"{item['at']:,.0f}", item["shown"], item["runs"]) for item in points]


def _memory(found: Comparison, key: str, colours: dict[str, str]) -> Plot:
    rows = data.barred(found)
    drawn = list(data.bars(rows, key, list(colours)))
    there = {item["part"] for item in drawn}
    parts = [part for part in colours if part in there]
    return Plot(
        id=f"memory-{key}",
        title=f"Memory by {key}",
        sentence=sentences.memory(found, rows, key),
        describes=f"Bars of memory in GiB, one for each index, stacked by {key}",
        spec=plots.stacked_bars(drawn, [row.name for row in rows], {part: colours[part] for part in parts}),
        columns=("index", key, "memory"),
        table=[(item["name"], item["part"].replace("_", " "), item["shown"]) for item in drawn],
        legend=[(part.replace("_", " "), colours[part]) for part in parts],
    )
