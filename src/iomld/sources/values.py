"""What a value of a column must be: its datatype, its form, its length and its limits.

Source: Metadata Vocabulary for Tabular Data (W3C, 2015), section 5.11; Model for Tabular Data and Metadata on the Web
(W3C, 2015), sections 4.6 and 6.4. Numbers, dates and truth values are written as XML Schema has them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from iomld.engine.forms import is_ordered, key, well_formed
from iomld.errors import SourceError, TermError
from iomld.location import SourceLocation
from iomld.sources.naturals import XSD
from iomld.terms import bounds

if TYPE_CHECKING:
    from iomld.sources.tableschema import Column

__all__ = ["DATATYPES", "LENGTHS", "LIMITS", "TEXTUAL", "check_value", "has_limits", "wrong_datatype"]

#: datatypes of which any text may be a value, or whose form is not looked at
TEXTUAL = frozenset(("string", "normalizedString", "token", "any", "anyAtomicType", "xml", "html", "json", "QName"))

#: the datatypes of CSVW, and ours, with what a value is in words, where there is more to say than the name
DATATYPES = dict.fromkeys(
    (
        "base64Binary", "binary", "dateTimeStamp", "dayTimeDuration", "duration", "float", "gDay", "gMonth",
        "gMonthDay", "hexBinary", "Name", "NMTOKEN", "yearMonthDuration", *sorted(TEXTUAL),
    ),
    "",
) | dict.fromkeys(
    (
        "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedLong", "unsignedInt",
        "unsignedShort", "unsignedByte", "nonPositiveInteger", "negativeInteger",
    ),
    "a whole number of the datatype {}",
) | {
    "integer": "a whole number such as 38",
    "decimal": "a number such as 38 or 2.5, with a point and no thousands separator",
    "double": "a number such as 38, 2.5 or 1.2E3",
    "number": "a number such as 38, 2.5 or 1.2E3",
    "boolean": "true or false",
    "date": "a date such as 2002-10-16",
    "dateTime": "a date and time such as 2002-10-16T09:30:00Z",
    "datetime": "a date and time such as 2002-10-16T09:30:00Z",
    "time": "a time such as 09:30:00",
    "gYear": "a year such as 2002",
    "gYearMonth": "a month such as 2002-10",
    "language": "a language tag such as en, fr or es",
    "anyURI": "an absolute IRI",
    "edtf": "a date such as 2002, 2002-10 or 2002-10-16",
}  # fmt: skip

_OTHER_NAMES = {"number": "double", "binary": "base64Binary", "datetime": "dateTime"}
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+")

_COMPARED: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minimum": (operator.ge, "{} or more"),
    "minInclusive": (operator.ge, "{} or more"),
    "minExclusive": (operator.gt, "more than {}"),
    "maximum": (operator.le, "{} or less"),
    "maxInclusive": (operator.le, "{} or less"),
    "maxExclusive": (operator.lt, "less than {}"),
}
_COUNTED: dict[str, tuple[Callable[[int, int], bool], str]] = {
    "length": (operator.eq, "{} characters"),
    "minLength": (operator.ge, "{} characters or more"),
    "maxLength": (operator.le, "{} characters or less"),
}
#: properties of a datatype that limit its values
LIMITS = tuple(_COMPARED)
#: … and the length of their text
LENGTHS = tuple(_COUNTED)


def _iri(datatype: str) -> str:
    return XSD + _OTHER_NAMES.get(datatype, datatype)


def has_limits(datatype: str) -> bool:
    """Whether the values of a datatype can be held against a limit: numbers, dates and times, durations."""
    return is_ordered(_iri(datatype))


def wrong_datatype(value: str, datatype: str) -> tuple[str, str, str | None] | None:
    """Why a value is none of a datatype.

    :param datatype: one of :data:`DATATYPES`
    :returns: id, message and hint of the mistake; None where there is none
    """
    if datatype == "edtf":
        try:
            bounds(value)
        except TermError as error:
            return error.id, error.message, error.hint
        return None
    if datatype in TEXTUAL:
        return None
    holds = _ABSOLUTE_IRI.fullmatch(value) if datatype == "anyURI" else well_formed(value, _iri(datatype))
    if holds:
        return None
    expected = DATATYPES[datatype].format(datatype) or f"a value of the datatype {datatype} of XML Schema"
    return f"not-{datatype.lower()}", f"“{value}” is not {expected}", None


def check_value(value: str, column: Column, where: SourceLocation) -> Iterator[SourceError]:
    """Every way in which a value is not what its column says, as far as it shows in the value alone."""
    wrong = wrong_datatype(value, column.datatype)
    if wrong is not None:
        id, message, hint = wrong
        yield SourceError(id, message, location=where, hint=hint)
    if column.pattern and not re.fullmatch(column.pattern, value):
        yield SourceError(
            "cell-pattern",
            f"“{value}” is not of the form {column.pattern}",
            location=where,
            hint=column.description or None,
        )
    if wrong is None:
        for name, limit in column.limits:
            if not _within(value, column.datatype, name, limit):
                expected = (_COMPARED.get(name) or _COUNTED[name])[1].format(limit)
                yield SourceError(
                    "cell-limit",
                    f"“{value}” is beyond the limit of the column: {expected}",
                    location=where,
                    hint=column.description or None,
                )


def _within(value: str, datatype: str, name: str, limit: str) -> bool:
    if name in _COUNTED:
        return _COUNTED[name][0](len(value), int(limit))
    one, other = key(value, _iri(datatype)), key(limit, _iri(datatype))
    if one is None or other is None:  # not a number: it is neither more nor less
        return False
    return _COMPARED[name][0](one.value, other.value)
