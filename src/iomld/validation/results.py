"""Findings to results: messages filled in, the results below a sh:node attached."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from iomld.terms import parse_term
from iomld.validation.findings import Finding, Findings
from iomld.validation.messages import phrase
from iomld.validation.model import Constraint, Logic, Shape, Shapes, Sparql, component_iri
from iomld.validation.paths import Predicate
from iomld.validation.plan import Plan
from iomld.validation.report import Result
from iomld.validation.sparql import filled

__all__ = ["make_results", "messages"]

_DEPTH = 4  # of details within details


def make_results(
    shapes: Shapes, plan: Plan, found: Findings, findings: Sequence[Finding], depth: int = _DEPTH
) -> list[Result]:
    """Results in the order of the findings, not yet placed in the source.

    :param found: where the details of a result are asked for
    :param depth: how many levels of details are told
    """
    details = _details(shapes, plan, found, findings, depth)
    counted = _counted(plan, found, findings)
    made = []
    for finding, below in zip(findings, details, strict=True):
        check = plan.checks[finding.check]
        shape, constraint = plan.shapes[check.shape], check.constraint
        if finding.note is not None:
            said = json.loads(finding.note)
        else:
            bound = {"this": finding.node, "value": finding.value, "other": finding.other}
            said = messages(shapes, shape, constraint, {name: term for name, term in bound.items() if term is not None})
        made.append(
            Result(
                focus=finding.node,
                path=Predicate(finding.path) if finding.path is not None else shape.path,
                value=finding.value,
                component=component_iri(constraint.component),
                shape=shape.node,
                named=shape.named.strip("<>"),
                severity=shape.severity,
                messages=said,
                constraint=constraint.node if isinstance(constraint, Sparql) else None,
                further=(finding.other,) if finding.other else tuple(counted.get((finding.check, finding.node), ())),
                times=finding.times,
                details=below,
            )
        )
    return made


def messages(shapes: Shapes, shape: Shape, constraint: Constraint, bound: Mapping[str, str]) -> dict[str, str]:
    """What a result says: the message of the query, else of the shape, else worded from the constraint.

    :param bound: terms (spelt) that the message may name: ``this``, ``value``, ``other``, and what a query returns
    """
    if isinstance(constraint, Sparql):
        if bound.get("message", "").startswith('"'):
            term = parse_term(bound["message"])
            return {term.language or "": term.value}
        said = {tag: filled(template, bound) for tag, template in constraint.messages}
    else:
        said = dict(shape.messages)
    return said or {"en": phrase(constraint, shapes.triples.label, value=bound.get("value"), extra=bound.get("other"))}


def _counted(plan: Plan, found: Findings, findings: Sequence[Finding]) -> dict[tuple[int, str], list[str]]:
    asked = {
        (finding.check, finding.node)
        for finding in findings
        if plan.checks[finding.check].constraint.component == "QualifiedMaxCount"
    }
    return found.counted(sorted(asked)) if asked else {}


def _details(
    shapes: Shapes, plan: Plan, found: Findings, findings: Sequence[Finding], depth: int
) -> list[tuple[Result, ...]]:
    """What lies below each finding of sh:node: the findings of that shape on the value."""
    wanted: list[list[tuple[int, str]]] = []
    for finding in findings:
        constraint = plan.checks[finding.check].constraint
        asked: list[tuple[int, str]] = []
        if depth and isinstance(constraint, Logic) and constraint.component == "Node" and finding.value is not None:
            child = plan.index[constraint.shapes[0]]
            asked = [(number, finding.value) for number in _same_node(plan, child)]
        wanted.append(asked)
    every = sorted({key for keys in wanted for key in keys})
    if not every:
        return [() for _ in findings]
    below = found.below(every)
    made = {key: tuple(make_results(shapes, plan, found, rows, depth - 1)) for key, rows in below.items()}
    return [tuple(result for key in keys for result in made.get(key, ())) for keys in wanted]


def _same_node(plan: Plan, shape: int) -> list[int]:
    """A shape and its property shapes, as far as they have the same focus nodes."""
    found = [shape]
    for member in found:
        if plan.shapes[member].path is None:
            found += [child for child in plan.children(member) if child not in found]
    return found
