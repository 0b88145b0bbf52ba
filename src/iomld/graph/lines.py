"""Canonical N-Triples and N-Quads into the relation by the engine alone, without a Python value per term.

Only files in which every line is plainly canonical are taken: one space between terms, no blank nodes (their labels
need renumbering), no comments, no needless escapes, unquestionable IRIs. All others are left to the parser, which
reads every legal file and knows what is wrong with an illegal one.

Source: RDF 1.1 N-Quads; RDF 1.2 N-Quads, section "A Canonical form of N-Quads"; RFC 3987 (a subset).
"""

from __future__ import annotations

from pathlib import Path

from iomld.graph.quads import Quads

__all__ = ["read_canonical"]

_CHARACTER = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=\x{A0}-\x{D7FF}-]|%[0-9A-Fa-f]{2})"
_IRI = (
    r"<[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(?://[A-Za-z0-9._~-]*(?::[0-9]*)?(?:[/?]{_CHARACTER}*)?|[A-Za-z0-9]{_CHARACTER}*)(?:#{_CHARACTER}*)?>"
)
_LITERAL = rf'"(?:[^"\\\x00-\x1F\x7F]|\\[tbnrf"\\])*"(?:@[a-z]+(?:-[a-z0-9]+)*|\^\^{_IRI})?'
_QUAD = rf"{_IRI} {_IRI} (?:{_IRI}|{_LITERAL})(?: {_IRI})? \."
_TRIPLE = rf"{_IRI} {_IRI} (?:{_IRI}|{_LITERAL}) \."
_STRING = '"^^<http://www.w3.org/2001/XMLSchema#string>'
_LONGEST_LINE = 16_000_000

# Into a table first: its row ids are the places of the lines in the file, and two cores can read it.
_KEEP = rf"""
CREATE OR REPLACE TEMP TABLE canonical_line AS SELECT line
FROM read_csv($1, delim = '\x01', quote = '', escape = '', comment = '', header = false, auto_detect = false,
  columns = {{'line': 'VARCHAR'}}, max_line_size = {_LONGEST_LINE}, strict_mode = false)
"""

# A line that is not canonical has no subject, which the table does not take: then nothing is inserted.
# Parts are what stands between spaces; those of a literal are put together again.
_SPLIT = """
INSERT INTO quad
SELECT CASE WHEN regexp_full_match(line, $1) AND NOT contains(line, $2) THEN parts[1] END, parts[2],
  CASE WHEN len(parts) = 4 THEN parts[3] ELSE array_to_string(parts[3:CASE WHEN named THEN -3 ELSE -2 END], ' ') END,
  CASE WHEN named THEN parts[-2] ELSE $4::VARCHAR END, NULL, $3::INTEGER, row
FROM (SELECT row, line, parts, {named} AS named FROM (
  SELECT rowid + 1 AS row, line, string_split(line, ' ') AS parts FROM canonical_line
))
"""
# The last part before the dot is a graph name if it is an IRI and not the end of a literal.
_NAMED = "len(parts) > 4 AND starts_with(parts[-2], '<') AND NOT contains(parts[-2], '\"')"


def read_canonical(path: Path, *, into: Quads, source: int, graph: str = "", named_graphs: bool = False) -> int | None:
    """Read a file if it is plainly canonical.

    :param source: number of the source in the relation
    :param graph: name of the graph for triples, spelt
    :param named_graphs: whether a line may have a fourth term (N-Quads)
    :returns: number of quads, or None where the file is not plainly canonical: then nothing has been read
    """
    import duckdb

    connection = into.connection
    kept = connection.execute("SELECT current_setting('preserve_insertion_order')").fetchone()
    try:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(_KEEP, [str(path)])
        connection.execute("SET preserve_insertion_order = false")
        split = _SPLIT.format(named=_NAMED if named_graphs else "false")
        connection.execute(split, [_QUAD if named_graphs else _TRIPLE, _STRING, source, graph])
        row = connection.execute("SELECT count(*) FROM canonical_line").fetchone()
        return int(row[0]) if row else 0
    except duckdb.Error:
        # Not canonical, not UTF-8, a line without end: the parser says what and where.
        return None
    finally:
        connection.execute("DROP TABLE IF EXISTS canonical_line")
        connection.execute(f"SET preserve_insertion_order = {'true' if kept is None or kept[0] else 'false'}")
