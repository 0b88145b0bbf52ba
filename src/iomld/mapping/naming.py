"""The IRIs that a mapping itself names, classes, predicates, datatypes; and how expressions are named for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from iomld.engine import DATATYPES
from iomld.errors import MappingError, nearest
from iomld.location import SourceLocation
from iomld.mapping.model import Call, Constant, Mapping, Reference, RefObjectMap, Template, TermMap, TriplesMap
from iomld.mapping.walking import term_maps
from iomld.terms import PrefixMap, parse_term

__all__ = [
    "RDF_TYPE",
    "ConstantRule",
    "datatype_mistakes",
    "named_terms",
    "rules_with_constant_predicate",
    "shown_expression",
]

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


class ConstantRule(NamedTuple):
    """A rule whose predicate is the same for every record.

    :param name: of its triples map
    :param makes: ``thing`` where its objects are IRIs or blank nodes, else ``literal``
    :param place: of its object map
    """

    name: str
    predicate: str
    makes: str
    place: SourceLocation


def rules_with_constant_predicate(mapping: Mapping) -> Iterator[ConstantRule]:
    """The rules whose predicate is the same for every record, with the kind of objects that they make."""
    for triples_map in mapping.triples_maps:
        base = triples_map.base or mapping.base or ""
        for pom in triples_map.predicate_objects:
            for predicate in pom.predicates:
                if not isinstance(predicate.expression, Constant) or not predicate.expression.term.startswith("<"):
                    continue
                iri = _absolute(predicate.expression.term[1:-1], base)
                for each in pom.objects:
                    object_map = triples_map.subject if pom.inverse else each
                    yield ConstantRule(triples_map.name, iri, _kind(object_map), each.location)


def _kind(object_map: TermMap | RefObjectMap) -> str:
    if isinstance(object_map, RefObjectMap) or object_map.gather is not None:
        return "thing"
    if isinstance(object_map.expression, Constant):
        return "literal" if object_map.expression.term.startswith('"') else "thing"
    return "literal" if object_map.term_type == "literal" else "thing"


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
