"""A result's terms as the writers show them."""

from __future__ import annotations

from iomld.terms import WELL_KNOWN, PrefixMap, parse_term
from iomld.validation import messages
from iomld.validation.paths import text
from iomld.validation.report import Report, Result

__all__ = ["Labels", "full_path", "plain", "source"]


def plain(term: str | None) -> str:
    """A term as SPARQL results in CSV show it: an IRI bare, a literal by its lexical form, a blank node with ``_:``."""
    if term is None:
        return ""
    parsed = parse_term(term)
    return term if parsed.kind == "blank" else parsed.value


def full_path(result: Result) -> str:
    """The path with full IRIs: bare where it is one predicate, else as a SPARQL property path."""
    if result.path is None:
        return ""
    written = text(result.path)
    return written[1:-1] if written.startswith("<") and written.count("<") == 1 and written.endswith(">") else written


def source(result: Result) -> str:
    """``file:row:column`` where known."""
    return str(result.location) if result.location else ""


class Labels:
    """Terms in short, by the prefixes of the shapes and the well-known ones."""

    def __init__(self, report: Report) -> None:
        self._prefixes = PrefixMap({**WELL_KNOWN, **report.prefixes})

    def iri(self, term: str) -> str:
        """A spelt IRI as a CURIE where one can be written; a blank node as it is."""
        return (self._prefixes.compress(term[1:-1]) or term) if term.startswith("<") else term

    def term(self, term: str) -> str:
        """Any term for a reader."""
        return messages.shown(term, self.iri)

    def path(self, result: Result) -> str:
        """The path with CURIEs."""
        return "" if result.path is None else text(result.path, self.iri)
