"""A DuckDB connection with a memory limit and a place to spill."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine.sql import text
from iomld.errors import UsageError

if TYPE_CHECKING:
    import duckdb

__all__ = ["connect", "second"]

_SIZE = re.compile(r"[1-9][0-9]*(?:\.[0-9]+)?\s*(?:[KMGT]i?)?B", re.I)


def connect(
    *, memory: str | None = None, threads: int | None = None, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database.

    :param memory: how much may be held before work spills to disk: ``1GB``, ``500MB``; by default 80 % of the machine
    :param threads: number of threads; by default one a core
    :param spill: folder for what does not fit; by default DuckDB's own choice
    :raises UsageError: ``memory-size`` where the size cannot be read
    """
    import duckdb

    connection = duckdb.connect()
    # What is shown to people is not the engine's business. In a notebook it may be off, and then cannot be set.
    if connection.execute("SELECT current_setting('enable_progress_bar')").fetchall() != [(False,)]:
        connection.execute("SET enable_progress_bar = false")
    if memory is not None:
        if not _SIZE.fullmatch(memory.strip()):
            connection.close()
            raise UsageError("memory-size", f"“{memory}” is not a size", hint="write 500MB or 1GB")
        connection.execute(f"SET memory_limit = '{memory.strip()}'")
    if threads is not None:
        connection.execute(f"SET threads = {int(threads)}")
    if spill is not None:
        connection.execute("SET temp_directory = ?", [str(spill)])
    return connection


def second(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to the same tables, for reading while the first one writes; names mean the same to both."""
    cursor = connection.cursor()
    [(path,)] = connection.execute("SELECT current_setting('search_path')").fetchall()
    cursor.execute(f"SET search_path = {text(path)}")
    return cursor
