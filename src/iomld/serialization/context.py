"""The JSON-LD context of a vocabulary, so that its data reads as plain JSON.

Every class and property of the ontology gets a short name. Values are coerced by what the ontology says: links of
object properties are IRIs, literals take the one datatype of their range, texts in several languages become language
maps.

Source: JSON-LD 1.1, sections 3.1, 4.2.3 (type coercion), 4.6.2 (language maps).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from iomld.graph import Quads
from iomld.serialization.curies import prefix_definition
from iomld.terms import PrefixMap, parse_term

__all__ = ["context_from_ontology"]

_OWL, _XSD = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2001/XMLSchema#"
_RDF, _RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
_SKOS, _DCTERMS = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"

_CLASS, _OBJECT, _DATATYPE, _ANNOTATION = (
    f"<{_OWL}{name}>" for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)
#: well-known properties whose values are texts in several languages, though their vocabularies leave that open
_TEXTS = {
    *(f"{_RDFS}{name}" for name in ("label", "comment")),
    *(f"{_SKOS}{name}" for name in ("prefLabel", "altLabel", "definition", "example", "note", "scopeNote")),
    *(f"{_DCTERMS}{name}" for name in ("title", "description")),
    "http://www.w3.org/2008/05/skos-xl#literalForm",
}
#: well-known properties between things that ontologies take for annotations, lest classes become concepts
_LINKS = {f"{_SKOS}{name}Match" for name in ("exact", "close", "broad", "narrow", "related")}
#: terms of RDF Schema and OWL that descriptions of a vocabulary use, with their kind
_BUILT_IN = {
    f"{_RDFS}label": _ANNOTATION,
    f"{_RDFS}comment": _ANNOTATION,
    **{
        f"{_RDFS}{name}": _OBJECT
        for name in ("subClassOf", "subPropertyOf", "domain", "range", "isDefinedBy", "seeAlso")
    },
}
_ALIASES = {"id": "@id", "type": "@type"}


def context_from_ontology(ontology: Quads, *, base: str, prefixes: Mapping[str, str]) -> dict[str, object]:
    """A JSON-LD 1.1 context with a term for every class and property that an ontology declares.

    :param ontology: the vocabulary with declarations of the foreign terms it uses, in any graph
    :param base: IRI of the project; terms below it take their local name first, others where it is free
    :param prefixes: prefix map; all of it goes into the context
    :returns: a mapping with the key ``@context`` and, where the ontology states its version, a statement of it: the
        version of the context is that of its vocabulary; the same ontology gives the same mapping, order included

    A term whose local name is taken is called by prefix and name: ``provAgent``. Datatypes come from ``rdfs:range``, or
    else from a single ``dcam:rangeIncludes``; ``rdf:langString`` among them makes a language map.
    """
    kinds, ranges = dict(_BUILT_IN), _ranges(ontology)
    for iri, kind in _declared(ontology):
        kinds.setdefault(iri, kind)
    namespaces = PrefixMap(prefixes)
    terms: dict[str, object] = {}
    for iri in sorted(kinds, key=lambda iri: (not iri.startswith(base), iri)):
        name = _name(iri, taken=terms.keys() | prefixes.keys() | _ALIASES.keys(), prefixes=namespaces)
        if name is not None:
            terms[name] = _definition(iri, kinds[iri], ranges.get(iri, set()), namespaces)
    named = {name: prefix_definition(namespaces[name]) for name in sorted(namespaces) if name}
    context = {"@version": 1.1, **_ALIASES, **named, **{name: terms[name] for name in sorted(terms)}}
    return {"@context": context, **_version(ontology)}


def _version(ontology: Quads) -> dict[str, object]:
    row = ontology.connection.execute(
        "SELECT subject, object FROM quad WHERE predicate = $1 AND starts_with(subject, '<') AND subject IN"
        " (SELECT subject FROM quad WHERE object = $2) ORDER BY ALL LIMIT 1",
        [f"<{_OWL}versionInfo>", f"<{_OWL}Ontology>"],
    ).fetchone()
    return {"@id": row[0][1:-1], f"{_OWL}versionInfo": parse_term(row[1]).value} if row else {}


def _declared(ontology: Quads) -> Iterable[tuple[str, str]]:
    rows = ontology.connection.execute(
        "SELECT DISTINCT subject, object FROM quad WHERE predicate = $1 AND list_contains($2, object)"
        " AND starts_with(subject, '<') ORDER BY ALL",
        [f"<{_RDF}type>", [_CLASS, _OBJECT, _DATATYPE, _ANNOTATION]],
    ).fetchall()
    # A property declared as two kinds is taken for the one that says more about its values.
    order = [_OBJECT, _DATATYPE, _ANNOTATION, _CLASS]
    return [(subject[1:-1], kind) for subject, kind in sorted(rows, key=lambda row: order.index(row[1]))]


def _ranges(ontology: Quads) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for predicate in (f"<{_RDFS}range>", "<http://purl.org/dc/dcam/rangeIncludes>"):
        rows = ontology.connection.execute(
            "SELECT DISTINCT subject, object FROM quad WHERE predicate = ? AND starts_with(object, '<')", [predicate]
        ).fetchall()
        for subject, object in rows:
            if object != f"<{_RDFS}Literal>":
                found.setdefault(subject[1:-1], set()).add(object[1:-1])
    return found


def _name(iri: str, *, taken: Iterable[str], prefixes: PrefixMap) -> str | None:
    local = re.split(r"[#/:]", iri)[-1]
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", local):
        return None
    if local not in taken:
        return local
    prefix = (prefixes.compress(iri) or "").partition(":")[0]
    qualified = prefix + local[0].upper() + local[1:]
    return qualified if prefix and qualified not in taken else None


def _definition(iri: str, kind: str, ranges: set[str], prefixes: PrefixMap) -> object:
    shown = prefixes.compress(iri) or iri
    if kind == _CLASS:
        return shown
    if kind == _OBJECT or iri in _LINKS:
        return {"@id": shown, "@type": "@id"}
    if iri in _TEXTS or f"{_RDF}langString" in ranges:
        return {"@id": shown, "@container": "@language"}
    if len(ranges) == 1:
        datatype = next(iter(ranges))
        if datatype.startswith(_XSD) and datatype != f"{_XSD}string":
            return {"@id": shown, "@type": prefixes.compress(datatype) or datatype}
    return {"@id": shown}
