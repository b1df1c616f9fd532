"""The plots as Vega-Lite: drawn as SVG, in the colours of the page's text, each mark with its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt

from pulumi_milvus.cli.compare_page.data import Measure
from pulumi_milvus.cli.compare_page.look import Look
from pulumi_milvus.cli.compare_page.ticks import domain, ticks

HEIGHT: Final = 380
BAR_HEIGHT: Final = 24
FONT: Final = "system-ui, sans-serif"
# A name in the signal of this name stands out, all others fade; empty: none does.
FOCUS: Final = "focus"
_FADED: Final = 0.12
_LARGE_NUMBERS: Final = "replace(format(datum.value, '~s'), 'G', 'B')"

Spec = dict[str, Any]
Data = Sequence[Mapping[str, Any]]


def lines(
    data: Data, looks: Mapping[str, Look], measure: Measure, *, title: str, logarithmic: bool, marked: float | None
) -> Spec:
    """Lines over vectors (``logarithmic``) or months; ``marked`` is where the workload stands."""
    x = alt.X("at:Q", title=title, scale=alt.Scale(nice=False, zero=False), axis=alt.Axis(tickMinStep=1, format="d"))
    if logarithmic:
        x = _logarithmic(alt.X, "at", title, [item["at"] for item in data])
    y = _logarithmic(alt.Y, "value", measure.title, [item["value"] for item in data])
    base = _chart(data).encode(x=x, y=y)
    layers = [_line(base, looks), _points(base, looks, ["name:N", "shown:N", "runs:N"])]
    if marked is not None:
        rule = _chart([{"at": marked, "label": f"the horizon: {marked:,.0f}"}])
        layers.insert(0, rule.mark_rule(strokeDash=[2, 3], opacity=0.6).encode(x="at:Q", description="label:N"))
    return _spec(alt.layer(*layers), HEIGHT)


def recall_against_cost(data: Data, looks: Mapping[str, Look], measure: Measure) -> Spec:
    """Recall over cost; a vertical bar says how far the recall may lie off at the target that is wished."""
    base = _chart(data)
    x = _logarithmic(alt.X, "value", measure.title, [item["value"] for item in data])
    y = alt.Y("recall:Q", title="recall, expected", scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(format=".2f"))
    placed = base.encode(x=x, y=y, order="target:Q")
    ranges = (
        base.transform_filter("datum.wished")
        .mark_rule(strokeWidth=1.5)
        .encode(
            x=x,
            y=alt.Y("lowest:Q"),
            y2="highest:Q",
            color=_colour(looks),
            opacity=_focus(0.35),
            description="label:N",
        )
    )
    points = _points(placed, looks, ["name:N", "shown:N", "recall:Q", "lowest:Q", "highest:Q"])
    return _spec(alt.layer(ranges, _line(placed, looks), points), HEIGHT)


def stacked_bars(data: Data, names: Sequence[str], colours: Mapping[str, str]) -> Spec:
    """Memory as stacked bars, one for each name, in that order."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    chart = (
        _chart(data)
        .mark_bar()
        .encode(
            x=alt.X("sum(gib):Q", title="GiB of memory, all pods", axis=alt.Axis(format=",d", tickCount=5)),
            y=alt.Y("name:N", title=None, sort=list(names), axis=alt.Axis(labelLimit=200, ticks=False, domain=False)),
            color=alt.Color("part:N", scale=scale, legend=None),
            order="order:Q",
            opacity=_focus(1.0),
            tooltip=["name:N", "part:N", "shown:N"],
            description="label:N",
        )
    )
    return _spec(chart, BAR_HEIGHT * max(1, len(names)))


def _chart(data: Data) -> Any:
    return alt.Chart({"values": [dict(item) for item in data]})


def _line(base: Any, looks: Mapping[str, Look]) -> Any:
    dashes = alt.Scale(domain=list(looks), range=[list(look.dash) for look in looks.values()])
    return base.mark_line(strokeWidth=2).encode(
        color=_colour(looks),
        strokeDash=alt.StrokeDash("name:N", scale=dashes, legend=None),
        opacity=_focus(0.9),
    )


def _points(base: Any, looks: Mapping[str, Look], told: Sequence[str]) -> Any:
    """Symbols, hollow where a wish is missed."""
    symbols = alt.Scale(domain=list(looks), range=[look.symbol for look in looks.values()])
    return base.mark_point(size=55, strokeWidth=1.5).encode(
        color=_colour(looks),
        fill=_colour(looks),
        fillOpacity=alt.condition("datum.missed", alt.value(0), alt.value(1)),
        shape=alt.Shape("name:N", scale=symbols, legend=None),
        opacity=_focus(1.0),
        tooltip=list(told),
        description="label:N",
    )


def _colour(looks: Mapping[str, Look]) -> Any:
    scale = alt.Scale(domain=list(looks), range=[look.colour for look in looks.values()])
    return alt.Color("name:N", scale=scale, legend=None)


def _focus(opacity: float) -> Any:
    test = f"{FOCUS} == '' || datum.name == {FOCUS}"
    return alt.condition(test, alt.value(opacity), alt.value(_FADED))


def _logarithmic(channel: Any, field: str, title: str, values: Sequence[float | None]) -> Any:
    """A logarithmic axis with ticks at round numbers."""
    scale = alt.Scale(type="log", nice=False, domain=domain(values) or alt.Undefined)
    return channel(
        f"{field}:Q", title=title, scale=scale, axis=alt.Axis(values=ticks(values), labelExpr=_LARGE_NUMBERS)
    )


def _spec(chart: Any, height: int) -> Spec:
    drawn = chart.add_params(alt.param(name=FOCUS, value="")).properties(
        width="container", height=height, autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    spec: Spec = drawn.to_dict()
    spec["background"] = None
    spec["config"] = _CONFIG
    return spec


_CONFIG: Final = {
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "tickColor": "currentColor",
        "domainColor": "currentColor",
        "gridColor": "currentColor",
        "gridOpacity": 0.15,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelOverlap": "greedy",
    },
    "rule": {"color": "currentColor"},
    "legend": {"disable": True},
}
