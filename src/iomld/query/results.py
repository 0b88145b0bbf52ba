"""Answers of a query, and the forms in which they are shown.

Source: SPARQL 1.1 Query Results CSV and TSV Formats, JSON Format, XML Format (W3C, 2013).
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from iomld.terms import PrefixMap, parse_term

__all__ = ["FORMATS", "Solutions", "render"]

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Solutions:
    """The solutions of a SELECT query.

    :param variables: their names, in the order of the query
    :param rows: terms spelt as in N-Quads, None where unbound
    """

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def texts(self) -> list[tuple[str, ...]]:
        """The rows as plain text: IRIs and lexical forms, the empty string where unbound."""
        return [tuple("" if term is None else parse_term(term).value for term in row) for row in self.rows]

    def arranged(self, multiple: Sequence[str] = ()) -> Solutions:
        """The rows sorted by their text, and the values joined by ``|`` sorted within the columns named."""
        indexes = [index for index, name in enumerate(self.variables) if name in multiple]
        rows = []
        for row in self.rows:
            cells = list(row)
            for index in indexes:
                cell = cells[index]
                if cell:
                    values = sorted({part for part in parse_term(cell).value.split("|") if part})
                    from iomld.terms import literal

                    cells[index] = literal("|".join(values)) if values else None
            rows.append(tuple(cells))
        arranged = Solutions(self.variables, tuple(rows))
        order = sorted(range(len(rows)), key=arranged.texts().__getitem__)
        return Solutions(self.variables, tuple(rows[index] for index in order))


def _csv(solutions: Solutions, prefixes: PrefixMap) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(solutions.variables)
    writer.writerows(solutions.texts())
    return out.getvalue()


def _tsv(solutions: Solutions, prefixes: PrefixMap) -> str:
    lines = ["\t".join(f"?{name}" for name in solutions.variables)]
    lines += ["\t".join(term or "" for term in row) for row in solutions.rows]
    return "\n".join(lines) + "\n"


def _json(solutions: Solutions, prefixes: PrefixMap) -> str:
    bindings = []
    for row in solutions.rows:
        binding = {}
        for name, spelt in zip(solutions.variables, row, strict=True):
            if spelt is not None:
                binding[name] = _json_term(spelt)
        bindings.append(binding)
    document = {"head": {"vars": list(solutions.variables)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_term(spelt: str) -> dict[str, str]:
    term = parse_term(spelt)
    found = {"type": {"iri": "uri", "blank": "bnode", "literal": "literal"}[term.kind], "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.kind == "literal" and "^^<" in spelt[-len(term.datatype or "") - 5 :]:
        found["datatype"] = term.datatype or ""
    return found


def _xml(solutions: Solutions, prefixes: PrefixMap) -> str:
    out = ['<?xml version="1.0"?>', '<sparql xmlns="http://www.w3.org/2005/sparql-results#">', "  <head>"]
    out += [f"    <variable name={quoteattr(name)}/>" for name in solutions.variables]
    out += ["  </head>", "  <results>"]
    for row in solutions.rows:
        out.append("    <result>")
        for name, spelt in zip(solutions.variables, row, strict=True):
            if spelt is None:
                continue
            term = _json_term(spelt)
            attribute = f" xml:lang={quoteattr(term['xml:lang'])}" if "xml:lang" in term else ""
            if "datatype" in term:
                attribute = f" datatype={quoteattr(term['datatype'])}"
            kind = term["type"]
            out.append(f"      <binding name={quoteattr(name)}><{kind}{attribute}>{escape(term['value'])}</{kind}></binding>")
        out.append("    </result>")
    out += ["  </results>", "</sparql>", ""]
    return "\n".join(out)


def _shown(spelt: str | None, prefixes: PrefixMap) -> str:
    if spelt is None:
        return ""
    term = parse_term(spelt)
    if term.kind == "iri":
        return prefixes.compress(term.value) or term.value
    return term.value.replace("\n", " ")


def _markdown(solutions: Solutions, prefixes: PrefixMap) -> str:
    lines = ["| " + " | ".join(solutions.variables) + " |", "|" + " --- |" * len(solutions.variables)]
    for row in solutions.rows:
        lines.append("| " + " | ".join(_shown(term, prefixes).replace("|", "\\|") for term in row) + " |")
    return "\n".join(lines) + "\n"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in text)


def _fitted(text: str, width: int) -> str:
    if _width(text) > width:
        while _width(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _width(text))


def _table(solutions: Solutions, prefixes: PrefixMap) -> str:
    if not solutions.variables:
        return ""
    rows = [[_shown(term, prefixes) for term in row] for row in solutions.rows]
    widths = [
        max(_width(name), *(_width(row[index]) for row in rows), 1) if rows else _width(name)
        for index, name in enumerate(solutions.variables)
    ]
    room = max(shutil.get_terminal_size((100, 24)).columns - 2 * (len(widths) - 1), 4 * len(widths))
    while sum(widths) > room and max(widths) > 4:
        widths[widths.index(max(widths))] -= 1
    lines = ["  ".join(_fitted(name, width) for name, width in zip(solutions.variables, widths, strict=True)).rstrip()]
    lines.append("  ".join("─" * width for width in widths))
    lines += ["  ".join(_fitted(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    count = len(rows)
    return "\n".join(lines) + f"\n{count:,} row{'s' if count != 1 else ''}\n"


#: Forms of solutions by name; adding one touches this table only.
FORMATS: Mapping[str, Callable[[Solutions, PrefixMap], str]] = {
    "table": _table,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "xml": _xml,
    "md": _markdown,
}


def render(solutions: Solutions, format: str, *, prefixes: PrefixMap) -> str:
    """Solutions as text in one of :data:`FORMATS`."""
    return FORMATS[format](solutions, prefixes)
