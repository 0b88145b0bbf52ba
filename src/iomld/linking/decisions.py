"""Candidates out to a person, judgements back in: a review file, and the decisions kept with who and why.

A review file is a CSV table of :data:`REVIEW` columns. The person fills ``decision`` (accept, reject, or nothing),
``reviewer`` and ``reason``. Every row has its number, the number of all rows, and a mark made from what must not
change, so that a row that was lost, doubled or altered is noticed before anything is kept.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from iomld.errors import IomldError, LinkError, raise_all
from iomld.linking.suggestion import Suggestion
from iomld.linking.tables import Row, read_table, write_table
from iomld.location import SourceLocation

__all__ = [
    "DECISIONS",
    "REVIEW",
    "Decision",
    "decisions_table",
    "merge",
    "read_decisions",
    "read_review",
    "review_table",
]

REVIEW = (
    "number", "of", "name", "candidate", "label", "matched", "score", "note", "decision", "reviewer", "reason", "mark",
)  # fmt: skip
DECISIONS = ("name", "candidate", "label", "decision", "reviewer", "reason", "decided")
_JUDGEMENTS = ("accept", "reject")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person judged of one pair, why, and on which day."""

    name: str
    candidate: str
    label: str
    decision: str
    reviewer: str
    reason: str
    decided: str


def _mark(number: int, of: int, name: str, candidate: str) -> str:
    return hashlib.sha256(f"{number}/{of}\n{name}\n{candidate}".encode()).hexdigest()[:10]


def review_table(suggestions: Iterable[Suggestion]) -> str:
    """The review file for suggestions, as text."""
    listed = list(suggestions)
    of = len(listed)
    return write_table(
        REVIEW,
        (
            {
                "number": number, "of": of, "name": each.name, "candidate": each.candidate, "label": each.label,
                "matched": each.matched, "score": f"{each.score:.4f}", "note": each.note,
                "mark": _mark(number, of, each.name, each.candidate),
            }
            for number, each in enumerate(listed, 1)
        ),
    )  # fmt: skip


def read_review(path: Path, *, decided: str) -> list[Decision]:
    """The judgements of an edited review file; rows left without a decision are skipped.

    :param decided: the day that is kept with them, ``2003-11-10``
    :raises Mistakes: everything that is wrong with the file: ``review-row-lost``, ``review-row-doubled``,
        ``review-row-altered``, ``review-decision``, ``review-who-and-why``, ``review-two-accepted``; those of the table
    """
    rows = read_table(path, REVIEW)
    errors = list(_integrity(path, rows))
    found: list[Decision] = []
    accepted: dict[str, int] = {}
    for number, cells in rows:
        judgement = cells["decision"].strip().casefold()
        if not judgement:
            continue
        place = SourceLocation(str(path), row=number, field="decision")
        if judgement not in _JUDGEMENTS:
            hint = "write accept or reject, or leave the cell empty"
            errors.append(
                LinkError("review-decision", f"“{cells['decision']}” is no decision", location=place, hint=hint)
            )
            continue
        for column in ("reviewer", "reason"):
            if not cells[column].strip():
                message = f"a decision needs its {column}"
                where = SourceLocation(str(path), row=number, field=column)
                errors.append(LinkError("review-who-and-why", message, location=where))
        if judgement == "accept":
            first = accepted.setdefault(cells["name"], number)
            if first != number:
                message = f"two candidates are accepted for “{cells['name']}” (rows {first} and {number})"
                errors.append(
                    LinkError("review-two-accepted", message, location=place, hint="accept one, reject the other")
                )
        found.append(
            Decision(
                cells["name"], cells["candidate"], cells["label"], judgement,
                cells["reviewer"].strip(), cells["reason"].strip(), decided,
            )
        )  # fmt: skip
    raise_all(errors)
    return found


def _integrity(path: Path, rows: list[Row]) -> Iterable[IomldError]:
    if not rows:
        return
    counts: Counter[int] = Counter()
    of = Counter(cells["of"] for _, cells in rows).most_common(1)[0][0]
    for number, cells in rows:
        place = SourceLocation(str(path), row=number)
        own = cells["number"]
        first, last = (int(text) if text.isdecimal() else 0 for text in (own, of))
        if cells["mark"] != _mark(first, last, cells["name"], cells["candidate"]):
            yield LinkError(
                "review-row-altered", f"row {own} was altered in number, of, name, candidate or mark", location=place,
                hint="only decision, reviewer and reason are yours to fill; take the row from the file that went out",
            )  # fmt: skip
            continue
        counts[int(own)] += 1
        if counts[int(own)] == 2:
            yield LinkError("review-row-doubled", f"row {own} stands twice", location=place, hint="remove one of them")
    if of.isdecimal():
        lost = [number for number in range(1, int(of) + 1) if not counts[number]]
        if lost and sum(counts.values()) == len(rows):
            shown = ", ".join(map(str, lost[:10])) + (f" and {len(lost) - 10} more" if len(lost) > 10 else "")
            yield LinkError(
                "review-row-lost", f"{len(lost)} of {of} rows are missing: {shown}", location=SourceLocation(str(path)),
                hint="leave a row that you do not judge, with its decision empty",
            )  # fmt: skip


def read_decisions(path: Path) -> list[Decision]:
    """The decisions kept so far; none where the file is not there yet.

    :raises LinkError: mistakes of the table
    """
    if not path.exists():
        return []
    return [Decision(*(cells[column] for column in DECISIONS)) for _, cells in read_table(path, DECISIONS)]


def merge(kept: Iterable[Decision], new: Iterable[Decision]) -> list[Decision]:
    """All that was decided, the new ones at the end: nothing is dropped, and what is there already is not added again.

    :raises LinkError: ``decision-contradicted`` where a pair was judged otherwise before, or a name has another match
    """
    result = list(kept)
    before = {(each.name, each.candidate): each for each in result}
    match = {each.name: each for each in result if each.decision == "accept"}
    errors: list[IomldError] = []
    for each in new:
        known = before.get((each.name, each.candidate))
        other = match.get(each.name)
        if known and known.decision == each.decision:
            continue
        if known:
            message = (
                f"“{each.name}” with {each.candidate}: {each.decision} now, {known.decision} by {known.reviewer} before"
            )
        elif other and each.decision == "accept":
            message = f"“{each.name}” is matched already, to {other.candidate} by {other.reviewer}"
        else:
            result.append(each)
            continue
        hint = "change or remove the earlier decision in the file of decisions, by hand, so that it is seen"
        errors.append(LinkError("decision-contradicted", message, hint=hint))
    raise_all(errors)
    return result


def decisions_table(decisions: Iterable[Decision]) -> str:
    """The file of decisions as text."""
    return write_table(DECISIONS, ({column: getattr(each, column) for column in DECISIONS} for each in decisions))
