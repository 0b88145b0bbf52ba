"""Check tables against their CSVW metadata, before any mapping runs: every mistake, at its row and column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iomld.errors import IomldError, SourceError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.sources.metadata import type_undeclared
from iomld.sources.tables import Table, read_table
from iomld.sources.tableschema import SUFFIX, Column, TableSchema, read
from iomld.sources.values import check_value

__all__ = ["check_tables"]


def check_tables(folder: Path, *, root: Path) -> list[IomldError]:
    """Every mistake in the tables below a folder that a metadata file speaks for.

    :param folder: where metadata files and tables lie
    :param root: paths in the messages are relative to it
    :returns: the mistakes in the order of files and rows; empty where all is well
    :raises SourceError: ``metadata-malformed``: no cell can be judged by metadata that is wrong
    """
    errors: list[IomldError] = []
    tables: list[Table] = []
    schemas = _schemas(folder)
    incomplete: set[str] = set()  # types of which not all is known: a reference to them cannot be judged
    for schema in schemas:
        paths = schema.tables()
        if not any(schema.file.parent.rglob(schema.name)):
            errors.append(_missing_table(schema, root))
        read_tables = [read_table(path, schema, root, errors) for path in paths]
        tables += [table for table in read_tables if table]
        if schema.type and (not paths or None in read_tables):
            incomplete.add(schema.type)
    spoken_for = {path for schema in schemas for path in schema.tables()}
    for path in sorted(folder.absolute().rglob("*.csv")):
        if path not in spoken_for:
            errors.append(_unknown_kind(path, schemas, root))
    known = {type: keys for type, keys in _known(schemas, tables).items() if type not in incomplete}
    concepts = _concepts(tables)
    for table in tables:
        errors += _check_cells(table, known, concepts if "concept" not in incomplete else None)
        errors += _check_key(table)
    return errors


def _schemas(folder: Path) -> list[TableSchema]:
    """The metadata below a folder, in which each type that a column refers to is declared."""
    errors: list[IomldError] = []
    schemas: list[TableSchema] = []
    for file in sorted(folder.rglob(f"*{SUFFIX}")):
        try:
            schemas.append(read(file.absolute()))
        except IomldError as error:
            errors.append(error)
    raise_all(errors)
    types = {schema.type for schema in schemas if schema.type}
    for schema in schemas:
        errors += [
            type_undeclared(schema.file, index, name, type, types)
            for index, column in enumerate(schema.columns)
            for name, referred in (("mld:key", [column.key] if column.key else []), ("mld:path", column.path))
            for type in referred
            if type not in types and type != "*"
        ]
    raise_all(errors)
    return schemas


def _missing_table(schema: TableSchema, root: Path) -> SourceError:
    folder = schema.file.parent.relative_to(root.absolute())
    return SourceError(
        "table-missing",
        f"there is no table {schema.name}, neither here nor in a folder below",
        location=SourceLocation(str(folder)),
        hint=f"put it back; with no rows it is its header alone: {','.join(column.name for column in schema.columns)}",
    )


def _unknown_kind(path: Path, schemas: list[TableSchema], root: Path) -> SourceError:
    names = sorted({schema.name for schema in schemas})
    return SourceError(
        "unknown-table",
        f"no metadata speaks for a table named {path.name}, so no mapping would read it",
        location=SourceLocation(str(path.relative_to(root.absolute()))),
        hint=nearest(path.name, names) or f"the kinds of table are {', '.join(names)}",
    )


def _known(schemas: list[TableSchema], tables: list[Table]) -> dict[str, set[str]]:
    """The keys of each type of thing that the tables declare."""
    known: dict[str, set[str]] = {schema.type: set() for schema in schemas if schema.type}
    for table in tables:
        if table.schema.type and table.schema.primary_key:
            index = table.header.index(table.schema.primary_key[0])
            known[table.schema.type].update(cells[index] for _, cells in table.records)
    return known


def _concepts(tables: list[Table]) -> dict[str, set[str]]:
    """The notations of each concept scheme: of the tables that declare the type ``concept``."""
    concepts: dict[str, set[str]] = {}
    for table in tables:
        if table.schema.type == "concept":
            scheme, notation = table.header.index("scheme"), table.header.index("notation")
            for _, cells in table.records:
                concepts.setdefault(cells[scheme], set()).add(cells[notation])
    return concepts


def _check_cells(
    table: Table, known: dict[str, set[str]], concepts: dict[str, set[str]] | None
) -> Iterator[IomldError]:
    columns = [(index, column) for index, name in enumerate(table.header) if (column := table.schema.column(name))]
    for row, cells in table.records:
        for index, column in columns:
            cell = cells[index]
            where = SourceLocation(table.shown, row=row, field=column.name)
            if cell in column.null:
                if column.required:
                    yield SourceError(
                        "cell-empty", "the cell is empty", location=where, hint=column.description or None
                    )
                continue
            values = [cell] if column.separator is None else [part.strip() for part in cell.split(column.separator)]
            for value in values:
                yield from _check_value(value, column, where, known, concepts)


def _check_value(
    value: str, column: Column, where: SourceLocation, known: dict[str, set[str]], concepts: dict[str, set[str]] | None
) -> Iterator[IomldError]:
    if value != value.strip() or not value:
        yield SourceError("cell-spaces", f"“{value}” begins or ends with a space, or is empty", location=where)
        return
    yield from check_value(value, column, where)
    if column.concept and concepts is not None and value not in concepts.get(column.concept, set()):
        candidates = concepts.get(column.concept, set())
        yield SourceError(
            "unknown-concept",
            f"“{value}” is not in the scheme {column.concept}",
            location=where,
            hint=nearest(value, candidates) or f"add it to register/concepts.csv, scheme {column.concept}",
        )
    if column.key in known and value not in known[column.key]:
        yield SourceError(
            f"unknown-{column.key}",
            f"unknown {column.key} “{value}”",
            location=where,
            hint=nearest(value, known[column.key]) or f"declare the {column.key} in its own table first",
        )
    if column.path:
        yield from _check_path(value, column, where, known)


def _check_path(value: str, column: Column, where: SourceLocation, known: dict[str, set[str]]) -> Iterator[IomldError]:
    kind, slash, key = value.partition("/")
    allowed = sorted(known) if column.path == ("*",) else column.path
    if slash and kind not in known and (column.path == ("*",) or kind in allowed):
        return  # of a type that is incomplete
    if not slash or kind not in allowed:
        everywhere = [f"{kind}/{key}" for kind in allowed for key in known.get(kind, set()) if key == value]
        yield SourceError(
            "path-malformed",
            f"“{value}” names no {' or '.join(allowed)}",
            location=where,
            hint=nearest(value, [f"{kind}/{key}" for kind in allowed for key in known.get(kind, set())])
            or (f"did you mean {everywhere[0]}?" if everywhere else "write it as type/key, for instance state/AUS"),
        )
    elif key not in known[kind]:
        yield SourceError(
            f"unknown-{kind}",
            f"unknown {kind} “{value}”",
            location=where,
            hint=nearest(value, [f"{kind}/{known_key}" for known_key in known[kind]])
            or f"declare it in the table of its kind first: {kind}",
        )


def _check_key(table: Table) -> Iterator[IomldError]:
    names = table.schema.primary_key
    indexes = [table.header.index(name) for name in names]
    first: dict[tuple[str, ...], int] = {}
    for row, cells in table.records:
        key = tuple(cells[index] for index in indexes)
        if not indexes:
            continue
        if key in first:
            yield SourceError(
                "key-doubled",
                f"the key ({', '.join(names)}) = ({', '.join(key)}) stands in row {first[key]} already",
                location=SourceLocation(table.shown, row=row, field=names[0]),
                hint="join the two rows, or tell them apart in a column of the key",
            )
        else:
            first[key] = row
