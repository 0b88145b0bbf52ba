"""RDF terms, prefix maps and partial dates: pure functions, no files."""

from iomld.terms.dates import Bounds, bounds
from iomld.terms.nquads import Term, blank, iri, is_absolute_iri, literal, parse_term
from iomld.terms.prefixes import WELL_KNOWN, PrefixMap, undeclared

__all__ = [
    "WELL_KNOWN",
    "Bounds",
    "PrefixMap",
    "Term",
    "blank",
    "bounds",
    "iri",
    "is_absolute_iri",
    "literal",
    "parse_term",
    "undeclared",
]
