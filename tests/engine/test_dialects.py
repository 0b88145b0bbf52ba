"""The functions in which engines differ: each test runs on both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sparks import needs_spark, small_spark

from iomld.engine import DUCKDB, SPARK, Dialect, connect, lexical, on_term, prepare, unescaped
from iomld.engine.datatypes import _PATTERNS, _RANGES
from iomld.engine.dialects import FUNCTIONS
from iomld.mapping.expressions import joined
from iomld.terms import literal
from iomld.validation.patterns import ForeignDialect, NotTranslatable, translate

XSD = "http://www.w3.org/2001/XMLSchema#"
UNICODE = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)

#: gives the values of SQL expressions
Ask = Callable[..., list[Any]]


@pytest.fixture(params=[DUCKDB, SPARK], ids=lambda dialect: dialect.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    if request.param is SPARK:
        needs_spark()
    return request.param


@pytest.fixture
def ask(dialect: Dialect) -> Ask:
    def ask(*expressions: str) -> list[Any]:
        columns = ", ".join(f"{sql} AS c{index}" for index, sql in enumerate(expressions))
        if dialect is SPARK:
            [row] = small_spark().sql(f"SELECT {columns}").collect()
            return list(row)
        with connect(threads=1) as connection:
            prepare(connection)
            [row] = connection.execute(f"SELECT {columns}").fetchall()
            return list(row)

    return ask


def test_every_function_has_a_test(dialect: Dialect, ask: Ask) -> None:
    """One example for each entry of the table; a new entry without one fails here."""
    d, two = dialect, dialect("list", "'a'", "'b'")
    null = "CAST(NULL AS VARCHAR(9))"
    examples: dict[str, list[tuple[str, Any]]] = {
        "string": [(d("string", "12"), "12")],
        "whole_number": [(d("whole_number", text) + " = 12", is_) for text, is_ in (("'+12'", True), ("'x'", None))],
        "url_encode": [(d("url_encode", d.text(" *~é/+%")), "%20%2A~%C3%A9%2F%2B%25")],
        "is_ascii": [(d("is_ascii", d.text(text)), is_) for text, is_ in (("a~\x7f", True), ("", True), ("é", False))],
        "code_point": [(d("code_point", d.text("😀x")), 0x1F600)],
        "four_hex_digits": [(d("four_hex_digits", "31"), "001F")],
        "matches": [(d.matches("'abc'", "b"), True), (d.matches(d.text("a\nb"), "^b"), False)],
        "matches_whole": [(d.matches(d.text(text), "b|abc", whole=True), is_) for text, is_ in WHOLE],
        "group": [(d("group", "'x12'", d.text("([0-9]+)")), "12")],
        "all_matches": [(d("all_matches", d.text("😀\n"), d.text("(?s).")), ["😀", "\n"])],
        "list": [(two, ["a", "b"])],
        "item": [(d("item", two, "1"), "a"), (d("item", two, "3"), None)],
        "each": [(d("each", two, "x", "x || '!'"), ["a!", "b!"])],
        "join": [(d("join", two), "ab")],
        "holds": [(d("holds", two, "'b'"), True), (d("holds", two, "'c'"), False)],
        "share": [(d("share", two, d("list", "'b'", "'c'")), True)],
        "flat": [(d("flat", d("list", two, two)), ["a", "b", "a", "b"])],
        "texts": [(d("texts", d("list", "NULL")), [None])],
        "structure": [(f"{d.structure(n='1', v=null)}.n", 1)],
        "member": [(f"{d.structure(n='1', v=d.text('x'))}.v", "x")],
        "tuples": [(d("of_tuple", d("item", d("tuples", two, two), "2"), "3"), 1)],
        "of_tuple": [(d("of_tuple", d("item", d("tuples", two, d("texts", d("list", "NULL"))), "2"), "2"), None)],
        "rows_of": [(f"(SELECT count(*) FROM (SELECT {d('rows_of', two)} AS x))", 2)],
        "beside": [(f"(SELECT max(g.v) FROM (SELECT {two} AS l) t{d('beside', 't.l', 'g')})", "b")],
        "count_distinct": [(f"(SELECT {d('count_distinct', 'x', 'x')} FROM (SELECT {d('rows_of', two)} AS x))", 2)],
    }
    assert set(examples) == set(FUNCTIONS)
    for function, cases in examples.items():
        for (_, expected), found in zip(cases, ask(*(sql for sql, _ in cases)), strict=True):
            assert found == expected, function


WHOLE = [("abc", True), ("xabc", False), ("abcx", False), ("b\n", False), ("b", True)]


@pytest.mark.parametrize("value", ["", "it's", "a\\b", "\\n\n\t\r", 'q"', "nul\0nul", "é水😀", "$1 ${x}", "\\u0041"])
def test_a_constant_is_the_text_itself(dialect: Dialect, ask: Ask, value: str) -> None:
    assert ask(dialect.text(value), joined([dialect.text(value), dialect.text("'x")])) == [value, value + "'x"]


def test_identifiers_hold_any_character(dialect: Dialect, ask: Ask) -> None:
    for name in ('a "b"', "a `b`", "SELECT"):
        assert ask(f"(SELECT max({dialect.identifier(name)}) FROM (SELECT 1 AS {dialect.identifier(name)}))") == [1]


SAMPLES = [
    "",
    "plain",
    "a b",
    "O'Neil%",
    "a\nb",
    "é",
    "水/x",
    "~_.-*+",
    '{}\\^`|<>"',
    "\x00\x07\b\t\f\r\x1f\x7f",
    "😀 &",
]


def test_escape_is_that_of_canonical_n_quads(dialect: Dialect, ask: Ask) -> None:
    found = ask(*(on_term(dialect, "iomld_escape", dialect.text(value)) for value in SAMPLES))
    assert found == [literal(value)[1:-1] for value in SAMPLES]


def test_uri_safe_keeps_unreserved_ascii(dialect: Dialect, ask: Ask) -> None:
    found = ask(*(on_term(dialect, "iomld_uri_safe", dialect.text(value)) for value in SAMPLES))
    assert found == [quote(value, safe="~") for value in SAMPLES]


def test_iri_safe_keeps_letters_of_any_script(dialect: Dialect, ask: Ask) -> None:
    value = dialect.text("Zoë Krüger/水道 (a)\ue000𠀀")
    assert ask(on_term(dialect, "iomld_iri_safe", value)) == ["Zoë%20Krüger%2F水道%20%28a%29%EE%80%80𠀀"]


def test_unsafe_iris_can_be_read_back(dialect: Dialect, ask: Ask) -> None:
    assert ask(on_term(dialect, "iomld_iri_escape", dialect.text("a b<é>\\"))) == ["a\\u0020b\\u003Cé\\u003E\\u005C"]


@pytest.mark.parametrize(
    ("function", "yes", "no"),
    [
        ("iomld_language", ["en", "en-GB", "x-own"], ["a-english", "e", "en_GB", "en\n", ""]),
        ("iomld_absolute", ["a:", "x+y.z-1:b"], ["1a:b", "a", "//a:b"]),
        ("iomld_legal_iri", ["a:b", "http://x/é?q#f"], ["a b", "a:b c", "a:<", "a:\n", "x"]),
    ],
)
def test_conditions_on_terms(dialect: Dialect, ask: Ask, function: str, yes: list[str], no: list[str]) -> None:
    assert ask(*(on_term(dialect, function, dialect.text(value)) for value in yes)) == [True] * len(yes)
    assert ask(*(on_term(dialect, function, dialect.text(value)) for value in no)) == [False] * len(no)


def test_escapes_are_undone(dialect: Dialect, ask: Ask) -> None:
    texts = [*SAMPLES, "\\n", "\\\\", "\\u0001", "\x01/", "\x011", "".join(map(chr, range(128)))]
    assert ask(*(unescaped(dialect, dialect.text(literal(text)[1:-1])) for text in texts)) == texts
    assert ask(unescaped(dialect, dialect.text("a\\u0020b\\u003C\\u005Cn"))) == ["a b<\\n"]


#: patterns of XPath, and flags: whether each is found is asked of each engine that takes it, and must be the same
PATTERNS = [
    (pattern, flags)
    for pattern in (
        "^a", "a$", "^a.c$", "a|^b$", "[a-c&&b]", "[^&]", r"^\d+$", r"\w", r"\W", r"[\w.-]+@", r"[^\s]", r"[\D]",
        r"^\i\c*$", r"\p{Lu}", r"\P{L}", r"\p{C}", r"\P{C}", r"[\p{C}]", r"^[\P{C}]$", "^$", "", "(ab)?c", "a{2,3}b",
        "a+?b", r"\S$", r"\.", r"\\", r"\^\$", "[]a]", "[^]a]", "x?$", "(?:a|b)c", "İ",
    )
    for flags in ("", "m", "s", "ms")
]  # fmt: skip
SUBJECTS = [
    "", "a", "abc", "a\nc", "c\na", "a\n", "\na", "b", "xb\nb", "&", "7", "٣", "é", "A", "a_b.c-d@e", "\t", "\x0b",
    "\r", "\u2028", "\x85", "\u0378", "\u200d", "·", ":a", "😀", "aab", "aaaab", "c", "abab", "\\", "^$", "]",
    "İ", "i", ".",
]  # fmt: skip


def _finds(patterns: list[tuple[str, str]], subjects: list[str]) -> dict[tuple[str, str], list[list[bool]]]:
    """By pattern what each engine that takes it finds."""
    found: dict[tuple[str, str], list[list[bool]]] = {}
    with connect(threads=1) as connection:
        for dialect in (DUCKDB, SPARK):
            rows = ", ".join(f"({number}, {dialect.text(text)})" for number, text in enumerate(subjects))
            asked = {each: dialect.finds("text", translate(*each)) for each in patterns}
            taken = {each: sql for each, sql in asked.items() if sql is not None}
            query = f"SELECT {', '.join(taken.values())} FROM (VALUES {rows}) AS v(n, text) ORDER BY n"
            table = connection.execute(query).fetchall() if dialect is DUCKDB else small_spark().sql(query).collect()
            for each, column in zip(taken, zip(*table, strict=True), strict=True):
                found.setdefault(each, []).append(list(column))
    return found


def test_patterns_of_people_are_found_alike_or_not_taken() -> None:
    needs_spark()
    found = _finds(PATTERNS, SUBJECTS)
    assert all(len(answers) == 2 for answers in found.values())
    assert [each for each, answers in found.items() if answers[1] != answers[0]] == []


@pytest.mark.parametrize("pattern", ["(a|b)*", "(?i)a", "(a+)+$", "(a){2}"])
def test_what_java_might_not_end_or_reads_otherwise_is_not_taken(pattern: str) -> None:
    assert SPARK.finds("x", pattern) is None
    assert DUCKDB.finds("x", pattern) is not None


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text("ab.^$|()[]-&?*+{}1,\\\\dws", max_size=7), min_size=20, max_size=20))
def test_any_pattern_is_found_alike_or_not_taken(texts: list[str]) -> None:
    needs_spark()
    patterns = []
    with connect(threads=1) as connection:
        for text in texts:
            try:
                connection.execute("SELECT regexp_matches('', $1)", [translate(text)])
            except (ForeignDialect, NotTranslatable, duckdb.Error):
                continue
            patterns.append((text, ""))
    for each, answers in _finds([*dict.fromkeys(patterns), ("a", "")], SUBJECTS).items():
        assert answers[1:] in ([], [answers[0]]), each


LEXICAL = [
    "", " ", "1", "-1", "+0", "01", "1.", ".5", "-1.50", "1e3", "1E-3", "INF", "-INF", "NaN", "true", "True", "0",
    "127", "128", "-129", "255", "256", "65536", "2147483648", "4294967296", "9223372036854775808", "1" * 45,
    "2002", "-0044", "02002", "2002-10", "--10", "---31", "--02-29", "--02-30", "2000-02-29", "1900-02-29",
    "2001-04-31", "2001-04-30Z", "2001-01-01T24:00:00", "2001-01-01T24:00:01", "2001-01-01T10:00:00.5+14:00",
    "10:00:00", "1:00:00",
    "P1Y2M3DT4H5M6.7S", "-P1D", "P", "PT", "P1M", "PT1S", "0aFF", "0aF", "QUI=", "QQ==", "Q Q = =", "QQ=", "Q", "QUJD",
    "en-GB", "en_GB", "a b", " a", "a  b", "a\tb", "a\n", "a:b", "1a", "é", "·a", "a·", "\u0301", "😀",
]  # fmt: skip


@pytest.mark.parametrize("local", sorted({*_PATTERNS, *_RANGES}))
def test_lexical_spaces_are_the_same_on_both_engines(local: str) -> None:
    needs_spark()
    found = []
    with connect(threads=1) as connection:
        for dialect in (DUCKDB, SPARK):
            columns = ", ".join(f"{lexical(XSD + local, dialect.text(value), dialect)}" for value in LEXICAL)
            query = f"SELECT {columns}"
            rows = connection.execute(query).fetchall() if dialect is DUCKDB else small_spark().sql(query).collect()
            found.append(dict(zip(LEXICAL, rows[0], strict=True)))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("local", "value"),
    [
        ("base64Binary", "QUJD" * 50_000),
        ("hexBinary", "0a" * 50_000),
        ("token", "a " * 50_000 + "a"),
        ("integer", "1" * 99_999),
    ],
)
def test_long_values_do_not_overflow(dialect: Dialect, ask: Ask, local: str, value: str) -> None:
    assert ask(lexical(XSD + local, dialect.text(value), dialect) or "") == [True]


@settings(max_examples=25, deadline=None)
@given(st.lists(UNICODE, min_size=1, max_size=8))
def test_term_functions_agree_on_any_text(values: list[str]) -> None:
    needs_spark()
    functions = ("iomld_escape", "iomld_iri_safe", "iomld_uri_safe", "iomld_iri_escape", "iomld_legal_iri")
    found = []
    with connect(threads=1) as connection:
        prepare(connection)
        for dialect in (DUCKDB, SPARK):
            columns = [on_term(dialect, function, dialect.text(value)) for function in functions for value in values]
            query = f"SELECT {', '.join(columns)}"
            rows = connection.execute(query).fetchall() if dialect is DUCKDB else small_spark().sql(query).collect()
            found.append(list(rows[0]))
    assert found[0] == found[1]
