"""The lexical forms of XML Schema datatypes, as conditions in SQL.

Source: XML Schema Definition Language 1.1 Part 2: Datatypes, sections 3.3 and 3.4.
"""

from __future__ import annotations

from iomld.engine.dialects import DUCKDB, Dialect

__all__ = ["DATATYPES", "TEXTUAL", "bounds", "lexical", "pattern"]

#: datatypes of XML Schema whose values may hold any character, quotes among them
TEXTUAL = frozenset({"string", "normalizedString", "token", "anyURI"})

XSD = "http://www.w3.org/2001/XMLSchema#"

_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
# A day that its month has; 29 February in years divisible by 4, and by 400 where they end a century.
_LEAP_YEAR = r"-?(?:[1-9][0-9]*)?(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE = (
    rf"(?:{_YEAR}-(?:(?:0[13578]|1[02])-{_DAY}|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP_YEAR}-02-29)"
)
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_YEAR_PART = r"(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_SECONDS = r"[0-9]+(?:\.[0-9]+)?S"
_TIME_PART = rf"T(?:[0-9]+H(?:[0-9]+M)?(?:{_SECONDS})?|[0-9]+M(?:{_SECONDS})?|{_SECONDS})"
_DAY_PART = rf"(?:[0-9]+D(?:{_TIME_PART})?|{_TIME_PART})"
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_NAME_START = (
    r"A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}\x{200D}"
    r"\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}"
)
_NAME = _NAME_START + r"0-9.\-\x{B7}\x{300}-\x{36F}\x{203F}\x{2040}"

_PATTERNS = {
    "boolean": "true|false|1|0",
    "integer": "[+-]?[0-9]+",
    "decimal": _NUMBER,
    "double": rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "float": rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "nonNegativeInteger": r"\+?[0-9]+|-0+",
    "nonPositiveInteger": r"-[0-9]+|\+?0+",
    "positiveInteger": r"\+?0*[1-9][0-9]*",
    "negativeInteger": r"-0*[1-9][0-9]*",
    "date": rf"{_DATE}{_ZONE}",
    "dateTime": rf"{_DATE}T{_TIME}{_ZONE}",
    "dateTimeStamp": rf"{_DATE}T{_TIME}{_ZONE[:-1]}",
    "time": rf"{_TIME}{_ZONE}",
    "gYear": rf"{_YEAR}{_ZONE}",
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": rf"--{_MONTH}{_ZONE}",
    "gDay": rf"---{_DAY}{_ZONE}",
    "gMonthDay": rf"--(?:(?:0[13578]|1[02])-{_DAY}|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))"
    rf"{_ZONE}",
    "duration": rf"-?P(?:{_YEAR_PART}(?:{_DAY_PART})?|{_DAY_PART})",
    "yearMonthDuration": rf"-?P{_YEAR_PART}",
    "dayTimeDuration": rf"-?P{_DAY_PART}",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": r"(?:(?:[A-Za-z0-9+/] ?){4})*"
    r"(?:(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|(?:[A-Za-z0-9+/] ?)[AQgw] ?= ?=)?",
    "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "normalizedString": r"[^\x09\x0A\x0D]*",
    "token": r"(?:[^\x09\x0A\x0D ]+(?: [^\x09\x0A\x0D ]+)*)?",
    "NMTOKEN": rf"[:{_NAME}]+",
    "Name": rf"[:{_NAME_START}][:{_NAME}]*",
    "NCName": rf"[{_NAME_START}][{_NAME}]*",
}
_RANGES = {
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
#: the local names of all datatypes that XML Schema has
DATATYPES = frozenset(
    {
        *_PATTERNS, *_RANGES, *TEXTUAL, "anyType", "anySimpleType", "anyAtomicType", "ENTITIES", "ENTITY", "ID",
        "IDREF", "IDREFS", "NMTOKENS", "NOTATION", "QName",
    }
)  # fmt: skip


def _local(datatype: str) -> str:
    return datatype[len(XSD) :] if datatype.startswith(XSD) else ""


def pattern(datatype: str) -> str | None:
    """The regular expression (RE2) of the lexical forms of a datatype, but for the bounds of integers.

    :param datatype: IRI
    :returns: None where every text is allowed or nothing is known of the datatype

    >>> pattern("http://www.w3.org/2001/XMLSchema#boolean")
    'true|false|1|0'
    """
    return _PATTERNS["integer"] if _local(datatype) in _RANGES else _PATTERNS.get(_local(datatype))


def bounds(datatype: str) -> tuple[int, int] | None:
    """The least and the greatest value of a datatype of bounded integers, else None."""
    return _RANGES.get(_local(datatype))


def lexical(datatype: str, value: str, dialect: Dialect = DUCKDB) -> str | None:
    """A condition that a value (an SQL expression) is in the lexical space of a datatype.

    :param datatype: IRI
    :returns: None where every text is allowed or nothing is known of the datatype
    """
    form = pattern(datatype)
    if form is None:
        return None
    condition = dialect.matches(value, form, whole=True)
    if (limits := bounds(datatype)) is None:
        return condition
    return f"({condition} AND coalesce({dialect('whole_number', value)} BETWEEN {limits[0]} AND {limits[1]}, false))"
