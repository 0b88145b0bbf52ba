"""Validation by a store that holds the data: the published queries asked, their solutions made into one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from iomld.errors import ShapesError, raise_all
from iomld.graph import Quads
from iomld.validation.model import Shapes, component_iri
from iomld.validation.paths import Predicate
from iomld.validation.published import CheckQuery, publish_checks
from iomld.validation.report import Judged, Report, Result
from iomld.validation.results import messages
from iomld.validation.validator import order, subclass_pairs
from iomld.validation.vocabulary import rdfs

__all__ = ["ask_store"]

_SUBCLASSES = f"SELECT DISTINCT ?sub ?class WHERE {{ ?sub {rdfs('subClassOf')} ?class }}"

#: asks a SELECT query; each solution by variable, its terms spelt as in N-Quads
Ask = Callable[[str], Iterable[Mapping[str, str]]]


def ask_store(
    ask: Ask, shapes: Shapes, *, ontology: Quads | Sequence[Path] | None = None, limit: int | None = None
) -> Report:
    """Judge the data of a store by shapes, with SPARQL queries alone.

    The store's literals are judged as it gives them back: some stores change lexical forms when they load them. A
    result that SHACL tells several times is told once, and nothing is known of rows and columns.

    :param ask: asks the store a query
    :param ontology: where further ``rdfs:subClassOf`` come from
    :param limit: how many results are kept (the first, in their order); all are counted
    :raises ShapesError: ``shapes-refused`` for each constraint that has no form in SPARQL; nothing has been asked then
    """
    raise_all(
        ShapesError("shapes-refused", f"{label} cannot be asked of a store: {reason}")
        for label, reason in publish_checks(shapes).left_out
    )
    # Asked once beforehand: a path of subclasses in every query would cost most of the time.
    stored = [(found["sub"], found["class"]) for found in ask(_SUBCLASSES) if {"sub", "class"} <= found.keys()]
    published = publish_checks(shapes, subclasses=[*stored, *subclass_pairs(ontology)], closed=True)
    found: dict[tuple[object, ...], Result] = {}
    for query in published.queries:
        for solution in ask(query.text):
            if "this" in solution:
                result = _result(shapes, query, solution)
                found.setdefault((*order(result), solution.get("other")), result)
    results = sorted(found.values(), key=order)
    return Report(
        conforms=not results,
        results=tuple(results[:limit]),
        engines=tuple(
            Judged(shapes.triples.label(node), "sparql") for node, shape in shapes.shapes.items() if shape.targets
        ),
        counts=dict(sorted(Counter(result.severity for result in results).items())),
        warnings=shapes.warnings,
        prefixes=shapes.triples.prefixes,
    )


def _result(shapes: Shapes, query: CheckQuery, solution: Mapping[str, str]) -> Result:
    shape, constraint = query.shape, query.constraint
    path = solution.get("path", "")
    value = solution.get("value")
    if value is None and constraint.component == "SPARQL" and shape.path is None:
        value = solution["this"]
    return Result(
        focus=solution["this"],
        path=Predicate(path) if path.startswith("<") else shape.path,
        value=value,
        component=component_iri(constraint.component),
        shape=shape.node,
        named=shape.named.strip("<>"),
        severity=shape.severity,
        messages=messages(shapes, shape, constraint, {**solution, **({"value": value} if value else {})}),
        constraint=constraint.node if constraint.component == "SPARQL" else None,  # type: ignore[union-attr]
    )
