"""The page of `pulumi-milvus compare --html` in a real browser: every plot drawn, nothing said, nothing fetched."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from pulumi_milvus.cli import main

if TYPE_CHECKING:
    from browser.conftest import Open

WORKLOAD: dict[str, Any] = {
    "collections": [
        {
            "name": "articles",
            "vectors": 30_000_000,
            "growth_vectors_per_month": 2_000_000,
            "dimension": 768,
            "scalar_bytes_per_row": 200,
        }
    ],
    "queries_per_second": 100,
    "recall_target": 0.95,
    "latency_p99_ms": 60,
    "availability": "pod",
    "horizon_months": 6,
}
PLOTS = ("over-vectors", "memory-role", "memory-cause", "recall", "growth")
LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]


def page_for(folder: Path, workload: dict[str, Any]) -> Path:
    file, out = folder / "workload.json", folder / "compare.html"
    file.write_text(json.dumps(workload))
    main(["compare", str(file), "--html", str(out)])
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_for(tmp_path_factory.mktemp("compare"), WORKLOAD)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_plot_is_drawn_and_the_console_is_silent(made: Path, open_page: Open, width: int, scheme: str) -> None:
    opened = open_page(made, width, scheme)
    page = opened.page
    assert opened.said == []
    assert opened.requests == [made.as_uri()]
    assert page.locator(".canvas").evaluate_all("all => all.map(one => [one.id, one.dataset.drawn])") == [
        [name, "yes"] for name in PLOTS
    ]
    series = page.locator("[data-series]").count()
    for name in PLOTS:
        drawn = page.locator(f"#{name} svg")
        box = drawn.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] > 150
        marks = page.locator(f"#{name} svg path[aria-roledescription]").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).filter(box => box.width > 0 || box.height > 0).length"
        )
        assert marks >= series / 2, name
        # No word of an axis is cut off at an edge of the plot.
        words = page.locator(f"#{name} svg text").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).map(one => [one.left, one.right])"
        )
        assert len(words) > 5
        assert all(left >= box["x"] - 1 and right <= box["x"] + box["width"] + 1 for left, right in words), name
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_rules_of_accessibility_hold(made: Path, open_page: Open, width: int, scheme: str) -> None:
    page = open_page(made, width, scheme).page
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.title() == "Milvus indexes compared"
    for name in PLOTS:
        drawn = page.locator(f"#{name} svg")
        assert len(drawn.get_attribute("aria-label") or "") > 20
        described = drawn.get_attribute("aria-describedby")
        assert len(page.locator(f"#{described}").inner_text()) > 20
        assert page.locator(f"section:has(#{name}) table tbody tr").count() > 10


def test_an_index_is_chosen_with_the_keyboard(made: Path, open_page: Open) -> None:
    page = open_page(made).page
    button = page.locator("[data-series='DISKANN']")
    faded = "#over-vectors svg path[aria-roledescription=point][opacity='0.12']"
    assert page.locator(faded).count() == 0
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    page.wait_for_selector(faded)
    clear = page.locator("#over-vectors svg path[aria-roledescription=point]:not([opacity='0.12'])")
    labels = clear.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert labels
    assert all(label.startswith("DISKANN, ") for label in labels)
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-pressed") == "false"
    page.wait_for_selector(faded, state="detached")


def test_a_plot_that_cannot_be_drawn_says_so(made: Path, open_page: Open, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    text, changed = re.subn(
        r'("growth": \{)("[^"]+": )', r'\1"mark": {"type": "nothing"}, "x": 1, \2', made.read_text()
    )
    assert changed == 1
    broken.write_text(text.replace('"layer": [', '"layer": [7, '))
    opened = open_page(broken)
    assert opened.page.locator("#growth").get_attribute("data-drawn") == "no"
    assert "figures stand in the table" in opened.page.locator("#growth").inner_text()
    assert any(said.startswith("error: growth") for said in opened.said)


@pytest.mark.parametrize(
    "workload",
    [
        {"collections": [{"name": "small", "vectors": 10_000, "dimension": 384}]},
        {
            "collections": [{"name": "empty", "vectors": 0, "dimension": 8}],
            "topology": "standalone",
            "horizon_months": 0,
        },
        {"collections": [{"name": "theirs", "vectors": 10_000, "dimension": 8}], "topology": "managed"},
    ],
    ids=["nothing priced", "no vectors", "nothing can run"],
)
def test_a_page_with_less_to_show_is_as_silent(workload: dict[str, Any], open_page: Open, tmp_path: Path) -> None:
    opened = open_page(page_for(tmp_path, workload), 390)
    assert opened.said == []
    assert opened.page.locator(".canvas[data-drawn=no]").count() == 0
    assert Axe().run(opened.page).violations_count == 0
