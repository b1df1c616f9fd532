"""Writes docs/rules anew: one page a rule from the rule's own words and its example, and an index.

.venv/bin/python scripts/rules_pages.py            # write them (`make rules`)
.venv/bin/python scripts/rules_pages.py --check    # exit 1 where a page is stale; a test does this
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pulumi_milvus.rules.rule_texts import RuleText, rule_texts

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "rules"
EXAMPLES: Final = FOLDER / "examples"
INDEX: Final = "README.md"
# In the words of `docs/rules`; a level that says more than one word explains itself.
LEVELS: Final[Mapping[str, str]] = {
    "error": "error",
    "warning": "warning",
    "prod": "error in production, else a warning",
}
_HEADS: Final = re.compile(r"^# (wrong|right)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """Files that break a rule, and the same put right. A document with ``collections`` is what --workload names."""

    wrong: str
    right: str


def main() -> int:
    """Write the pages, or say whether they are those of today."""
    parser = argparse.ArgumentParser(description="Write docs/rules anew.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page is stale")
    check = parser.parse_args().check
    stale = sorted(stale_pages())
    if check:
        for name in stale:
            print(f"docs/rules/{name} is stale: run `make rules`", file=sys.stderr)
        return int(bool(stale))
    wanted = pages()
    for name in stale:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


def stale_pages() -> Iterator[str]:
    """Names of pages that are not as they would be written now, or belong to no rule."""
    wanted = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    for name in wanted.keys() | there.keys():
        if wanted.get(name) != there.get(name):
            yield name


def pages() -> dict[str, str]:
    """Every page by its name. Raises ``FileNotFoundError`` for a rule without an example."""
    texts = rule_texts()
    return {f"{text.rule}.md": page_of(text, example_of(text.rule)) for text in texts} | {INDEX: index_page(texts)}


def example_of(rule: str) -> Example:
    """The example of a rule, from docs/rules/examples. Raises ``ValueError`` where a half is missing."""
    path = EXAMPLES / f"{rule}.yaml"
    halves = _HEADS.split(path.read_text(encoding="utf-8"))
    found = dict(zip(halves[1::2], halves[2::2], strict=True))
    if halves[0].strip() or set(found) != {"wrong", "right"}:
        raise ValueError(f"{path} has to hold `# wrong`, files, `# right`, files")
    return Example(**{half: text.strip("\n").removesuffix("\n---") + "\n" for half, text in found.items()})


def page_of(text: RuleText, example: Example) -> str:
    """One page, in Markdown."""
    return (
        f"# {text.rule}\n\n"
        f"{_sentence(text.what)}\n\n"
        f"**Level:** {LEVELS.get(text.level, text.level)}\n\n"
        f"**Why:** {_markdown(text.reason)}\n\n"
        f"**Fix:** {_markdown(text.fix)}\n\n"
        f"**Source:** {_markdown(text.source)}\n\n"
        f"{_markdown(text.facts)}\n\n"
        f"## Wrong\n\n```yaml\n{example.wrong}```\n\n"
        f"## Right\n\n```yaml\n{example.right}```\n\n"
        f"[All rules]({INDEX})\n"
    )


def index_page(texts: tuple[RuleText, ...]) -> str:
    """All rules in one table."""
    rows = "\n".join(
        f"| [`{text.rule}`]({text.rule}.md) | {_sentence(text.what)} | {LEVELS.get(text.level, text.level)} |"
        for text in texts
    )
    return (
        "# The rules\n\n"
        "`pulumi-milvus check` and the policy pack judge by these; `make rules` writes the pages from the rules' own "
        "words. A rule that lacks a fact says so once, as advice, and never guesses. In the examples, a document with "
        "`collections` is the file that `--workload` names.\n\n"
        f"| rule | what | level |\n|---|---|---|\n{rows}\n"
    )


def _sentence(text: str) -> str:
    return _markdown(text[:1].upper() + text[1:]).rstrip(".") + "."


def _markdown(text: str) -> str:
    """A docstring's words, whose code has two backticks, with nothing that Markdown would take for its own."""
    parts = text.replace("``", "`").split("`")
    parts[::2] = [re.sub(r"([<*])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


if __name__ == "__main__":
    sys.exit(main())
