# ruff: noqa: E501  (Turtle and lists of cases)
"""Lexical forms and order of the XML Schema datatypes."""

from __future__ import annotations

import pytest

from iomld.engine.forms import key, well_formed

XSD = "http://www.w3.org/2001/XMLSchema#"

LEGAL = """
boolean true | boolean 0 | integer +007 | integer -0 | byte -128 | unsignedByte 255 | decimal 1. | decimal .5 | double 1e5
double -INF | float NaN | date 2024-02-29 | date 2000-02-29Z | date -0044-03-15 | date 12345-01-01+14:00 | gYear 2002
gYearMonth 2002-10 | gMonthDay --02-29 | gDay ---31 | gMonth --12 | time 24:00:00 | time 23:59:59.999Z
dateTime 2002-10-16T24:00:00 | dateTimeStamp 2002-10-16T10:00:00-05:00 | duration P1Y2M3DT4H5M6.7S | duration -P1D
dayTimeDuration PT0S | yearMonthDuration P14M | hexBinary 0aFF | base64Binary AQ== | base64Binary AAECAw== | language fr-CA
token a b | NCName a-b | Name a:b | NMTOKEN 1a | NCName ℵ | NCName 𐍈b | Name é·1
"""
ILLEGAL = """
boolean True | boolean yes | integer 1.0 | integer 1e3 | integer １ | byte 128 | unsignedByte -1 | positiveInteger 0
negativeInteger 0 | decimal 1e5 | decimal . | double 1e | float +NaN | date 2024-02-30 | date 1900-02-29 | date 2024-13-45
date 2020-1-1 | date 20200101 | date 2020-01-01T00:00:00 | date 2020-01-01+15:00 | gYear 98 | gYear 02002 | gYearMonth 2002-13
gMonthDay --02-30 | gDay ---32 | time 24:00:01 | time 9:00:00 | dateTime 2002-10-16 | dateTime 2002-10-16T10:00
dateTimeStamp 2002-10-16T10:00:00 | duration P | duration PT | duration P1DT | duration 1D | dayTimeDuration P1Y
yearMonthDuration P1D | hexBinary 0 | base64Binary AB== | language e_n | token a  b | NCName a:b | Name 1a
"""


def pairs(text: str) -> list[tuple[str, str]]:
    entries = [entry.strip() for line in text.strip().splitlines() for entry in line.split(" | ")]
    return [(name, lexical) for name, _, lexical in (entry.partition(" ") for entry in entries)]


@pytest.mark.parametrize(("name", "lexical"), pairs(LEGAL))
def test_legal(name: str, lexical: str) -> None:
    assert well_formed(lexical, XSD + name)


@pytest.mark.parametrize(("name", "lexical"), pairs(ILLEGAL))
def test_illegal(name: str, lexical: str) -> None:
    assert not well_formed(lexical, XSD + name)
    assert key(lexical, XSD + name) is None


def test_white_space_is_part_of_the_form() -> None:
    assert not well_formed(" 1", XSD + "integer")


def test_an_integer_of_ten_thousand_digits_is_an_integer_and_no_int() -> None:
    assert well_formed("9" * 10_000, XSD + "integer")
    assert well_formed("9" * 10_000, XSD + "nonNegativeInteger")
    assert not well_formed("9" * 10_000, XSD + "int")


ORDERED = [
    ("integer", "9", "integer", "10"),
    ("integer", "9007199254740993", "integer", "9007199254740994"),
    ("decimal", "0.1", "double", "0.2"),
    ("double", "-INF", "integer", "-5"),
    ("byte", "5", "float", "5.5"),
    ("date", "1999-12-31", "date", "2000-01-01"),
    ("date", "-0044-03-15", "date", "0044-03-15"),
    ("date", "9999-12-31", "date", "10000-01-01"),
    ("dateTime", "2002-10-16T23:59:59.9", "dateTime", "2002-10-16T24:00:00"),
    ("dateTime", "2002-10-16T10:00:00+02:00", "dateTime", "2002-10-16T09:00:00Z"),
    ("gYear", "2002", "gYear", "2003"),
    ("string", "a", "string", "b"),
    ("boolean", "false", "boolean", "1"),
    ("dayTimeDuration", "-P1D", "dayTimeDuration", "PT1H"),
    ("yearMonthDuration", "P11M", "yearMonthDuration", "P1Y"),
]


@pytest.mark.parametrize(("first", "low", "second", "high"), ORDERED)
def test_order(first: str, low: str, second: str, high: str) -> None:
    a, b = key(low, XSD + first), key(high, XSD + second)
    assert a is not None and b is not None
    assert a.family == b.family
    assert a.value < b.value


def test_equal_values_of_different_types() -> None:
    values = [key("0.1", XSD + name) for name in ("decimal", "double", "float")]
    assert len({value.value for value in values if value}) == 1


def test_a_year_is_not_compared_with_a_date() -> None:
    year, date = key("2002", XSD + "gYear"), key("2002-01-01", XSD + "date")
    assert year is not None and date is not None
    assert year.family != date.family


def test_the_engine_judges_by_the_same_letter() -> None:
    """Mappings judge values in SQL, shapes judge terms one by one: two forms of one specification."""
    import duckdb

    from iomld.engine.datatypes import lexical as condition

    connection = duckdb.connect()
    differing = []
    for expected, cases in ((True, pairs(LEGAL)), (False, pairs(ILLEGAL))):
        for name, text in cases:
            sql = condition(XSD + name, "value")
            if sql is None:
                continue
            row = connection.execute(f"SELECT {sql} FROM (SELECT $1 AS value)", [text]).fetchone()
            if row != (expected,):
                differing.append((name, text, row))
    assert not differing
