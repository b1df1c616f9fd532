"""A real, headless Chromium: the one on PATH, or the one that CHROMIUM names.

Without one these tests are skipped, and the tier says so; `.ci/run` installs one and demands the tier.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# The same names as in .ci/browser.
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")


@dataclass
class Opened:
    """A page that was opened, what it said on the console, and what it asked the network for."""

    page: Page
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


# Playwright keeps an event loop running in this thread until it is closed, and `asyncio.run` of any other tier's test
# fails meanwhile: so it is closed with the module, not with the session.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else NAMES
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no Chromium on PATH ({', '.join(names)}); .ci/browser installs one")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a file at a width, light or dark, and waits until its script is done."""
    contexts = []

    def opened(file: Path, width: int = 1280, scheme: str = "light") -> Opened:
        dark = scheme == "dark"
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )
        contexts.append(context)
        result = Opened(context.new_page())
        result.page.on("console", lambda message: result.said.append(f"{message.type}: {message.text}"))
        result.page.on("pageerror", lambda error: result.said.append(f"error: {error}"))
        result.page.on("request", lambda request: result.requests.append(request.url))
        result.page.goto(file.as_uri())
        result.page.wait_for_selector("html[data-ready=yes]", state="attached")
        return result

    yield opened
    for context in contexts:
        context.close()
