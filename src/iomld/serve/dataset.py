"""The dataset held for looking up: what is said of each thing, what points to it, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from iomld.terms import WELL_KNOWN, PrefixMap, parse_term

if TYPE_CHECKING:
    from iomld.graph import Quads

__all__ = ["DETAILS", "FACTS", "LANGUAGES", "TYPE", "Dataset", "term"]

#: languages of labels, in the order in which they are shown
LANGUAGES = ("en", "fr", "es")

_PREFIXES = PrefixMap({**WELL_KNOWN, "mld": "https://w3id.org/iomld/ns#"})


def term(curie: str) -> str:
    """The spelt IRI of a CURIE of a vocabulary that the pages know.

    >>> term("org:role")
    '<http://www.w3.org/ns/org#role>'
    """
    return f"<{_PREFIXES.expand(curie)}>"


TYPE = term("rdf:type")
#: Nodes that say something of a thing by pointing to it; their statements stand in its document.
FACTS = frozenset(
    map(
        term,
        (
            "mld:Participation", "mld:Involvement", "mld:ThematicScope", "mld:Figure", "mld:Beneficiary",
            "mld:Relation", "mld:RegionalListing", "mld:Response", "mld:Name", "mld:CodeAssignment", "sssom:Mapping",
            "org:ChangeEvent",
        ),
    )
)  # fmt: skip
#: Nodes that a fact needs to be understood: its time, and the place that it rests on.
DETAILS = frozenset(map(term, ("mld:Period", "mld:Citation")))
_LABELS = tuple(
    map(term, ("skos:prefLabel", "dcterms:title", "skosxl:literalForm", "rdfs:label", "mld:pinpoint", "mld:edtf"))
)
Statements = Mapping[str, list[str]]


class Dataset:
    """Spelt triples, by subject and by object. Memory grows with the data.

    :param triples: terms spelt as in N-Quads; named graphs are taken as one
    :param ontology: triples that say what classes and properties are called; they have a page together
    :param base: absolute IRI of everything that the project mints; ends in ``/``
    """

    def __init__(
        self,
        triples: Iterable[tuple[str, str, str]],
        *,
        ontology: Iterable[tuple[str, str, str]] = (),
        base: str,
    ) -> None:
        self.base = base
        self.about: dict[str, dict[str, list[str]]] = {}
        self.pointing: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, object in sorted(set(triples)):
            self.about.setdefault(subject, {}).setdefault(predicate, []).append(object)
            if object[0] == "<" and predicate != TYPE:
                self.pointing.setdefault(object, []).append((predicate, subject))
        self.vocabulary: dict[str, dict[str, list[str]]] = {}
        for subject, predicate, object in sorted(set(ontology)):
            self.vocabulary.setdefault(subject, {}).setdefault(predicate, []).append(object)

    @classmethod
    def from_quads(cls, quads: Quads, *, ontology: Quads | None = None, base: str) -> Dataset:
        """The dataset of a relation of quads."""
        query = "SELECT DISTINCT subject, predicate, object FROM quad"
        said = ontology.connection.execute(query).fetchall() if ontology else []
        return cls(quads.connection.execute(query).fetchall(), ontology=said, base=base)

    @cached_property
    def things(self) -> list[str]:
        """The IRIs below the base that the data speaks of, spelt, sorted."""
        return sorted(subject for subject in self.about if subject.startswith(f"<{self.base}"))

    @cached_property
    def named(self) -> list[str]:
        """The things that people look for, sorted by label: all but facts, their details, and parts of documents."""
        others = FACTS | DETAILS | {term("mld:DocumentPart")}
        found = [thing for thing in self.things if not others.intersection(self.types(thing))]
        return sorted(found, key=lambda thing: (self.label(thing).casefold(), thing))

    @cached_property
    def _classes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for thing in self.named:
            for kind in self.types(thing):
                found.setdefault(kind, []).append(thing)
        return found

    @property
    def classes(self) -> list[str]:
        """The classes of what people look for, spelt, sorted."""
        return sorted(self._classes)

    def of_class(self, spelt: str) -> list[str]:
        """What people look for that is of a class, sorted by label."""
        return self._classes.get(spelt, [])

    @cached_property
    def count(self) -> int:
        """The number of triples."""
        return sum(len(objects) for said in self.about.values() for objects in said.values())

    def path(self, spelt: str) -> str | None:
        """The path of a thing below the base, or None where it is not one of ours."""
        if spelt in self.about and spelt.startswith(f"<{self.base}"):
            return spelt[len(self.base) + 1 : -1]
        return None

    def values(self, subject: str, *curies: str) -> list[str]:
        """The objects of a subject by the first of the properties that has any."""
        statements = self.about.get(subject) or self.vocabulary.get(subject) or {}
        return next((statements[term(curie)] for curie in curies if term(curie) in statements), [])

    def types(self, subject: str) -> list[str]:
        """The classes of a subject."""
        return self.about.get(subject, {}).get(TYPE, [])

    def labels(self, subject: str) -> dict[str, str]:
        """Labels by language, best language first; ``""`` stands for no language. The first of several is taken."""
        statements = self.about.get(subject) or self.vocabulary.get(subject) or {}
        found: dict[str, str] = {}
        for predicate in _LABELS:
            for object in statements.get(predicate, ()):
                if object[0] == '"':
                    literal = parse_term(object)
                    found.setdefault(literal.language or "", literal.value)
            if found:
                break
        order = {language: place for place, language in enumerate(LANGUAGES)}
        return dict(sorted(found.items(), key=lambda item: (order.get(item[0], 9), item[0])))

    def label(self, subject: str) -> str:
        """The best label; without one, the end of the IRI in words."""
        labels = self.labels(subject)
        if labels:
            return next(iter(labels.values()))
        ending = subject.strip("<>").rstrip("/#").rpartition("#")[2].rpartition("/")[2]
        return ending or subject.strip("<>")
