"""The IRIs that a mapping itself names, classes, predicates and datatypes; and how expressions are named for people."""

from __future__ import annotations

from collections.abc import Iterator

from iomld.engine import DATATYPES
from iomld.errors import MappingError, nearest
from iomld.location import SourceLocation
from iomld.mapping.model import Call, Constant, Mapping, Reference, Template, TermMap, TriplesMap
from iomld.mapping.walking import term_maps
from iomld.terms import PrefixMap, parse_term

__all__ = ["RDF_TYPE", "datatype_mistakes", "named_terms", "shown_expression"]

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

_XSD = "http://www.w3.org/2001/XMLSchema#"


def named_terms(mapping: Mapping) -> Iterator[tuple[str, SourceLocation]]:
    """The constant IRIs that stand as class or predicate, each with its place."""
    for triples_map in mapping.triples_maps:
        base = triples_map.base or mapping.base or ""
        for each in triples_map.classes:
            yield _absolute(each, base), triples_map.location
        for pom in triples_map.predicate_objects:
            terms = list(pom.predicates)
            if not pom.inverse and any(each.expression == Constant(RDF_TYPE) for each in pom.predicates):
                terms += (each for each in pom.objects if isinstance(each, TermMap))
            for term in terms:
                if isinstance(term.expression, Constant) and term.expression.term.startswith("<"):
                    yield _absolute(term.expression.term[1:-1], base), term.location


def _absolute(iri: str, base: str) -> str:
    return iri if ":" in iri else base + iri


def datatype_mistakes(triples_map: TriplesMap) -> Iterator[MappingError]:
    """Datatypes in the namespace of XML Schema that it does not have."""
    for term in term_maps(triples_map):
        found = None
        if term.datatype is not None and isinstance(term.datatype.expression, Constant):
            found, place = parse_term(term.datatype.expression.term).value, term.datatype.location
        elif isinstance(term.expression, Constant) and term.expression.term.startswith('"'):
            found, place = parse_term(term.expression.term).datatype, term.location
        if found and found.startswith(_XSD) and found[len(_XSD) :] not in DATATYPES:
            name = f"xsd:{found[len(_XSD) :]}"
            yield MappingError(
                "unknown-datatype",
                f"XML Schema has no datatype {name}",
                location=place,
                hint=nearest(name, (f"xsd:{each}" for each in DATATYPES)),
            )


def shown_expression(expression: object, prefixes: PrefixMap) -> str:
    """An expression as people know it: a CURIE, a text, ``$(column)``."""
    match expression:
        case Constant(term) if term.startswith("<"):
            return "a" if term == RDF_TYPE else prefixes.compress(term[1:-1]) or term
        case Constant(term):
            return term
        case Reference(reference):
            return f"$({reference})"
        case Template(parts):
            return "".join(part if isinstance(part, str) else f"$({part.name})" for part in parts)
        case Call():
            return f"{expression.function.rpartition('#')[2]}(…)"
    return "_:"
