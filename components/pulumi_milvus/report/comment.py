"""One Markdown comment for all environments, below the code hosts' limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pulumi_milvus.report.amounts import usd_words
from pulumi_milvus.report.costs import Bill
from pulumi_milvus.report.escaping import code, fenced, quoted
from pulumi_milvus.report.links import page_of
from pulumi_milvus.report.report import Report
from pulumi_milvus.report.resource_diff import resource_lines
from pulumi_milvus.report.sections import MOST_CHARACTERS, Section, fitted
from pulumi_milvus.report.steps import counted

# The longest message of a provider that is quoted whole.
_MESSAGE_CHARACTERS: Final = 2_000
_KINDS: Final = {
    "lost": "Lost",
    "unavailable": "Unavailable",
    "access": "Access",
    "restart": "Restart",
    "warning": "Warning",
}


def comment(reports: Sequence[Report], docs: str | None = None, most_characters: int = MOST_CHARACTERS) -> str:
    """The comment, with every environment in the order of the names; ``docs`` as for ``page_of``.

    It never has more than ``most_characters``: what is left out is counted, the diff of the resources first.
    """
    ordered = sorted(reports, key=lambda report: report.environment.name)
    parts: list[str] = []
    room = most_characters
    for position, report in enumerate(ordered):
        # What one does not need, the next ones have.
        share = room // (len(ordered) - position)
        text = _environment(report, docs, share)
        if len(text) > share:
            left = len(ordered) - position
            note = f"_{left:,} more environments are left out._\n"
            while parts and len(note) > room:
                room += len(parts.pop())
                left += 1
                note = f"_{left:,} more environments are left out._\n"
            return "".join([*parts, note])[:most_characters]
        parts.append(text)
        room -= len(text)
    return "".join(parts).removesuffix("\n\n") + "\n" if parts else ""


def _environment(report: Report, docs: str | None, most_characters: int) -> str:
    name = quoted(report.environment.name, 100)
    if report.changes_nothing:
        return f"**{name}**: nothing changes{_standing(report)}.\n\n"
    sections = list(_sections(report, name, docs))
    lines = fitted(sections, most_characters - 1) or [_summary(report, name)]
    return "\n".join(lines).rstrip("\n") + "\n\n"


def _standing(report: Report) -> str:
    count = sum(item.finding.level != "advice" for item in report.judged)
    if not count:
        return ""
    return f"; {count} finding{'s' if count > 1 else ''} of the rules stand{'' if count > 1 else 's'} as before"


def _summary(report: Report, name: str) -> str:
    said = [
        "the preview failed" if report.environment.failed else "",
        counted(report.environment.steps),
        _count(len([one for one in report.dangers if one.kind != "warning"]), "danger"),
        _count(len([one for one in report.judged if one.finding.level == "error"]), "error", " of the rules"),
    ]
    return f"**{name}**: {', '.join(words for words in said if words) or 'nothing is known'}."


def _count(number: int, noun: str, of: str = "") -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}{of}" if number else ""


def _sections(report: Report, name: str, docs: str | None) -> Iterator[Section]:
    yield _heading(report, name)
    if report.environment.failed:
        yield _failure(report)
    if report.dangers:
        blocks = tuple(
            (f"- **{_KINDS[one.kind]}**, {code(one.subject, 200)}: {quoted(one.words, _MESSAGE_CHARACTERS)}",)
            for one in report.dangers
        )
        yield Section(1, ("#### Dangerous", ""), blocks, ("",), "dangers")
    if report.changes:
        yield _changes(report)
    yield from _sizing(report)
    # Of a preview that stopped, what stays and what goes is not known.
    if report.bill is not None and not report.environment.failed:
        yield _cost(report.bill)
    if report.judged:
        yield _findings(report, docs)
    if report.environment.steps:
        yield _resources(report)


def _heading(report: Report, name: str) -> Section:
    steps = report.environment.steps
    said = counted(steps) or "nothing"
    words = f"What Pulumi had previewed before it stopped: {said}." if report.environment.failed else f"{said}."
    if report.environment.failed and not steps:
        words = "Nothing would be done."
    lines = [f"### {name}{': the preview failed' if report.environment.failed else ''}", "", words, ""]
    if not report.environment.complete:
        lines += ["_Made without `--show-sames`: what stays as it is, is not judged or counted._", ""]
    return Section(0, tuple(lines))


def _failure(report: Report) -> Section:
    lines = report.errors or ("Pulumi names no reason here; the log of the preview has it.",)
    return Section(
        1,
        ("#### Why it failed", ""),
        tuple((f"- {quoted(line, _MESSAGE_CHARACTERS)}",) for line in lines),
        ("",),
        "errors",
    )


def _changes(report: Report) -> Section:
    head = ("#### What changes", "", "| | before | after | |", "|---|---|---|---|")
    blocks = tuple(
        (_row(quoted(one.what, 200), quoted(one.before, 300), quoted(one.after, 300), quoted(one.more, 200)),)
        for one in report.changes
    )
    return Section(2, head, blocks, ("",), "changes")


def _sizing(report: Report) -> Iterator[Section]:
    changed = [row for row in report.sizing if row.before != row.after]
    if not changed:
        return
    head = ("#### Sizes", "", "| role | before | after | because |", "|---|---|---|---|")
    blocks = tuple(
        (_row(quoted(one.role, 200), quoted(one.before), quoted(one.after), quoted(one.because)),) for one in changed
    )
    same = [f"{quoted(row.role, 200)} {quoted(row.after)}" for row in report.sizing if row.before == row.after]
    foot = ("", f"As before: {'; '.join(same[:12])}.", "") if same else ("",)
    yield Section(5, head, blocks, foot, "sizes")


def _cost(bill: Bill) -> Section:
    head = ["#### Cost", ""]
    of = f"Of {bill.of}{f'; prices {bill.prices}' if bill.prices else ''}."
    if bill.before is None and bill.after is None and bill.lines:
        change = sum(new - old for _, old, new in bill.lines)
        head.append(f"**{change:+,.2f} USD a month**; the total is not known. {of}")
    elif bill.before is None and bill.after is None:
        head.append(f"Known neither before nor after. {of}")
    elif bill.change is None:
        head.append(f"{usd_words(bill.before)} a month before, {usd_words(bill.after)} after. {of}")
    elif abs(bill.change) < 0.005:
        head.append(f"{usd_words(bill.after)} a month, as before. {of}")
    else:
        share = f", {bill.change / bill.before:+.0%}" if bill.before else ""
        figures = f"{usd_words(bill.before)} -> {usd_words(bill.after)} a month ({bill.change:+,.2f}{share})"
        head.append(f"**{figures}**. {of}")
    head.append("")
    blocks = [
        (f"- {quoted(what, 200)}: {old:,.2f} -> {new:,.2f} USD",)
        for what, old, new in sorted(bill.lines, key=lambda line: (-abs(line[2] - line[1]), line[0]))
    ]
    blocks = [(f"- Not known: {quoted(words)}",) for words in bill.not_known] + blocks
    blocks += [(f"- Not counted: {quoted(words)}",) for words in bill.unpriced]
    return Section(4, tuple(head), tuple(blocks), ("",), "lines of the bill")


def _findings(report: Report, docs: str | None) -> Section:
    blocks = []
    for item in report.judged:
        found = item.finding
        level = f"**{found.level}**" if found.level == "error" else found.level
        rule = f"[{code(found.rule)}]({page_of(found.rule, docs)})"
        new = "new, " if item.is_new else "as before, "
        fix = f" Nearest: {quoted(found.fix)}" if found.fix else ""
        blocks.append((f"- {level}, {new}{rule}: {quoted(found.subject, 200)}: {quoted(found.message)}.{fix}",))
    return Section(3, ("#### Findings of the rules", ""), tuple(blocks), ("",), "findings")


def _resources(report: Report) -> Section:
    steps = report.environment.steps
    listed = [resource_lines(step) for step in steps]
    block = fenced([line for lines in listed for line in lines], "diff")
    head = (f"<details><summary>Resources: {counted(steps)}</summary>", "", block[0])
    return Section(6, head, tuple(tuple(lines) for lines in listed), (block[-1],), "resources", ("", "</details>", ""))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
