"""Terms that mappings and shapes name and that the vocabulary, which says of itself what it has, does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from iomld.errors import IomldError, MappingError, ShapesError, nearest
from iomld.mapping import Mapping
from iomld.mapping.naming import named_terms as named_in_mapping
from iomld.terms import WELL_KNOWN, PrefixMap

if TYPE_CHECKING:
    from iomld.graph import Quads
    from iomld.validation.triples import Triples

__all__ = ["closed_namespaces", "unknown_terms"]

_TYPE = f"<{WELL_KNOWN['rdf']}type>"


def namespace(iri: str) -> str:
    """An IRI up to its last ``#`` or ``/``."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def closed_namespaces(ontology: Quads, base: str) -> dict[str, set[str]]:
    """The namespaces in which an ontology declares all that there is, each with its classes and properties.

    These lie under the base, or under the IRI of the ontology; of other vocabularies it may repeat only some terms.
    """
    rows = ontology.connection.execute(
        "SELECT DISTINCT subject, object FROM quad WHERE predicate = $1 AND starts_with(subject, '<')", [_TYPE]
    ).fetchall()
    ontology_iri = f"<{WELL_KNOWN['owl']}Ontology>"
    own = (base, *(subject[1:-1] for subject, kind in rows if kind == ontology_iri))
    languages = tuple(f"<{WELL_KNOWN[prefix]}" for prefix in ("owl", "rdfs", "rdf"))
    found: dict[str, set[str]] = {}
    for subject, kind in rows:
        if kind != ontology_iri and kind.startswith(languages) and subject[1:].startswith(own):
            found.setdefault(namespace(subject[1:-1]), set()).add(subject[1:-1])
    return found


def unknown_terms(mapping: Mapping, shapes: Triples, closed: dict[str, set[str]]) -> Iterator[IomldError]:
    """Each place at which a mapping or a shape names a class or property that its closed namespace lacks."""
    from iomld.validation.naming import named_terms as named_in_shapes

    prefixes = PrefixMap({**WELL_KNOWN, **shapes.prefixes, **mapping.prefixes})

    def curie(iri: str) -> str:
        return prefixes.compress(iri) or f"<{iri}>"

    def told(iri: str, declared: Iterable[str]) -> tuple[str, str]:
        name = curie(iri)
        hint = nearest(name, sorted(map(curie, declared))) or "declare it in the ontology, or correct it"
        return f"the vocabulary declares no {name}", hint

    for iri, place in named_in_mapping(mapping):
        declared = closed.get(namespace(iri))
        if declared and iri not in declared:
            message, hint = told(iri, declared)
            yield MappingError("unknown-term", message, location=place, hint=hint)
    for iri, node in named_in_shapes(shapes):
        declared = closed.get(namespace(iri))
        if declared and iri not in declared:
            message, hint = told(iri, declared)
            yield ShapesError("unknown-term", message, location=shapes.place(node, near=f"<{iri}>"), hint=hint)
