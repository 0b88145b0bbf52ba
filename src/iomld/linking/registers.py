"""Registers to link against: the reference tables, any CSV table, any SKOS file, a ROR dump (versions 1 and 2).

Each becomes the same relation in DuckDB, ``(id, name, label)``: a row for every name of every entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import LinkError, UsageError
from iomld.linking.reference import Reference
from iomld.linking.tables import read_table, read_text
from iomld.location import SourceLocation

if TYPE_CHECKING:
    import duckdb

__all__ = ["fill", "load_reference", "load_register"]

_SEPARATOR = "\x1f"  # between cells of a batch: never part of a name
_BATCH = 50_000
_RDF = {".ttl", ".turtle", ".nt", ".nq", ".trig", ".rdf", ".owl", ".xml", ".jsonld"}

_ROR_COLUMNS = """{id: 'VARCHAR', status: 'VARCHAR', "name": 'VARCHAR', aliases: 'VARCHAR[]',
  labels: 'STRUCT(label VARCHAR)[]', "names": 'STRUCT("value" VARCHAR, types VARCHAR[])[]'}"""
#: Acronyms are left out: they decide nothing. Withdrawn records are left out: they stand for nothing any more.
_ROR_NAMES = """
WITH record AS (SELECT * FROM read_json($1, columns = {columns}, maximum_object_size = 268435456)
                WHERE id IS NOT NULL AND coalesce(status, 'active') <> 'withdrawn'),
     found AS (
       SELECT id, unnest(list_concat([name], coalesce(aliases, []), coalesce([x.label for x in labels], []),
         coalesce([x.value for x in names if NOT list_contains(x.types, 'acronym')], []))) AS name,
         coalesce(name, [x.value for x in names if list_contains(x.types, 'ror_display')][1]) AS label
       FROM record)
SELECT DISTINCT id, name, label FROM found WHERE name <> ''
"""
_SKOS = "http://www.w3.org/2004/02/skos/core#"


def fill(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Make a table of texts from rows, in batches of one text a column: no Python value per cell reaches DuckDB."""
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({', '.join(f'{column} VARCHAR' for column in columns)})")
    values = ", ".join(f"unnest(string_split(${index + 1}, '{_SEPARATOR}'))" for index in range(len(columns)))
    batch: list[Sequence[str]] = []

    def flush() -> None:
        if batch:
            connection.execute(
                f"INSERT INTO {table} SELECT {values}", [_SEPARATOR.join(c) for c in zip(*batch, strict=True)]
            )
            batch.clear()

    for row in rows:
        batch.append([cell.replace(_SEPARATOR, " ") for cell in row])
        if len(batch) >= _BATCH:
            flush()
    flush()


def load_reference(
    connection: duckdb.DuckDBPyConnection, table: str, reference: Reference, *, kind: str | None, base: str
) -> None:
    """The names of the reference tables that decide."""
    rows = (
        (f"{base}id/{entity.path}", name.text, entity.label)
        for entity in reference.entities.values()
        if kind in (None, entity.group)
        for name in entity.names
        if name.use in ("name", "context", "contested")
    )
    fill(connection, table, ("id", "name", "label"), rows)


def load_register(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    *,
    id_column: str = "id",
    name_columns: Sequence[str] = ("name",),
) -> None:
    """A register file, by its extension: CSV or TSV, SKOS in any RDF syntax, a ROR dump in JSON.

    :param id_column: the column of a CSV table that identifies an entry
    :param name_columns: the columns that hold names, several in a cell joined by ``|``; the label is the column
        ``label`` where there is one, else the first of these
    :raises LinkError: the file is missing, cut off, empty or not what it claims to be
    :raises UsageError: ``register-format``
    """
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        _csv(connection, table, path, id_column, name_columns)
    elif suffix == ".json":
        _ror(connection, table, path)
    elif suffix in _RDF:
        _skos(connection, table, path)
    else:
        raise UsageError(
            "register-format",
            f"a register in “{suffix or path.name}” cannot be read",
            location=SourceLocation(str(path)),
            hint="give a .csv or .tsv table, a SKOS file (.ttl, .rdf …) or a ROR dump (.json)",
        )
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    if count == (0,):
        raise LinkError(
            "register-empty", "no entry with a name was found", location=SourceLocation(str(path)),
            hint="is it the right file, and are the columns of id and name the right ones?",
        )  # fmt: skip


def _csv(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, id_column: str, name_columns: Sequence[str]
) -> None:
    rows = read_table(path, [id_column, *name_columns], delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
    fill(
        connection,
        table,
        ("id", "name", "label"),
        (
            (cells[id_column], name.strip(), cells.get("label") or cells[name_columns[0]])
            for _, cells in rows
            for column in name_columns
            for name in cells[column].split("|")
            if name.strip() and cells[id_column]
        ),
    )


def _ror(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    import duckdb

    if not path.exists():
        read_text(path)
    try:
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS {_ROR_NAMES.replace('{columns}', _ROR_COLUMNS)}", [str(path)]
        )
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        cut = "end of data" in first or "unexpected end" in first
        raise LinkError(
            "register-unreadable",
            "the file is cut off" if cut else f"this is no ROR dump: {first}",
            location=SourceLocation(str(path)),
            hint="fetch it again" if cut else "a ROR dump is a JSON list of records with id and name or names",
        ) from None


def _skos(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    import duckdb

    from iomld.errors import DataError, Mistakes
    from iomld.graph import Quads, read_rdf

    graph = Quads(duckdb.connect())
    try:
        read_rdf(path, into=graph)
    except (DataError, Mistakes) as error:
        raise LinkError(
            "register-unreadable", f"the file cannot be read as RDF: {error}", location=SourceLocation(str(path)),
            hint="fetch it again, or check its syntax",
        ) from error  # fmt: skip
    rows = graph.connection.execute(
        """
        SELECT DISTINCT subject, predicate, object FROM quad
        WHERE predicate IN ($1, $2, $3) AND starts_with(object, '"') AND starts_with(subject, '<') ORDER BY ALL
        """,
        [f"<{_SKOS}{kind}Label>" for kind in ("pref", "alt", "hidden")],
    ).fetchall()
    from iomld.terms import parse_term

    labels: dict[str, str] = {}
    names: list[tuple[str, str]] = []
    for subject, predicate, spelt in rows:
        term = parse_term(spelt)
        names.append((subject[1:-1], term.value))
        if "prefLabel" in predicate and (subject not in labels or term.language == "en"):
            labels[subject] = term.value
    fill(connection, table, ("id", "name", "label"), ((id, name, labels.get(f"<{id}>", name)) for id, name in names))
