"""One validation: which engine judges which shape, and one report of it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from iomld.graph import Quads
from iomld.graph.reading import read_rdf
from iomld.validation.cells import locate
from iomld.validation.model import Shapes
from iomld.validation.paths import text
from iomld.validation.report import Judged, Report, Result
from iomld.validation.vocabulary import rdfs

__all__ = ["validate"]


def _order(result: Result) -> tuple[str, ...]:
    path = "" if result.path is None else text(result.path)
    return (result.focus, path, result.component, result.value or "", result.named, result.shape, result.message())


def validate(
    data: Quads,
    shapes: Shapes,
    *,
    ontology: Quads | Sequence[Path] | None = None,
    memory: str | None = None,
    limit: int | None = None,
) -> Report:
    roots = [node for node, shape in shapes.shapes.items() if shape.targets]
    from iomld.validation.peer import judge

    results = judge(data, shapes, roots)
    counts: Counter[str] = Counter()
    for result in results:
        counts[result.severity] += result.times
    results = sorted(results, key=_order)[:limit]
    return Report(
        conforms=not counts,
        results=tuple(locate(data, shapes, results)),
        engines=tuple(Judged(shapes.triples.label(node), "pyshacl") for node in roots),
        counts=dict(sorted(counts.items())),
        warnings=shapes.warnings,
        prefixes=shapes.triples.prefixes,
    )
