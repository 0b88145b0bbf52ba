"""JUnit XML, for continuous integration: a test case for each shape with targets, failed by its violations."""

from __future__ import annotations

from collections import defaultdict
from xml.sax.saxutils import escape, quoteattr

from iomld.validation.rendering.fields import Labels, source
from iomld.validation.report import Report, Result, rank

__all__ = ["write"]


def _legal(text: str) -> str:
    """Text without the characters that XML 1.0 forbids."""
    return "".join(
        c if c in "\t\n\r" or " " <= c <= "\ud7ff" or (c >= "\ue000" and c not in "\ufffe\uffff") else "�" for c in text
    )


def _line(result: Result, labels: Labels) -> str:
    where = f"{source(result)}: " if result.location else ""
    path = f" {labels.path(result)}" if result.path is not None else ""
    return f"{where}{result.message()} — {labels.term(result.focus)}{path} [{result.component_name}]"


def write(report: Report) -> str:
    """The report as one test suite. Warnings and remarks are told in the output of a case and do not fail it."""
    labels = Labels(report)
    by_shape: dict[str, list[Result]] = defaultdict(list)
    for result in report.results:
        by_shape[labels.iri(f"<{result.named}>")].append(result)
    names = list(dict.fromkeys([*(judged.shape for judged in report.engines), *sorted(by_shape)]))
    failed = sum(any(rank(r.severity) == 0 for r in by_shape.get(name, ())) for name in names)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites tests="{len(names)}" failures="{failed}" errors="0">',
        f'  <testsuite name="SHACL" tests="{len(names)}" failures="{failed}" errors="0" skipped="0">',
    ]
    for name in names:
        results = by_shape.get(name, [])
        violations = [_line(r, labels) for r in results if rank(r.severity) == 0]
        remarks = [f"{r.severity_name.lower()}: {_line(r, labels)}" for r in results if rank(r.severity) > 0]
        lines.append(f'    <testcase classname="shapes" name={quoteattr(_legal(name))}>')
        if violations:
            count = f"{len(violations)} violation{'s' if len(violations) != 1 else ''}"
            lines.append(f'      <failure type="violation" message={quoteattr(count)}>')
            lines.append(escape(_legal("\n".join(violations))))
            lines.append("      </failure>")
        if remarks:
            lines.append(f"      <system-out>{escape(_legal(chr(10).join(remarks)))}</system-out>")
        lines.append("    </testcase>")
    lines += ["  </testsuite>", "</testsuites>"]
    return "\n".join(lines) + "\n"
