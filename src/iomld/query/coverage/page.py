"""Coverage as one page that stands alone: no script, style sheet or font from elsewhere, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from iomld.query.coverage.measuring import Coverage
from iomld.query.coverage.units import Unit

__all__ = ["page"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --soft: #5b6168; --line: #d8dce0; --none: #e9ecef;
  --few: #b7d8cf; --some: #63ab99; --many: #1f6f5f; --gap: #c4361f; --on-few: #12342c; --on-many: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --paper: #16181a; --soft: #a0a7ae; --line: #363b40;
  --none: #2a2e32; --few: #24584d; --some: #3d8f7c; --many: #8ad6c3; --gap: #ff8a75; --on-few: #e6f5f1;
  --on-many: #0e2a24; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; } p { max-width: 46rem; margin: .5rem 0; } .soft { color: var(--soft); }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1rem;
  margin: 1.5rem 0; padding: 0; }
.figures div { border-top: 2px solid var(--line); padding-top: .5rem; display: flex; flex-direction: column-reverse;
  justify-content: flex-end; }
.figures dt { color: var(--soft); font-size: .875rem; } .figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
.bad dd, .bad { color: var(--gap); }
.units { display: flex; flex-wrap: wrap; gap: 3px; list-style: none; margin: 0; padding: 0; }
.units li { min-width: 3rem; padding: .125rem .375rem; border-radius: 3px; font-size: .75rem; line-height: 1.35; }
.units b { display: block; font-size: .875rem; } .none { background: var(--none); }
.few { background: var(--few); color: var(--on-few); } .some { background: var(--some); color: var(--on-few); }
.many { background: var(--many); color: var(--on-many); } .gap { outline: 2px solid var(--gap); color: var(--gap); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } summary { cursor: pointer; padding: .25rem 0; }
""".strip()


def page(coverage: Coverage) -> str:
    """The page as HTML."""
    gaps = len(coverage.unexplained)
    verdict = "Every unit is accounted for" if not gaps else f"{_count(gaps, 'unit')} not accounted for"
    idle = [cell for column in coverage.columns for cell in column.idle_cells]
    figures = (
        ("units of documents", len(coverage.units), False),
        ("with facts", sum(unit.facts > 0 for unit in coverage.units), False),
        ("with a note instead", sum(not unit.facts and bool(unit.note) for unit in coverage.units), False),
        ("unexplained", gaps, gaps > 0),
        ("columns that no mapping reads", len(coverage.unread_columns), False),
        ("filled cells of which nothing came", len(idle), False),
        ("vocabulary terms never used", len(coverage.idle_terms), False),
        ("shapes with no focus node", len(coverage.idle_shapes), False),
        ("rules that link into nothing", len(coverage.undescribed), False),
    )
    body = [
        f"<h1>Coverage</h1><p>{verdict}.</p><dl class=figures>",
        *(
            f"<div{' class=bad' if bad else ''}><dt>{name}</dt><dd>{number:,}</dd></div>"
            for name, number, bad in figures
        ),
        "</dl><h2>Documents</h2>",
        "<p class=soft>One cell for each unit, with the number of facts that rest on it. Pale: no fact, and a note says"
        " why. Outlined: neither.</p>",
        *_documents(coverage),
        "<h2>Columns</h2>",
        *_columns(coverage),
        *_details("Filled cells of which nothing came", idle),
        "<h2>Vocabulary</h2>",
        *_terms(coverage),
        *_details("Classes and properties never used", [term.name for term in coverage.idle_terms]),
        *_details("Concepts never used", coverage.idle_concepts),
        "<h2>Shapes</h2>",
        *_shapes(coverage),
        "<h2>Links</h2>",
        *_details("Rules that link to things of which nothing is said", map(str, coverage.undescribed)),
    ]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Coverage: {verdict.lower()}</title><style>{_STYLE}</style></head><body>",
            *body,
            "</body></html>\n",
        ]
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number != 1 else ''}"


