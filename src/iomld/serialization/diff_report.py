"""A difference as text, Markdown, JSON, or a patch that turns the old state into the new one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from iomld.errors import DataError
from iomld.serialization.diff import KINDS, Difference, Event

__all__ = ["REPORTS"]

_HEADINGS = {"added": "Added", "removed": "Removed", "changed": "Changed", "source": "Source changed, fact unchanged"}
_MARKS = {"added": "+", "removed": "-", "changed": "~", "source": "="}


def _counts(difference: Difference) -> str:
    if not difference:
        return "no differences"
    counts = {kind: sum(event.kind == kind for event in difference.events) for kind in KINDS}
    shown = [f"{count} {_HEADINGS[kind].lower()}" for kind, count in counts.items() if count]
    more = len(difference.added)
    statements = f"{more:,} statement{'s' if more != 1 else ''} more, {len(difference.removed):,} fewer"
    advice = f"; vocabulary: {difference.advice} version" if difference.advice else ""
    return f"{', '.join(shown) or 'nothing that a sentence tells'}; {statements}{advice}"


def _places(event: Event) -> str:
    if not event.pinpoints or event.kind == "source":  # which names them itself
        return ""
    more = len(event.pinpoints) - 3
    return f" ({'; '.join(event.pinpoints[:3])}{f' and {more} more' if more > 0 else ''})"


def text(difference: Difference) -> str:
    """A line an event, marked + - ~ =, and a line of counts."""
    lines = [f"{_MARKS[event.kind]} {event.text}{_places(event)}" for event in difference.events]
    return "\n".join([*lines, *([""] if lines else []), _counts(difference)]) + "\n"


def markdown(difference: Difference) -> str:
    """A section a kind, ready for a changelog."""
    lines = []
    for kind in KINDS:
        events = [event for event in difference.events if event.kind == kind]
        if events:
            lines += [f"### {_HEADINGS[kind]}", "", *(f"- {event.text}{_places(event)}" for event in events), ""]
    return "\n".join([*lines, f"{_counts(difference).capitalize()}."]) + "\n"


def as_json(difference: Difference) -> str:
    """One object: events, counts of statements, advice for the vocabulary."""
    value = {
        "events": [
            {
                "kind": event.kind,
                "thing": event.thing,
                "text": event.text,
                "subject": event.subject.strip("<>"),
                "pinpoints": list(event.pinpoints),
            }
            for event in difference.events
        ],
        "statements": {"added": len(difference.added), "removed": len(difference.removed)},
        "vocabulary": difference.advice,
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def patch(difference: Difference) -> str:
    """RDF Patch: statements to delete, then statements to add, in one transaction.

    :raises DataError: ``patch-blank-nodes``

    Source: RDF Patch (Apache Jena), section "Structure".
    """
    blank = [term for quad in (*difference.removed, *difference.added) for term in quad if term.startswith("_:")]
    if blank:
        raise DataError(
            "patch-blank-nodes",
            f"statements about {len(set(blank)):,} blank nodes changed, and a patch cannot name them in another store",
            hint="give the nodes IRIs, or load the new state as a whole",
        )
    lines = ["TX ."]
    for mark, quads in (("D", difference.removed), ("A", difference.added)):
        lines += [f"{mark} {' '.join(term for term in quad if term)} ." for quad in quads]
    return "\n".join([*lines, "TC ."]) + "\n"


#: forms of the report by name
REPORTS: Mapping[str, Callable[[Difference], str]] = {"text": text, "md": markdown, "json": as_json, "patch": patch}
