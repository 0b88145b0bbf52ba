"""The engines on which saved queries are asked: where their rows differ, a query leans on one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from iomld.query.answers import Asker
from iomld.query.jena import Jena
from iomld.query.local import Local, load_quads

__all__ = ["ENGINES"]

Quads = Iterable[tuple[str, str, str, str]]


def _rdflib(quads: Quads) -> Asker:
    from iomld.query.peers import Rdflib

    return Rdflib(quads)


#: Engines by name: each makes an asker from quads.
ENGINES: Mapping[str, Callable[[Quads], Asker]] = {
    "oxigraph": lambda quads: Local(load_quads(quads)),
    "rdflib": _rdflib,
    "jena": Jena,
}
