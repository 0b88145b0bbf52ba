r"""The functions in which engines differ: one table, a spelling for each engine, one set of tests for all.

A plan is put together once, from these functions and from what all engines spell alike (``SELECT``, ``JOIN``, ``CASE``,
``||``, ``IS NULL``, comparison). What a function does is said by DuckDB's spelling; the other must do the same on every
value, which ``tests/engine/test_dialects.py`` holds. Traps that the table keeps from the rest of the code:

- Spark's ``url_encode`` is that of HTML forms: a blank becomes ``+``, ``*`` stays, ``~`` is encoded.
- Spark reads backslashes in constants as escapes; its regular expressions are Java's, which recurse into groups.
- ``concat`` leaves NULL out in DuckDB and becomes NULL in Spark: a plan for both says ``||``.
- Lists count from 1 here, and what is not there is NULL, where Spark in ANSI mode fails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from iomld.engine.regexes import for_java

__all__ = ["DUCKDB", "FUNCTIONS", "SPARK", "Dialect"]

#: name of a function: its spelling in DuckDB, its spelling in Spark; ``$1`` is an argument, ``$*`` all of them
FUNCTIONS: dict[str, tuple[str, str]] = {
    # text
    "string": ("CAST($1 AS VARCHAR)", "CAST($1 AS STRING)"),
    "whole_number": ("TRY_CAST($1 AS HUGEINT)", "try_cast($1 AS DECIMAL(38, 0))"),
    "url_encode": ("url_encode($1)", "replace(replace(replace(url_encode($1), '+', '%20'), '*', '%2A'), '%7E', '~')"),
    # as many bytes as characters
    "is_ascii": ("strlen($1) = length($1)", "octet_length($1) = char_length($1)"),
    "code_point": ("unicode($1)", "ascii($1)"),
    "four_hex_digits": ("printf('%04X', $1)", "format_string('%04X', $1)"),
    # regular expressions, given as constants
    "matches": ("regexp_matches($1, $2)", "regexp_like($1, $2)"),
    "matches_whole": ("regexp_full_match($1, $2)", "regexp_like($1, $2)"),
    "group": ("regexp_extract($1, $2, 1)", "regexp_extract($1, $2, 1)"),
    "all_matches": ("regexp_extract_all($1, $2)", "regexp_extract_all($1, $2, 0)"),
    # lists and structures
    "list": ("[$*]", "array($*)"),
    "item": ("$1[$2]", "try_element_at($1, $2)"),
    "each": ("list_transform($1, lambda $2: $3)", "transform($1, $2 -> $3)"),
    "join": ("array_to_string($1, '')", "array_join($1, '')"),
    "holds": ("list_contains($1, $2)", "array_contains($1, $2)"),
    "share": ("list_has_any($1, $2)", "arrays_overlap($1, $2)"),
    "flat": ("flatten($1)", "flatten($1)"),
    "structure": ("{$*}", "struct($*)"),
    "member": ("'$1': $2", "$2 AS $1"),
    # a list of values, a list beside it (or NULL), and the places: for each value a tuple
    "tuples": (
        "list_zip($1, $2, range(len($1)))",
        "transform($1, (v, i) -> struct(v AS v1, try_element_at($2, i + 1) AS v2, i AS v3))",
    ),
    "of_tuple": ("$1[$2]", "$1.v$2"),
    # a record for each item of a list: in SELECT, and beside the relation in FROM
    "rows_of": ("unnest($1)", "explode($1)"),
    "beside": (", unnest($1) AS $2(v)", " LATERAL VIEW explode($1) $2 AS v"),
    "texts": ("CAST($1 AS VARCHAR[])", "CAST($1 AS ARRAY<STRING>)"),
    # over many records
    "count_distinct": ("count(DISTINCT ($*))", "count(DISTINCT struct($*))"),
}

_ARGUMENT = re.compile(r"\$([1-9*])")


@dataclass(frozen=True)
class Dialect:
    """How an engine spells SQL.

    :param name: the engine
    :param spelling: which of the spellings in the table
    """

    name: str
    spelling: int

    def __call__(self, function: str, *arguments: str) -> str:
        """A call of a function of the table; arguments are SQL.

        >>> DUCKDB("list", "1", "2"), SPARK("list", "1", "2")
        ('[1, 2]', 'array(1, 2)')
        """

        def argument(match: re.Match[str]) -> str:
            return ", ".join(arguments) if match[1] == "*" else arguments[int(match[1]) - 1]

        return _ARGUMENT.sub(argument, FUNCTIONS[function][self.spelling])

    def text(self, value: str) -> str:
        r"""A string constant; two of them that follow each other may be put together by dropping the quotes between.

        >>> DUCKDB.text("it's"), SPARK.text("it's")
        ("'it''s'", "'it\\u0027s'")
        """
        if self.spelling:
            escaped = value.replace("\\", "\\\\").replace("'", "\\u0027").replace("\0", "\\u0000")
            return f"'{escaped}'"
        if "\0" in value:
            return "(" + " || chr(0) || ".join(map(self.text, value.split("\0"))) + ")"
        return "'" + value.replace("'", "''") + "'"

    def identifier(self, name: str) -> str:
        """A quoted name of a column or table."""
        return "`" + name.replace("`", "``") + "`" if self.spelling else '"' + name.replace('"', '""') + '"'

    def matches(self, value: str, pattern: str, *, whole: bool = False) -> str:
        """A condition that a value (SQL) matches a regular expression, somewhere or as a whole.

        The expression keeps to what RE2 and Java read alike: classes, groups, repetition, alternatives, no look-around.
        """
        if self.spelling:
            pattern = _java(pattern)
            if whole:
                pattern = rf"\A(?:{pattern})\z"
        return self("matches_whole" if whole else "matches", value, self.text(pattern))

    def finds(self, value: str, pattern: str) -> str | None:
        """A condition that a value (SQL) matches somewhere an expression of RE2 that people wrote.

        :returns: None where this engine might read it otherwise, or not come to an end with it
        """
        spelt = for_java(pattern) if self.spelling else pattern
        return None if spelt is None else self("matches", value, self.text(spelt))

    def structure(self, **members: str) -> str:
        """A structure of named members, each SQL."""
        return self("structure", *(self("member", name, value) for name, value in members.items()))


def _java(pattern: str) -> str:
    """Have Java repeat a group without going back into it.

    Java recurses once for each repetition that it may have to take back, and a long value overflows its stack. None of
    our expressions ever has to: what follows a repeated group never begins like the group.
    """
    return re.sub(r"(?<!\\)\)\*(?![?+])", ")*+", pattern)


DUCKDB = Dialect("duckdb", 0)
SPARK = Dialect("spark", 1)
