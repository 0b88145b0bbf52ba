"""Finding things by any of their names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from iomld.serve.dataset import Dataset
from iomld.serve.names import BETWEEN, fold
from iomld.serve.words import LANGUAGES

__all__ = ["Entry", "Index"]


class Entry(NamedTuple):
    """A thing that can be found: label, path below the base, what it is, and all its names folded."""

    label: str
    path: str
    kind: str
    names: str


class Index:
    """The names of all named things of a dataset, which stand in its file."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset, self._base = dataset, dataset.base
        # A long look through all names holds up nobody else who reads from the file.
        self._connection = dataset.reader()

    def find(self, text: str, *, most: int = 100) -> list[Entry]:
        """The things whose names hold all the words, those with that very name first."""
        wanted = fold(text).strip()
        words = wanted.split()
        if not words:
            return []
        query = f"""
            SELECT label, iri, kind, names FROM name JOIN thing USING (place)
            WHERE {" AND ".join("instr(names, ?)" for _ in words)}
            ORDER BY CASE WHEN instr(? || names || ?, ?) THEN 0 WHEN instr(? || names, ?) THEN 1 ELSE 2 END,
                length(label), label, iri LIMIT ?
        """
        values = [*words, BETWEEN, BETWEEN, f"{BETWEEN}{wanted}{BETWEEN}", BETWEEN, f"{BETWEEN}{wanted}", most]
        return [self._entry(*row) for row in self._connection.execute(query, values)]

    def entries(self) -> Iterator[Entry]:
        """All of them, by label."""
        query = "SELECT label, iri, kind, names FROM name JOIN thing USING (place) ORDER BY place"
        return (self._entry(*row) for row in self._connection.execute(query))

    def _entry(self, label: str, iri: str, kind: str, names: str) -> Entry:
        return Entry(label, iri[len(self._base) + 1 : -1], kind, names)

    def said(self, entry: Entry, language: str) -> Entry:
        """An entry with label and kind in a language, so far as the dataset has them in it."""
        if language == LANGUAGES[0]:
            return entry
        thing = f"<{self._base}{entry.path}>"
        kind = next(iter(self._dataset.types(thing)), "")
        return entry._replace(
            label=self._dataset.labels(thing).get(language, entry.label),
            kind=self._dataset.labels(kind).get(language, entry.kind),
        )

    def document(self, href: Callable[[str], str], language: str = LANGUAGES[0]) -> str:
        """The index as JSON with labels in a language, for the script of a static site."""
        entries = (self.said(entry, language) for entry in self.entries())
        rows = [[entry.label, href(entry.path), entry.kind, entry.names] for entry in entries]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n"
