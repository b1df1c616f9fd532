"""Where the page on a rule is."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from pulumi_milvus.rules.deployment_rules import docs_page

_KEPT: Final = "/:?#[]@!$&'*+,;=%~"


def page_of(rule: str, docs: str | None) -> str:
    """The address of a rule's page. ``docs``: of the folder that holds ``docs/``; None: relative to it."""
    page = quote(docs_page(rule), safe="/")
    return f"{quote(docs.rstrip('/'), safe=_KEPT)}/{page}" if docs else page
