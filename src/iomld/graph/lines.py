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
_TRIPLE = rf"{_IRI} {_IRI} (?:{_IRI}|{_LITERAL}) \."
_QUAD = rf"^{_IRI} {_IRI} (?:{_IRI}|{_LITERAL})(?: ({_IRI}))? \.$"
_STRING = '"^^<http://www.w3.org/2001/XMLSchema#string>'
_LONGEST_LINE = 16_000_000

_SPLIT = r"""
INSERT INTO quad
SELECT subject, predicate, CASE WHEN graph = '' THEN rest ELSE substr(rest, 1, length(rest) - length(graph) - 1) END,
  CASE WHEN graph = '' THEN $1 ELSE graph END, NULL, $2::INTEGER, row
FROM (
  SELECT subject, substr(rest, 1, strpos(rest, ' ') - 1) AS predicate,
    substr(rest, strpos(rest, ' ') + 1, length(rest) - strpos(rest, ' ') - 2) AS rest, graph, row
  FROM (
    SELECT substr(line, 1, strpos(line, ' ') - 1) AS subject, substr(line, strpos(line, ' ') + 1) AS rest,
      {graph} AS graph, row
    FROM canonical_line
  )
)
"""


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
    # The number of a line is its place in the file.
    connection.execute("SET preserve_insertion_order = true")
    try:
        connection.execute(
            rf"""
            CREATE OR REPLACE TEMP TABLE canonical_line AS SELECT row_number() OVER () AS row, line
            FROM read_csv($1, delim = '\x01', quote = '', escape = '', comment = '', header = false,
              auto_detect = false,
              columns = {{'line': 'VARCHAR'}}, max_line_size = {_LONGEST_LINE}, strict_mode = false)
            """,
            [str(path)],
        )
        odd = connection.execute(
            """
            SELECT 1 FROM canonical_line
            WHERE NOT coalesce(regexp_full_match(line, $1), false) OR contains(line, $2) LIMIT 1
            """,
            [_QUAD if named_graphs else _TRIPLE, _STRING],
        ).fetchone()
        if odd is not None:
            return None
        if named_graphs:
            fourth, parameters = "regexp_extract(line, $3, 1)", [graph, source, _QUAD]
        else:
            fourth, parameters = "''", [graph, source]
        connection.execute(_SPLIT.format(graph=fourth), parameters)
        row = connection.execute("SELECT count(*) FROM canonical_line").fetchone()
        return int(row[0]) if row else 0
    except duckdb.Error:
        # Not UTF-8, a line without end: the parser says what and where.
        return None
    finally:
        connection.execute("DROP TABLE IF EXISTS canonical_line")
        connection.execute(f"SET preserve_insertion_order = {'true' if kept is None or kept[0] else 'false'}")
