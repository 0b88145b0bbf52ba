"""The checks as SPARQL queries, one for each constraint: what they find is wrong. Any SPARQL 1.1 store can be asked.

A query gives ``?this`` (the focus node), and where there is one ``?value``, ``?path`` (where it is not the shape's) and
``?other`` (a further term that the message names). A result that SHACL tells several times is told once.

Source: SHACL, sections 2.1.3 (targets), 3.4 (validation), 5 (SPARQL-based constraints).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from iomld.validation.conditions import Conditions, NotInSparql, same_language
from iomld.validation.model import (
    Class,
    Closed,
    Constraint,
    Count,
    HasValue,
    In,
    Pair,
    Property,
    Qualified,
    Shape,
    Shapes,
    Sparql,
    Target,
    UniqueLang,
)
from iomld.validation.once import unsound
from iomld.validation.paths import text
from iomld.validation.prebinding import bare

__all__ = ["CheckQuery", "Published", "publish_checks"]


@dataclass(frozen=True, slots=True)
class CheckQuery:
    """A query whose solutions violate a constraint of a shape."""

    shape: Shape
    constraint: Constraint
    text: str


@dataclass(frozen=True)
class Published:
    """The queries of a shapes graph.

    :param left_out: constraints that have no query: the label of the shape, and why
    """

    queries: tuple[CheckQuery, ...]
    left_out: tuple[tuple[str, str], ...]


def publish_checks(shapes: Shapes, *, subclasses: Sequence[tuple[str, str]] = (), closed: bool = False) -> Published:
    """A SPARQL query for each constraint of each shape that has focus nodes.

    :param subclasses: pairs of class and superclass (spelt) beside those of the data
    :param closed: that those of the data are among them, so that a query need not look for more
    """
    writer = _Writer(shapes, Conditions(shapes, _below(subclasses), closed=closed))
    queries: list[CheckQuery] = []
    left_out: list[tuple[str, str]] = []
    for node, shape in shapes.shapes.items():
        label = shapes.triples.label(node)
        focus = writer.focus(node, "?this")
        if not focus:
            continue
        if shape.refused:
            left_out.append((label, shape.refused))
            continue
        for constraint in shape.constraints:
            if not isinstance(constraint, Property):
                try:
                    queries += [CheckQuery(shape, constraint, one) for one in writer.queries(shape, constraint, focus)]
                except NotInSparql as reason:
                    left_out.append((label, str(reason)))
    return Published(tuple(queries), tuple(left_out))


def _below(subclasses: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cls in sorted({sup for _, sup in subclasses}):
        reached = [cls]
        for member in reached:
            reached += [sub for sub, sup in subclasses if sup == member and sub not in reached]
        found[cls] = reached[1:]
    return found


class _Writer:
    def __init__(self, shapes: Shapes, conditions: Conditions) -> None:
        self._shapes = shapes
        self._conditions = conditions
        self._above: dict[str, list[Shape]] = {}
        for shape in shapes.shapes.values():
            for constraint in shape.constraints:
                if isinstance(constraint, Property):
                    self._above.setdefault(constraint.shape, []).append(shape)

    def focus(self, node: str, variable: str) -> str:
        """A group graph pattern for the focus nodes of a shape; the empty string where it has none."""
        parts = [self._target(target, variable) for target in self._shapes.shapes[node].targets]
        for parent in self._above.get(node, ()):
            if parent.path is None:
                parts.append(self.focus(parent.node, variable))
            else:
                up = self._conditions.fresh()
                outer = self.focus(parent.node, up)
                parts.append(outer and f"{outer} {up} {text(parent.path)} {variable} .")
        found = [part for part in dict.fromkeys(parts) if part]
        return found[0] if len(found) == 1 else " UNION ".join(f"{{ {part} }}" for part in found)

    def _target(self, target: Target, variable: str) -> str:
        match target.kind:
            case "Class":
                return self._conditions.instances(variable, target.term)
            case "Node":
                return f"VALUES {variable} {{ {target.term} }}"
            case "SubjectsOf":
                return f"{variable} {target.term} {self._conditions.fresh()} ."
            case _:
                return f"{self._conditions.fresh()} {target.term} {variable} ."

    def queries(self, shape: Shape, constraint: Constraint, focus: str) -> list[str]:
        """The queries of a constraint: one, or two where values are looked for on both sides."""
        if any(term.startswith("_:") for term in _terms(constraint)):
            raise NotInSparql("a blank node of the shapes, which a query cannot name")
        if isinstance(constraint, Sparql):
            return [_joined(constraint, focus)]
        on_node = shape.path is None
        bodies = self._on_node(constraint) if on_node else self._on_path(constraint, text(shape.path), focus)  # type: ignore[arg-type]
        return [_written(focus, body) for body in bodies]

    def _on_node(self, constraint: Constraint) -> list[str]:
        """Bodies for a node shape, where the focus node is the value."""
        conditions = self._conditions
        match constraint:
            case HasValue(term):
                return [f"FILTER(!sameTerm(?this, {term}))"]
            case Closed():
                return [conditions.beyond(constraint, "?this", "?path", "?value")]
            case Pair("Equals", predicate):
                return [
                    f"FILTER NOT EXISTS {{ ?this {predicate} ?this }} BIND(?this AS ?value)",
                    f"?this {predicate} ?value . FILTER(!sameTerm(?value, ?this))",
                ]
            case Pair("Disjoint", predicate):
                return [f"FILTER EXISTS {{ ?this {predicate} ?this }} BIND(?this AS ?value)"]
        return [f"FILTER({_certain(constraint, conditions.of_value(constraint, '?this'))}) BIND(?this AS ?value)"]

    def _on_path(self, constraint: Constraint, path: str, focus: str) -> list[str]:
        conditions = self._conditions
        reach = f"?this {path} ?value ."
        match constraint:
            case Count("MinCount", 1):
                return [f"FILTER NOT EXISTS {{ ?this {path} ?any }}"]
            case Count(component, limit):
                return [_counted(focus, f"?this {path} ?each .", "<" if component == "MinCount" else ">", limit)]
            case Qualified(component, _, limit, _):
                each = f"?this {path} ?each . FILTER({conditions.qualifies(constraint, '?each')})"
                return [_counted(focus, each, "<" if component == "QualifiedMinCount" else ">", limit)]
            case HasValue(term):
                return [f"FILTER NOT EXISTS {{ ?this {path} {term} }}"]
            case UniqueLang():
                found = f"?this {path} ?one . ?this {path} ?two . FILTER({same_language('?one', '?two')})"
                return [f'{found} BIND(STRLANG("", LCASE(LANG(?one))) AS ?other)']
            case Closed():
                return [f"?this {path} ?node . {conditions.beyond(constraint, '?node', '?path', '?value')}"]
            case Pair("Equals", predicate):
                return [
                    f"{reach} FILTER NOT EXISTS {{ ?this {predicate} ?value }}",
                    f"?this {predicate} ?value . FILTER NOT EXISTS {{ ?this {path} ?value }}",
                ]
            case Pair("Disjoint", predicate):
                return [f"{reach} ?this {predicate} ?value ."]
            case Pair(component, predicate):
                compared = conditions.compared(component, "?value", "?other")
                return [f"{reach} ?this {predicate} ?other . FILTER({compared})"]
        return [f"{reach} FILTER({_certain(constraint, conditions.of_value(constraint, '?value'))})"]


def _certain(constraint: Constraint, condition: str | None) -> str:
    if condition is None:
        raise NotInSparql(f"the component {constraint.component}")
    return condition


def _terms(constraint: Constraint) -> tuple[str, ...]:
    match constraint:
        case Class(term) | HasValue(term) | Pair(_, term):
            return (term,)
        case In(terms):
            return terms
        case _:
            return ()


def _written(focus: str, body: str) -> str:
    names = [name for name in ("value", "path", "other") if re.search(rf"\?{name}\b", body)]
    variables = " ".join(f"?{name}" for name in ("this", *names))
    return f"SELECT DISTINCT {variables} WHERE {{\n  {{ SELECT DISTINCT ?this WHERE {{ {focus} }} }}\n  {body}\n}}\n"


def _counted(focus: str, each: str, sign: str, limit: int) -> str:
    """Focus nodes with fewer or more of something than a limit, those with none counted."""
    return (
        f"{{ SELECT ?this WHERE {{ {{ SELECT DISTINCT ?this WHERE {{ {focus} }} }} OPTIONAL {{ {each} }} }} "
        f"GROUP BY ?this HAVING (COUNT(DISTINCT ?each) {sign} {limit}) }}"
    )


def _joined(constraint: Sparql, focus: str) -> str:
    """The query of the shapes, joined with the focus nodes."""
    why = unsound(constraint)
    if why is not None:
        raise NotInSparql(f"sh:sparql: {why}")
    at = re.search(r"(?<![\w:?$])SELECT(?![\w:])", bare(constraint.query), re.I)
    assert at is not None
    head, body = constraint.query[: at.start()], constraint.query[at.start() :]
    return f"{head}SELECT * WHERE {{\n  {{ SELECT DISTINCT ?this WHERE {{ {focus} }} }}\n  {{ {body}\n  }}\n}}\n"
