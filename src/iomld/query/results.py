"""Forms in which solutions are shown.

Source: SPARQL 1.1 Query Results CSV and TSV Formats, JSON Format, XML Format (W3C, 2013).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping

from iomld.query.answers import Solutions
from iomld.query.tables import shown, table
from iomld.terms import PrefixMap, parse_term

__all__ = ["FORMATS", "render", "render_boolean"]


def _csv(solutions: Solutions, prefixes: PrefixMap, base: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(solutions.variables)
    writer.writerows(solutions.texts())
    return out.getvalue()


def _tsv(solutions: Solutions, prefixes: PrefixMap, base: str) -> str:
    lines = ["\t".join(f"?{name}" for name in solutions.variables)]
    lines += ["\t".join(term or "" for term in row) for row in solutions.rows]
    return "\n".join(lines) + "\n"


def _json(solutions: Solutions, prefixes: PrefixMap, base: str) -> str:
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


def _escaped(text: str) -> str:
    """Text for XML 1.0, which has no way to write most control characters: they become U+FFFD."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)
    for char, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;")):
        text = text.replace(char, reference)
    return text


def _xml(solutions: Solutions, prefixes: PrefixMap, base: str) -> str:
    out = ['<?xml version="1.0"?>', '<sparql xmlns="http://www.w3.org/2005/sparql-results#">', "  <head>"]
    out += [f'    <variable name="{name}"/>' for name in solutions.variables]
    out += ["  </head>", "  <results>"]
    for row in solutions.rows:
        out.append("    <result>")
        for name, spelt in zip(solutions.variables, row, strict=True):
            if spelt is None:
                continue
            term = _json_term(spelt)
            attribute = f' xml:lang="{term["xml:lang"]}"' if "xml:lang" in term else ""
            if "datatype" in term:
                attribute = f' datatype="{_escaped(term["datatype"])}"'
            kind = term["type"]
            value = f"<{kind}{attribute}>{_escaped(term['value'])}</{kind}>"
            out.append(f'      <binding name="{name}">{value}</binding>')
        out.append("    </result>")
    out += ["  </results>", "</sparql>", ""]
    return "\n".join(out)


def _markdown(solutions: Solutions, prefixes: PrefixMap, base: str) -> str:
    lines = ["| " + " | ".join(solutions.variables) + " |", "|" + " --- |" * len(solutions.variables)]
    for row in solutions.rows:
        lines.append("| " + " | ".join(shown(term, prefixes, base).replace("|", "\\|") for term in row) + " |")
    return "\n".join(lines) + "\n"


#: Forms of solutions by name; adding one touches this table only.
FORMATS: Mapping[str, Callable[[Solutions, PrefixMap, str], str]] = {
    "table": table,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "xml": _xml,
    "md": _markdown,
}


def render(
    solutions: Solutions, format: str, *, prefixes: PrefixMap, base: str = "", columns: int | None = None
) -> str:
    """Solutions as text in one of :data:`FORMATS`.

    :param prefixes: IRIs are shown as CURIEs in ``table`` and ``md``, or relative to ``base``
    :param columns: width to which ``table`` is fitted; None cuts nothing
    """
    if format == "table":
        return table(solutions, prefixes, base, columns=columns)
    return FORMATS[format](solutions, prefixes, base)


def render_boolean(value: bool, format: str) -> str:
    """The answer to ASK: as the format has it, else ``yes`` or ``no``."""
    if format == "json":
        return json.dumps({"head": {}, "boolean": value}) + "\n"
    if format == "xml":
        inside = f"  <head/>\n  <boolean>{str(value).lower()}</boolean>"
        return f'<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n{inside}\n</sparql>\n'
    return "yes\n" if value else "no\n"
