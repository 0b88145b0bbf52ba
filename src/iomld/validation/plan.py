"""The order of work: which shapes the compiler takes, in what order, and every constraint with a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from iomld.validation.basicquery import basic_query
from iomld.validation.model import (
    Class,
    Closed,
    Constraint,
    HasValue,
    In,
    Logic,
    Pair,
    Property,
    Qualified,
    Range,
    Shape,
    Shapes,
    Sparql,
)
from iomld.validation.once import unsound
from iomld.validation.paths import predicates
from iomld.validation.vocabulary import rdf, rdfs

__all__ = ["Check", "Plan", "make_plan", "refusal"]


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint of one shape, under a number.

    :param shape: index of the shape in the plan
    :param group: which nodes are the focus nodes (shapes that share them share the group)
    """

    number: int
    shape: int
    group: int
    constraint: Constraint


@dataclass(frozen=True)
class Plan:
    """The compiled shapes.

    :param shapes: referring shapes first
    :param groups: by shape, the index of the shape whose focus nodes it shares (itself, mostly)
    :param levels: by shape, the longest way from a shape that nothing refers to
    :param checks: all constraints but sh:property
    :param judging: shapes of which it must be known which nodes do not conform
    """

    shapes: tuple[Shape, ...]
    index: dict[str, int]
    groups: tuple[int, ...]
    levels: tuple[int, ...]
    checks: tuple[Check, ...]
    judging: frozenset[int]

    def of(self, kind: type, component: str | None = None) -> list[Check]:
        """The checks of a kind of constraint."""
        return [
            check
            for check in self.checks
            if isinstance(check.constraint, kind) and component in (None, check.constraint.component)
        ]

    def children(self, shape: int) -> list[int]:
        """Property shapes of a shape."""
        return [
            self.index[constraint.shape]
            for constraint in self.shapes[shape].constraints
            if isinstance(constraint, Property)
        ]

    def terms(self) -> Iterator[str]:
        """Terms (spelt) that the checks compare with."""
        for shape in self.shapes:
            yield from (target.term for target in shape.targets)
            for constraint in shape.constraints:
                match constraint:
                    case Class(iri):
                        yield iri
                    case HasValue(term):
                        yield term
                    case In(terms):
                        yield from terms
                    case Range(_, bound):
                        yield bound
                    case Closed(allowed):
                        yield from allowed
                    case Sparql() if (query := basic_query(constraint)) is not None:
                        yield from query.constants
                    case _:
                        pass

    def needed(self) -> frozenset[str] | None:
        """Predicates (spelt) that the checks in SQL read; None for all, where a shape is closed."""
        if any(isinstance(check.constraint, Closed) for check in self.checks):
            return None
        found = {rdf("type"), rdfs("subClassOf")}
        for shape in self.shapes:
            if shape.path is not None:
                found |= predicates(shape.path)
            found |= {target.term for target in shape.targets if target.kind in ("SubjectsOf", "ObjectsOf")}
            found |= {constraint.predicate for constraint in shape.constraints if isinstance(constraint, Pair)}
        for check in self.of(Sparql):
            query = basic_query(check.constraint)  # type: ignore[arg-type]
            found |= query.predicates() if query is not None else set()
        return frozenset(found)


def refusal(shapes: Shapes, root: str) -> str | None:
    """Why a shape, or one that it refers to, is beyond the compiler; None where none is."""
    seen: set[str] = set()
    front = [root]
    while front:
        node = front.pop()
        if node in seen or node not in shapes.shapes:
            continue
        seen.add(node)
        reason = shapes.shapes[node].refused
        if reason is None:
            queries = (c for c in shapes.shapes[node].constraints if isinstance(c, Sparql))
            reason = next((f"sh:sparql: {why}" for c in queries if (why := _beyond(c)) is not None), None)
        if reason is not None:
            return reason
        front += shapes.references(node)
    return None


def _beyond(constraint: Sparql) -> str | None:
    return None if basic_query(constraint) is not None else unsound(constraint)


def make_plan(shapes: Shapes, roots: list[str]) -> Plan:
    """The plan for the shapes named and all that they refer to; those refer to themselves in no circle."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(node: str) -> None:
        seen.add(node)
        for reference in shapes.references(node):
            if reference not in seen:
                visit(reference)
        order.append(node)

    for root in roots:
        if root not in seen:
            visit(root)
    order.reverse()
    index = {node: number for number, node in enumerate(order)}
    chosen = [shapes.shapes[node] for node in order]
    if any(shape.targets for shape in chosen if shape.node not in roots):
        # A shape that is only referred to is judged where it is referred to; its own targets are another engine's.
        chosen = [shape if shape.node in roots else _untargeted(shape) for shape in chosen]
    levels = [0] * len(order)
    referrers: list[list[tuple[int, bool]]] = [[] for _ in order]
    for number, shape in enumerate(chosen):
        for constraint in shape.constraints:
            plain = isinstance(constraint, Property) and shape.path is None
            for child in _referred(constraint):
                levels[index[child]] = max(levels[index[child]], levels[number] + 1)
                referrers[index[child]].append((number, plain))
    groups = list(range(len(order)))
    for number, shape in enumerate(chosen):
        if not shape.targets and len(referrers[number]) == 1 and referrers[number][0][1]:
            groups[number] = groups[referrers[number][0][0]]
    checks: list[Check] = []
    for number, shape in enumerate(chosen):
        for constraint in shape.constraints:
            if not isinstance(constraint, Property):
                checks.append(Check(len(checks), number, groups[number], constraint))
    judging: set[int] = set()
    for shape in chosen:
        for constraint in shape.constraints:
            if isinstance(constraint, Logic | Qualified):
                judging.update(index[child] for child in _referred(constraint))
    for number, shape in enumerate(chosen):
        if number in judging:
            judging.update(index[c.shape] for c in shape.constraints if isinstance(c, Property))
    return Plan(tuple(chosen), index, tuple(groups), tuple(levels), tuple(checks), frozenset(judging))


def _untargeted(shape: Shape) -> Shape:
    return replace(shape, targets=())


def _referred(constraint: Constraint) -> tuple[str, ...]:
    match constraint:
        case Logic(_, members):
            return members
        case Property(shape):
            return (shape,)
        case Qualified(_, shape, _, siblings):
            return (shape, *siblings)
        case _:
            return ()
