"""The functions on terms that engines lack, written once over the table of :mod:`iomld.engine.dialects`.

Each that costs much looks first whether a value needs any work, since most do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iomld.engine.dialects import DUCKDB, Dialect

if TYPE_CHECKING:
    import duckdb

__all__ = ["name", "on_term", "prepare", "term_functions", "text", "unescaped"]

# RFC 3987: iunreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" / ucschar. An IRI-safe value keeps these (R2RML, section
# 7.3; RML-Core, "IRI-safe"); a URI-safe value keeps the ASCII ones (RFC 3986, unreserved).
_UNRESERVED = r"A-Za-z0-9._~\-"
_UCSCHAR = (
    r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}\x{10000}-\x{1FFFD}\x{20000}-\x{2FFFD}\x{30000}-\x{3FFFD}"
    r"\x{40000}-\x{4FFFD}\x{50000}-\x{5FFFD}\x{60000}-\x{6FFFD}\x{70000}-\x{7FFFD}\x{80000}-\x{8FFFD}"
    r"\x{90000}-\x{9FFFD}\x{A0000}-\x{AFFFD}\x{B0000}-\x{BFFFD}\x{C0000}-\x{CFFFD}\x{D0000}-\x{DFFFD}\x{E1000}-\x{EFFFD}"
)
_SAFE = f"[{_UNRESERVED}{_UCSCHAR}]"
_FORBIDDEN = r'[\x00-\x20<>"{}|^`\\]'
_CONTROL = r"[\x00-\x1F\x7F]"
_RARE_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*:"
_CHARACTER = "(?s)."
#: what canonical N-Quads and IRIs escape by number
_NUMBERED = [*range(0x20), *map(ord, ' "<>\\^`{|}'), 0x7F]


def on_term(dialect: Dialect, function: str, value: str) -> str:
    """A call of a function on terms: a macro in DuckDB; in Spark, whose own SQL functions do not work everywhere,
    its body.

    :param value: SQL
    """
    return f"{function}({value})" if dialect is DUCKDB else term_functions(dialect, value)[function]


def term_functions(dialect: Dialect, v: str = "v") -> dict[str, str]:
    """The functions on terms: name to an SQL expression of its one argument."""
    d = dialect

    def replaced(*pairs: tuple[str, str]) -> str:
        sql = v
        for old, new in pairs:
            sql = f"replace({sql}, {d.text(old)}, {d.text(new)})"
        return sql

    def of_parts(pattern: str, when: str, then: str) -> str:
        """The parts that a pattern finds, put together again; those (``c``) for which a condition holds replaced."""
        part = f"CASE WHEN {when} THEN {then} ELSE c END"
        return d("join", d("each", d("all_matches", v, d.text(pattern)), "c", part))

    encoded = d("url_encode", v)
    foreign = f"NOT {d.matches('c', f'^{_SAFE}')}"
    runs = of_parts(f"{_SAFE}+|[^{_UNRESERVED}{_UCSCHAR}]+", foreign, d("url_encode", "c"))
    numbered = d.text("\\u") + " || " + d("four_hex_digits", d("code_point", "c"))
    unescaped = of_parts(_CHARACTER, d.matches("c", _FORBIDDEN), numbered)
    quotes = (("\\", "\\\\"), ('"', '\\"'))
    breaks = (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
    named = " ".join(
        f"WHEN c = {d.text(old)} THEN {d.text(new)}" for old, new in (*quotes, *breaks, ("\b", "\\b"), ("\f", "\\f"))
    )
    special = d.matches("c", _CONTROL + r'|["\\]')
    return {
        # Runs of safe characters stay, runs of others are encoded whole. To encode costs less than to look first.
        "iomld_iri_safe": f"CASE WHEN {d('is_ascii', v)} THEN {encoded} ELSE {runs} END",
        "iomld_uri_safe": encoded,
        # Characters that no IRIREF of N-Quads may hold unescaped; only an "unsafe" term type lets them through.
        "iomld_iri_escape": f"CASE WHEN {d.matches(v, _FORBIDDEN)} THEN {unescaped} ELSE {v} END",
        # The escapes of canonical N-Quads, as in iomld.terms.nquads.
        # Most values need none; those that hold quotes seldom hold control characters.
        "iomld_escape": f"CASE WHEN NOT {d.matches(v, _CONTROL)} THEN "
        f"CASE WHEN contains({v}, {d.text(chr(92))}) THEN {replaced(*quotes)} "
        f"WHEN contains({v}, {d.text(chr(34))}) THEN {replaced(*quotes[1:])} ELSE {v} END "
        f"WHEN NOT {d.matches(v, _RARE_CONTROL)} THEN {replaced(*quotes, *breaks)} "
        f"ELSE {of_parts(_CHARACTER, special, f'CASE {named} ELSE {numbered} END')} END",
        # RFC 3987 by the letter where a reader would stumble: a scheme, no forbidden character; well-formed percent
        # signs are left to the user since N-Quads readers accept them.
        "iomld_absolute": d.matches(v, f"^{_SCHEME}"),
        "iomld_legal_iri": d.matches(v, _SCHEME + r'[^\x00-\x20\x7F-\x9F<>"{}|^`\\]*', whole=True),
        "iomld_language": d.matches(v, "[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*|[ixIX](?:-[A-Za-z0-9]{1,8})+", whole=True),
    }


def unescaped(dialect: Dialect, value: str) -> str:
    r"""SQL for the text behind the escapes of canonical N-Quads, and of IRIs that hold what no IRI may.

    A backslash is first put aside as a control character and a slash, so that what follows it is not taken for an
    escape; that control character itself is put aside as one and a digit.

    :param value: SQL
    """
    aside = "\x01"
    named = [
        ("\\\\", f"{aside}/"),
        ('\\"', '"'),
        ("\\n", "\n"),
        ("\\r", "\r"),
        ("\\t", "\t"),
        ("\\b", "\b"),
        ("\\f", "\f"),
    ]
    kept = {"\\": f"{aside}/", aside: f"{aside}1"}
    numbered = [(f"\\u{code:04X}", kept.get(chr(code), chr(code))) for code in _NUMBERED]
    back = [(f"{aside}/", "\\"), (f"{aside}1", aside)]

    def replaced(pairs: list[tuple[str, str]]) -> str:
        sql = value
        for old, new in pairs:
            sql = f"replace({sql}, {dialect.text(old)}, {dialect.text(new)})"
        return sql

    # Most texts have no escape, and most others none by number.
    slash = dialect.text("\\")
    return (
        f"CASE WHEN NOT contains({value}, {slash}) THEN {value} "
        f"WHEN NOT contains({value}, {dialect.text(chr(92) + 'u')}) THEN {replaced([*named, back[0]])} "
        f"ELSE {replaced([*named, *numbered, *back])} END"
    )


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the functions on terms on a DuckDB connection; doing it again changes nothing."""
    for function, body in term_functions(DUCKDB).items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {function}(v) AS {body}")


def text(value: str) -> str:
    """A string constant of DuckDB.

    >>> text("it's")
    "'it''s'"
    """
    return DUCKDB.text(value)


def name(identifier: str) -> str:
    """A quoted identifier of DuckDB.

    >>> name('a "b"')
    '"a ""b""\"'
    """
    return DUCKDB.identifier(identifier)
