"""CSV, one result a line; the columns are part of the contract with users' scripts."""

from __future__ import annotations

import csv
import io

from iomld.validation.rendering.fields import full_path, plain, source
from iomld.validation.report import Report

__all__ = ["COLUMNS", "write"]

COLUMNS = ("focus", "path", "value", "component", "shape", "severity", "message", "source")


def write(report: Report) -> str:
    """The results as CSV (RFC 4180, lines ending in LF), IRIs in full."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in report.results:
        writer.writerow(
            (
                plain(result.focus),
                full_path(result),
                plain(result.value),
                result.component,
                result.named,
                result.severity,
                result.message(),
                source(result),
            )
        )
    return stream.getvalue()
