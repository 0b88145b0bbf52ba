"""Where to mend: the cell, row or line behind each result.

- A value at fault: the cell that made it.
- A missing value: the row that made the focus node, and the column that the mapping would have read.
- A clash (too many values, two in one language, a value against another): all the rows.
- The place in the document that the focus node, or the citation it is derived from, points to.

The relation of quads is scanned once for the subjects at hand; all else is asked of what that scan kept.
"""

from __future__ import annotations

import pathlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from iomld.graph import Quads, Rule, syntax_of
from iomld.location import SourceLocation
from iomld.terms import WELL_KNOWN, PrefixMap, parse_term
from iomld.validation.model import Pair, Shapes
from iomld.validation.paths import Alternative, Inverse, Path, Predicate
from iomld.validation.paths import Sequence as Steps
from iomld.validation.positions import Position, positions
from iomld.validation.report import Result
from iomld.validation.vocabulary import rdf

if TYPE_CHECKING:
    import duckdb

__all__ = ["locate"]

_DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
_DOCUMENT = "/id/document/([^>]+)>$"
_NO_VALUE_IS_MISSING = frozenset({"MinCount", "HasValue", "QualifiedMinCount"})


class _Made(NamedTuple):
    """How one quad was made; sorts by file and row."""

    source: int
    row: int  # 0 where unknown
    rule: int  # -1 where no mapping made it
    subject: str
    predicate: str
    object: str


def locate(data: Quads, shapes: Shapes, results: Sequence[Result]) -> list[Result]:
    """The results with location, rule, others and pinpoint filled in, where the relation knows them."""
    if not results:
        return []
    cursor = data.connection.cursor()
    try:
        nodes = _keep_near(cursor, results)
        places = _Places(data, cursor, shapes, nodes)
        pinpoints = _pinpoints(cursor)
        asked = [_asked(shapes, result) for result in results]
        made = places.made([(s, p, o) for keys, _ in asked for s, p, o in keys])
        others = places.made([key for _, keys in asked for key in keys])
        behind = []
        for result, (keys, related) in zip(results, asked, strict=True):
            found = _in_language(result, sorted({m for key in keys for m in made.get(key, ())}))
            if not found and isinstance(result.path, Steps):
                found = [m for value in _values(result) for m in places.along(result.focus, result.path, value)]
            behind.append((found, sorted({m for key in related for m in others.get(key, ())})))
        nodes |= {m.subject for found, _ in behind for m in found}  # before a file is read for their lines
        return [
            replace(places.fill(result, found, clash), pinpoint=pinpoints.get(result.focus))
            for result, (found, clash) in zip(results, behind, strict=True)
        ]
    finally:
        cursor.close()


def _keep_near(cursor: duckdb.DuckDBPyConnection, results: Sequence[Result]) -> set[str]:
    """Copy the quads about the nodes of the results into ``near``; the nodes."""
    nodes = {result.focus for result in results}
    nodes |= {value for result in results for value in _values(result) if not value.startswith('"')}
    cursor.execute("CREATE TEMP TABLE wanted AS SELECT unnest($1::VARCHAR[]) AS node", [sorted(nodes)])
    cursor.execute("CREATE TEMP TABLE near AS SELECT * FROM quad SEMI JOIN wanted ON subject = node")
    return nodes


