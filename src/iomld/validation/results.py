"""Findings to results: messages filled in, the results below a sh:node attached."""

from __future__ import annotations

import json
from collections.abc import Sequence

from iomld.validation.findings import Finding, Findings
from iomld.validation.messages import phrase
from iomld.validation.model import Logic, Shapes, Sparql, component_iri
from iomld.validation.paths import Predicate
from iomld.validation.plan import Plan
from iomld.validation.report import Result
from iomld.validation.sparql import filled

__all__ = ["make_results"]

_DEPTH = 4  # of details within details


def make_results(
    shapes: Shapes, plan: Plan, found: Findings, findings: Sequence[Finding], depth: int = _DEPTH
) -> list[Result]:
    """Results in the order of the findings, not yet placed in the source.

    :param found: where the details of a result are asked for
    :param depth: how many levels of details are told
    """
    details = _details(shapes, plan, found, findings, depth)
    label = shapes.triples.label
    made = []
    for finding, below in zip(findings, details, strict=True):
        check = plan.checks[finding.check]
        shape, constraint = plan.shapes[check.shape], check.constraint
        messages = dict(shape.messages)
        if isinstance(constraint, Sparql) and constraint.messages:
            messages = dict(constraint.messages)
        if finding.note is not None:
            messages = json.loads(finding.note)
        elif isinstance(constraint, Sparql):
            bound = {"this": finding.node} | ({} if finding.value is None else {"value": finding.value})
            messages = {tag: filled(template, bound) for tag, template in messages.items()}
        if not messages:
            messages = {"en": phrase(constraint, label, value=finding.value, extra=finding.other)}
        made.append(
            Result(
                focus=finding.node,
                path=Predicate(finding.path) if finding.path is not None else shape.path,
                value=finding.value,
                component=component_iri(constraint.component),
                shape=shape.node,
                named=shape.named.strip("<>"),
                severity=shape.severity,
                messages=messages,
                constraint=constraint.node if isinstance(constraint, Sparql) else None,
                times=finding.times,
                details=below,
            )
        )
    return made


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
