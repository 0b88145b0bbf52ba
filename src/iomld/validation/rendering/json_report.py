"""JSON: everything that a result knows, terms in the form of SPARQL 1.1 Query Results JSON."""

from __future__ import annotations

import json
from typing import Any

from iomld.location import SourceLocation
from iomld.terms import parse_term
from iomld.validation.rendering.fields import full_path
from iomld.validation.report import Report, Result

__all__ = ["write"]


def _term(spelt: str | None) -> dict[str, str] | None:
    if spelt is None:
        return None
    parsed = parse_term(spelt)
    made = {"type": {"iri": "uri", "blank": "bnode"}.get(parsed.kind, "literal"), "value": parsed.value}
    if parsed.language:
        made["xml:lang"] = parsed.language
    elif parsed.kind == "literal" and not spelt.endswith('"'):
        made["datatype"] = parsed.datatype or ""
    return made


def _place(location: SourceLocation) -> dict[str, Any]:
    names = ("file", "line", "column", "row", "field")
    return {name: getattr(location, name) for name in names if getattr(location, name) is not None}


def _result(result: Result) -> dict[str, Any]:
    made: dict[str, Any] = {
        "focus": _term(result.focus),
        "path": full_path(result) or None,
        "value": _term(result.value),
        "component": result.component,
        "shape": result.named,
        "severity": result.severity,
        "messages": dict(sorted(result.messages.items())),
        "constraint": _term(result.constraint),
        "times": result.times if result.times > 1 else None,
        "source": _place(result.location) if result.location else None,
        "others": [_place(other) for other in result.others],
        "rule": {"name": result.rule.name, **_place(result.rule.location)} if result.rule else None,
        "pinpoint": result.pinpoint,
        "details": [_result(detail) for detail in result.details],
    }
    return {key: value for key, value in made.items() if value not in (None, [])}


def write(report: Report) -> str:
    """The report as one JSON object."""
    made = {
        "conforms": report.conforms,
        "counts": report.counts,
        "left_out": report.left_out,
        "engines": [
            {key: value for key, value in (("shape", j.shape), ("engine", j.engine), ("reason", j.reason)) if value}
            for j in report.engines
        ],
        "warnings": [{"id": w.id, "message": w.message, "place": str(w.location or "")} for w in report.warnings],
        "results": [_result(result) for result in report.results],
    }
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"
