"""What a mapping says and may not mean, seen in it alone: conditions never true, literals that look like IRIs."""

from __future__ import annotations

from collections.abc import Iterator

from iomld.errors import TermError
from iomld.location import SourceLocation
from iomld.mapping.calls import of_constants
from iomld.mapping.model import Constant, Mapping, Template, TermMap
from iomld.mapping.walking import conditions_of
from iomld.terms import parse_term

__all__ = ["literals_like_iris", "never_true"]

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


def literals_like_iris(mapping: Mapping) -> Iterator[Note]:
    """Objects of YARRRML that begin as an IRI does and are literals, since ``~iri`` is missing."""
    for triples_map in mapping.triples_maps:
        if not triples_map.location.file.endswith((".yml", ".yaml", ".yarrrml")):
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
