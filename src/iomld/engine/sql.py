"""Spelling SQL, and the functions on terms that the engine lacks.

The macros hold what differs between engines: percent-encoding and N-Quads escapes. Each looks first whether a value
needs any work, since most do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["name", "prepare", "text"]

# RFC 3987: iunreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" / ucschar. An IRI-safe value keeps these (R2RML, section
# 7.3; RML-Core, "IRI-safe"); a URI-safe value keeps the ASCII ones (RFC 3986, unreserved).
_UNRESERVED = r"A-Za-z0-9._~\-"
_UCSCHAR = (
    r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}\x{10000}-\x{1FFFD}\x{20000}-\x{2FFFD}\x{30000}-\x{3FFFD}"
    r"\x{40000}-\x{4FFFD}\x{50000}-\x{5FFFD}\x{60000}-\x{6FFFD}\x{70000}-\x{7FFFD}\x{80000}-\x{8FFFD}"
    r"\x{90000}-\x{9FFFD}\x{A0000}-\x{AFFFD}\x{B0000}-\x{BFFFD}\x{C0000}-\x{CFFFD}\x{D0000}-\x{DFFFD}\x{E1000}-\x{EFFFD}"
)
_SAFE = f"[{_UNRESERVED}{_UCSCHAR}]"

_MACROS = (
    # Runs of safe characters stay, runs of others are encoded whole.
    f"""iomld_iri_safe(v) AS CASE
        WHEN regexp_full_match(v, '[{_UNRESERVED}]*') THEN v
        WHEN regexp_full_match(v, '[\\x00-\\x7F]*') THEN url_encode(v)
        ELSE array_to_string(list_transform(
            regexp_extract_all(v, '{_SAFE}+|[^{_UNRESERVED}{_UCSCHAR}]+'),
            lambda run: CASE WHEN regexp_matches(run, '^{_SAFE}') THEN run ELSE url_encode(run) END), '')
        END""",
    f"iomld_uri_safe(v) AS CASE WHEN regexp_full_match(v, '[{_UNRESERVED}]*') THEN v ELSE url_encode(v) END",
    # Characters that no IRIREF of N-Quads may hold unescaped; only an "unsafe" term type lets them through.
    """iomld_iri_escape(v) AS CASE
        WHEN regexp_matches(v, '[\\x00-\\x20<>"{}|^`\\\\]') THEN array_to_string(list_transform(
            regexp_extract_all(v, '(?s).'),
            lambda c: CASE WHEN regexp_matches(c, '[\\x00-\\x20<>"{}|^`\\\\]')
                THEN printf('\\u%04X', unicode(c)) ELSE c END), '')
        ELSE v END""",
    # The escapes of canonical N-Quads, as in iomld.terms.nquads.
    # Most values need none; those that hold quotes seldom hold control characters.
    """iomld_escape(v) AS CASE
        WHEN NOT regexp_matches(v, '[\\x00-\\x1F\\x7F]') THEN
            CASE WHEN contains(v, '\\') THEN replace(replace(v, '\\', '\\\\'), '"', '\\"')
                WHEN contains(v, '"') THEN replace(v, '"', '\\"') ELSE v END
        WHEN NOT regexp_matches(v, '[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F]') THEN
            replace(replace(replace(replace(replace(v, '\\', '\\\\'), '"', '\\"'), chr(10), '\\n'),
                chr(13), '\\r'), chr(9), '\\t')
        ELSE array_to_string(list_transform(regexp_extract_all(v, '(?s).'), lambda c: CASE
            WHEN c = '\\' THEN '\\\\' WHEN c = '"' THEN '\\"' WHEN c = chr(8) THEN '\\b' WHEN c = chr(9) THEN '\\t'
            WHEN c = chr(10) THEN '\\n' WHEN c = chr(12) THEN '\\f' WHEN c = chr(13) THEN '\\r'
            WHEN regexp_matches(c, '[\\x00-\\x1F\\x7F]') THEN printf('\\u%04X', unicode(c))
            ELSE c END), '')
        END""",
    # RFC 3987 by the letter where a reader would stumble: a scheme, no forbidden character, well-formed percent signs
    # are left to the user since N-Quads readers accept them.
    """iomld_absolute(v) AS regexp_matches(v, '^[A-Za-z][A-Za-z0-9+.\\-]*:')""",
    """iomld_legal_iri(v) AS regexp_full_match(v,
        '[A-Za-z][A-Za-z0-9+.\\-]*:[^\\x00-\\x20\\x7F-\\x9F<>"{}|^`\\\\]*')""",
    """iomld_language(v) AS regexp_full_match(v, '[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|[ixIX](-[A-Za-z0-9]{1,8})+')""",
)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros on a connection; doing it again changes nothing."""
    for macro in _MACROS:
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")


def text(value: str) -> str:
    """A string constant.

    >>> text("it's")
    "'it''s'"
    """
    if "\0" in value:
        parts = value.split("\0")
        return "(" + " || chr(0) || ".join(text(part) for part in parts) + ")"
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A quoted identifier.

    >>> name('a "b"')
    '"a ""b""\"'
    """
    return '"' + identifier.replace('"', '""') + '"'
