"""Cells of spreadsheets: their text with the datatype that a spreadsheet gives them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from iomld.errors import SourceError, nearest
from iomld.location import SourceLocation
from iomld.sources.naturals import XSD

__all__ = ["Broken", "Row", "SheetCell", "chosen_sheet", "duration", "moment", "number"]


@dataclass(frozen=True)
class Broken:
    """A cell that has no value, and should have one."""

    message: str


#: text with its datatype (None for text), nothing, or what is wrong
SheetCell = tuple[str, str | None] | Broken | None
#: number of the row, counted as the spreadsheet does, and its cells
Row = tuple[int, list[SheetCell]]


def number(text: str) -> tuple[str, str | None]:
    """A number in plain digits: an integer where it is one.

    >>> number("1e3")[0], number("0.1")[0], number("-2.50")[0]
    ('1000', '0.1', '-2.50')
    """
    value = Decimal(text)
    if value != value.to_integral_value():
        return format(value, "f"), XSD + "decimal"
    return format(value.to_integral_value(), "f") if value else "0", XSD + "integer"


def moment(value: datetime | date | time, *, clock: bool) -> tuple[str, str | None]:
    """A date, a time, or both.

    :param clock: whether the cell shows a time of day beside the date
    """
    if isinstance(value, time):
        return value.isoformat(), XSD + "time"
    if isinstance(value, datetime):
        return (value.isoformat(), XSD + "dateTime") if clock else (value.date().isoformat(), XSD + "date")
    return value.isoformat(), XSD + "date"


def duration(value: timedelta) -> tuple[str, str | None]:
    """A span of hours, minutes and seconds.

    >>> duration(timedelta(hours=30, seconds=1.5))[0]
    'PT30H1.5S'
    """
    seconds = Decimal(value // timedelta(microseconds=1)) / 1_000_000
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = f"{int(hours)}H" * (hours > 0) + f"{int(minutes)}M" * (minutes > 0)
    if rest or not parts:
        parts += f"{rest.normalize():f}S"
    return f"{sign}PT{parts}", XSD + "duration"


def chosen_sheet(wanted: str | None, names: list[str], label: str, place: SourceLocation) -> str:
    """The sheet of a name; the first where none is named.

    :raises SourceError: ``sheet-missing`` with the nearest names, ``source-empty``
    """
    if not names:
        raise SourceError("source-empty", "the file has no sheet", location=SourceLocation(label))
    if wanted is None:
        return names[0]
    if wanted not in names:
        raise SourceError(
            "sheet-missing",
            f"{label} has no sheet “{wanted}”",
            location=place,
            hint=nearest(wanted, names) or f"its sheets are {', '.join(names)}",
        )
    return wanted
