"""The vocabulary against mappings and shapes: terms that it lacks, objects of a kind that it does not allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingType
from typing import TYPE_CHECKING

from iomld.errors import IomldError, MappingError, ShapesError, nearest
from iomld.location import SourceLocation
from iomld.mapping import Mapping
from iomld.mapping.naming import named_terms as named_in_mapping
from iomld.mapping.naming import rules_with_constant_predicate
from iomld.terms import WELL_KNOWN, PrefixMap

if TYPE_CHECKING:
    from iomld.graph import Quads
    from iomld.validation.triples import Triples

__all__ = ["closed_namespaces", "kinds_of_values", "unknown_terms", "unlike_objects"]

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


def kinds_of_values(ontology: Quads) -> dict[str, str]:
    """The properties that an ontology declares to have things as values, or literals: ``thing`` or ``literal`` by IRI.

    A property that is declared as both, or as an annotation, may have either.
    """
    owl = WELL_KNOWN["owl"]
    rows = ontology.connection.execute(
        "SELECT subject, list(DISTINCT object) FROM quad WHERE predicate = $1 AND object IN ($2, $3, $4) GROUP BY 1",
        [_TYPE, *(f"<{owl}{kind}Property>" for kind in ("Object", "Datatype", "Annotation"))],
    ).fetchall()
    kinds = {f"<{owl}ObjectProperty>": "thing", f"<{owl}DatatypeProperty>": "literal"}
    return {subject[1:-1]: kinds[types[0]] for subject, types in rows if len(types) == 1 and types[0] in kinds}


def unlike_objects(mapping: Mapping, kinds: MappingType[str, str]) -> Iterator[tuple[SourceLocation, str]]:
    """Rules that make literals for a property of things, or the other way round: a place and a sentence, once a rule.

    :param kinds: see :func:`kinds_of_values`
    """
    prefixes = PrefixMap({**WELL_KNOWN, **mapping.prefixes})
    cure = {"thing": ("a literal", "owl:ObjectProperty"), "literal": ("no literal", "owl:DatatypeProperty")}
    told: dict[tuple[SourceLocation, str], None] = {}
    for rule in rules_with_constant_predicate(mapping):
        wanted = kinds.get(rule.predicate)
        if wanted is None or wanted == rule.makes:
            continue
        found, declared = cure[wanted]
        name = prefixes.compress(rule.predicate) or f"<{rule.predicate}>"
        what = f"“{rule.name} / {name}” makes {found}, and the vocabulary says that {name} is an {declared}"
        hint = "; end the object in ~iri" if wanted == "thing" and rule.place.file.endswith((".yml", ".yaml")) else ""
        told[rule.place, f"{what}{hint or '; correct the one or the other'}"] = None
    yield from told
