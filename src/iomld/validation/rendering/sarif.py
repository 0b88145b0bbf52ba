"""SARIF 2.1.0, so that code hosts and editors annotate the row or line.

Source: OASIS SARIF 2.1.0, sections 3.13 (log), 3.14 (run), 3.27 (result), 3.28 to 3.30 (location, region).
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from iomld import __version__
from iomld.location import SourceLocation
from iomld.validation.rendering.fields import Labels, full_path, plain
from iomld.validation.report import SEVERITIES, Report, Result, rank

__all__ = ["write"]

_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


def _location(place: SourceLocation) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file)}}
    # A row is a line for a viewer, but where a cell holds line breaks; the column has a name, not a number.
    line = place.line if place.row is None else place.row
    if line is not None:
        physical["region"] = {"startLine": line}
        if place.column is not None:
            physical["region"]["startColumn"] = place.column
    made: dict[str, Any] = {"physicalLocation": physical}
    if place.field is not None:
        made["logicalLocations"] = [{"name": place.field, "kind": "member"}]
        made["message"] = {"text": f"column {place.field}"}
    return made


def _result(result: Result, labels: Labels, rules: dict[str, int]) -> dict[str, Any]:
    about = labels.term(result.focus) + (f" {labels.path(result)}" if result.path is not None else "")
    made: dict[str, Any] = {
        "ruleId": _rule(result),
        "ruleIndex": rules[_rule(result)],
        "level": _LEVELS[SEVERITIES[rank(result.severity)]],
        "message": {"text": f"{result.message()} ({about})"},
        "properties": {
            key: value
            for key, value in (
                ("focus", plain(result.focus)),
                ("path", full_path(result)),
                ("value", plain(result.value)),
                ("pinpoint", result.pinpoint or ""),
                ("mappingRule", result.rule.name if result.rule else ""),
            )
            if value
        },
    }
    if result.location is not None:
        made["locations"] = [_location(result.location)]
    if result.others:
        made["relatedLocations"] = [_location(other) for other in result.others]
    if result.times > 1:
        made["occurrenceCount"] = result.times
    return made


def _rule(result: Result) -> str:
    return (
        f"{result.named}#{result.component_name}"
        if "#" not in result.named
        else f"{result.named}/{result.component_name}"
    )


def write(report: Report) -> str:
    """The report as a SARIF log of one run; a rule is a shape with a constraint component."""
    labels = Labels(report)
    rules: dict[str, int] = {}
    described = []
    for result in report.results:
        if _rule(result) not in rules:
            rules[_rule(result)] = len(rules)
            described.append(
                {
                    "id": _rule(result),
                    "name": result.component_name,
                    "shortDescription": {"text": f"{result.component_name} of {labels.iri(f'<{result.named}>')}"},
                }
            )
    run = {
        "tool": {
            "driver": {"name": "iomld", "version": __version__, "semanticVersion": __version__, "rules": described}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, labels, rules) for result in report.results],
    }
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"
