"""The functions in which engines differ, against their specification in Python."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomld.engine import connect, lexical, name, prepare, text
from iomld.errors import UsageError
from iomld.terms import literal

XSD = "http://www.w3.org/2001/XMLSchema#"
UNICODE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(threads=1) as connection:
        prepare(connection)
        yield connection


def call(connection: duckdb.DuckDBPyConnection, macro: str, value: str) -> object:
    row = connection.execute(f"SELECT {macro}(?)", [value]).fetchone()
    assert row is not None
    return row[0]


@settings(max_examples=150, deadline=None)
@given(UNICODE)
def test_escape_is_that_of_canonical_n_quads(value: str) -> None:
    with connect(threads=1) as connection:
        prepare(connection)
        assert call(connection, "iomld_escape", value) == literal(value)[1:-1]


def test_iri_safe_keeps_letters_of_any_script(connection: duckdb.DuckDBPyConnection) -> None:
    assert call(connection, "iomld_iri_safe", "Zoë Krüger/水道 (a)") == "Zoë%20Krüger%2F水道%20%28a%29"


@pytest.mark.parametrize("value", ["", "plain", "a b", "O'Neil%", "a\nb", "é", "水", "~_.-", "{}\\^`|"])
def test_uri_safe_keeps_unreserved_ascii(connection: duckdb.DuckDBPyConnection, value: str) -> None:
    assert call(connection, "iomld_uri_safe", value) == quote(value, safe="~")


def test_unsafe_iri_can_be_read_back(connection: duckdb.DuckDBPyConnection) -> None:
    assert call(connection, "iomld_iri_escape", "a b<é>") == "a\\u0020b\\u003Cé\\u003E"


@pytest.mark.parametrize(
    ("tag", "legal"),
    [("en", True), ("en-GB", True), ("x-own", True), ("a-english", False), ("e", False), ("en_GB", False)],
)
def test_language_tags(connection: duckdb.DuckDBPyConnection, tag: str, legal: bool) -> None:
    assert call(connection, "iomld_language", tag) is legal


@pytest.mark.parametrize(
    ("datatype", "legal", "illegal"),
    [
        ("boolean", ["true", "0"], ["True", "yes", ""]),
        ("integer", ["-0", "+12"], ["1.0", "", " 1"]),
        ("decimal", ["1", ".5", "-1."], ["1e3", "."]),
        ("double", ["1e3", "INF", "NaN"], ["inf", "1,5"]),
        ("int", ["2147483647"], ["2147483648", "x"]),
        ("unsignedByte", ["255"], ["-1", "256"]),
        ("date", ["2000-02-29", "2001-04-30Z", "-0044-03-15"], ["1900-02-29", "2001-04-31", "2001-13-01", "2001-1-1"]),
        ("dateTime", ["2001-01-01T24:00:00", "2001-01-01T10:00:00.5+14:00"], ["2001-01-01", "2001-01-01T24:00:01"]),
        ("dateTimeStamp", ["2001-01-01T00:00:00Z"], ["2001-01-01T00:00:00"]),
        ("gYear", ["2002", "-0001"], ["02", "02002"]),
        ("gMonthDay", ["--02-29", "--12-31"], ["--02-30", "--04-31"]),
        ("duration", ["P1Y2M3DT4H5M6.7S", "-P1D"], ["P", "PT", "1Y"]),
        ("hexBinary", ["", "0aFF"], ["0"]),
        ("base64Binary", ["", "QUI=", "QQ==", "QUJD"], ["QQ=", "Q"]),
        ("language", ["en-GB"], ["en_GB"]),
        ("token", ["a b"], [" a", "a  b"]),
        ("NCName", ["a-b"], ["a:b", "1a"]),
    ],
)
def test_lexical_space(
    connection: duckdb.DuckDBPyConnection, datatype: str, legal: list[str], illegal: list[str]
) -> None:
    for value, expected in [*((value, True) for value in legal), *((value, False) for value in illegal)]:
        row = connection.execute(f"SELECT {lexical(XSD + datatype, text(value))}").fetchone()
        assert row == (expected,), value


def test_lexical_space_of_unknown_datatypes_is_all_text() -> None:
    assert lexical("https://example.org/own", "v") is None
    assert lexical(XSD + "string", "v") is None


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=8))
def test_text_is_a_constant(value: str) -> None:
    with connect(threads=1) as connection:
        assert connection.execute(f"SELECT {text(value)}").fetchone() == (value,)


def test_name_is_an_identifier() -> None:
    assert name('a"') == '"a"""'


def test_memory_that_cannot_be_read_is_told() -> None:
    with pytest.raises(UsageError, match="write 500MB or 1GB"):
        connect(memory="much")
