"""Check tables against their CSVW metadata, before any mapping runs: every mistake, at its row and column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iomld.errors import IomldError, SourceError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.sources.files import shown
from iomld.sources.metadata import type_undeclared
from iomld.sources.tables import Table, read_table
from iomld.sources.tableschema import SUFFIX, Column, TableSchema, metadata_of, read
from iomld.sources.values import check_value

__all__ = ["check_tables"]


def check_tables(folder: Path, *, root: Path) -> list[IomldError]:
    """Every mistake in the tables below a folder that a metadata file speaks for.

    :param folder: where metadata files and tables lie
    :param root: paths in the messages are relative to it
    :returns: the mistakes in the order of files and rows; empty where all is well
    :raises SourceError: ``metadata-malformed``: no cell can be judged by metadata that is wrong; tables that no
        metadata speaks for are told with it
    """
    schemas, errors = _schemas(folder, root)
    present = sorted(folder.rglob("*.csv"))
    unspoken = [_unspoken(path, folder, root) for path in present if not _spoken_for(path, folder)]
    if errors:
        raise_all([*errors, *unspoken])
    tables: list[Table] = []
    incomplete: set[str] = set()  # types of which not all is known: a reference to them cannot be judged
    for schema in schemas:
        paths = schema.tables()
        if not any(schema.file.parent.rglob(schema.name)):
            errors.append(_missing_table(schema, root))
        read_tables = [read_table(path, schema, root, errors) for path in paths]
        tables += [table for table in read_tables if table]
        if schema.type and (not paths or None in read_tables):
            incomplete.add(schema.type)
    errors += unspoken
    known = {type: keys for type, keys in _known(schemas, tables).items() if type not in incomplete}
    concepts = _concepts(tables)
    for table in tables:
        errors += _check_cells(table, known, concepts if "concept" not in incomplete else None)
        errors += _check_key(table)
    return errors


def _schemas(folder: Path, root: Path) -> tuple[list[TableSchema], list[IomldError]]:
    """The metadata below a folder, and all that is wrong with it."""
    errors: list[IomldError] = []
    schemas: list[TableSchema] = []
    for file in sorted(folder.absolute().rglob(f"*{SUFFIX}")):
        try:
            schemas.append(read(file, root=root))
        except IomldError as error:
            errors.append(error)
    if errors:  # what these declare is not known
        return schemas, errors
    types = {schema.type for schema in schemas if schema.type}
    for schema in schemas:
        errors += [
            type_undeclared(schema.file, shown(schema.file, root), index, name, type, types)
            for index, column in enumerate(schema.columns)
            for name, referred in (("mld:key", [column.key] if column.key else []), ("mld:path", column.path))
            for type in referred
            if type not in types and type != "*"
        ]
    return schemas, errors


def _spoken_for(path: Path, folder: Path) -> bool:
    """Whether some metadata below a folder has the name for a table in it."""
    metadata = metadata_of(path)
    return metadata is not None and metadata.is_relative_to(folder.absolute())


def _missing_table(schema: TableSchema, root: Path) -> SourceError:
    return SourceError(
        "table-missing",
        f"there is no table {schema.name}, neither here nor in a folder below",
        location=SourceLocation(shown(schema.file.parent, root)),
        hint=f"put it back; with no rows it is its header alone: {','.join(column.name for column in schema.columns)}",
    )


def _unspoken(path: Path, folder: Path, root: Path) -> SourceError:
    names = sorted({file.name.removesuffix(SUFFIX) for file in folder.rglob(f"*{SUFFIX}")})
    near = nearest(path.name, names)
    cure = f"describe it in {path.name}{SUFFIX}, beside it or in a folder above"
    return SourceError(
        "unknown-table",
        f"no metadata speaks for a table named {path.name}, so no mapping would read it",
        location=SourceLocation(shown(path, root)),
        hint=f"{near} Else {cure}" if near else f"{cure}; described are {', '.join(names) or 'none'}",
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
    if blank := _blank(value, column):
        message, hint = blank
        yield SourceError("cell-spaces", message, location=where, hint=hint)
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


def _blank(value: str, column: Column) -> tuple[str, str] | None:
    """What is wrong where blanks stand around a value or in its place: message and hint."""
    if not value:
        message = f"one of the values that “{column.separator}” parts is empty"
        return message, f"take out the “{column.separator}” that is too many"
    if not value.strip():
        return f"“{value}” is blank", "leave the cell empty where nothing is said"
    for end, blank in (("begins", value[0]), ("ends", value[-1])):
        if not blank.strip():
            what = "a space" if blank == " " else f"a blank (U+{ord(blank):04X})"
            return f"“{value}” {end} with {what}", "take it out"
    return None


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
