"""Things by the keys of their names: those of the same key, and those of keys that look alike.

The keys and their trigrams are written with the dataset, so that the first question waits for nothing.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from iomld.linking.names import keys
from iomld.linking.similarity import Similar, posted
from iomld.serve.names import BETWEEN

if TYPE_CHECKING:
    from iomld.serve.dataset import Dataset

__all__ = ["Likeness", "write_keys"]


def write_keys(connection: sqlite3.Connection) -> None:
    """Write the keys of the names that stand in a file."""
    found: set[tuple[str, int]] = set()
    for place, names in connection.execute("SELECT place, names FROM name"):
        found.update((joined, place) for name in names.split(BETWEEN) if (joined := keys(name).joined))
    known = sorted(found)
    rows = ((number, joined, place) for number, (joined, place) in enumerate(known))
    connection.executemany("INSERT INTO key VALUES (?, ?, ?)", rows)
    index = posted(joined for joined, _ in known)
    connection.executemany(
        "INSERT INTO trigram VALUES (?, ?)", ((text, numbers.tobytes()) for text, numbers in sorted(index.items()))
    )


class Likeness:
    """What is named like something."""

    def __init__(self, dataset: Dataset) -> None:
        self._base = dataset.base
        self._connection = dataset.reader()
        self._similar = Similar.kept(self._name, self._numbers)

    def _name(self, number: int) -> tuple[str, int]:
        row: tuple[str, int] = self._connection.execute(
            "SELECT joined, place FROM key WHERE number = ?", (number,)
        ).fetchone()
        return row

    def _numbers(self, trigram: str) -> Sequence[int]:
        row = self._connection.execute("SELECT numbers FROM trigram WHERE text = ?", (trigram,)).fetchone()
        return array("I", row[0]) if row else ()

    def same(self, joined: str) -> list[str]:
        """The paths below the base of the things with a key; see :func:`iomld.linking.names.keys`."""
        query = "SELECT iri FROM key JOIN thing USING (place) WHERE joined = ? ORDER BY place"
        return [self._path(iri) for (iri,) in self._connection.execute(query, (joined,))]

    def nearest(self, joined: str, *, count: int, least: float) -> Iterator[tuple[float, str]]:
        """Likeness, 0 to 1, and path of the best few; see :meth:`iomld.linking.similarity.Similar.nearest`."""
        for likeness, place in self._similar.nearest(joined, count=count, least=least):
            (iri,) = self._connection.execute("SELECT iri FROM thing WHERE place = ?", (place,)).fetchone()
            yield likeness, self._path(iri)

    def _path(self, iri: str) -> str:
        return iri[len(self._base) + 1 : -1]
