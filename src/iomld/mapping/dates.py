"""Our own functions: bounds of partial dates, and joining texts without percent-encoding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from iomld.mapping.functions import IOMLDF, Function, Lead, Parameter
from iomld.terms import bounds

__all__ = ["FUNCTIONS"]

_DATE = Parameter(("date", "valueParam", "valueParameter"))
_PARTS = Parameter(("part",), repeated=True)


def _bound(name: str) -> Callable[[str], str | None]:
    def run(date: str) -> str | None:
        day = getattr(bounds(date), name)
        return None if day is None else day.isoformat()

    return run


def _opening(inputs: Mapping[str, Sequence[Lead]]) -> str:
    text = ""
    for lead in inputs.get("part", ()):
        text += lead.text
        if not lead.whole:
            break
    return text


FUNCTIONS = (
    Function(IOMLDF + "earliestStart", (_DATE,), "date", _bound("earliest_start")),
    Function(IOMLDF + "latestStart", (_DATE,), "date", _bound("latest_start")),
    Function(IOMLDF + "earliestEnd", (_DATE,), "date", _bound("earliest_end")),
    Function(IOMLDF + "latestEnd", (_DATE,), "date", _bound("latest_end")),
    Function(IOMLDF + "concat", (_PARTS,), "string", lambda parts: "".join(parts), opening=_opening),
    Function(
        IOMLDF + "join",
        (Parameter(("separator",)), Parameter(("part",), type="list", repeated=True, nullable=True)),
        "string",
        # each part is a list: an empty cell is an empty one
        lambda separator, parts: separator.join(value for part in parts for value in part or ()) or None,
    ),
    Function(
        IOMLDF + "split",
        (Parameter(("value", "valueParam", "valueParameter")), Parameter(("separator",))),
        "list",
        lambda value, separator: [part for each in value.split(separator) if (part := each.strip())],
    ),
    Function(
        IOMLDF + "replace",
        (Parameter(("value", "valueParam", "valueParameter")), Parameter(("pattern",)), Parameter(("replacement",))),
        "string",
        lambda value, pattern, replacement: re.sub(pattern, replacement, value),
    ),
)
