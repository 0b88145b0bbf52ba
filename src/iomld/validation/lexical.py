"""Lexical forms and order of the XML Schema datatypes, by the letter.

Source: XML Schema Definition Language 1.1, Part 2 (lexical mappings, order relations); SPARQL 1.1, section 17.3
(which types ``<`` compares); XQuery and XPath Functions and Operators, section 10.4 (dates).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from iomld.validation.vocabulary import XSD

__all__ = ["Key", "is_checked", "key", "well_formed"]

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"{_NUMBER}(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN"
_ZONE = r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME = (
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
    r"|(?P<midnight>24:00:00(?:\.0+)?))"
)
_CLOCK = r"T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?"
_DAYTIME = rf"(?:[0-9]+D(?:{_CLOCK})?|{_CLOCK})"
_START = (
    r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_NAME = _START + r"\-.0-9\u00B7\u0300-\u036F\u203F\u2040"
_B64 = r"(?:[A-Za-z0-9+/] ?){4}"

_PATTERNS: dict[str, str] = {
    "boolean": r"true|false|0|1",
    "decimal": _NUMBER,
    "integer": r"[+-]?[0-9]+",
    "double": _FLOAT,
    "float": _FLOAT,
    "dateTime": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE.rstrip('?')}",
    "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "time": rf"{_TIME}{_ZONE}",
    "gYear": rf"{_YEAR}{_ZONE}",
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": rf"--{_MONTH}{_ZONE}",
    "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": rf"---{_DAY}{_ZONE}",
    "duration": rf"-?P(?!$)(?:[0-9]+Y)?(?:[0-9]+M)?(?:{_DAYTIME})?(?<!T)",
    "yearMonthDuration": r"-?P(?!$)(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?",
    "dayTimeDuration": rf"-?P(?!$)(?:{_DAYTIME})(?<!T)",
    "hexBinary": r"(?:[0-9a-fA-F]{2})*",
    "base64Binary": (
        rf"(?:(?:{_B64})*(?:(?:[A-Za-z0-9+/] ?){{3}}[A-Za-z0-9+/]|(?:[A-Za-z0-9+/] ?){{2}}[AEIMQUYcgkosw048] ?="
        r"|[A-Za-z0-9+/] ?[AQgw] ?= ?=))?"
    ),
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "Name": rf"[{_START}][{_NAME}]*",
    "NCName": rf"[{_START.removeprefix(':')}][{_NAME.removeprefix(':')}]*",
    "NMTOKEN": rf"[{_NAME}]+",
}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_COMPILED: dict[str, re.Pattern[str]] = {}
_STRINGS = frozenset({"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"})
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Key(NamedTuple):
    """Where a literal stands in the order of its family of types.

    :param family: only values of one family can be compared
    :param value: any ordered value
    :param zoned: whether a date or time names its zone; None where there is no such thing
    """

    family: str
    value: Any
    zoned: bool | None = None


def _match(name: str, lexical: str) -> re.Match[str] | None:
    pattern = _COMPILED.get(name)
    if pattern is None:
        pattern = _COMPILED[name] = re.compile(_PATTERNS["integer" if name in _RANGES else name])
    return pattern.fullmatch(lexical)


def is_checked(datatype: str) -> bool:
    """Whether a datatype (IRI) forbids some lexical forms, as far as is known here."""
    name = datatype.removeprefix(XSD)
    return datatype.startswith(XSD) and (name in _PATTERNS or name in _RANGES)


def well_formed(lexical: str, datatype: str) -> bool:
    """Whether a lexical form belongs to a datatype; True for datatypes that are not known here.

    >>> well_formed("2024-13-45", "http://www.w3.org/2001/XMLSchema#date")
    False
    """
    if not is_checked(datatype):
        return True
    name = datatype.removeprefix(XSD)
    match = _match(name, lexical)
    if match is None:
        return False
    if name in _RANGES:
        least, most = _RANGES[name]
        if least is None and most is None:
            return True
        # Python refuses to read integers of thousands of digits; no bounded type holds one.
        digits = lexical.lstrip("+-").lstrip("0")
        if len(digits) > 20:
            negative = lexical.startswith("-")
            return (least is None) if negative else (most is None)
        number = int(lexical)
        return (least is None or least <= number) and (most is None or number <= most)
    groups = match.groupdict()
    if groups.get("day") and groups.get("month"):
        month, day = int(groups["month"]), int(groups["day"])
        if day > _LENGTHS[month - 1]:
            return False
        if month == 2 and day == 29 and groups.get("year"):
            return _is_leap(groups["year"])
    return True


def _is_leap(year: str) -> bool:
    last = int(year[-4:])  # 10,000 is a multiple of 400
    return last % 4 == 0 and (last % 100 != 0 or last % 400 == 0)


def _days(year: int, month: int, day: int) -> int:
    """Days since 0000-03-01 in the proleptic Gregorian calendar."""
    year -= month <= 2
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month - 3) % 12) + 2) // 5 + day - 1


def _instant(match: re.Match[str]) -> tuple[Decimal, bool]:
    groups = match.groupdict()
    days = _days(int(groups.get("year") or 1972), int(groups.get("month") or 1), int(groups.get("day") or 1))
    seconds = Decimal(days * 86400)
    if groups.get("midnight"):
        seconds += 86400 if groups.get("year") else 0
    elif groups.get("hour"):
        seconds += int(groups["hour"]) * 3600 + int(groups["minute"]) * 60 + Decimal(groups["second"])
    zone = groups.get("zone")
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
    if name in _RANGES or name == "decimal":
        return Key("number", Decimal(lexical))
    if name in ("double", "float"):
        value = _float(lexical, _single if name == "float" else lambda number: Decimal(repr(number)))
        return None if value is None else Key("number", value)
    if name == "boolean":
        return Key("boolean", int(lexical in ("true", "1")))
    match = _match(name, lexical) if name in _PATTERNS else None
    if match is None:
        return None
    if name == "yearMonthDuration":
        months = 12 * int(match["years"] or 0) + int(match["months"] or 0)
        return Key(name, -months if lexical.startswith("-") else months)
    if name == "dayTimeDuration":
        return Key(name, _daytime(lexical))
    if "zone" in match.groupdict():
        value, zoned = _instant(match)
        return Key("dateTime" if name == "dateTimeStamp" else name, value, zoned)
    return None
