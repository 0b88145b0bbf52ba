"""Candidates for names that have no link yet: blocked and scored, for a person to judge.

In the same few statements for ten names or a hundred thousand (:mod:`iomld.linking.candidates`):

1. fold every distinct name (:func:`iomld.linking.names.keys`) and split it into words
2. block: two names are compared where a whole key is equal, or where they share one of the rarest words of ours; a word
   that the register does not have stands for the words of the register that a slip of the pen may turn it into
3. score: 1 for equal keys, else below 0.99 the mean of two: how few letters would have to change (Levenshtein), and
   the share of words in common, rare words counting more; of a slip of the pen the words do not count
4. keep the best few of each name above the threshold
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from iomld.engine import Embedded, Engine
from iomld.linking.candidates import LEAST, LONGEST, of_names, of_register
from iomld.linking.names import acronym_beside, is_acronym, keys, readings
from iomld.linking.registers import fill

if TYPE_CHECKING:
    import duckdb

__all__ = ["LEAST", "Suggestion", "suggest"]

_PART = 10_000  # names whose pairs stand in memory together


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One candidate pair: the name, the entry, which of its names is alike, how much, and what to heed."""

    name: str
    candidate: str
    label: str
    matched: str
    score: float
    rank: int
    note: str


def suggest(
    connection: duckdb.DuckDBPyConnection,
    names: Iterable[str],
    register: str,
    *,
    least: float = LEAST,
    count: int = 5,
    decided: Iterable[tuple[str, str]] = (),
    engine: Engine | None = None,
) -> list[Suggestion]:
    """The best candidates of every name.

    :param register: table ``(id, name, label)`` on the connection, see :mod:`iomld.linking.registers`
    :param least: score below which nothing is offered, 0 to 1
    :param count: candidates of one name at most
    :param decided: pairs of name and candidate that were judged before; they are not offered again
    :param engine: what runs the plan; by default the connection itself
    :returns: suggestions by name and rank; a bare acronym gets none
    """
    engine = engine or Embedded(connection)
    fill(connection, "decided", ("name", "candidate"), decided)
    connection.execute(f"CREATE OR REPLACE TABLE place AS SELECT unnest(range(1, {LONGEST + 2})) AS n")
    _fold(connection, ((name, name) for name in _texts(connection, register)), "numbered", "theirs")
    connection.execute(
        f"CREATE OR REPLACE TABLE entry AS SELECT r.id, r.label, r.name, n.k FROM {register} r "
        "JOIN numbered n ON n.name = r.name"
    )
    for table in ("decided", "place", "entry", "theirs", "theirs_word"):
        engine.adopt(table)
    for step in of_register():
        engine.make(*step)
    *steps, best = of_names(least=least, count=count)
    found: list[Suggestion] = []
    # "Name (ACRONYM)" is looked up by the name.
    wanted = ((name, readings(name)[-1][0] if acronym_beside(name) else name) for name in dict.fromkeys(names))
    while part := list(islice(wanted, _PART)):
        _fold(connection, part, "wanted", "ours")
        for table in ("wanted", "ours", "ours_word"):
            engine.adopt(table)
        for step in steps:
            engine.make(*step)
        found += (Suggestion(*row) for row in engine.rows(best.sql))
    return sorted(found, key=lambda each: (each.name, each.rank))


def _texts(connection: duckdb.DuckDBPyConnection, register: str) -> Iterator[str]:
    cursor = connection.cursor()
    cursor.execute(f"SELECT DISTINCT name FROM {register}")
    while batch := cursor.fetchmany(20_000):
        yield from (name for (name,) in batch)


def _fold(connection: duckdb.DuckDBPyConnection, names: Iterable[tuple[str, str]], numbered: str, table: str) -> None:
    """Number the distinct folded forms of the readings that are no acronyms, and split them into words.

    :param names: a name and what it is read as
    :param numbered: table ``(name, k)`` to be made
    :param table: table ``(k, sorted, joined)`` to be made, and with ``_word`` behind it ``(k, word)``
    """
    numbers: dict[tuple[str, str], int] = {}

    def rows() -> Iterator[tuple[str, str]]:
        for name, reading in names:
            # Not remembered: a hundred thousand names would drive everything else out.
            found = keys.__wrapped__(reading)
            if found.sorted and not is_acronym(reading):
                yield name, str(numbers.setdefault((found.sorted, found.joined), len(numbers)))

    fill(connection, "folded", ("name", "k"), rows())
    connection.execute(f"CREATE OR REPLACE TABLE {numbered} AS SELECT name, CAST(k AS INTEGER) AS k FROM folded")
    fill(connection, "folded", ("k", "sorted", "joined"), ((str(k), *both) for both, k in numbers.items()))
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT CAST(k AS INTEGER) AS k, sorted, joined FROM folded")
    connection.execute(
        f"CREATE OR REPLACE TABLE {table}_word AS SELECT DISTINCT k, unnest(string_split(sorted, ' ')) AS word "
        f"FROM {table}"
    )
    connection.execute("DROP TABLE folded")
