"""Finding things by any of their names, in whatever language and with or without accents."""

from __future__ import annotations

import json
import unicodedata
from typing import NamedTuple

from iomld.serve.dataset import Dataset, term
from iomld.terms import parse_term

__all__ = ["Entry", "Index"]


class Entry(NamedTuple):
    """A thing that can be found: label, path below the base, kind, and all its names folded."""

    label: str
    path: str
    kind: str
    names: str


def fold(text: str) -> str:
    """Text without accents and case, as it is compared.

    >>> fold("Söderköping")
    'soderkoping'
    """
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


class Index:
    """The names of all named things of a dataset."""

    def __init__(self, dataset: Dataset) -> None:
        named = term("mld:nameOf")
        self.entries = []
        for thing in dataset.named:
            path = dataset.path(thing)
            said = dataset.about[thing]
            of: set[str] = set()
            for predicate, name in dataset.pointing.get(thing, ()):
                if predicate == named:
                    of.update(map(_text, dataset.values(name, "skosxl:literalForm")))
            for curie in ("skos:prefLabel", "dcterms:title", "mld:acronym", "skos:notation", "dcterms:identifier"):
                of.update(map(_text, said.get(term(curie), ())))
            kind = ", ".join(dict.fromkeys(dataset.label(one) for one in dataset.types(thing)[:1]))
            if path is not None:
                self.entries.append(Entry(dataset.label(thing), path, kind, " | ".join(sorted(map(fold, of)))))

    def find(self, text: str, *, most: int = 100) -> list[Entry]:
        """The things whose names hold all the words, those with that very name first."""
        wanted = fold(text).strip()
        words = wanted.split()
        if not words:
            return []
        found = [entry for entry in self.entries if all(word in entry.names for word in words)]

        def rank(entry: Entry) -> tuple[int, int, str]:
            names = entry.names.split(" | ")
            near = 0 if wanted in names else 1 if any(name.startswith(wanted) for name in names) else 2
            return near, len(entry.label), entry.label

        return sorted(found, key=rank)[:most]

    def document(self, href: dict[str, str]) -> str:
        """The index as JSON, for the script of a static site."""
        rows = [[entry.label, href[entry.path], entry.kind, entry.names] for entry in self.entries]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n"


def _text(spelt: str) -> str:
    return parse_term(spelt).value
