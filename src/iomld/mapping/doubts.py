"""What a mapping says and may not mean, seen in it alone: conditions never true, texts for IRIs, missing subjects."""

from __future__ import annotations

from collections.abc import Iterator

from iomld.errors import TermError
from iomld.location import SourceLocation
from iomld.mapping.calls import of_constants
from iomld.mapping.model import Constant, Mapping, Template, TermMap, TriplesMap
from iomld.mapping.walking import conditions_of, parent_references
from iomld.terms import parse_term

__all__ = ["literals_like_iris", "never_true", "without_subject"]

Note = tuple[SourceLocation, str]


def never_true(mapping: Mapping) -> Iterator[Note]:
    """Conditions that ask nothing of the record and are false."""
    for triples_map in mapping.triples_maps:
        conditions = set(conditions_of(triples_map))
        for call in sorted(conditions, key=lambda each: (each.location.line or 0, each.location.column or 0)):
            try:
                result = of_constants(call)
            except TermError:
                continue  # told as a mistake when the mapping runs
            if result is not None and result != ["true"]:
                yield (
                    call.location,
                    f"the condition is never true: what depends on it in “{triples_map.name}” is not made",
                )


def without_subject(mapping: Mapping) -> Iterator[Note]:
    """Mappings of YARRRML that name no subject, so that each record makes a blank node; and references to them."""
    nameless = {each.id: each for each in mapping.triples_maps if each.subject.expression is None and _is_yarrrml(each)}
    yield from dict.fromkeys(
        (
            each.location,
            f"“{each.name}” has no subject: each record makes a blank node, to which nothing can link; "
            "write s: with a template, if a thing is meant",
        )
        for each in nameless.values()
        if each.subject.gather is None
    )
    for triples_map in mapping.triples_maps:
        for reference in parent_references(triples_map):
            parent = nameless.get(reference.parent)
            if parent is not None and parent.subject.gather is None:
                yield (
                    reference.location,
                    f"the objects are blank nodes, since “{parent.name}” ({parent.location}) has no subject",
                )


def _is_yarrrml(triples_map: TriplesMap) -> bool:
    return triples_map.location.file.endswith((".yml", ".yaml", ".yarrrml"))


def literals_like_iris(mapping: Mapping) -> Iterator[Note]:
    """Objects of YARRRML that begin as an IRI does and are literals, since ``~iri`` is missing."""
    for triples_map in mapping.triples_maps:
        if not _is_yarrrml(triples_map):
            continue
        for pom in triples_map.predicate_objects:
            for each in pom.objects:
                if not isinstance(each, TermMap) or each.term_type != "literal" or each.datatype or each.language:
                    continue
                begin = ""
                if isinstance(each.expression, Constant):
                    begin = parse_term(each.expression.term).value
                elif isinstance(each.expression, Template):
                    begin = str(each.expression.parts[0])
                if begin.startswith(("http://", "https://")):
                    yield each.location, f"“{begin}…” is a literal here: end it in ~iri if it is meant as an IRI"
