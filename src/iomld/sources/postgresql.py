"""PostgreSQL: a query answered row by row, all values as the server writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from iomld.errors import OutsideError, SourceError
from iomld.sources.addresses import Address
from iomld.sources.complaints import lost, refused, unknown_table, unreachable
from iomld.sources.model import LogicalSource

__all__ = ["ask"]

_BATCH = 5_000
_SECONDS = 15

# Types by their number in the catalogue (pg_type), which never changes, to datatypes of XML Schema.
_KINDS = {
    16: "boolean", 17: "hexBinary", 20: "integer", 21: "integer", 23: "integer", 26: "integer", 700: "double",
    701: "double", 1082: "date", 1083: "time", 1114: "dateTime", 1184: "dateTime", 1266: "time", 1700: "decimal",
}  # fmt: skip

_PART = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_NAME = re.compile(rf"{_PART}(?:\.{_PART})*")


@contextmanager
def ask(
    address: Address, source: LogicalSource
) -> Iterator[tuple[list[str], list[str | None], Iterator[Sequence[str | None]]]]:
    """Ask a database: names of the columns, their datatypes, and the rows, which are fetched as they are read.

    :raises SourceError: ``query-failed``, ``database-table``, ``database-address``
    :raises OutsideError: ``library-missing``, ``database-unreachable``, ``database-lost``
    """
    try:
        import psycopg
        from psycopg.adapt import AdaptersMap
        from psycopg.types.string import TextLoader
    except ImportError:
        raise OutsideError(
            "library-missing", "PostgreSQL needs the library psycopg", hint="pip install 'iomld[postgresql]'"
        ) from None
    # The driver would make Python objects of values; the text of the server is what the specification speaks of.
    texts = AdaptersMap(psycopg.adapters)
    for type_ in psycopg.adapters.types:
        texts.register_loader(type_.oid, TextLoader)
        texts.register_loader(type_.array_oid, TextLoader)
    given = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
    options: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        options = {"connect_timeout": _SECONDS, **address.options, **options, "dbname": address.database}
        connection = psycopg.connect(context=texts, **options)
    except psycopg.ProgrammingError as error:
        raise SourceError("database-address", address.without_secrets(str(error)), location=source.location) from None
    except psycopg.Error as error:
        raise unreachable(address, source, str(error), variable="PGPASSWORD") from None
    with connection:
        read = 0
        try:
            connection.execute("SET timezone TO 'UTC'; SET datestyle TO 'ISO'; SET bytea_output TO 'hex'")
            connection.commit()
            connection.read_only = True
            statement = (source.query or "").strip().rstrip(";")
            if source.table is not None:
                statement = f"SELECT * FROM {_table(connection, source.table, source)}"
            with connection.cursor(name="iomld") as cursor:
                cursor.itersize = _BATCH
                cursor.execute(statement.encode())
                columns = cursor.description or []

                def rows() -> Iterator[Sequence[str | None]]:
                    nonlocal read
                    for row in cursor:
                        yield row
                        read += 1

                yield [each.name for each in columns], [_KINDS.get(each.type_code) for each in columns], rows()
        except psycopg.Error as error:
            if connection.broken:
                raise lost(address, source, str(error), read=read) from None
            raise refused(address, source, str(error)) from None


def _table(connection: Any, table: str, source: LogicalSource) -> str:
    """The name of a table as SQL: as it is written, else as it would stand in quotes."""
    quoted = '"' + table.replace('"', '""') + '"'
    for spelt in [table, quoted] if _NAME.fullmatch(table) else [quoted]:
        found = connection.execute("SELECT to_regclass(%s)::text", [spelt]).fetchone()
        if found and found[0] is not None:
            return spelt
    known = connection.execute(
        "SELECT table_name::text FROM information_schema.tables "
        "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    raise unknown_table(source, table.strip('"'), (name for (name,) in known))
