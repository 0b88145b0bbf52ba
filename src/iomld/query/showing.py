"""A reply as text: the answer in a format, with references and verdicts where they were asked for."""

from __future__ import annotations

import io

from iomld.errors import UsageError
from iomld.query.asking import Reply
from iomld.query.citations import references_as
from iomld.query.results import FORMATS, render, render_boolean
from iomld.query.sparql import outline, tokenize
from iomld.query.steps import Count
from iomld.terms import PrefixMap

__all__ = ["GRAPH_FORMATS", "REFERENCES_ONLY", "refuse_format", "reply_as"]

GRAPH_FORMATS = ("turtle", "ntriples")
#: formats that show nothing but the references of the rows
REFERENCES_ONLY = ("bibtex", "csl")
_BOOLEAN_FORMATS = ("table", "json", "xml")
_COUNTS_FORMATS = ("table",)


def refuse_format(text: str, format: str | None, *, explain: bool = False) -> None:
    """Refuse a format that the answer to a query cannot have.

    :param text: SPARQL; what is none is let through
    :raises UsageError: ``query-format``
    """
    found = outline(tokenize(text))
    if format is None or found is None:
        return
    possible: tuple[str, ...]
    if explain:
        what, possible = "--explain gives counts", _COUNTS_FORMATS
    elif found.form == "ASK":
        what, possible = "ASK gives yes or no", _BOOLEAN_FORMATS
    elif found.form == "SELECT":
        what, possible = "SELECT gives rows", (*FORMATS, *REFERENCES_ONLY)
    else:
        what, possible = f"{found.form} gives triples", GRAPH_FORMATS
    if format not in possible:
        hint = f"-f takes {', '.join(possible)} here"
        raise UsageError("query-format", f"{what}, which cannot be shown as {format}", hint=hint)


def reply_as(
    reply: Reply, format: str | None, *, prefixes: PrefixMap, base: str = "", columns: int | None = None
) -> str:
    """The reply in a format; None means a table, Turtle for triples.

    ``table`` and ``md`` number the references of a row and list them below; the other formats hold them in full, in a
    column ``references``, joined by ``|``.

    :param columns: width to which a table is fitted; None cuts nothing
    """
    if reply.counts is not None:
        return _counts(reply.counts)
    found = reply.answer
    if found.boolean is not None:
        return render_boolean(found.boolean, format or "table")
    if found.triples is not None:
        return _graph(found.triples, format, prefixes, base)
    assert found.solutions is not None
    if format in REFERENCES_ONLY:
        return references_as(format, reply.references)
    solutions, below = found.solutions, ""
    form = format if format and format in FORMATS else "table"
    if reply.as_of is not None:
        solutions = solutions.with_column("as_of", reply.as_of)
    if reply.citations is not None:
        if form in ("table", "md"):
            numbers = ["".join(f"[{number}]" for number in row) for row in reply.citations]
            solutions = solutions.with_column("references", numbers)
            breaks = "  " if form == "md" else ""
            below = "\n" + "".join(f"{reference}{breaks}\n" for reference in reply.references)
        else:
            by_number = {reference.number: str(reference) for reference in reply.references}
            full = ["|".join(by_number[number] for number in row) for row in reply.citations]
            solutions = solutions.with_column("references", full)
    return render(solutions, form, prefixes=prefixes, base=base, columns=columns) + (below if reply.references else "")


def _graph(triples: tuple[tuple[str, str, str], ...], format: str | None, prefixes: PrefixMap, base: str) -> str:
    import duckdb

    from iomld.graph import Quads
    from iomld.serialization import write

    quads = Quads(duckdb.connect())
    quads.insert([(*triple, "") for triple in triples])
    out = io.BytesIO()
    write(quads, out, "ntriples" if format == "ntriples" else "turtle", prefixes=prefixes, base=base or None)
    return out.getvalue().decode()


def _counts(counts: tuple[Count, ...]) -> str:
    lines = [f"{'line':>4}  {'alone':>12}  {'together':>12}  step"]
    for count in counts:
        alone = "" if count.alone is None else f"{count.alone:,}"
        text = " ".join(count.step.text.split())
        lines.append(f"{count.line:>4}  {alone:>12}  {count.together:>12,}  {text}")
    return "\n".join(lines) + "\n"
