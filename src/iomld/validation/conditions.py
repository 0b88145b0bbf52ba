"""Constraints as conditions of SPARQL: when a value violates one, when a node does not conform to a shape.

A condition is true for what is wrong and never an error: an error in a comparison is a violation.

Source: SHACL, section 4 (the definitions of the components in SPARQL); SPARQL 1.1, section 17 (expressions).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, count

from iomld.engine import bounds, pattern
from iomld.terms import literal
from iomld.validation.model import (
    Class,
    Closed,
    Constraint,
    Count,
    Datatype,
    HasValue,
    In,
    LanguageIn,
    Length,
    Logic,
    NodeKind,
    Pair,
    Pattern,
    Property,
    Qualified,
    Range,
    Shapes,
    UniqueLang,
)
from iomld.validation.paths import text
from iomld.validation.vocabulary import rdf, rdfs

__all__ = ["Conditions", "NotInSparql"]

_MOST_AT_ONCE = 6  # variables for different values; beyond, a nested shape has no reasonable form
_KINDS = {"iri": "isIRI({})", "blank": "isBlank({})", "literal": "isLiteral({})"}
_ORDER = {
    "MinInclusive": ">=",
    "MinExclusive": ">",
    "MaxInclusive": "<=",
    "MaxExclusive": "<",
    "LessThan": "<",
    "LessThanOrEquals": "<=",
}


class NotInSparql(ValueError):
    """A constraint that has no form in SPARQL here."""


class Conditions:
    """Conditions over the shapes of one graph, with fresh variables.

    :param subclasses: by class (spelt), the further classes whose instances count as its own
    :param closed: that there are no more than those; else the data is asked for ``rdfs:subClassOf``
    """

    def __init__(self, shapes: Shapes, subclasses: Mapping[str, Sequence[str]], *, closed: bool) -> None:
        self._shapes = shapes
        self._subclasses = subclasses
        self._step = rdf("type") if closed else f"{rdf('type')}/{rdfs('subClassOf')}*"
        self._numbers = count(1)

    def fresh(self) -> str:
        """A variable that stands nowhere else."""
        return f"?v{next(self._numbers)}"

    def instances(self, node: str, cls: str) -> str:
        """Patterns that find the instances of a class."""
        found = [f"{node} {self._step} {one} ." for one in (cls, *self._subclasses.get(cls, ()))]
        return found[0] if len(found) == 1 else " UNION ".join(f"{{ {one} }}" for one in found)

    def _is_instance(self, node: str, cls: str) -> str:
        # One pattern in each EXISTS: stores look for two of them without regard to the node.
        found = [f"EXISTS {{ {node} {self._step} {one} }}" for one in (cls, *self._subclasses.get(cls, ()))]
        return " || ".join(found)

    def of_value(self, constraint: Constraint, value: str) -> str | None:
        """When a value violates a constraint on single values; None for constraints of another kind."""
        match constraint:
            case Class(iri):
                return f"!({self._is_instance(value, iri)})"
            case Datatype(datatype):
                return f"!({_legal(datatype, value)})"
            case NodeKind(_, kinds):
                return f"!({' || '.join(_KINDS[kind].format(value) for kind in sorted(kinds))})"
            case Length(component, limit):
                sign = "<" if component == "MinLength" else ">"
                return f"(isBlank({value}) || STRLEN(STR({value})) {sign} {limit})"
            case Pattern(regex, flags, _):
                switches = f", {literal(flags)}" if flags else ""
                # A store that does not take the expression finds everything wrong, rather than nothing.
                return f"(isBlank({value}) || !COALESCE(REGEX(STR({value}), {literal(regex)}{switches}), false))"
            case LanguageIn(ranges):
                wanted = [f"langMatches(LANG({value}), {literal(one)})" for one in ranges]
                return f"!(isLiteral({value}) && ({' || '.join(wanted) or 'false'}))"
            case Range(component, bound):
                return f"!COALESCE({value} {_ORDER[component]} {bound}, false)"
            case In(terms):
                return f"!({' || '.join(f'sameTerm({value}, {term})' for term in terms) or 'false'})"
            case Logic(component, members):
                return self._logic(component, members, value)
            case _:
                return None

    def _logic(self, component: str, members: Sequence[str], value: str) -> str:
        fails = [self.of_node(member, value) for member in members]
        match component:
            case "Not":
                return f"!({fails[0]})"
            case "Or":
                return f"({' && '.join(fails)})"
            case "Xone":
                conforming = " + ".join(f"IF({one}, 0, 1)" for one in fails)
                return f"({conforming} != 1)"
            case _:
                return f"({' || '.join(fails)})"

    def of_node(self, node: str, focus: str) -> str:
        """When a node does not conform to a shape.

        :raises NotInSparql: where a constraint of it has no form
        """
        shape = self._shapes.shapes[node]
        if shape.refused:
            raise NotInSparql(shape.refused)
        if shape.path is None:
            parts = [self._own(constraint, focus) for constraint in shape.constraints]
        else:
            path = text(shape.path)
            parts = [self._along(constraint, focus, path) for constraint in shape.constraints]
        return f"({' || '.join(parts)})" if parts else "false"

    def _own(self, constraint: Constraint, focus: str) -> str:
        """A constraint of a node shape: the focus node is the value."""
        match constraint:
            case Property(shape):
                return self.of_node(shape, focus)
            case HasValue(term):
                return f"!sameTerm({focus}, {term})"
            case Closed():
                return f"EXISTS {{ {self.beyond(constraint, focus, self.fresh(), self.fresh())} }}"
            case Pair("Equals", predicate):
                other = self.fresh()
                return (
                    f"(NOT EXISTS {{ {focus} {predicate} {focus} }} || "
                    f"EXISTS {{ {focus} {predicate} {other} FILTER(!sameTerm({other}, {focus})) }})"
                )
            case Pair("Disjoint", predicate):
                return f"EXISTS {{ {focus} {predicate} {focus} }}"
            case _:
                return self._certain(constraint, self.of_value(constraint, focus))

    def _along(self, constraint: Constraint, focus: str, path: str) -> str:
        """A constraint of a property shape, on all values together."""
        value, other = self.fresh(), self.fresh()
        reach = f"{focus} {path} {value} ."
        match constraint:
            case Count(component, limit):
                return self._number(component == "MinCount", limit, lambda v: f"{focus} {path} {v} .")
            case Qualified(component, _, limit, _):
                return self._number(
                    component == "QualifiedMinCount",
                    limit,
                    lambda v: f"{focus} {path} {v} . FILTER({self.qualifies(constraint, v)})",
                )
            case HasValue(term):
                return f"NOT EXISTS {{ {focus} {path} {term} }}"
            case UniqueLang():
                return f"EXISTS {{ {reach} {focus} {path} {other} . FILTER({same_language(value, other)}) }}"
            case Property(shape):
                return f"EXISTS {{ {reach} FILTER({self.of_node(shape, value)}) }}"
            case Closed():
                return f"EXISTS {{ {reach} {self.beyond(constraint, value, self.fresh(), other)} }}"
            case Pair("Equals", predicate):
                return (
                    f"(EXISTS {{ {reach} FILTER NOT EXISTS {{ {focus} {predicate} {value} }} }} || "
                    f"EXISTS {{ {focus} {predicate} {other} FILTER NOT EXISTS {{ {focus} {path} {other} }} }})"
                )
            case Pair("Disjoint", predicate):
                return f"EXISTS {{ {reach} {focus} {predicate} {value} }}"
            case Pair(component, predicate):
                compared = self.compared(component, value, other)
                return f"EXISTS {{ {reach} {focus} {predicate} {other} . FILTER({compared}) }}"
            case _:
                condition = self._certain(constraint, self.of_value(constraint, value))
                return f"EXISTS {{ {reach} FILTER({condition}) }}"

    def _number(self, least: bool, limit: int, pattern: Callable[[str], str]) -> str:
        """Fewer values than a limit, or more."""
        wanted = limit if least else limit + 1
        if wanted > _MOST_AT_ONCE:
            raise NotInSparql(f"counting {wanted} values within another shape")
        if wanted == 0:
            return "false"
        variables = [self.fresh() for _ in range(wanted)]
        different = " && ".join(f"!sameTerm({a}, {b})" for a, b in combinations(variables, 2))
        body = " ".join(pattern(variable) for variable in variables) + (f" FILTER({different})" if different else "")
        return f"{'NOT ' if least else ''}EXISTS {{ {body} }}"

    def qualifies(self, constraint: Qualified, value: str) -> str:
        """When a value counts: it conforms to the shape and to no sibling."""
        siblings = [self.of_node(sibling, value) for sibling in constraint.siblings]
        return " && ".join([f"!({self.of_node(constraint.shape, value)})", *siblings])

    def beyond(self, constraint: Closed, node: str, predicate: str, object: str) -> str:
        """Patterns for the statements of a node that a closed shape does not foresee."""
        allowed = ", ".join(sorted(constraint.predicates))
        return f"{node} {predicate} {object} ." + (f" FILTER({predicate} NOT IN ({allowed}))" if allowed else "")

    def compared(self, component: str, value: str, other: str) -> str:
        """When two values are not in order."""
        return f"!COALESCE({value} {_ORDER[component]} {other}, false)"

    def _certain(self, constraint: Constraint, condition: str | None) -> str:
        if condition is None:
            raise NotInSparql(f"sh:{constraint.component[0].lower()}{constraint.component[1:]} within another shape")
        return condition


def same_language(value: str, other: str) -> str:
    """That two different literals have one language."""
    return (
        f'isLiteral({value}) && isLiteral({other}) && LANG({value}) != "" && '
        f"LCASE(LANG({value})) = LCASE(LANG({other})) && !sameTerm({value}, {other})"
    )


def _legal(datatype: str, value: str) -> str:
    parts = [f"isLiteral({value})", f"DATATYPE({value}) = <{datatype}>"]
    form = pattern(datatype)
    if form is not None:
        # XPath has groups without marks, and characters instead of their numbers.
        plain = re.sub(r"\\x\{([0-9A-F]+)\}", lambda code: chr(int(code[1], 16)), form.replace("(?:", "("))
        plain = re.sub(r"\\x([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), plain)
        parts.append(f"COALESCE(REGEX(STR({value}), {literal(f'^({plain})$')}), false)")
    limits = bounds(datatype)
    if limits is not None:
        number = f"<http://www.w3.org/2001/XMLSchema#decimal>(STR({value}))"
        parts.append(f"COALESCE({number} >= {limits[0]} && {number} <= {limits[1]}, false)")
    return " && ".join(parts)
