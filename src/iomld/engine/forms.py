"""Lexical forms and order of the XML Schema datatypes, by the letter.

Source: XML Schema Definition Language 1.1, Part 2 (lexical mappings, order relations); SPARQL 1.1, section 17.3
(which types ``<`` compares); XQuery and XPath Functions and Operators, section 10.4 (dates).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from iomld.engine.datatypes import XSD, bounds, pattern

__all__ = ["Key", "is_checked", "is_integer", "key", "well_formed"]

# Where the parts of a well-formed date or time stand.
_YEAR, _MONTH, _DAY = r"(?P<year>-?[0-9]{4,})", r"(?P<month>[0-9]{2})", r"(?P<day>[0-9]{2})"
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9.]+)"
_MOMENTS = {
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}",
    "time": _TIME,
    "gYear": _YEAR,
    "gYearMonth": f"{_YEAR}-{_MONTH}",
    "gMonth": f"--{_MONTH}",
    "gMonthDay": f"--{_MONTH}-{_DAY}",
    "gDay": f"---{_DAY}",
}
_INTEGERS = frozenset(
    {
        "integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
    }
)  # fmt: skip
_ORDERED = _INTEGERS | _MOMENTS.keys() | {"decimal", "double", "float", "yearMonthDuration", "dayTimeDuration"}
_STRINGS = frozenset({"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"})


class Key(NamedTuple):
    """Where a literal stands in the order of its family of types.

    :param family: only values of one family can be compared
    :param value: any ordered value
    :param zoned: whether a date or time names its zone; None where there is no such thing
    """

    family: str
    value: Any
    zoned: bool | None = None


def is_checked(datatype: str) -> bool:
    """Whether a datatype (IRI) forbids some lexical forms, as far as is known here."""
    return pattern(datatype) is not None


def is_integer(datatype: str) -> bool:
    """Whether a datatype (IRI) is ``xsd:integer`` or derived from it."""
    return datatype.startswith(XSD) and datatype[len(XSD) :] in _INTEGERS


def is_ordered(datatype: str) -> bool:
    """Whether the values of a datatype (IRI) come one before the other: numbers, dates and times, durations by unit."""
    return datatype.startswith(XSD) and datatype[len(XSD) :] in _ORDERED


@cache
def _form(datatype: str) -> re.Pattern[str]:
    return re.compile(
        re.sub(r"\\x\{([0-9A-F]+)\}", lambda code: re.escape(chr(int(code[1], 16))), pattern(datatype) or "")
    )


def well_formed(lexical: str, datatype: str) -> bool:
    """Whether a lexical form belongs to a datatype; True for datatypes that are not known here.

    >>> well_formed("2024-13-45", "http://www.w3.org/2001/XMLSchema#date")
    False
    """
    if not is_checked(datatype):
        return True
    if _form(datatype).fullmatch(lexical) is None:
        return False
    limits = bounds(datatype)
    if limits is None:
        return True
    # Python refuses to read integers of thousands of digits; no bounded type holds one.
    digits = lexical.lstrip("+-").lstrip("0")
    return len(digits) <= 20 and limits[0] <= int(lexical) <= limits[1]


def _days(year: int, month: int, day: int) -> int:
    """Days since 0000-03-01 in the proleptic Gregorian calendar."""
    year -= month <= 2
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month - 3) % 12) + 2) // 5 + day - 1


def _instant(match: re.Match[str]) -> tuple[Decimal, bool]:
    groups = match.groupdict()
    days = _days(int(groups.get("year") or 1972), int(groups.get("month") or 1), int(groups.get("day") or 1))
    seconds = Decimal(days * 86400)
    if groups.get("hour"):
        # 24:00 is the midnight that ends a day, and of a time without a day the one that begins it.
        hour = int(groups["hour"]) if groups.get("year") else int(groups["hour"]) % 24
        seconds += hour * 3600 + int(groups["minute"]) * 60 + Decimal(groups["second"])
    zone = groups["zone"]
    if zone and zone != "Z":
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return seconds, zone is not None


def _single(number: float) -> Decimal:
    """A float rounded to single precision, by its shortest spelling, so that 0.1 equals the decimal 0.1."""
    try:
        rounded = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return Decimal("Infinity").copy_sign(Decimal(repr(number)))
    for digits in range(6, 9):
        text = f"{rounded:.{digits}g}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == rounded:
            return Decimal(text)
    return Decimal(f"{rounded:.9g}")


def _float(lexical: str, narrow: Callable[[float], Decimal]) -> Decimal | None:
    if lexical == "NaN":
        return None
    return narrow(float(lexical.replace("INF", "inf")))


def _months(lexical: str) -> int:
    units = {"Y": 12, "M": 1}
    total = sum(int(n) * units[u] for n, u in re.findall(r"([0-9]+)([YM])", lexical))
    return -total if lexical.startswith("-") else total


def _daytime(lexical: str) -> Decimal:
    units = {"D": 86400, "H": 3600, "M": 60, "S": 1}
    total = sum((Decimal(n) * units[u] for n, u in re.findall(r"([0-9.]+)([DHMS])", lexical)), Decimal(0))
    return -total if lexical.startswith("-") else total


def key(lexical: str, datatype: str) -> Key | None:
    """The place of a literal in the order of its kind; None where ``<`` is an error: ill-formed, NaN, no ordered type.

    >>> XSD = "http://www.w3.org/2001/XMLSchema#"
    >>> key("9", XSD + "integer").value < key("10.0", XSD + "double").value
    True
    """
    if not datatype.startswith(XSD) or not well_formed(lexical, datatype):
        return None
    name = datatype.removeprefix(XSD)
    if name in _STRINGS:
        return Key("string", lexical)
    if name in _INTEGERS or name == "decimal":
        return Key("number", Decimal(lexical))
    if name in ("double", "float"):
        value = _float(lexical, _single if name == "float" else lambda number: Decimal(repr(number)))
        return None if value is None else Key("number", value)
    if name == "boolean":
        return Key("boolean", int(lexical in ("true", "1")))
    if name == "yearMonthDuration":
        return Key(name, _months(lexical))
    if name == "dayTimeDuration":
        return Key(name, _daytime(lexical))
    if name in _MOMENTS:
        match = re.fullmatch(_MOMENTS[name] + "(?P<zone>Z|[+-][0-9:]+)?", lexical)
        assert match is not None
        value, zoned = _instant(match)
        return Key("dateTime" if name == "dateTimeStamp" else name, value, zoned)
    return None
