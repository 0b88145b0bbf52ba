"""SQLite: a file asked for reading only, row by row; its values have types of their own, whatever the column says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from iomld.errors import SourceError, nearest
from iomld.location import SourceLocation
from iomld.sources.addresses import Address
from iomld.sources.complaints import refused, unknown_table
from iomld.sources.model import LogicalSource

__all__ = ["ask"]


@contextmanager
def ask(address: Address, source: LogicalSource) -> Iterator[tuple[list[str], None, Iterator[Sequence[object]]]]:
    """Ask a database: names of the columns, no datatypes, and the rows, which are fetched as they are read.

    :raises SourceError: ``source-missing``, ``query-failed``, ``database-table``
    """
    path = source.folder / address.database
    if not path.is_file():
        names = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        raise SourceError(
            "source-missing",
            f"the database {address.shown} is not there",
            location=source.location,
            hint=nearest(path.name, names),
        )
    # A path that is not a database is found out by the first query.
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        statement = source.query or ""
        if source.table is not None:
            statement = f"SELECT * FROM {_table(database, source.table, source)}"
        cursor = database.execute(statement)
        yield [column[0] for column in cursor.description or ()], None, cursor
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise SourceError(
                "source-unreadable", "the file is not an SQLite database", location=SourceLocation(address.shown)
            ) from None
        raise refused(address, source, str(error)) from None
    finally:
        database.close()


def _table(database: sqlite3.Connection, table: str, source: LogicalSource) -> str:
    bare = table[1:-1].replace('""', '"') if table[:1] == table[-1:] == '"' else table
    known = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    if bare.lower() not in (name.lower() for name in known):
        raise unknown_table(source, bare, known)
    return '"' + bare.replace('"', '""') + '"'
