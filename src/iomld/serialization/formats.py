"""The syntaxes that iomld writes, and the one door through which everything is written.

A new syntax is a writer and a line in :data:`FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple

from iomld.errors import UsageError
from iomld.graph import SYNTAXES, Quads
from iomld.outputs import replacing
from iomld.serialization.jsonld import write_json_ld
from iomld.serialization.nquads import write_n_quads
from iomld.serialization.parquet import write_parquet
from iomld.serialization.rdfxml import write_rdf_xml
from iomld.serialization.selection import Selection
from iomld.serialization.turtle import write_trig, write_turtle
from iomld.terms import PrefixMap

__all__ = ["FORMATS", "Format", "Options", "format_of", "write"]


@dataclass(frozen=True)
class Options:
    """What a writer may need beside the data.

    :param prefixes: prefix map; only prefixes that occur are written
    :param context: JSON-LD context, with the key ``@context`` or without
    :param base: absolute IRI against which JSON-LD writes IRIs
    """

    prefixes: PrefixMap
    context: Mapping[str, object] | None = None
    base: str | None = None


class Format(NamedTuple):
    """A syntax that can be written.

    :param reifiers: whether it has triple terms of RDF 1.2
    """

    extensions: tuple[str, ...]
    media_type: str
    writer: Callable[[Selection, BinaryIO, Options], int]
    reifiers: bool = False


def _format(name: str, writer: Callable[[Selection, BinaryIO, Options], int], *, reifiers: bool = False) -> Format:
    syntax = SYNTAXES[name]
    return Format(syntax.extensions, syntax.media_types[0], writer, reifiers)


def _n_triples(selection: Selection, output: BinaryIO, options: Options) -> int:
    selection.require_triples("N-Triples")
    return write_n_quads(selection, output)


#: the syntaxes by name
FORMATS: Mapping[str, Format] = {
    "nquads": _format("nquads", lambda selection, output, options: write_n_quads(selection, output), reifiers=True),
    "ntriples": _format("ntriples", _n_triples, reifiers=True),
    "turtle": _format(
        "turtle",
        lambda selection, output, options: write_turtle(selection, output, prefixes=options.prefixes),
        reifiers=True,
    ),
    "jsonld": _format(
        "jsonld",
        lambda selection, output, options: write_json_ld(
            selection, output, prefixes=options.prefixes, context=options.context, base=options.base
        ),
    ),
    "parquet": Format(
        (".parquet",),
        "application/vnd.apache.parquet",
        lambda selection, output, options: write_parquet(selection, output),
    ),
    "rdfxml": _format(
        "rdfxml", lambda selection, output, options: write_rdf_xml(selection, output, prefixes=options.prefixes)
    ),
    "trig": _format(
        "trig",
        lambda selection, output, options: write_trig(selection, output, prefixes=options.prefixes),
        reifiers=True,
    ),
}


def format_of(path: PurePath | str) -> str | None:
    """The name of the format that the extension of a file tells, or None."""
    extension = PurePath(path).suffix.lower()
    return next((name for name, format in FORMATS.items() if extension in format.extensions), None)


def write(
    quads: Quads,
    output: Path | BinaryIO,
    format: str,
    *,
    prefixes: PrefixMap,
    context: Mapping[str, object] | None = None,
    base: str | None = None,
    graph: str | None = None,
    blank_nodes: str = "canonical",
    reify: str | None = None,
) -> int:
    """Write the distinct quads of a relation: the same quads give the same bytes, in whatever order they came.

    :param quads: the relation; it is not changed
    :param output: a file, replaced as a whole when all is written, or a stream of bytes
    :param format: a name of :data:`FORMATS`
    :param prefixes: prefix map for Turtle, TriG, RDF/XML and JSON-LD; only prefixes that occur are written
    :param context: JSON-LD context; None means one made from the prefixes
    :param base: absolute IRI against which JSON-LD writes IRIs
    :param graph: None for all graphs; ``default``, ``union`` or an IRI to write one graph as the default graph
    :param blank_nodes: ``canonical`` relabels them by RDFC-1.0, ``keep`` leaves the labels of the relation
    :param reify: IRI of a property whose values, IRIs and blank nodes, reify the other statements on the same subject,
        as the citation of a fact does: RDF 1.2, in the formats that have it
    :returns: number of statements written
    :raises UsageError: ``reifiers-format``
    :raises OutsideError: ``output-not-writable``
    :raises DataError: ``dataset-in-triples-format``, ``graph-unknown``, ``blank-nodes-too-many``,
        ``blank-nodes-endless``, ``rdfxml-cannot-hold``, ``jsonld-prefix-clash``

    Memory holds the blank nodes and one subject at a time; the engine spills its sort to disk.
    """
    if reify is not None and not FORMATS[format].reifiers:
        able = ", ".join(name for name, one in FORMATS.items() if one.reifiers)
        raise UsageError("reifiers-format", f"{format} has no reifiers", hint=f"write one of {able}")
    selection = Selection(quads, graph=graph, blank_nodes=blank_nodes, reify=reify)
    options = Options(prefixes, context, base)
    if isinstance(output, Path):
        with replacing(output) as file:
            return FORMATS[format].writer(selection, file, options)
    return FORMATS[format].writer(selection, output, options)
