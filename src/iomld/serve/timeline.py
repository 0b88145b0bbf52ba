"""What happened when, as a picture: what is sure of a time is drawn solid, what is only possible light."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from iomld.serve.drawing import drawing, figure, legend, shortened, whole
from iomld.serve.markup import Content, Html, tag
from iomld.serve.shown import Shown
from iomld.terms import parse_term

__all__ = ["Moment", "moments_of", "timeline"]

_WIDTH, _ROW, _TOP, _MARGIN = 960, 26, 34, 16


class Moment(NamedTuple):
    """Something with a time.

    :param first: the earliest day it may have begun; ``last`` the latest it may have ended
    :param sure: the days that it covers for sure; None where no day is sure
    :param kind: class of its colour
    """

    thing: str
    first: datetime.date
    last: datetime.date
    sure: tuple[datetime.date, datetime.date] | None
    text: str
    kind: str


def moments_of(shown: Shown, things: Sequence[str], *, by: str = "mld:period") -> list[Moment]:
    """The things that have a time, earliest first."""
    found = []
    for thing in dict.fromkeys(things):
        for period in shown.dataset.values(thing, by)[:1]:
            starts = _dates(shown, period, "mld:earliestStart", "mld:latestStart")
            ends = _dates(shown, period, "mld:earliestEnd", "mld:latestEnd")
            known = starts or ends
            if known is None:
                continue
            # A time that is open at one end is drawn where the other one is.
            first, begun = known
            ended, last = ends or known
            sure = (begun, ended) if begun <= ended else None
            status = next((one.rpartition("/")[2].strip(">") for one in shown.dataset.values(thing, "mld:status")), "")
            kind = "planned" if status == "planned" else "held"
            found.append(Moment(thing, first, last, sure, shown.time(period), kind))
    return sorted(found, key=lambda one: (one.first, one.last, shown.label(one.thing)))


def _dates(shown: Shown, period: str, *curies: str) -> tuple[datetime.date, datetime.date] | None:
    """The earliest and the latest day of an end of a period; None where neither is known."""
    found = []
    for curie in curies:
        for one in shown.dataset.values(period, curie)[:1]:
            with suppress(ValueError):  # before the year 1 or after 9999
                found.append(datetime.date.fromisoformat(parse_term(one).value))
    return (found[0], found[-1]) if found else None


def timeline(shown: Shown, moments: Sequence[Moment], *, name: str, title: str) -> Html | None:
    """One row for each; None where there is nothing to draw.

    :param name: unique on the page
    """
    if not moments:
        return None
    first = min(one.first for one in moments).year
    last = max(one.last for one in moments).year + 1
    days = (datetime.date(last, 1, 1) - datetime.date(first, 1, 1)).days

    def across(day: datetime.date) -> float:
        return _MARGIN + (_WIDTH - 2 * _MARGIN) * (day - datetime.date(first, 1, 1)).days / days

    height = _TOP + _ROW * len(moments) + 8
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100) if (last - first) / each <= 16 or each == 100)
    axis: list[Content] = []
    for year in range(first - first % step, last + 1, step):
        if year < first or year >= 9999:
            continue
        x = whole(across(datetime.date(year, 1, 1)))
        axis.append(tag("line", x1=x, x2=x, y1="22", y2=whole(height), class_="rule"))
        if year < last:
            axis.append(tag("text", str(year), x=x, y="16", class_="year"))
    rows = [_row(shown, one, _TOP + _ROW * n, across) for n, one in enumerate(moments)]
    told = shown.say("{count} with a date, from {first} to {last}.", count=len(moments), first=first, last=last - 1)
    picture = drawing(
        name, title, told, (0, 0, _WIDTH, height), tag("g", *axis, aria_hidden="true"), *rows, class_="timeline"
    )
    entries: list[tuple[str, Content]] = [("held", shown.say("held or under way"))]
    if any(one.kind == "planned" for one in moments):
        entries.append(("planned", shown.say("planned when the document was written")))
    entries.append(("possible", shown.say("some time within these days")))
    return figure(picture, told, legend(entries), wide=title)


def _row(shown: Shown, moment: Moment, top: float, across: Callable[[datetime.date], float]) -> Html:
    day = datetime.timedelta(days=1)
    left, right = across(moment.first), across(min(moment.last, datetime.date.max - day) + day)
    bars: list[Content] = []
    if moment.sure is None or moment.sure != (moment.first, moment.last):
        bars.append(_bar(left, right, top + 6, f"possible {moment.kind}"))
    if moment.sure:
        bars.append(_bar(across(moment.sure[0]), across(moment.sure[1] + day), top + 6, moment.kind))
    label, href = shown.label(moment.thing), shown.of(moment.thing)
    said = f"{moment.text}: {label}"
    if left + max(right - left, 8) < _WIDTH * 0.55:
        at, anchor, room = left + max(right - left, 8) + 6, "start", _WIDTH - right - 14
    else:
        at, anchor, room = left - 6, "end", left - 8
    words = tag(
        "text", tag("tspan", moment.text, class_="when"), " ",
        shortened(label, room - 8 * len(moment.text)), x=whole(at), y=whole(top + 17), text_anchor=anchor,
    )  # fmt: skip
    inside = (tag("title", said), *bars, words)
    return tag("a", *inside, href=href, aria_label=said) if href else tag("g", *inside)


def _bar(left: float, right: float, top: float, kind: str) -> Html:
    return tag(
        "rect", x=whole(left), y=whole(top), width=whole(max(right - left, 8)), height="14", rx="4",
        class_=f"mark {kind}",
    )  # fmt: skip
