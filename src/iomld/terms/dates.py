"""Partial dates: EDTF text to earliest and latest days.

What is read, and how far a date may reach:

=====================  ==============================  =========================
text                   earliest                        latest
=====================  ==============================  =========================
``2002``               2002-01-01                      2002-12-31
``2002-10``            2002-10-01                      2002-10-31
``2002-10-16``         2002-10-16                      2002-10-16
``2002-23``            2002-09-01 (autumn)             2002-11-30
``200X``, ``2002-1X``  2000-01-01, 2002-10-01          2009-12-31, 2002-12-31
``2002-10-16/2002-11`` the two ends, each as above
``2002/..``, ``../2002``  open: ongoing, or begun at an unknown day
=====================  ==============================  =========================

Each end of a span limits the other: ``2002-07/2002`` ends no earlier than on 2002-07-01, ``2002/2002-03`` begins no
later than on 2002-03-31.

A trailing ``?`` (uncertain), ``~`` (approximate) or ``%`` (both) is kept in the text and does not move the bounds.
Seasons are those of the northern hemisphere; 2002-24 (winter) runs from December 2002 to February 2003.

Source: ISO 8601-2:2019, Annex A; EDTF specification (Library of Congress), levels 0 and 1.
"""

from __future__ import annotations

import calendar
import datetime
import re
from typing import NamedTuple

from iomld.errors import TermError

__all__ = ["Bounds", "bounds"]

_DATE = re.compile(r"(\d{4}|\d{3}X|\d{2}XX)(?:-([0-2]\d|0X|1X|XX)(?:-(\d\d|[0-3]X|XX))?)?[?~%]?")
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}


class Bounds(NamedTuple):
    """How early and how late a period can begin and end; ``None`` where that end is open or unknown.

    A single date is a period that begins and ends within its bounds.
    """

    earliest_start: datetime.date | None
    latest_start: datetime.date | None
    earliest_end: datetime.date | None
    latest_end: datetime.date | None


def _malformed(text: str) -> TermError:
    return TermError(
        "date-malformed",
        f"“{text}” is not a date",
        hint="write 2002, 2002-10, 2002-10-16, 2002-23 for autumn, "
        "a span as 2002-10-16/2002-10-17, an open end as 2002/..",
    )


def _last_day(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def _reach(text: str, whole: str) -> tuple[datetime.date, datetime.date]:
    match = _DATE.fullmatch(text)
    if match is None:
        raise _malformed(whole)
    year, month, day = match.groups()
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    try:
        if month is None or (month == "XX" and day in (None, "XX")):
            return datetime.date(first_year, 1, 1), datetime.date(last_year, 12, 31)
        if first_year != last_year:
            raise _malformed(whole)
        if month in ("0X", "1X"):
            if day not in (None, "XX"):
                raise _malformed(whole)
            first_month, last_month = (1, 9) if month == "0X" else (10, 12)
            return datetime.date(first_year, first_month, 1), _last_day(first_year, last_month)
        number = int(month)
        if number in _SEASONS and day is None:
            first_month, last_month = _SEASONS[number]
            return (
                datetime.date(first_year, first_month, 1),
                _last_day(first_year + (last_month < first_month), last_month),
            )
        if day is None or day == "XX":
            return datetime.date(first_year, number, 1), _last_day(first_year, number)
        if day.endswith("X"):
            last = _last_day(first_year, number)
            tens = int(day[0]) * 10
            return (
                datetime.date(first_year, number, max(tens, 1)),
                datetime.date(first_year, number, min(tens + 9, last.day)),
            )
        exact = datetime.date(first_year, number, int(day))
    except ValueError:
        raise _malformed(whole) from None
    return exact, exact


def bounds(text: str) -> Bounds:
    """The bounds of an EDTF text.

    :raises TermError: ``date-malformed``, ``date-backwards``

    >>> bounds("2002-10").latest_end
    datetime.date(2002, 10, 31)
    >>> bounds("2001/..").earliest_end is None
    True
    """
    start, slash, end = text.partition("/")
    if not slash:
        earliest, latest = _reach(text, text)
        return Bounds(earliest, latest, earliest, latest)
    if start in ("", "..") and end in ("", ".."):
        raise _malformed(text)
    earliest_start, latest_start = (None, None) if start in ("", "..") else _reach(start, text)
    earliest_end, latest_end = (None, None) if end in ("", "..") else _reach(end, text)
    if earliest_start and latest_end and latest_end < earliest_start:
        raise TermError(
            "date-backwards", f"“{text}” ends before it begins", hint="write the earlier date before the slash"
        )
    if earliest_start and latest_start and earliest_end and latest_end:
        latest_start, earliest_end = min(latest_start, latest_end), max(earliest_end, earliest_start)
    return Bounds(earliest_start, latest_start, earliest_end, latest_end)
