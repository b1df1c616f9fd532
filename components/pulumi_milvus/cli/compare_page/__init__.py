"""The comparison for readers: a table in the terminal, and one page with plots that needs no network."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pulumi_milvus.planning.compare import Comparison

# Module -> the package that brings it: the extra ``plots``.
_PACKAGES: Final = {"altair": "altair", "jinja2": "jinja2", "vl_convert": "vl-convert-python"}


def missing_packages() -> list[str]:
    """The packages that the page needs and that are not installed."""
    return [package for module, package in _PACKAGES.items() if importlib.util.find_spec(module) is None]


def page_of(found: Comparison) -> str:
    """The page as HTML, scripts and styles inside."""
    from pulumi_milvus.cli.compare_page.page_text import page_text

    return page_text(found)
