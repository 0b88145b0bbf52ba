"""MySQL and MariaDB: a query answered row by row, all values as the server writes them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from iomld.errors import OutsideError, SourceError, nearest
from iomld.sources.addresses import Address
from iomld.sources.complaints import lost, refused, unknown_table, unreachable
from iomld.sources.model import LogicalSource

__all__ = ["ask"]

_SECONDS = 15
_OPTIONS = frozenset({"unix_socket", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity"})

# Types by their number in the protocol to datatypes of XML Schema.
_KINDS = {
    0: "decimal", 1: "integer", 2: "integer", 3: "integer", 4: "double", 5: "double", 7: "dateTime", 8: "integer",
    9: "integer", 10: "date", 11: "time", 12: "dateTime", 13: "integer", 246: "decimal",
}  # fmt: skip
_TINY, _BIT = 1, 16
_STRINGS = frozenset({15, 249, 250, 251, 252, 253, 254, 255})  # texts and blobs, told apart by the character set
_BINARY = 63
_NO_SUCH_TABLE = 1146
_GONE = {0, 2006, 2013, 2014, 2055, 1053, 1927}  # errors of the connection, not of the query


@contextmanager
def ask(
    address: Address, source: LogicalSource
) -> Iterator[tuple[list[str], list[str | None], Iterator[Sequence[str | None]]]]:
    """Ask a database: names of the columns, their datatypes, and the rows, which are fetched as they are read.

    :raises SourceError: ``query-failed``, ``database-table``, ``database-address``
    :raises OutsideError: ``library-missing``, ``database-unreachable``, ``database-lost``
    """
    try:
        import pymysql  # type: ignore[import-untyped]
        from pymysql.cursors import SSCursor  # type: ignore[import-untyped]
    except ImportError:
        raise OutsideError(
            "library-missing", "MySQL needs the library PyMySQL", hint="pip install 'iomld[mysql]'"
        ) from None
    unknown = sorted(set(address.options) - _OPTIONS)
    if unknown:
        raise SourceError(
            "database-address",
            f"“{unknown[0]}” is no option of a connection to MySQL",
            location=source.location,
            hint=nearest(unknown[0], _OPTIONS) or f"its options are {', '.join(sorted(_OPTIONS))}",
        )
    # The driver would make Python objects of values; the text of the server is what the specification speaks of.
    plain = {kind: encode for kind, encode in pymysql.converters.conversions.items() if isinstance(kind, type)}
    options: dict[str, Any] = {name: value for name, value in address.options.items()}
    given = {"host": address.host, "port": address.port, "user": address.user}
    options |= {name: value for name, value in given.items() if value is not None}
    try:
        connection = pymysql.connect(
            database=address.database,
            password=address.password if address.password is not None else os.environ.get("MYSQL_PWD", ""),
            charset="utf8mb4",
            conv=plain,
            cursorclass=SSCursor,
            connect_timeout=_SECONDS,
            **options,
        )
    except pymysql.MySQLError as error:
        raise unreachable(address, source, str(error.args[-1]), variable="MYSQL_PWD") from None
    read = 0
    cursor = connection.cursor()
    try:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        statement = (source.query or "").strip().rstrip(";")
        if source.table is not None:
            statement = f"SELECT * FROM {_quoted(source.table)}"
        cursor.execute(statement)
        columns = cursor.description or ()
        binaries = [each.charsetnr == _BINARY for each in cursor._result.fields]
        kinds = [
            _kind(type_, length, binary) for (_, type_, _, length, *_), binary in zip(columns, binaries, strict=True)
        ]
        binary = [index for index, kind in enumerate(kinds) if kind == "hexBinary"]
        bits = [index for index, column in enumerate(columns) if column[1] == _BIT]

        def rows() -> Iterator[Sequence[str | None]]:
            nonlocal read
            for row in cursor:
                for index in (*bits, *binary):
                    row = (*row[:index], _text(row[index], index in bits), *row[index + 1 :])
                yield row
                read += 1

        yield [each[0] for each in columns], kinds, rows()
    except pymysql.MySQLError as error:
        code = error.args[0] if error.args else 0
        message = str(error.args[-1] if error.args else "")
        if code in _GONE:
            raise lost(address, source, message, read=read) from None
        if code == _NO_SUCH_TABLE and source.table is not None:
            raise unknown_table(source, source.table.strip('`"'), _tables(connection)) from None
        raise refused(address, source, message) from None
    finally:
        # The driver would read the rest of the answer before it lets go of it.
        if cursor._result is not None:
            cursor._result.unbuffered_active = False
        if connection.open:
            connection.close()


def _kind(type_: int, length: int | None, binary: bool) -> str | None:
    # BOOLEAN is another word for TINYINT(1)
    if type_ == _TINY and length == 1:
        return "boolean"
    if type_ == _BIT:
        return "boolean" if length == 1 else "integer"
    return "hexBinary" if binary and type_ in _STRINGS else _KINDS.get(type_)


def _text(value: bytes | None, is_bits: bool) -> str | None:
    if value is None:
        return None
    return str(int.from_bytes(value, "big")) if is_bits else value.hex()


def _quoted(table: str) -> str:
    parts = re.findall(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^.]+)', table)
    return ".".join("`" + "".join(part).replace('""', '"').replace("`", "``") + "`" for part in parts)


def _tables(connection: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        return [name for (name,) in cursor.fetchall()]
