"""Terms as values of Python, one by one and as columns."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from iomld.engine.forms import is_integer, well_formed
from iomld.terms import WELL_KNOWN, parse_term

__all__ = ["column", "value"]

_XSD = WELL_KNOWN["xsd"]
_NUMBERS = frozenset({int, Decimal, float})
_DIGITS = 38  # of a decimal of 128 bits


def value(spelt: str | None) -> Any:
    """The value of a term as in N-Quads: ``int`` of all integer types, ``Decimal``, ``float``, ``bool``, ``date``.

    Everything else is ``str``: IRIs, labels of blank nodes, lexical forms of other types, those that do not belong to
    their datatype, and what Python has no value for: dates with a time zone or beyond the years 1 to 9999.

    :raises ValueError: if the text is not one term

    >>> value('"12"^^<http://www.w3.org/2001/XMLSchema#unsignedByte>')
    12
    >>> value('"1200"^^<http://www.w3.org/2001/XMLSchema#unsignedByte>')
    '1200'
    """
    if spelt is None:
        return None
    _, lexical, _, datatype = parse_term(spelt)
    if datatype is None or not datatype.startswith(_XSD) or not well_formed(lexical, datatype):
        return lexical
    kind = datatype.removeprefix(_XSD)
    try:
        if is_integer(datatype):
            return int(lexical)
        if kind == "decimal":
            return Decimal(lexical)
        if kind in ("double", "float"):
            return float(lexical)
        if kind == "boolean":
            return lexical in ("true", "1")
        if kind == "date":
            return datetime.date.fromisoformat(lexical)
    except ValueError:  # a date that Python does not know, an integer of thousands of digits
        pass
    return lexical


def column(spelt: Sequence[str | None]) -> list[Any]:
    """The values of a column of a data frame, all of one kind.

    Numbers of several kinds become ``Decimal``, with floats among them ``float``; values of other kinds side by side,
    and numbers of more than 128 bits or 38 digits, become text.
    """
    values = [value(each) for each in spelt]
    fit = _fits(values)
    kinds = {type(each) for each in values if each is not None}
    if fit and len(kinds) > 1 and kinds <= _NUMBERS:
        to = float if float in kinds else Decimal
        kinds, values = {to}, [None if each is None else to(each) for each in values]
    if fit and len(kinds) <= 1 and _fits(values):
        return values
    return [None if each is None else parse_term(each).value for each in spelt]


def _fits(values: list[Any]) -> bool:
    """Whether frames hold the numbers as they are."""
    decimals = [each for each in values if isinstance(each, Decimal)]
    whole = max((each.adjusted() + 1 for each in decimals), default=0)
    places = max((-int(each.as_tuple().exponent) for each in decimals), default=0)
    small = all(-(2**127) <= each < 2**127 for each in values if isinstance(each, int))
    return small and max(whole, 0) + max(places, 0) <= _DIGITS
