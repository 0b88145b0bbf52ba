"""The standard validation report in Turtle.

Source: SHACL, section 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator

from iomld.terms import literal
from iomld.validation.paths import Alternative, Inverse, Path, Predicate, Repeat, Sequence
from iomld.validation.report import Report, Result

__all__ = ["write"]

_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def _path(path: Path) -> str:
    match path:
        case Predicate(iri):
            return iri
        case Inverse(inner):
            return f"[ sh:inversePath {_path(inner)} ]"
        case Repeat(inner, modifier):
            return f"[ sh:{_REPEATS[modifier]} {_path(inner)} ]"
        case Sequence(paths):
            return f"( {' '.join(map(_path, paths))} )"
        case Alternative(paths):
            return f"[ sh:alternativePath ( {' '.join(map(_path, paths))} ) ]"


def _lines(result: Result, indent: str) -> Iterator[str]:
    yield f"{indent}a sh:ValidationResult ;"
    yield f"{indent}sh:focusNode {result.focus} ;"
    if result.path is not None:
        yield f"{indent}sh:resultPath {_path(result.path)} ;"
    if result.value is not None:
        yield f"{indent}sh:value {result.value} ;"
    yield f"{indent}sh:resultSeverity <{result.severity}> ;"
    yield f"{indent}sh:sourceConstraintComponent <{result.component}> ;"
    if result.shape:
        yield f"{indent}sh:sourceShape {result.shape} ;"
    if result.constraint:
        yield f"{indent}sh:sourceConstraint {result.constraint} ;"
    for tag, text in sorted(result.messages.items()):
        yield f"{indent}sh:resultMessage {literal(text, language=tag or None)} ;"
    for place in (result.location, *result.others):
        if place is not None:
            yield f"{indent}rdfs:seeAlso {literal(str(place))} ;"
    for detail in result.details:
        yield f"{indent}sh:detail ["
        yield from _lines(detail, indent + "  ")
        yield f"{indent}] ;"


def write(report: Report) -> str:
    """The report as Turtle. Blank nodes of data and shapes keep the labels that they have in the run."""
    lines = [
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .",
        "",
        "[] a sh:ValidationReport ;",
    ]
    for result in report.results:
        for _ in range(result.times):
            lines += ["  sh:result [", *_lines(result, "    "), "  ] ;"]
    lines.append(f"  sh:conforms {'true' if report.conforms else 'false'} .")
    return "\n".join(lines) + "\n"
