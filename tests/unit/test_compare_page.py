"""The table and the page: what the words, the axes and the colours promise; the drawing itself is tier browser's."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pulumi_milvus.cli.compare_page import data, page_of
from pulumi_milvus.cli.compare_page.look import (
    CAUSE_COLOURS,
    FAMILY_COLOURS,
    OTHER_COLOUR,
    PAGE_COLOURS,
    ROLE_COLOURS,
    looks_of,
)
from pulumi_milvus.cli.compare_page.terminal_table import print_table
from pulumi_milvus.cli.compare_page.ticks import MOST_TICKS, domain, ticks
from pulumi_milvus.planning.compare import Comparison, compare
from pulumi_milvus.planning.compare.recipes import RECIPES
from pulumi_milvus.planning.reading import read_workload

TITLES = ("HNSW", "HNSW_SQ SQ8", "IVF_SQ8", "DISKANN", "BIN_FLAT")


@pytest.fixture(scope="module")
def found() -> Comparison:
    collection = {"name": "articles", "vectors": 2_000_000, "dimension": 128, "growth_vectors_per_month": 10_000}
    with pytest.MonkeyPatch.context() as patch:
        some = tuple(recipe for recipe in RECIPES if recipe.title in TITLES)
        patch.setattr("pulumi_milvus.planning.compare.variants.RECIPES", some)
        return compare(read_workload({"collections": [collection], "topology": "standalone"}))


@pytest.fixture
def page(found: Comparison, monkeypatch: pytest.MonkeyPatch) -> str:
    # The library itself is a megabyte that takes two seconds; tier browser has the whole page.
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda snippet: f"const a = /</g, b = '</script>'; {snippet}")
    return page_of(found)


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The largest data set of a plot."""
    return max(spec["datasets"].values(), key=len)


class Tags(HTMLParser):
    """The start tags of a page, and that every one that needs it is closed in order."""

    EMPTY = ("meta", "link", "br", "img", "line")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_no_network(page: str) -> None:
    parsed = Tags(page)
    assert parsed.open == []
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert "link" not in tags
    assert "img" not in tags
    for _, attributes in parsed.tags:
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(value for _, value in parsed.tags if value.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in (policy["content"] or "")
    assert "unsafe-eval" not in (policy["content"] or "")
    assert page.count("</script>") == 3
    assert "const a = /</g" in page


def test_every_link_has_its_target(page: str) -> None:
    parsed = Tags(page)
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for _, attributes in parsed.tags:
        for name in ("href", "aria-labelledby", "aria-describedby"):
            if attributes.get(name):
                assert (attributes[name] or "").removeprefix("#") in ids


def test_the_plots_hold_the_figures_of_the_comparison(page: str, found: Comparison) -> None:
    specs = json.loads(re.search(r'id="specs">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert set(specs) == {"over-vectors", "memory-role", "memory-cause", "recall", "growth"}
    for name in ("memory-role", "memory-cause"):
        sums: dict[str, float] = {}
        for value in values(specs[name]):
            sums[value["name"]] = sums.get(value["name"], 0) + value["gib"]
        for row in data.barred(found):
            assert sums[row.name] == pytest.approx(row.memory_bytes / 2**30)
    drawn = {item["name"]: item["value"] for item in values(specs["growth"]) if item["at"] == 12}
    assert drawn == {row.name: row.usd_per_month for row in found.rows if row.is_plain}


def test_names_from_outside_are_only_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda snippet: snippet)
    monkeypatch.setattr("pulumi_milvus.planning.compare.variants.RECIPES", RECIPES[:1])
    # Names of collections are plain words; parameters may hold any text.
    collection = {"name": "a", "vectors": 1000, "dimension": 8, "index": "HNSW", "index_params": {"M": "</script><b>"}}
    parsed = Tags(page_of(compare(read_workload({"collections": [collection], "topology": "standalone"}))))
    assert "b" not in [tag for tag, _ in parsed.tags]


@pytest.mark.parametrize("width", [80, 100, 118, 160])
def test_the_table_fits_its_terminal_and_names_every_row(found: Comparison, width: int) -> None:
    out = io.StringIO()
    print_table(found, Console(file=out, width=width, highlight=False, markup=False))
    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= width
    words = re.findall(r"[A-Z_0-9]+", text)
    for recipe in (recipe for recipe in RECIPES if recipe.title in TITLES):
        assert any(recipe.index.startswith(word) for word in words if len(word) > 3)
    assert text.index("Can run") < text.index("Out")
    best = found.best
    assert best is not None
    assert f"{best.usd_per_month:,.0f} USD a month" in " ".join(text.split())
    assert "…" not in text


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", PAGE_COLOURS.values())
def test_colours_stand_out_from_both_grounds(ground: str) -> None:
    for colour in {*FAMILY_COLOURS.values(), *CAUSE_COLOURS.values(), *ROLE_COLOURS.values(), OTHER_COLOUR}:
        high, low = sorted((luminance(colour), luminance(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, colour


def test_no_two_series_look_the_same() -> None:
    for kinds in (("BIN_", "MINHASH"), ("SPARSE",), None):
        series = [
            (recipe.title, recipe.family) for recipe in RECIPES if kinds is None or recipe.title.startswith(kinds)
        ]
        looks = looks_of(series, "as declared").values()
        assert len({(look.colour, look.dash, look.symbol) for look in looks}) == len(series)


@pytest.mark.property
@given(st.lists(st.none() | st.floats(1e-3, 1e15) | st.just(0.0), max_size=6))
def test_ticks_are_few_round_and_between_the_ends(values: list[float | None]) -> None:
    found, ends = ticks(values), domain(values)
    if ends is None:
        assert found == []
        return
    assert found == sorted(set(found))
    assert len(found) <= MOST_TICKS
    # An axis needs two: from a factor of 20 on there always are.
    assert len(found) > 1 or ends[1] / ends[0] < 20
    assert all(ends[0] <= tick <= ends[1] for tick in found)
    assert all(len(f"{tick:.12g}".replace(".", "").strip("0").split("e")[0]) <= 2 for tick in found)
