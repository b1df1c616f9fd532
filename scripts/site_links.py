"""For the site: a link that leaves docs/ leads to a file of the repository, which a site does not have.

mkdocs calls it (mkdocs.yml). Such a link becomes the path of its file: one text serves the repository and the site.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"\[([^\]]+)\]\((\.\./[^)#\s]+)\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page with each such link as its text and the path. Raises ``ValueError`` where nothing is there."""
    source = Path(page.file.abs_src_path)
    # The folder is a copy's where a test builds one.
    docs = source.parents[len(Path(page.file.src_uri).parts) - 1]

    def replaced(found: re.Match[str]) -> str:
        target = (source.parent / found[2]).resolve()
        if target.is_relative_to(docs.resolve()):
            return found[0]
        path = target.relative_to(docs.resolve().parent)
        if not (ROOT / path).exists():
            raise ValueError(f"{page.file.src_uri}: {found[2]} leads to no file of the repository")
        return found[1] if found[1].strip("`") == path.as_posix() else f"{found[1]} (`{path.as_posix()}`)"

    return _LINK.sub(replaced, markdown)
