"""What a plan asks of an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from iomld.engine.dialects import DUCKDB, Dialect

if TYPE_CHECKING:
    import duckdb

__all__ = ["Embedded", "Engine"]


class Engine(Protocol):
    """Runs the queries of a plan.

    Readers and functions work on DuckDB, where the plan is made; an engine on other machines adopts their tables.
    """

    @property
    def dialect(self) -> Dialect:
        """How it spells SQL."""

    def adopt(self, table: str) -> None:
        """Make a table or view of the DuckDB connection known to the engine under its name."""

    def make(self, table: str, query: str) -> None:
        """Make the rows of a query known as a table, in place of one of this name that was made before."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows that a query gives, all at once."""


class Embedded:
    """DuckDB: the tables are there already."""

    dialect = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def adopt(self, table: str) -> None:
        """Nothing is to be done."""

    def make(self, table: str, query: str) -> None:
        """Make the rows of a query known as a temporary table."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows that a query gives, all at once."""
        return self.connection.execute(query).fetchall()
