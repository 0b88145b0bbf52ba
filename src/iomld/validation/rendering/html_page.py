"""A page that stands alone: no script, style sheet or font from elsewhere."""

from __future__ import annotations

from html import escape

from iomld.validation.rendering.fields import Labels, source
from iomld.validation.report import SEVERITIES, Report, Result, rank

__all__ = ["write"]

_STYLE = """
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } code { font-size: .9em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem; border-bottom: 1px solid var(--line); }
.mark { font-weight: 600; white-space: nowrap; } .violation { color: #b3261e; } .warning { color: #8a5a00; }
.info { color: #1b5e8a; } .small { font-size: .875rem; opacity: .8; }
@media (prefers-color-scheme: dark) {
  .violation { color: #ff8a80; } .warning { color: #ffcc80; } .info { color: #90caf9; }
}
""".strip()


def _iri(term: str, labels: Labels) -> str:
    shown = escape(labels.term(term))
    if term.startswith(("<http://", "<https://")):
        return f'<a href="{escape(term[1:-1], quote=True)}"><code>{shown}</code></a>'
    return f"<code>{shown}</code>"


def _row(result: Result, labels: Labels) -> str:
    severity = SEVERITIES[rank(result.severity)]
    notes = []
    if result.others:
        notes.append("also " + ", ".join(escape(str(other)) for other in result.others[:20]))
    if result.pinpoint:
        notes.append(f"cites {escape(result.pinpoint)}")
    if result.rule:
        notes.append(f"made by {escape(result.rule.name)} ({escape(str(result.rule.location))})")
    notes.append(f"{escape(result.component_name)} of {escape(labels.iri(f'<{result.named}>'))}")
    notes += [f"because of {escape(labels.term(d.focus))}: {escape(d.message())}" for d in result.details]
    messages = "<br>".join(
        f'<span lang="{escape(tag, quote=True)}">{escape(text)}</span>' if tag else escape(text)
        for tag, text in sorted(result.messages.items())
    )
    about = _iri(result.focus, labels)
    if result.path is not None:
        about += f"<br><code>{escape(labels.path(result))}</code>"
    return (
        f'<tr><td class="mark {severity}">{escape(result.severity_name)}</td>'
        f"<td><code>{escape(source(result))}</code></td><td>{about}</td>"
        f'<td>{messages}<div class="small">{"<br>".join(notes)}</div></td></tr>'
    )


def write(report: Report) -> str:
    """The report as an HTML page."""
    labels = Labels(report)
    counts = report.by_severity()
    verdict = "The data conforms" if report.conforms else "The data does not conform"
    if not report.conforms and not counts["violation"]:
        verdict = "The data has no violations"
    summary = (
        ", ".join(f"{counts[severity]:,} {severity}" for severity in SEVERITIES if counts[severity]) or "no finding"
    )
    handed = [j for j in report.engines if j.engine != "compiled"]
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{verdict}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{verdict}</h1>",
        f"<p>{len(report.engines):,} shapes with targets; {summary}.</p>",
    ]
    if report.results:
        parts.append(
            "<table><thead><tr><th scope=col>Severity</th><th scope=col>Where to mend</th><th scope=col>About</th>"
            "<th scope=col>Finding</th></tr></thead><tbody>"
        )
        parts += [_row(result, labels) for result in report.results]
        parts.append("</tbody></table>")
    if report.left_out:
        parts.append(f"<p>… and {report.left_out:,} more that are not shown.</p>")
    if handed:
        listed = "; ".join(escape(j.shape + (f" ({j.reason})" if j.reason else "")) for j in handed)
        parts.append(f'<p class="small">Judged by pySHACL: {listed}.</p>')
    if report.warnings:
        items = "".join(f"<li>{escape(str(warning))}</li>" for warning in report.warnings)
        parts.append(f'<h2>About the shapes</h2><ul class="small">{items}</ul>')
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"
