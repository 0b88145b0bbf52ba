"""The data as numbers: each term once in a dictionary, each triple once as three numbers.

``term(id, spelt)`` and ``t(s, p, o)`` are temporary tables of DuckDB, where the data is; an engine on other machines
takes them over, ``term`` only if a check looks into terms. The two lowest bits of an id tell the kind of term, so that
most checks never look a term up. Ids are counted, not hashed: two terms cannot share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from iomld.engine import Dialect, Engine, unescaped

__all__ = ["BLANK", "IRI", "LITERAL", "Relation", "tail_of", "text_of", "values"]

IRI, BLANK, LITERAL = 0, 1, 2
_HASH = "hash({})"


def values(name: str, columns: str, rows: Iterable[Sequence[int]]) -> str:
    """A small table of numbers, written into the query.

    >>> values("c", "chk, shape", [(1, 2), (3, 4)])
    '(VALUES (1, 2), (3, 4)) AS c(chk, shape)'
    """
    written = ", ".join(f"({', '.join(map(str, row))})" for row in rows)
    return f"(VALUES {written}) AS {name}({columns})"


def tail_of(spelt: str) -> str:
    """SQL for what follows the text of a literal: nothing, ``@`` and a language, or ``^^`` and a datatype.

    :param spelt: SQL
    """
    return f"split_part({spelt}, '\"', -1)"


def text_of(dialect: Dialect, among: str) -> str:
    """A query for the str() of SPARQL, as (id, text): an IRI, or a lexical form; a blank node has none.

    :param among: SQL that selects the ids of the terms
    """
    end = f"CASE id & 3 WHEN {IRI} THEN 2 ELSE length({tail_of('spelt')}) + 2 END"
    raw = f"SELECT id, substr(spelt, 2, length(spelt) - {end}) AS raw FROM term WHERE id & 3 <> {BLANK}"
    return f"SELECT id, {unescaped(dialect, 'raw')} AS text FROM ({raw} AND id IN ({among}))"


class Relation:
    """The encoded data.

    :param engine: what runs the checks; its connection holds the relation of quads, all graphs of which together are
        the data graph
    :param needed: predicates (spelt) that are read; None for all
    :param known: further terms (spelt) that get an id, whether or not they stand in the data
    """

    def __init__(self, engine: Engine, *, needed: frozenset[str] | None, known: Iterable[str]) -> None:
        self.engine = engine
        self._ids: dict[str, int] = {}
        self._spelt = False
        wanted = sorted(set(known) | (needed or set()))
        self.run("CREATE TEMP TABLE known AS SELECT unnest($1::VARCHAR[]) AS spelt", [wanted])
        source = "quad"
        if needed is not None:
            self.run("CREATE TEMP TABLE needed AS SELECT unnest($1::VARCHAR[]) AS predicate", [sorted(needed)])
            source = "(SELECT * FROM quad SEMI JOIN needed USING (predicate))"
        self.run(
            f"""
            CREATE TEMP TABLE term AS
            SELECT (row_number() OVER () * 4
              + CASE spelt[1] WHEN '<' THEN {IRI} WHEN '_' THEN {BLANK} ELSE {LITERAL} END)::INTEGER AS id, spelt
            FROM (
              SELECT subject AS spelt FROM {source} UNION SELECT predicate FROM {source}
              UNION SELECT object FROM {source} UNION SELECT spelt FROM known
            )
            """
        )
        # Numbers compare faster than texts: joined by hashes, if no two terms share one.
        key = _HASH
        self.run(f"CREATE TEMP TABLE keyed AS SELECT id, {key.format('spelt')} AS key FROM term")
        if self.run("SELECT count(*) > count(DISTINCT key) FROM keyed") == [(True,)]:
            self.run("CREATE OR REPLACE TEMP TABLE keyed AS SELECT id, spelt AS key FROM term")
            key = "{}"
        subject, predicate, object = (key.format(column) for column in ("subject", "predicate", "object"))
        self.run(
            f"""
            CREATE TEMP TABLE t AS SELECT s.id AS s, p.id AS p, o.id AS o FROM {source} AS q
            JOIN keyed s ON s.key = {subject} JOIN keyed p ON p.key = {predicate} JOIN keyed o ON o.key = {object}
            """
        )
        self.run("DROP TABLE keyed")
        # A quad stands once for each of its origins; in a file that was read it mostly has one.
        if self.run("SELECT (SELECT count(*) FROM t) > (SELECT count(*) FROM (SELECT DISTINCT * FROM t))") == [(True,)]:
            self.run("CREATE OR REPLACE TEMP TABLE t AS SELECT DISTINCT s, p, o FROM t")
        rows = self.run("SELECT spelt, id FROM known JOIN term USING (spelt)")
        self._ids.update(rows)
        engine.adopt("t")

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement on DuckDB, where terms are kept and spelt; its rows."""
        return self.engine.connection.execute(sql, list(parameters)).fetchall()

    def id(self, spelt: str) -> int:
        """The id of a term that was named as known or needed."""
        return self._ids[spelt]

    def table(self, name: str, columns: str, rows: Sequence[Sequence[int]]) -> None:
        """A table of numbers for the engine."""
        columns_ = [column.strip() for column in columns.split(",")]
        made = ", ".join(f"unnest(${i + 1}::INTEGER[]) AS {column}" for i, column in enumerate(columns_))
        lists = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns_]
        self.run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {made}", lists)
        self.engine.adopt(name)

    def add_terms(self, select: str) -> None:
        """Give ids to further terms (spelt); the empty string is no term. No check looks into them.

        :param select: SQL that selects them in one column
        """
        self.run(
            f"""
            INSERT INTO term
            SELECT ((SELECT max(id) >> 2 FROM term) + row_number() OVER ()) * 4
              + CASE spelt[1] WHEN '<' THEN {IRI} WHEN '_' THEN {BLANK} ELSE {LITERAL} END, spelt
            FROM (SELECT DISTINCT * FROM ({select}) AS fresh(spelt)) ANTI JOIN term USING (spelt) WHERE spelt <> ''
            """
        )

    def spell(self) -> None:
        """Have the engine know ``term``."""
        if not self._spelt:
            self.engine.adopt("term")
            self._spelt = True
