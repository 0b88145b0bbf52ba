"""What a plan asks of an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from iomld.engine.dialects import DUCKDB, Dialect

if TYPE_CHECKING:
    import duckdb

__all__ = ["Embedded", "Engine"]


class Engine(Protocol):
    """Runs the queries of a plan: tables are made, or begun and added to; no row is changed or taken out.

    Readers and functions work on DuckDB, where the plan is made; an engine on other machines adopts their tables.
    """

    @property
    def dialect(self) -> Dialect:
        """How it spells SQL."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Where the tables are that can be adopted."""

    def adopt(self, table: str) -> None:
        """Make a table or view of the DuckDB connection known to the engine under its name."""

    def give(self, table: str) -> None:
        """Make a table of the engine known to the DuckDB connection under its name."""

    def make(self, table: str, query: str) -> None:
        """Make the rows of a query known as a table, in place of one of this name that was made before."""

    def begin(self, table: str, columns: str) -> None:
        """Make a table without rows.

        :param columns: name and type of each, as in ``node INTEGER, note VARCHAR``
        """

    def add(self, table: str, *queries: str) -> int:
        """Add the rows of queries to a table that was begun; their columns are taken in order.

        :returns: how many rows there were
        """

    def settle(self, table: str) -> None:
        """Nothing more will be added to a table, and much will be read of it."""

    def drop(self, *tables: str) -> None:
        """Forget tables that are needed no longer."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows that a query gives, all at once."""

    def close(self) -> None:
        """Let go of all that was made for it."""


class Embedded:
    """DuckDB: what it works on is there already, and what it makes goes with the connection."""

    dialect = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def adopt(self, table: str) -> None:
        """Nothing is to be done."""

    def give(self, table: str) -> None:
        """Nothing is to be done."""

    def make(self, table: str, query: str) -> None:
        """Make the rows of a query known as a temporary table."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}")

    def begin(self, table: str, columns: str) -> None:
        """Make a temporary table without rows."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")

    def add(self, table: str, *queries: str) -> int:
        """Add the rows of queries, one after the other: so few of them stand in memory at once."""
        return sum(self.connection.execute(f"INSERT INTO {table} {query}").fetchall()[0][0] for query in queries)

    def settle(self, table: str) -> None:
        """Nothing is to be done."""

    def drop(self, *tables: str) -> None:
        """Drop temporary tables."""
        for table in tables:
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows that a query gives, all at once."""
        return self.connection.execute(query).fetchall()

    def close(self) -> None:
        """Nothing is to be done."""
