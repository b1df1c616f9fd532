"""Where the page on a rule is."""

from __future__ import annotations

import re
from typing import Final

from pulumi_milvus.rules.deployment_rules import docs_page

# What may stand in an address within Markdown's parentheses; all else is written by its bytes.
_OTHERS: Final = re.compile(r"[^A-Za-z0-9/:?#@!$&'*+,;=%~._-]")


def page_of(rule: str, docs: str | None) -> str:
    """The address of a rule's page. ``docs``: of the folder that holds ``docs/``; None: relative to it."""
    page = docs_page(rule) if docs is None else f"{docs.rstrip('/')}/{docs_page(rule)}"
    return _OTHERS.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), page)
