"""Nodes of an RML document: what stands at them, in the order of the document, each mistake with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from iomld.errors import IomldError, MappingError
from iomld.mapping.turtle import PlacedGraph
from iomld.mapping.vocabulary import RML

__all__ = ["Nodes"]


class Nodes:
    """The graph of one document; mistakes gather in ``errors``."""

    def __init__(self, placed: PlacedGraph, path: Path, label: str, errors: list[IomldError]) -> None:
        self.placed = placed
        self.graph = placed.graph
        self.folder = path.parent
        self.label = label
        self.errors = errors

    def iri(self, local: str) -> Any:
        """A term of RML."""
        import rdflib

        return rdflib.URIRef(RML + local)

    def all(self, node: Any, local: str) -> list[Any]:
        """The values of a property, in the order in which they stand."""
        values = list(self.graph.objects(node, self.iri(local)))
        return sorted(values, key=lambda value: self._order(node, local, value))

    def _order(self, node: Any, local: str, value: Any) -> tuple[int, int, str]:
        place = self.placed.place(node, self.iri(local), value)
        return place.line or 0, place.column or 0, str(value)

    def one(self, node: Any, local: str) -> Any:
        """The only value of a property, None where there is none; several are a mistake."""
        values = self.all(node, local)
        if len(values) > 1:
            self.wrong("mapping-malformed", f"rml:{local} stands {len(values)} times, once is right", node)
        return values[0] if values else None

    def wrong(self, id: str, message: str, node: Any, hint: str | None = None) -> None:
        """Note a mistake at the place of a node."""
        self.errors.append(MappingError(id, message, location=self.placed.place(node), hint=hint))

    def shortcut(self, node: Any, local: str, map_local: str) -> Any:
        """The value of a property, or the constant of the map that stands in its place."""
        value = self.one(node, local)
        if value is not None:
            return value
        map_node = self.one(node, map_local)
        return None if map_node is None else self.one(map_node, "constant")
