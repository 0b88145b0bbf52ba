"""Text for people: one finding a paragraph, where to look in front."""

from __future__ import annotations

from iomld.validation.rendering.fields import Labels
from iomld.validation.report import SEVERITIES, Report, Result

__all__ = ["write"]

_OTHERS = 5


def _finding(result: Result, labels: Labels) -> list[str]:
    where = f"{result.location}: " if result.location else ""
    lines = [f"{where}{result.severity_name.lower()}: {result.message()}"]
    about = labels.term(result.focus)
    if result.path is not None:
        about += f"  {labels.path(result)}"
    lines.append(f"  {about}")
    if result.value is not None and result.value != result.focus:
        lines.append(f"  value {labels.term(result.value)}")
    if result.others:
        shown = ", ".join(map(str, result.others[:_OTHERS]))
        more = f" and {len(result.others) - _OTHERS:,} more" if len(result.others) > _OTHERS else ""
        lines.append(f"  also {shown}{more}")
    origin = []
    if result.pinpoint:
        origin.append(f"cites {result.pinpoint}")
    if result.rule:
        origin.append(f"made by {result.rule.name} ({result.rule.location})")
    origin.append(f"shape {labels.iri(f'<{result.named}>')}" if "_:" not in result.named else f"shape {result.named}")
    lines.append(f"  {'; '.join(origin)} [{result.component_name}]")
    for detail in result.details:
        path = f" {labels.path(detail)}" if detail.path is not None else ""
        lines.append(f"    because of {labels.term(detail.focus)}{path}: {detail.message()}")
    return lines


def write(report: Report) -> str:
    """The findings, then one line that sums up."""
    labels = Labels(report)
    lines: list[str] = []
    for result in report.results:
        lines += _finding(result, labels)
        lines.append("")
    if report.left_out:
        lines += [f"… and {report.left_out:,} more that are not shown", ""]
    judged = len(report.engines)
    if report.conforms:
        lines.append(f"conforms: no finding in {judged:,} shape{'' if judged == 1 else 's'} with targets")
    else:
        counts = report.by_severity()
        words = {
            "violation": ("violation", "violations"),
            "warning": ("warning", "warnings"),
            "info": ("remark", "remarks"),
        }
        said = [f"{counts[s]:,} {words[s][counts[s] != 1]}" for s in SEVERITIES if counts[s]]
        # SHACL calls conforming only what has no result at all; a warning alone keeps nobody from going on.
        lines.append(f"{'does not conform: ' if counts['violation'] else 'no violations; '}{', '.join(said)}")
    handed = [j for j in report.engines if j.engine != "compiled"]
    if handed:
        lines.append(
            f"judged by pySHACL: {', '.join(j.shape + (f' ({j.reason})' if j.reason else '') for j in handed)}"
        )
    return "\n".join(lines) + "\n"
