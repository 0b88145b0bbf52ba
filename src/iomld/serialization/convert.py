"""Any RDF syntax to any other: files or standard streams in, one file or standard output out."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from iomld.engine import connect
from iomld.errors import DataError, IomldError, Mistakes, UsageError, raise_all
from iomld.graph import Quads, read_rdf
from iomld.location import SourceLocation
from iomld.serialization.formats import FORMATS, format_of, write
from iomld.terms import WELL_KNOWN, PrefixMap

__all__ = ["convert"]


def convert(
    inputs: Sequence[Path | None],
    output: Path | None,
    *,
    format: str | None = None,
    syntax: str | None = None,
    base: str | None = None,
    graph: str | None = None,
    context: Path | None = None,
    prefixes: Iterable[str] = (),
    blank_nodes: str = "canonical",
    reify: str | None = None,
    memory: str | None = None,
) -> tuple[int, int]:
    """Read RDF files as one dataset, and write it.

    :param inputs: files; None is standard input
    :param output: a file, replaced as a whole or left as it was; None is standard output
    :param format: what to write, a name of :data:`FORMATS`; None: by the output's extension, else N-Quads
    :param syntax: what to read; None: by the extension of each file
    :param base: IRI against which relative IRIs are resolved
    :param graph: ``default``, ``union`` or an IRI to write one graph; None for the whole dataset
    :param context: file with a JSON-LD context
    :param prefixes: texts ``name=IRI``, before those that the files declare, and the well-known ones
    :param blank_nodes: ``canonical`` or ``keep``
    :param reify: property, as CURIE or IRI, whose values reify the other statements on the same subject (RDF 1.2)
    :param memory: what the engine may hold before it spills to a temporary folder, such as ``1GB``; None: most of the
        machine's memory
    :returns: statements read, statements written
    :raises DataError: see :func:`~iomld.graph.read_rdf` and :func:`~iomld.serialization.write`; the mistakes of all
        inputs together
    :raises UsageError: ``prefix-malformed``, ``format-unknown``, ``reifiers-format``
    :raises TermError: ``unknown-prefix``
    """
    format = format or (format_of(output) if output else "nquads")
    if format is None or format not in FORMATS:
        raise UsageError(
            "format-unknown",
            f"the name {output} does not tell a syntax that can be written",
            hint=f"name one with -f: {', '.join(FORMATS)}",
        )
    given = _prefixes(prefixes)
    declared: dict[str, str] = {}
    terms = _context(context) if context else None
    with tempfile.TemporaryDirectory(prefix="iomld-") as spill:
        quads = Quads(connect(memory=memory, spill=Path(spill)))
        read = 0
        mistakes: list[IomldError] = []
        for source in inputs:
            try:
                read += read_rdf(source or sys.stdin.buffer, into=quads, format=syntax, base=base, prefixes=declared)
            except (DataError, Mistakes) as error:
                mistakes.append(error)
        raise_all(mistakes)
        own = {**declared, **given}
        known = PrefixMap({name: iri for name, iri in WELL_KNOWN.items() if iri not in own.values()}).merged(own)
        target = output or sys.stdout.buffer
        try:
            written = write(
                quads,
                target,
                format,
                prefixes=known,
                context=terms,
                graph=graph,
                blank_nodes=blank_nodes,
                reify=_iri(reify, known) if reify else None,
            )
        except DataError as error:
            if error.location is None and error.id.startswith("blank-nodes") and len(quads.sources) == 1:
                error.location = SourceLocation(quads.sources[0])
            raise
        quads.connection.close()
    return read, written


def _prefixes(texts: Iterable[str]) -> dict[str, str]:
    given = {}
    for text in texts:
        name, sign, iri = text.partition("=")
        if not sign or ":" not in iri or ":" in name:
            raise UsageError(
                "prefix-malformed", f"“{text}” is no prefix", hint="write NAME=IRI: ex=https://example.org/"
            )
        given[name] = iri
    return given


def _iri(name: str, prefixes: PrefixMap) -> str:
    return name.strip("<>") if name.startswith("<") or "://" in name else prefixes.expand(name)


def _context(path: Path) -> Mapping[str, object]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(
            "data-syntax", error.msg, location=SourceLocation(path.as_posix(), line=error.lineno, column=error.colno)
        ) from error
    except FileNotFoundError:
        raise DataError(
            "data-file-missing", "there is no such file", location=SourceLocation(path.as_posix())
        ) from None
    if not isinstance(value, dict):
        raise UsageError("jsonld-context", "the JSON-LD context is not one object without @language and @import")
    return value
