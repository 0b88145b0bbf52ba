"""Coverage as text for a terminal, as JSON, and as a page to look at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict

from iomld.query.coverage.measuring import Coverage
from iomld.query.coverage.page import page
from iomld.query.coverage.units import Unit

__all__ = ["FORMATS", "render"]

_SHOWN = 12


def _parts(coverage: Coverage) -> dict[str, list[Unit]]:
    """The units by part of the documents, in the order of the documents."""
    found: dict[str, list[Unit]] = {}
    for unit in coverage.units:
        found.setdefault(unit.part, []).append(unit)
    return found


def _table(coverage: Coverage) -> str:
    lines = [f"{'part':<28}{'units':>7}{'with facts':>12}{'noted':>7}{'unexplained':>13}{'facts':>8}"]
    for name, members in _parts(coverage).items():
        with_facts = sum(unit.facts > 0 for unit in members)
        noted = sum(not unit.facts and bool(unit.note) for unit in members)
        unexplained = sum(not unit.explained for unit in members)
        facts = sum(unit.facts for unit in members)
        lines.append(f"{name:<28}{len(members):>7,}{with_facts:>12,}{noted:>7,}{unexplained:>13,}{facts:>8,}")
    lines += _listed("units without a fact and without a note", [unit.pinpoint for unit in coverage.unexplained])
    lines += _listed("columns never filled", [f"{c.table}:{c.column}" for c in coverage.empty_columns])
    lines += _listed("columns that no mapping reads", [f"{c.table}:{c.column}" for c in coverage.unread_columns])
    idle = [cell for column in coverage.columns for cell in column.idle_cells]
    lines += _listed("filled cells of which nothing came", idle)
    lines += _listed("classes and properties never used", [term.name for term in coverage.idle_terms])
    lines += _listed("concepts never used", coverage.idle_concepts)
    lines += _listed("shapes with no focus node", coverage.idle_shapes)
    lines += _listed("rules that link to things of which nothing is said", map(str, coverage.undescribed))
    return "\n".join(lines) + "\n"


def _listed(title: str, names: Iterable[str]) -> Iterator[str]:
    found = list(names)
    yield ""
    yield f"{title}: {len(found):,}" if found else f"{title}: none"
    yield from (f"  {name}" for name in found[:_SHOWN])
    if len(found) > _SHOWN:
        yield f"  … and {len(found) - _SHOWN:,} more (-f json lists all)"


def _json(coverage: Coverage) -> str:
    document = {
        "units": [{**asdict(unit), "part": unit.part, "explained": unit.explained} for unit in coverage.units],
        "unexplained": [unit.pinpoint for unit in coverage.unexplained],
        "columns": [asdict(column) for column in coverage.columns],
        "empty_columns": [f"{column.table}:{column.column}" for column in coverage.empty_columns],
        "unread_columns": [f"{column.table}:{column.column}" for column in coverage.unread_columns],
        "terms": [{key: value for key, value in asdict(term).items() if key != "queries"} for term in coverage.terms],
        "idle_terms": [term.name for term in coverage.idle_terms],
        "idle_concepts": list(coverage.idle_concepts),
        "shapes": dict(coverage.shapes),
        "idle_shapes": coverage.idle_shapes,
        "undescribed": [
            {
                "rule": each.rule,
                "place": str(each.place or ""),
                "things": each.things,
                "example": each.example,
                "cell": str(each.cell or ""),
            }
            for each in coverage.undescribed
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


#: Forms of coverage by name.
FORMATS: Mapping[str, Callable[[Coverage], str]] = {"table": _table, "json": _json, "html": page}


def render(coverage: Coverage, format: str) -> str:
    """Coverage as text in one of :data:`FORMATS`."""
    return FORMATS[format](coverage)
