"""What is written: distinct quads with stable blank node labels, in one sorted pass.

Sorting, grouping and spilling to disk are the engine's; the writers see a stream and hold one subject at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from iomld.errors import DataError
from iomld.graph import Quad, Quads
from iomld.serialization.canonical import canonicalize
from iomld.serialization.subjects import Gathered, Subject, parts, sort_name

__all__ = ["BLANK_NODES", "GRAPHS", "Selection"]

#: what is done to the labels of blank nodes: canonical ones by RDFC-1.0, or those of the relation
BLANK_NODES = ("canonical", "keep")
#: words for graphs that have no name: the default graph, or all graphs merged into one
GRAPHS = ("default", "union")

REIFIES = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"
_FETCH = 2_048  # rows of a chunk of the engine
_GATHERED = 64 * 2**20  # bytes of terms that the engine gathers by subject; with more it takes memory and saves no time
_COLUMNS = ("subject", "predicate", "object", "graph")
# By the order of letters: quotes and brackets come before the underscore, "u" and "=" right behind "t" and "<". The
# engine compares four letters without following pointers.
_IS_BLANK = "(subject >= '_' OR object >= '_' OR graph >= '_')"
_IS_ODD = "({0} >= '<' AND ({0} < '<htt' OR ({0} >= '<htu' AND {0} < '=')))"


class _Survey(NamedTuple):
    """What is asked of all statements before the first is written.

    :param size: bytes of the terms
    :param named: whether there are named graphs
    :param odd: whether there are IRIs that do not begin with ``htt``
    """

    size: int
    named: bool
    odd: bool


class Selection:
    """Distinct quads of a relation. One pass at a time can be under way.

    :param quads: the relation; it is not changed
    :param graph: ``None`` for all graphs as they are; else one graph, which becomes the default graph:
        ``default``, ``union``, or an IRI
    :param blank_nodes: one of :data:`BLANK_NODES`
    :param reify: IRI of a property whose values reify the other statements on the same subject (RDF 1.2)
    :raises DataError: ``graph-unknown``; and those of :func:`~iomld.serialization.canonical.canonicalize`
    """

    #: the property whose values are reifiers, spelt as in N-Quads
    reify: str | None = None
    #: number of statements that the grouped pass has gone through
    passed = 0

    def __init__(
        self, quads: Quads, *, graph: str | None = None, blank_nodes: str = "canonical", reify: str | None = None
    ) -> None:
        self.reify = f"<{reify}>" if reify else None
        self._cursor = quads.connection.cursor()  # a connection of its own: its views and tables go with it
        where, name = "true", "''"
        if graph is None:
            name = "graph"
        elif graph != "union":
            wanted = "" if graph == "default" else f"<{graph}>"
            where = f"graph = {_text(wanted)}"
            if wanted and not self._first(f"SELECT 1 FROM quad WHERE {where} LIMIT 1"):
                raise DataError("graph-unknown", f"there is no graph <{graph}>", hint=_names(self.graphs("quad")))
        self._relation = f"(SELECT subject, predicate, object, {name} AS graph FROM quad WHERE {where})"
        self.blanks: list[Quad] = []
        if self._first(f"SELECT 1 FROM {self._relation} WHERE {_IS_BLANK} LIMIT 1"):
            self.blanks = self._fetch_all(f"SELECT DISTINCT * FROM {self._relation} WHERE {_IS_BLANK}")
            if blank_nodes == "canonical":
                self._relabel()

    def _relabel(self) -> None:
        self.blanks = canonicalize(self.blanks)
        self._cursor.execute("CREATE TEMP TABLE relabelled (subject TEXT, predicate TEXT, object TEXT, graph TEXT)")
        for start in range(0, len(self.blanks), _FETCH):
            columns = zip(*self.blanks[start : start + _FETCH], strict=True)
            self._cursor.execute(
                "INSERT INTO relabelled SELECT "
                + ", ".join(f"unnest(string_split(${n}, chr(10)))" for n in range(1, 5)),
                ["\n".join(column) for column in columns],
            )
        self._relation = f"(SELECT * FROM {self._relation} WHERE NOT {_IS_BLANK} UNION ALL SELECT * FROM relabelled)"

    def graphs(self, relation: str | None = None) -> list[str]:
        """The names of the named graphs, sorted."""
        rows = self._fetch_all(
            f"SELECT DISTINCT graph FROM {relation or self._relation} WHERE graph != '' ORDER BY graph"
        )
        return [row[0] for row in rows]

    def require_triples(self, format: str) -> None:
        """Refuse a dataset with named graphs where the syntax has none.

        :raises DataError: ``dataset-in-triples-format``
        """
        if names := self._graphs:
            raise DataError(
                "dataset-in-triples-format",
                f"{format} holds one graph, and the data has {len(names)} named graph{'s' if len(names) > 1 else ''}",
                hint=f"choose one with --graph IRI, --graph default or --graph union; {_names(names)}",
            )

    def terms(self, column: str, where: str = "true") -> list[str]:
        """The distinct terms of a column, sorted."""
        return [
            row[0]
            for row in self._fetch_all(f"SELECT DISTINCT {column} FROM {self._relation} WHERE {where} ORDER BY ALL")
        ]

    def schemes(self, prefixes: Collection[str]) -> frozenset[str]:
        """The prefixes that are schemes of IRIs with no ``//`` behind, and so could be mistaken for them."""
        if not (self._survey.odd or any(prefix.startswith("htt") for prefix in prefixes)):
            return frozenset()
        terms = " UNION ALL ".join(f"SELECT {column} AS term FROM {self._relation}" for column in _COLUMNS)
        rows = self._fetch_all(
            f"SELECT DISTINCT regexp_extract(term, '^<([^:/?#]+):', 1) FROM ({terms})"
            " WHERE starts_with(term, '<') AND NOT regexp_matches(term, '^<[^:/?#]+://')"
        )
        return frozenset(prefixes).intersection(row[0] for row in rows)

    @cached_property
    def _survey(self) -> _Survey:
        size = " + ".join(f"strlen({column})" for column in _COLUMNS)
        odd = " OR ".join(_IS_ODD.format(column) for column in _COLUMNS)
        row = self._first(
            f"SELECT coalesce(sum({size}), 0), coalesce(max(graph), ''), coalesce(bool_or({odd}), false)"
            f" FROM {self._relation}"
        )
        assert row is not None
        size, graph, odd = row
        return _Survey(int(size), graph != "", bool(odd))

    @cached_property
    def _graphs(self) -> list[str]:
        return self.graphs()

    def lines(self) -> Iterator[list[str]]:
        """Lines of N-Quads without the line end, in the code point order of the lines, some thousand at a time."""
        source = self._relation if self.reify is None else self._reified()
        cursor = self._cursor.execute(
            "SELECT subject || ' ' || predicate || ' ' || object || ' ' || graph || if(graph = '', '.', ' .') AS line"
            f" FROM {source} ORDER BY line"
        )
        last = ""
        while batch := cursor.fetchmany(_FETCH):
            lines = list(dict.fromkeys([line for (line,) in batch]))  # what stands twice is written once
            yield lines[1:] if lines[0] == last else lines
            last = lines[-1]

    def _reified(self) -> str:
        """The relation with the statements that reify others.

        Source: RDF 1.2 Concepts, section "Triple Terms and Reification"; RDF 1.2 N-Quads, production tripleTerm.
        """
        return f"""(
            SELECT subject, predicate, object, graph FROM {self._relation} UNION ALL
            SELECT reifier, {_text(REIFIES)}, '<<( ' || subject || ' ' || predicate || ' ' || object || ' )>>', graph
            FROM {self._relation} JOIN (
                SELECT DISTINCT subject, graph, object AS reifier FROM {self._relation}
                WHERE predicate = {_text(self.reify or "")} AND NOT starts_with(object, '"')
            ) USING (subject, graph) WHERE predicate != {_text(self.reify or "")}
        )"""

    def quads(self) -> Iterator[Quad]:
        """Quads in the order graph, subject, predicate, object; the default graph comes first."""
        for graph, subject, statements in self.subjects(key=lambda predicate: predicate):
            for predicate, objects in statements:
                for object in objects:
                    yield subject, predicate, object, graph

    def subjects(self, *, key: Callable[[str], object]) -> Iterator[Subject]:
        """The grouped pass: subjects in the order of graph and IRI, each with all its statements.

        :param key: order of the predicates
        """
        predicates = sorted(self.terms("predicate"), key=key)  # type: ignore[arg-type]
        # The place of a predicate travels instead of its IRI: it sorts as a number and costs less to fetch.
        name = sort_name(bool(self._graphs))
        cursor = self._cursor.execute(
            f"""
            SELECT {name} AS name, place, object FROM {self._relation}
            JOIN (SELECT unnest($1::TEXT[]) AS predicate, unnest($2::INTEGER[]) AS place) USING (predicate)
            ORDER BY ALL
            """,
            [predicates, list(range(len(predicates)))],
        )
        at, last = "", -1
        statements: list[tuple[str, list[str]]] = []
        objects: list[str] = []
        self.passed = 0
        while batch := cursor.fetchmany(_FETCH):
            self.passed += len(batch)
            for name, place, object in batch:
                if name != at:
                    if statements:
                        yield Subject(*parts(at), statements)
                    at, statements, last = name, [], -1
                if place != last:
                    last, objects = place, [object]
                    statements.append((predicates[place], objects))
                elif object != objects[-1]:
                    objects.append(object)
                else:
                    self.passed -= 1  # what stands twice is written once
        if statements:
            yield Subject(*parts(at), statements)

    def gathered(self) -> Iterator[Gathered]:
        """The same pass in no order of the statements, in about half the time where the engine can gather them."""
        said, source = "predicate || ' ' || object", self._relation
        if self._survey.size <= _GATHERED:
            # A row a subject: far fewer to sort and to fetch.
            by = "subject, graph" if self._survey.named else "subject"
            source = f"(SELECT {by}, string_agg({said}, chr(10)) AS said FROM {source} GROUP BY {by})"
            said = "said"
        cursor = self._cursor.execute(
            f"SELECT {sort_name(self._survey.named)} AS name, {said} FROM {source} ORDER BY name"
        )
        at = ""
        found: set[str] = set()
        self.passed = 0
        while batch := cursor.fetchmany(_FETCH):
            for name, said in batch:
                if name == at:
                    found.update(said.split("\n"))
                    continue
                if found:
                    self.passed += len(found)
                    yield Gathered(*parts(at), found)
                at, found = name, set(said.split("\n"))  # what stands twice is written once
        if found:
            self.passed += len(found)
            yield Gathered(*parts(at), found)

    def copy(self, sql: str, file: Path, **expressions: str) -> int:
        """Let the engine write the result of a query over ``{relation}`` as Parquet; returns the number of rows."""
        query = sql.format(relation=self._relation, **expressions)
        row = self._cursor.execute(
            f"COPY ({query}) TO {_text(str(file))} (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
        return int(row[0]) if row else 0

    def keep(self, table: str) -> None:
        """Keep the quads as a table of the database that the relation lives in."""
        self._cursor.execute(f"CREATE TABLE {table} AS SELECT DISTINCT * FROM {self._relation}")

    def _first(self, sql: str) -> tuple[Any, ...] | None:
        return self._cursor.execute(sql).fetchone()

    def _fetch_all(self, sql: str) -> list[Quad]:
        return self._cursor.execute(sql).fetchall()


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _names(graphs: Sequence[str]) -> str:
    if not graphs:
        return "the data has no named graph"
    shown = ", ".join(graphs[:5])
    return f"the data has {shown}{' …' if len(graphs) > 5 else ''}"