def _pinpoints(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The deepest place in a document by focus node."""
    cursor.execute(
        f"""
        CREATE TEMP TABLE cited AS SELECT DISTINCT subject AS node, object AS citation FROM near
        WHERE predicate = '{_DERIVED}'
        """
    )
    rows = cursor.execute(
        f"""
        SELECT node, min_by(place, (-length(place), place)) FROM (
          SELECT subject AS node, regexp_extract(object, '{_DOCUMENT}', 1) AS place FROM near
          WHERE contains(object, '/id/document/')
          UNION ALL
          SELECT node, regexp_extract(quad.object, '{_DOCUMENT}', 1) FROM cited JOIN quad ON quad.subject = citation
          WHERE contains(quad.object, '/id/document/')
        ) WHERE place <> '' GROUP BY node
        """
    ).fetchall()
    return dict(rows)


def _steps(path: Path | None, focus: str, value: str | None) -> list[tuple[str, str, str | None]]:
    """The quads (None: any object) that a path of one step reads from a focus node."""
    match path:
        case Predicate(iri):
            return [(focus, iri, value)]
        case Inverse(Predicate(iri)) if value is not None:
            return [(value, iri, focus)]
        case Alternative(members):
            return [key for member in members for key in _steps(member, focus, value)]
        case _:
            return []


def _values(result: Result) -> tuple[str, ...]:
    """The values at fault, as far as they are named one by one."""
    if result.value is not None:
        return (result.value,)
    return result.further if result.component_name == "QualifiedMaxCount" else ()


_Key = tuple[str, str, str | None]


def _asked(shapes: Shapes, result: Result) -> tuple[list[_Key], list[_Key]]:
    """The quads at fault, and those they clash with."""
    missing = result.value is None and result.component_name in _NO_VALUE_IS_MISSING
    values = _values(result) or (None,)
    keys = [] if missing else [key for value in values for key in _steps(result.path, result.focus, value)]
    shape = shapes.shapes.get(result.shape)
    component = result.component_name
    others = (result.value,) if component in ("Equals", "Disjoint") else result.further or (None,)
    related = [
        (result.focus, constraint.predicate, other)
        for constraint in (shape.constraints if shape else ())
        if isinstance(constraint, Pair) and constraint.component == component
        for other in others
    ]
    return (keys + related, []) if component == "Equals" else (keys, related)


def _in_language(result: Result, found: list[_Made]) -> list[_Made]:
    """Of the quads of sh:uniqueLang, those in the language that stands twice."""
    if result.component_name != "UniqueLang" or not result.further:
        return found
    language = parse_term(result.further[0]).language
    return [m for m in found if (parse_term(m.object).language or "").lower() == (language or "").lower()]


class _Places:
    def __init__(self, data: Quads, cursor: duckdb.DuckDBPyConnection, shapes: Shapes, subjects: set[str]) -> None:
        self._subjects = subjects
        self._positions: dict[int, dict[tuple[str, str, str], Position]] = {}
        self.data = data
        self.cursor = cursor
        self._label = PrefixMap({**WELL_KNOWN, **shapes.triples.prefixes}).compress
        self._focus: dict[str, list[_Made]] | None = None
        self._rules: dict[str, list[tuple[int, int]]] | None = None

    def made(self, keys: Sequence[tuple[str, str, str | None]]) -> dict[tuple[str, str, str | None], list[_Made]]:
        """How the quads were made, by key; a key without an object stands for all of them."""
        found: dict[tuple[str, str, str | None], list[_Made]] = defaultdict(list)
        wanted = sorted(set(keys), key=str)
        if not wanted:
            return found
        subjects, predicates, objects = (list(column) for column in zip(*wanted, strict=True))
        rows = self.cursor.execute(
            """
            WITH asked AS (SELECT unnest($1::VARCHAR[]) AS s, unnest($2::VARCHAR[]) AS p, unnest($3::VARCHAR[]) AS o)
            SELECT DISTINCT s, p, o, source, coalesce(row, 0), coalesce(rule, -1), object FROM asked
            JOIN near ON subject = s AND predicate = p AND (o IS NULL OR object = o) WHERE source IS NOT NULL
            """,
            [subjects, predicates, objects],
        ).fetchall()
        for s, p, o, source, row, rule, object in rows:
            found[s, p, o].append(_Made(source, row, rule, s, p, object))
        return found

    def along(self, focus: str, path: Steps, value: str) -> list[_Made]:
        """The last step of a sequence of predicates that leads from a focus node to a value."""
        iris = [step.iri for step in path.paths if isinstance(step, Predicate)]
        if len(iris) != len(path.paths):
            return []
        joins = "".join(f" JOIN quad q{i} ON q{i}.subject = q{i - 1}.object" for i in range(1, len(iris)))
        last = len(iris) - 1
        conditions = " AND ".join(f"q{i}.predicate = ${i + 3}" for i in range(len(iris)))
        rows = self.cursor.execute(
            f"""
            SELECT DISTINCT q{last}.source, coalesce(q{last}.row, 0), coalesce(q{last}.rule, -1), q{last}.subject,
              q{last}.predicate, q{last}.object FROM near q0{joins}
            WHERE q0.subject = $1 AND q{last}.object = $2 AND q{last}.source IS NOT NULL AND {conditions}
            """,
            [focus, value, *iris],
        ).fetchall()
        return sorted(_Made(*row) for row in rows)

    def focus(self, node: str) -> list[_Made]:
        """How a node came to be: the rows of its rdf:type, else the first row that says anything of it."""
        if self._focus is None:
            self._focus = defaultdict(list)
            rows = self.cursor.execute(
                f"""
                SELECT DISTINCT subject, source, coalesce(row, 0), coalesce(rule, -1), predicate, object,
                  predicate = '{rdf("type")}' AS typed
                FROM near WHERE source IS NOT NULL
                QUALIFY typed OR row_number() OVER (PARTITION BY subject ORDER BY source, row, predicate, object) = 1
                """
            ).fetchall()
            typed = {subject for subject, *_, is_typed in rows if is_typed}
            for subject, source, row, rule, predicate, object, is_typed in rows:
                if is_typed or subject not in typed:
                    self._focus[subject].append(_Made(source, row, rule, subject, predicate, object))
        return sorted(self._focus.get(node, ()))

    def column(self, predicate: str, near: _Made) -> Rule | None:
        """The rule that would have made the predicate: of the same triples map, else of the same source."""
        if self._rules is None:
            self._rules = defaultdict(list)
            rows = self.cursor.execute(
                "SELECT DISTINCT predicate, rule, source FROM quad WHERE rule IS NOT NULL ORDER BY ALL"
            ).fetchall()
            for iri, rule, source in rows:
                self._rules[iri].append((rule, source))
        rules = self.data.rules
        same_map = rules[near.rule].name.partition(" / ")[0] if near.rule >= 0 else None
        seen = self._rules.get(predicate, [])
        names = {predicate, predicate[1:-1], self._label(predicate[1:-1])}
        by_name = [(index, -1) for index, rule in enumerate(rules) if rule.name.rpartition(" / ")[2] in names]
        for index, _ in [*seen, *by_name]:
            if rules[index].name.partition(" / ")[0] == same_map:
                return rules[index]
        return next((rules[index] for index, source in seen if source == near.source), None)

    def place(self, made: _Made) -> SourceLocation | None:
        """A quad's cell, or its line in an RDF file."""
        if made.rule >= 0 or made.row:
            return self.data.origin(made.rule if made.rule >= 0 else None, made.source, made.row or None).location
        file = self.data.sources[made.source]
        if syntax_of(file) != "turtle":
            return SourceLocation(file)
        if made.source not in self._positions:
            self._positions[made.source] = positions(pathlib.Path(file), self._subjects)
        place = self._positions[made.source].get(made[3:])
        return SourceLocation(file) if place is None else SourceLocation(file, line=place[0], column=place[1])

    def _order(self, made: _Made) -> tuple[int, int, int, int]:
        place = self.place(made)
        line, column = (place.line, place.column) if place else (None, None)
        return made.source, made.row, line or 0, column or 0

    def fill(self, result: Result, found: list[_Made], clash: list[_Made]) -> Result:
        """A result with its places."""
        if found:
            found = sorted(found, key=self._order)
            places = list(dict.fromkeys(place for m in [*found, *clash] if (place := self.place(m))))
            number = found[0].rule
            return replace(
                result,
                location=places[0] if places else None,
                others=tuple(places[1:]),
                rule=None if number < 0 else self.data.rules[number],
            )
        rows = self.focus(result.focus)
        if not rows:
            return result
        first = rows[0]
        if first.rule < 0:
            return replace(result, location=self.place(first))
        made_by = self.data.rules[first.rule]
        file = self.data.sources[first.source]
        rule: Rule | None = None
        if result.path is not None:
            for _, iri, _ in _steps(result.path, result.focus, None):
                rule = rule or self.column(iri, first)
        # A result about the focus node itself is about what its IRI is made from.
        fields = rule.object_fields if rule else made_by.subject_fields if result.path is None else ()
        field = fields[0] if len(fields) == 1 else None
        return replace(result, location=SourceLocation(file, row=first.row or None, field=field), rule=rule or made_by)
