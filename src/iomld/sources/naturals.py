"""Values of databases as text with the datatypes that they have by nature.

Source: R2RML, section 10.2 (natural mapping of SQL values): binary as xsd:hexBinary, numbers as xsd:integer,
xsd:decimal and xsd:double, truth values, dates and times; everything else is plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from iomld.sources.records import Cell

__all__ = ["XSD", "double", "natural", "of_python"]

XSD = "http://www.w3.org/2001/XMLSchema#"

_DATE = re.compile(r"([0-9]{4,})-([0-9]{2})-([0-9]{2})( BC)?")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_TRUTH = {"t": "true", "true": "true", "1": "true", "f": "false", "false": "false", "0": "false"}


def double(value: Decimal) -> str:
    """The canonical form of xsd:double: one digit before the point, no trailing zeros.

    >>> double(Decimal("120.50")), double(Decimal("-0.001")), double(Decimal("NaN"))
    ('1.205E2', '-1.0E-3', 'NaN')
    """
    if not value.is_finite():
        return "NaN" if value.is_nan() else "INF" if value > 0 else "-INF"
    if not value:
        return "-0.0E0" if value.is_signed() else "0.0E0"
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits))
    power = int(exponent) + len(text) - 1
    text = text.rstrip("0")
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{power}"


def _day(text: str) -> str:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError
    if match[4]:
        # XML Schema 1.1 counts 1 BC as the year 0
        year = 1 - int(match[1])
        return f"{'-' if year < 0 else ''}{-year:04}-{match[2]}-{match[3]}"
    if len(match[1]) == 4:
        date(int(match[1]), int(match[2]), int(match[3]))
    return text


def _time(text: str) -> str:
    text = re.sub(r"([+-][0-9]{2})$", r"\1:00", text).replace("+00:00", "Z")
    if not _TIME.fullmatch(text):
        raise ValueError
    return text


def _moment(text: str) -> str:
    day, time, *era = text.split(" ")
    return f"{_day(' '.join((day, *era)))}T{_time(time)}"


def _decimal(text: str) -> str:
    if not Decimal(text).is_finite():
        raise ValueError
    return text


_FORMS: dict[str, Callable[[str], str]] = {
    "boolean": lambda text: _TRUTH[text],
    "integer": lambda text: str(int(text)),
    "decimal": _decimal,
    "double": lambda text: double(Decimal(text)),
    "date": _day,
    "time": _time,
    "dateTime": _moment,
    "hexBinary": lambda text: text.removeprefix("\\x").upper(),
}


def natural(text: str, kind: str | None) -> tuple[str, str | None]:
    """A value that a database wrote as text, in the lexical form of its datatype.

    :param kind: local name of a datatype of XML Schema; None for text
    :raises ValueError: where the datatype has no such value (``infinity`` as a date, ``NaN`` as a decimal)

    >>> natural("2002-10-16 09:30:00+00", "dateTime")
    ('2002-10-16T09:30:00Z', 'http://www.w3.org/2001/XMLSchema#dateTime')
    """
    if kind is None:
        return text, None
    try:
        return _FORMS[kind](text), XSD + kind
    except (KeyError, ArithmeticError) as error:
        raise ValueError(text) from error


def of_python(value: object) -> Cell:
    """A value that a driver gave as a Python object; none for None."""
    match value:
        case None:
            return ()
        case bool():
            return ((str(value).lower(), XSD + "boolean"),)
        case int():
            return ((str(value), XSD + "integer"),)
        case float():
            return ((double(Decimal(repr(value))), XSD + "double"),)
        case bytes():
            return ((value.hex().upper(), XSD + "hexBinary"),)
    return ((str(value), None),)
