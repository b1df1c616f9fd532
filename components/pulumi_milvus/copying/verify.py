"""Whether a collection arrived: counts, sampled rows field by field, sampled searches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pulumi_milvus.copying.checkpoint import PairState
from pulumi_milvus.copying.compare_rows import differing_fields
from pulumi_milvus.copying.compare_searches import LEAST_SHARE, QUERIES, SearchShare, search_shares
from pulumi_milvus.copying.pairs import Judged
from pulumi_milvus.copying.reading import count, primary, readable_fields, rows_of
from pulumi_milvus.resources.connection import Connected

_SHOWN = 3


@dataclass(frozen=True)
class Verified:
    """What is known of one copied collection."""

    source: str
    target: str
    rows_in_source: int
    rows_in_target: int
    rows_copied: int
    """By this run."""
    rows_compared: int
    searches: list[SearchShare]
    findings: list[str]
    """What is not as it should be; empty where all is."""

    def to_json(self) -> dict[str, Any]:
        """As a plain dict."""
        return asdict(self)


def verify(source: Connected, target: Connected, judged: Judged, state: PairState, rows_copied: int) -> Verified:
    """Compare both ends of a pair, with the rows that were drawn while they were copied."""
    before, after = judged.source, judged.target
    in_source, in_target = count(source, judged.pair.source), count(target, judged.pair.target)
    findings = _count_findings(judged, state, in_source, in_target)
    fields, key, new_key = readable_fields(before, after), primary(before), primary(after)
    originals = rows_of(source, judged.pair.source, key, fields, [entry[0] for entry in state.sample])
    copies = rows_of(target, judged.pair.target, new_key, fields, [entry[1] for entry in state.sample])
    compared = 0
    wrong = []
    for old, new in state.sample:
        if old not in originals:
            continue  # deleted in the source since
        compared += 1
        if new not in copies:
            wrong.append(f"{old!r} is not there")
        else:
            skip = [key] if state.new_keys else []
            differing = differing_fields(originals[old], copies[new], before, skip)
            wrong += [f"{old!r} differs in {', '.join(differing)}"] if differing else []
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        findings.append(
            f"{len(wrong)} of {compared} rows compared are not as in the source: {'; '.join(wrong[:_SHOWN])}{more}. "
            "Rows changed in the source meanwhile are copied by --from-start"
        )
    shares = search_shares(source, target, before, after, list(originals.values())[:QUERIES], state.new_keys)
    findings += [
        f"searches on {each.field} find {each.share:.0%} of what they find in the source, at least "
        f"{each.least_share:.0%} are asked for ({each.because}): look at the index and its search parameters"
        for each in shares
        if not each.is_enough
    ]
    return Verified(
        judged.pair.source, judged.pair.target, in_source, in_target, rows_copied, compared, shares, findings
    )


def _count_findings(judged: Judged, state: PairState, in_source: int, in_target: int) -> list[str]:
    if in_source == in_target:
        return []
    words = f"{judged.pair.source} holds {in_source:,} rows, {judged.pair.target} {in_target:,}"
    if in_target < in_source:
        return [
            f"{words}. Rows that came while others were copied are copied by another run; where it copies none, the "
            "source holds rows with a key below one that was copied already (--from-start copies those), or several "
            "rows of one key, which Milvus's insert allows and of which a copy has one"
        ]
    if state.target_rows_before and not state.new_keys:
        return []  # the target held other rows before, which were left alone
    return [f"{words}: rows were deleted in the source since they were copied, or others write into the target"]


__all__ = ["LEAST_SHARE", "Verified", "verify"]
