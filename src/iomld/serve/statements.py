"""Statements by subject and by object in a file, made once for a build: opened at once, however many there are.

Statements of a node are one row of JSON in a table sorted by IRI, so a look-up is one step down a tree, and what was
read lately is kept. Nothing is written to the file after it was made.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["Nodes", "make", "open_file", "write"]

Value = TypeVar("Value")
_KEPT = 20_000  # nodes of each table
_SCHEMA = """
    CREATE TABLE about (iri TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE pointing (iri TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE thing (place INTEGER PRIMARY KEY, iri TEXT NOT NULL, named INTEGER NOT NULL);
    CREATE TABLE class (kind TEXT, place INTEGER, PRIMARY KEY (kind, place)) WITHOUT ROWID;
    CREATE TABLE name (place INTEGER PRIMARY KEY, label TEXT NOT NULL, kind TEXT NOT NULL, names TEXT NOT NULL);
    CREATE TABLE key (number INTEGER PRIMARY KEY, joined TEXT NOT NULL, place INTEGER NOT NULL);
    CREATE INDEX joined ON key (joined);
    CREATE TABLE trigram (text TEXT PRIMARY KEY, numbers BLOB NOT NULL);
    CREATE TABLE known (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Nodes(Mapping[str, Value]):
    """What one of the tables says of each node. What it gives is shared, and not to be changed.

    :param made: makes the value of the JSON
    """

    def __init__(self, connection: sqlite3.Connection, table: str, made: Callable[[Any], Value]) -> None:
        self._connection, self._table = connection, table
        find = f"SELECT said FROM {table} WHERE iri = ?"

        @lru_cache(_KEPT)
        def read(iri: str) -> Value | None:
            row = connection.execute(find, (iri,)).fetchone()
            return None if row is None else made(json.loads(row[0]))

        self._read = read

    def __getitem__(self, iri: str) -> Value:
        found = self._read(iri)
        if found is None:
            raise KeyError(iri)
        return found

    def get(self, iri: str, default: Any = None) -> Any:
        """What is said of a node, or the default."""
        found = self._read(iri)
        return default if found is None else found

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and self._read(iri) is not None

    def __iter__(self) -> Iterator[str]:
        return (iri for (iri,) in self._connection.execute(f"SELECT iri FROM {self._table} ORDER BY iri"))

    def __len__(self) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {self._table}").fetchone()[0])


def open_file(path: Path) -> sqlite3.Connection:
    """Open a file for reading, from any thread."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.execute(f"PRAGMA mmap_size = {2**31}")
    return connection


def make(path: Path | None) -> sqlite3.Connection:
    """A new file, or one in memory, with empty tables."""
    connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
    # The file takes its name when it is whole, so nothing needs to be safe before that.
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;" + _SCHEMA
    )
    return connection


def write(
    connection: sqlite3.Connection,
    statements: Iterable[tuple[str, str, str]],
    pointing: Iterable[tuple[str, str, str]],
) -> int:
    """Fill ``about`` and ``pointing``.

    :param statements: subject, predicate, object, each once, sorted
    :param pointing: object, subject, predicate of those with an IRI as object, sorted
    :returns: number of statements
    """
    count = 0

    def about() -> Iterator[tuple[str, str]]:
        nonlocal count
        for subject, rows in groupby(statements, itemgetter(0)):
            said: dict[str, list[str]] = {}
            for _, predicate, object in rows:
                said.setdefault(predicate, []).append(object)
                count += 1
            yield subject, _json(said)

    def pointed() -> Iterator[tuple[str, str]]:
        for object, rows in groupby(pointing, itemgetter(0)):
            yield object, _json([(predicate, subject) for _, subject, predicate in rows])

    connection.executemany("INSERT INTO about VALUES (?, ?)", about())
    connection.executemany("INSERT INTO pointing VALUES (?, ?)", pointed())
    return count


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
