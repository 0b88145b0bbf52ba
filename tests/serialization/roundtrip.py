"""What the tests of writers share: reading text into a relation, and comparing graphs as graphs."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache
from typing import Any

import duckdb
import pyoxigraph
import rdflib

from iomld.graph import SYNTAXES, Quads, read_rdf
from iomld.serialization import write
from iomld.terms import WELL_KNOWN, PrefixMap

PREFIXES = PrefixMap({**WELL_KNOWN, "ex": "http://example.org/"})


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def relation(
    text: str | bytes = b"", format: str = "turtle", *, base: str | None = None, shared: bool = False, **options: Any
) -> Quads:
    """A relation that holds what the text says; a shared one only until the next shared one, which costs less."""
    quads = Quads(_shared() if shared else duckdb.connect(config={"threads": 1}))
    if shared:
        quads.connection.execute("DELETE FROM quad")
    if text:
        data = text.encode() if isinstance(text, str) else text
        read_rdf(io.BytesIO(data), into=quads, format=format, base=base, **options)
    return quads


def written(quads: Quads, format: str, **options: Any) -> str:
    """What a writer makes of a relation."""
    output = io.BytesIO()
    write(quads, output, format, **{"prefixes": PREFIXES, **options})
    return output.getvalue().decode()


def canonical(
    data: str | bytes | Iterable[pyoxigraph.Quad], format: str = "nquads", base: str | None = None
) -> set[str]:
    """The statements with canonical blank node labels: equal for isomorphic datasets."""
    if isinstance(data, (str, bytes)):
        text = data.encode() if isinstance(data, str) else data
        data = pyoxigraph.parse(text, getattr(pyoxigraph.RdfFormat, SYNTAXES[format].parser), base_iri=base)
    dataset = pyoxigraph.Dataset(data)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def by_rdflib(text: str, format: str) -> set[str]:
    """The same, read by rdflib."""
    names = {
        "nquads": "nquads",
        "ntriples": "nt",
        "turtle": "turtle",
        "trig": "trig",
        "rdfxml": "xml",
        "jsonld": "json-ld",
    }
    normalize, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        dataset = rdflib.Dataset()
        dataset.parse(data=text, format=names[format])
        lines = dataset.serialize(format="nquads").replace(f"<{rdflib.graph.DATASET_DEFAULT_GRAPH_ID}>", "")
    finally:
        rdflib.NORMALIZE_LITERALS = normalize
    return canonical(lines)


def by_pyld(text: str) -> set[str]:
    """The same, read by PyLD."""
    import json

    from pyld import jsonld  # type: ignore[import-untyped]

    return canonical(jsonld.to_rdf(json.loads(text), {"format": "application/n-quads"}))
