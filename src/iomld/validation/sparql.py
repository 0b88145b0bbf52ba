"""sh:sparql on the embedded SPARQL engine: one run for all focus nodes, with which the solutions are joined afterwards.

Data whose literals the engine would change, or cannot compare, is refused.

Source: SHACL, sections 5.1 to 5.3, Appendix A.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.engine.forms import key
from iomld.graph import Quads
from iomld.terms import blank, iri, literal, parse_term
from iomld.validation.model import Sparql
from iomld.validation.relation import Relation
from iomld.validation.tokens import tokens

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["Solver", "filled", "placeholders", "predicates_read", "record"]

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def predicates_read(constraint: Sparql) -> frozenset[str] | None:
    """Every IRI (spelt) in the query, among them all predicates that it can match; None where it may match any.

    A variable, a negated path, a bracket or a list may stand where a predicate does: then all triples are needed.
    """
    stream = tokens(constraint.query)
    prefixes: dict[str, str] = {}
    found: set[str] = set()
    place = 0  # 0 subject, 1 predicate, 2 object
    parentheses = 0
    outside: list[int] = []  # the parentheses around each group: EXISTS may stand within an expression
    for position, (kind, text) in enumerate(stream):
        if kind == "word" and text.upper() == "BASE":
            return None
        if kind == "word" and text.upper() == "PREFIX":
            prefixes[stream[position + 1][1]] = stream[position + 2][1][1:-1]
        if kind == "iri":
            found.add(text)
        elif kind == "pname":
            prefix, _, local = text.partition(":")
            if f"{prefix}:" in prefixes:
                found.add(f"<{prefixes[f'{prefix}:']}{local}>")
            elif local:
                return None
        elif text == "a":
            found.add("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>")
        if text in ("[", "]") or (text == "!" and place == 1) or (text == "(" and place == 2 and not parentheses):
            return None
        if text == "{":
            outside.append(parentheses)
            parentheses = place = 0
        elif text == "}":
            parentheses, place = outside.pop(), 0
        elif text == "(":
            parentheses += 1
        elif text == ")":
            parentheses -= 1
        if not outside or parentheses or text in "{}()":
            continue
        if (kind == "word" and text != "a") or text == ".":
            place = 0
        elif text == ";":
            place = 1
        elif text == ",":
            place = 2
        elif kind == "var" and place == 1:
            return None
        elif kind in ("var", "iri", "pname", "string", "number") or text == "a":
            # After a path operator the next name goes on with the path.
            joined = position + 1 < len(stream) and stream[position + 1][1] in ("/", "|", "*", "+", "?")
            if not (place == 1 and joined):
                place = min(place + 1, 3)
            if place == 3:
                place = 0
    return frozenset(found)


class Solver:
    """The embedded engine with the triples that some queries need.

    :param predicates: spelt; None for all triples
    """

    def __init__(self, data: Quads, predicates: frozenset[str] | None) -> None:
        self._cursor = data.connection.cursor()
        self._where = ""
        if predicates is not None:
            self._cursor.execute(
                "CREATE TEMP TABLE asked AS SELECT unnest($1::VARCHAR[]) AS predicate", [sorted(predicates)]
            )
            self._where = "SEMI JOIN asked USING (predicate)"
        self._store: pyoxigraph.Store | None = None

    def distrust(self) -> str | None:
        """What the engine does to a literal of the data that makes its answers doubtful, or None.

        It may give it back in another form, or hold no number of that size, so that a comparison is an error.
        """
        import pyoxigraph

        rows = self._cursor.execute(
            f"SELECT DISTINCT object FROM quad {self._where} WHERE object[1] = '\"' AND contains(object, '\"^^<')"
        ).fetchall()
        store = pyoxigraph.Store()
        named = pyoxigraph.NamedNode("urn:x")
        for index, (spelt,) in enumerate(rows):
            term = parse_term(spelt)
            made = pyoxigraph.Literal(term.value, datatype=pyoxigraph.NamedNode(term.datatype or ""))
            store.add(pyoxigraph.Quad(pyoxigraph.NamedNode(f"urn:x:{index}"), named, made))
        for quad in store:
            spelt = rows[int(quad.subject.value[6:])][0]
            if _spell(quad.object) != spelt:
                return f"would change {spelt}"
        unread: Any = store.query("SELECT ?s WHERE { ?s ?p ?o FILTER (!isNumeric(?o)) }")
        for solution in unread:
            spelt = rows[int(solution["s"].value[6:])][0]
            term = parse_term(spelt)
            place = key(term.value, term.datatype or "")
            if place is not None and place.family == "number":
                return f"cannot compare {spelt}"
        return None

    def _load(self) -> pyoxigraph.Store:
        import pyoxigraph

        if self._store is None:
            self._store = pyoxigraph.Store()
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "data.nt"
                with path.open("w", encoding="utf-8") as file:
                    cursor = self._cursor.execute(
                        f"""SELECT DISTINCT subject || ' ' || predicate || ' ' || object || ' .' || chr(10)
                        FROM quad {self._where}"""
                    )
                    while batch := cursor.fetchmany(50_000):
                        file.writelines(line for (line,) in batch)
                # bulk_load would give blank nodes other labels; by these, solutions are joined with the focus nodes.
                self._store.bulk_extend(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES))
        return self._store

    def solutions(self, constraint: Sparql, *, on_node: bool) -> list[tuple[str, ...]]:
        """(focus node, path, value, messages as JSON) of each solution; the empty string for what is not bound.

        :param on_node: for a node shape the focus node itself is the value where the query gives none
        """
        store = self._load()
        found: list[tuple[str, ...]] = []
        answer: Any = store.query(constraint.query)
        names = {variable.value for variable in answer.variables}
        for solution in answer:
            bound = {name: _spell(solution[name]) for name in names if solution[name] is not None}
            if "this" not in bound:
                continue
            if on_node:
                bound.setdefault("value", bound["this"])
            message = ""
            if "message" in bound and bound["message"].startswith('"'):
                term = parse_term(bound["message"])
                message = json.dumps({term.language or "": term.value})
            elif any("{" in text for _, text in constraint.messages):
                message = json.dumps({tag: filled(text, bound) for tag, text in constraint.messages})
            path = bound.get("path", "")
            found.append((bound["this"], path if path.startswith("<") else "", bound.get("value", ""), message))
        return found

    def close(self) -> None:
        """Let go of the store."""
        self._store = None
        self._cursor.close()


def placeholders(template: str) -> list[str]:
    """The variables that a message names as {?name} or {$name}."""
    return _PLACEHOLDER.findall(template)


def filled(template: str, bound: Mapping[str, str]) -> str:
    """A message with {?name} and {$name} replaced by what the solution binds."""

    def value(match: re.Match[str]) -> str:
        term = bound.get(match[1])
        return match[0] if term is None else parse_term(term).value

    return _PLACEHOLDER.sub(value, template)


def _spell(term: Any) -> str:
    import pyoxigraph

    if isinstance(term, pyoxigraph.NamedNode):
        return iri(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return blank(term.value)
    return literal(term.value, language=term.language, datatype=term.datatype.value)


def record(relation: Relation, check: int, group: int, solutions: Iterable[tuple[str, ...]]) -> None:
    """Put solutions into ``finding``, those whose ``$this`` is a focus node."""
    columns = [list(column) for column in zip(*solutions, strict=True)]
    if not columns:
        return
    relation.run(
        """
        CREATE OR REPLACE TEMP TABLE solution AS SELECT unnest($1::VARCHAR[]) AS this, unnest($2::VARCHAR[]) AS path,
          unnest($3::VARCHAR[]) AS value, unnest($4::VARCHAR[]) AS note
        """,
        columns,
    )
    relation.add_terms("SELECT this FROM solution UNION SELECT path FROM solution UNION SELECT value FROM solution")
    relation.run(
        """
        CREATE OR REPLACE TEMP TABLE solved AS
        SELECT n.id AS node, v.id AS value, p.id AS path, nullif(note, '') AS note
        FROM solution JOIN term n ON n.spelt = this
        LEFT JOIN term v ON v.spelt = solution.value LEFT JOIN term p ON p.spelt = path
        """
    )
    relation.engine.adopt("solved")
    relation.engine.add(
        "finding",
        f"""SELECT {check}, s.node, s.value, s.path, NULL, s.note FROM solved s
        JOIN focus f ON f.grp = {group} AND f.node = s.node""",
    )