def _documents(coverage: Coverage) -> Iterator[str]:
    by_part: dict[str, list[Unit]] = {}
    for unit in coverage.units:
        by_part.setdefault(unit.part, []).append(unit)
    for part, members in by_part.items():
        counts = f"{_count(len(members), 'unit')}, {_count(sum(unit.facts for unit in members), 'fact')}"
        yield f"<h3><code>{escape(part)}</code> <span class=soft>{counts}</span></h3>"
        yield "<ul class=units>"
        for unit in members:
            label = unit.pinpoint.removeprefix(part + "/")
            shade = "none" if not unit.facts else "few" if unit.facts < 4 else "some" if unit.facts < 12 else "many"
            gap = "" if unit.explained else " gap"
            title = escape(unit.pinpoint + (f": {unit.note}" if unit.note else ""), quote=True)
            yield f'<li class="{shade}{gap}" title="{title}"><b>{unit.facts}</b>{escape(label)}</li>'
        yield "</ul>"
    noted = [unit for unit in coverage.units if not unit.facts]
    if noted:
        yield f"<details><summary>{_count(len(noted), 'unit')} without facts</summary><div class=scroll><table>"
        yield "<thead><tr><th scope=col>Unit</th><th scope=col>Why no fact rests on it</th></tr></thead><tbody>"
        for unit in noted:
            note = escape(unit.note) or "<span class=bad>no note</span>"
            yield f"<tr><td><code>{escape(unit.pinpoint)}</code></td><td>{note}</td></tr>"
        yield "</tbody></table></div></details>"


def _columns(coverage: Coverage) -> Iterator[str]:
    tables: dict[str, list[int]] = {}
    for column in coverage.columns:
        counts = tables.setdefault(column.table, [0, 0, 0, 0])
        counts[0] = max(counts[0], column.rows)
        counts[1] += 1
        counts[2] += bool(column.rows and not column.filled)
        counts[3] += not column.readers
    yield _head("Table", "Rows", "Columns", "Never filled", "That no mapping reads")
    for table, row in tables.items():
        cells = "".join(f"<td class=n>{number:,}</td>" for number in row)
        yield f"<tr><td><code>{escape(table)}</code></td>{cells}</tr>"
    yield "</tbody></table></div>"
    empty = [f"{column.table}: {column.column}" for column in coverage.empty_columns]
    unread = [
        f"{column.table}: {column.column}" + (f" ({column.description})" if column.description else "")
        for column in coverage.unread_columns
    ]
    yield from _details("Columns never filled", empty)
    yield from _details("Columns that no mapping reads", unread)


def _terms(coverage: Coverage) -> Iterator[str]:
    yield "<details><summary>All classes and properties</summary>"
    yield _head("Term", "Uses")
    for term in coverage.terms:
        yield f"<tr><td><code>{escape(term.name)}</code></td><td class=n>{term.uses:,}</td></tr>"
    yield "</tbody></table></div></details>"


def _shapes(coverage: Coverage) -> Iterator[str]:
    yield _head("Shape", "Focus nodes")
    for shape, count in coverage.shapes.items():
        bad = "" if count else " bad"
        yield f'<tr><td><code>{escape(shape)}</code></td><td class="n{bad}">{count:,}</td></tr>'
    yield "</tbody></table></div>"


def _head(first: str, *numbers: str) -> str:
    cells = "".join(f"<th scope=col class=n>{name}</th>" for name in numbers)
    return f"<div class=scroll><table><thead><tr><th scope=col>{first}</th>{cells}</tr></thead><tbody>"


def _details(title: str, names: Iterable[str]) -> Iterator[str]:
    found = list(names)
    if not found:
        yield f"<p class=soft>{title}: none.</p>"
        return
    items = "".join(f"<li><code>{escape(name)}</code></li>" for name in found)
    yield f"<details><summary>{title}: {len(found):,}</summary><ul>{items}</ul></details>"
