"""Reading any logical source: one reader for each reference formulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import MappingError
from iomld.location import SourceLocation
from iomld.sources.addresses import shown_access
from iomld.sources.files import find_files, shown
from iomld.sources.model import WHOLE, LogicalSource, ReadScope, Relation

if TYPE_CHECKING:
    import duckdb

__all__ = ["read"]


def read(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    references: Mapping[str, SourceLocation],
    *,
    table: str,
    root: Path,
    number: Callable[[str], int],
    scope: ReadScope = WHOLE,
) -> Relation:
    """Read a logical source into a relation.

    :param references: what the mapping asks of each record, each with a place where it does
    :param table: name for the relation; tables whose names begin with it may be made beside it
    :param root: folder against which paths are shown
    :param number: gives the number of a source by its name for the user
    :param scope: how much of it is read
    :raises SourceError: every mistake of the source
    """
    if source.formulation in ("sql", "sqlite", "sparql"):
        from iomld.sources.queried import read_query

        return read_query(connection, source, references, table, number(shown_access(source)), root, scope)
    files = [(path, shown(path, root), number(shown(path, root))) for path in find_files(source, root)]
    if source.formulation == "csv":
        from iomld.sources.delimited import read_delimited

        return read_delimited(connection, source, files, references, table, scope)
    if source.formulation == "parquet":
        from iomld.sources.columnar import read_columnar

        return read_columnar(connection, source, files, references, table, scope)
    if source.formulation == "sheet":
        from iomld.sources.sheets import read_sheets

        return read_sheets(connection, source, files, references, table, scope)
    if source.formulation in ("json", "jsonl", "xml"):
        from iomld.sources.iteration import read_items

        return read_items(connection, source, files, references, table, scope)
    raise MappingError(
        "unknown-formulation", f"sources of kind “{source.formulation}” cannot be read", location=source.location
    )
