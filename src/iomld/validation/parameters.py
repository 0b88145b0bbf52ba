"""The parameters of a shape as they stand in the shapes graph, with the mistakes that are made in them."""

from __future__ import annotations

from dataclasses import dataclass

from iomld.terms import parse_term
from iomld.validation.triples import ListError, Triples
from iomld.validation.vocabulary import TRUE, XSD, sh

__all__ = ["Idle", "IllFormed", "Parameters", "Refused"]


@dataclass(frozen=True, slots=True)
class IllFormed:
    """A breach of a syntax rule, and the term to look for in the file."""

    message: str
    near: str | None = None
    id: str = "shapes-ill-formed"
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """A parameter that checks nothing as it stands."""

    message: str
    near: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Well-formed, and not understood by the compiler."""

    reason: str


class Parameters:
    """The values of the parameters of one shape; what is wrong with them goes into ``mistakes``."""

    def __init__(self, triples: Triples, node: str) -> None:
        self.triples = triples
        self.node = node
        self.mistakes: list[Idle | IllFormed | Refused] = []

    def wrong(self, name: str, message: str, *, id: str = "shapes-ill-formed", hint: str | None = None) -> None:
        """Note a breach of a syntax rule."""
        self.mistakes.append(IllFormed(f"sh:{name} {message}", sh(name), id, hint))

    def values(self, name: str) -> list[str]:
        """All values, in the order of the file."""
        return self.triples.objects(self.node, sh(name))

    def single(self, name: str) -> str | None:
        """The value of a parameter that a shape has once at most."""
        values = self.values(name)
        if len(values) > 1:
            self.wrong(name, f"stands {len(values)} times; a shape has it once at most")
        return values[0] if values else None

    def count(self, name: str) -> int | None:
        """A whole number."""
        term = self.single(name)
        if term is None:
            return None
        parsed = parse_term(term)
        if parsed.datatype != f"{XSD}integer" or not parsed.value.lstrip("+-").isdecimal():
            self.wrong(name, f"is a whole number (xsd:integer), not {self.triples.label(term)}")
            return None
        return int(parsed.value)

    def switch(self, name: str) -> bool:
        """Whether a parameter is true."""
        term = self.single(name)
        if term is not None and parse_term(term).datatype != f"{XSD}boolean":
            self.wrong(name, f"is true or false, not {self.triples.label(term)}")
        return term == TRUE

    def iris(self, name: str) -> list[str]:
        """The values, which are IRIs."""
        values = self.values(name)
        for term in values:
            if not term.startswith("<"):
                self.wrong(name, f"is an IRI, not {self.triples.label(term)}")
        return [term for term in values if term.startswith("<")]

    def members(self, name: str, head: str) -> list[str]:
        """The members of a list."""
        try:
            return self.triples.members(head)
        except ListError:
            self.wrong(name, "needs a well-formed list in parentheses")
            return []
