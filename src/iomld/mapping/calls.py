"""Calling functions: once for each distinct set of arguments, the results as columns of the relation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from iomld.errors import IomldError, SourceError, TermError
from iomld.location import SourceLocation
from iomld.mapping.expressions import Scope, references
from iomld.mapping.functions import Function, registry
from iomld.mapping.model import Call
from iomld.sources import Column, Relation

if TYPE_CHECKING:
    import duckdb

__all__ = ["extend"]

_BATCH = 10_000
_SHOWN = 1000  # rows of one wrong value that are listed


def _depth(call: Call) -> int:
    return 1 + max((_depth(term.expression) for _, term in call.inputs if isinstance(term.expression, Call)), default=0)


def _nested(call: Call) -> Iterator[Call]:
    for _, term in call.inputs:
        if isinstance(term.expression, Call):
            yield from _nested(term.expression)
    yield call


def extend(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    calls: Iterable[Call],
    source_name: Callable[[int], str],
    errors: list[IomldError],
) -> tuple[Relation, Mapping[Call, Column]]:
    """Add a column for each call.

    :param source_name: gives the name of a source by its number, for errors
    :param errors: takes every value that a function cannot work with, with its file, row and column
    :returns: the relation with its new columns, and the column of each call
    """
    by_depth: dict[int, dict[Call, None]] = {}
    for call in calls:
        for each in _nested(call):
            by_depth.setdefault(_depth(each), {})[each] = None
    columns: dict[Call, Column] = {}
    numbers = itertools.count()
    for depth in sorted(by_depth):
        joins, selected = [], []
        for index, call in enumerate(by_depth[depth]):
            scope = Scope(relation, "s", columns, None, errors, numbers)
            lookup = f"{relation.table}_l{index}"
            column = Column(f"f{depth}_{index}", *_evaluate(connection, scope, call, lookup, source_name, errors))
            arguments = [scope.text_list(term.expression)[0] for _, term in call.inputs if term.expression is not None]
            match = " AND ".join(f"l{index}.a{n} IS NOT DISTINCT FROM {sql}" for n, sql in enumerate(arguments))
            joins.append(f"LEFT JOIN {lookup} l{index} ON {match or 'true'}")
            selected.append(f"l{index}.result AS {column.sql}")
            columns[call] = column
        table = f"{relation.table}_f{depth}"
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT s.*, {', '.join(selected)} FROM {relation.table} s {' '.join(joins)}"
        )
        for index in range(len(selected)):
            connection.execute(f"DROP TABLE {relation.table}_l{index}")
        relation = Relation(table, relation.columns)
    return relation, columns


def _evaluate(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    call: Call,
    lookup: str,
    source_name: Callable[[int], str],
    errors: list[IomldError],
) -> tuple[bool, str | None]:
    """Make the lookup table of a call; tell whether it has several results, and their datatype."""
    function = registry()[call.function]
    arguments = [scope.text_list(term.expression) for _, term in call.inputs if term.expression is not None]
    listed = {name for parameter in function.parameters if parameter.type == "list" for name in parameter.names}
    spread = [
        many and parameter not in listed for (parameter, _), (_, many) in zip(call.inputs, arguments, strict=True)
    ]
    many = any(spread) or function.returns == "list"
    columns = ", ".join(f"{sql} AS a{n}" for n, (sql, _) in enumerate(arguments)) or "1 AS none"
    connection.execute(
        f"CREATE OR REPLACE TABLE {lookup}_a AS SELECT row_number() OVER () AS id, * "
        f"FROM (SELECT DISTINCT {columns} FROM {scope.relation.table} {scope.alias})"
    )
    kind = "VARCHAR[]" if many else "VARCHAR"
    connection.execute(f"CREATE OR REPLACE TABLE {lookup}_r (id BIGINT, result {kind})")
    cursor = connection.cursor().execute(f"SELECT * FROM {lookup}_a")
    wrong: dict[int, TermError] = {}
    while batch := cursor.fetchmany(_BATCH):
        ids, results = [], []
        for number, *values in batch:
            try:
                found = _apply(function, call, values if arguments else [], spread)
            except TermError as error:
                wrong[number] = error
                continue
            ids.append(number)
            results.append(found if many else found[0] if found else None)
        connection.execute(f"INSERT INTO {lookup}_r SELECT unnest($1::BIGINT[]), unnest($2::{kind}[])", [ids, results])
    if wrong:
        _report(connection, scope, call, lookup, arguments, wrong, source_name, errors)
    connection.execute(
        f"CREATE OR REPLACE TABLE {lookup} AS SELECT a.*, r.result FROM {lookup}_a a JOIN {lookup}_r r USING (id)"
    )
    connection.execute(f"DROP TABLE {lookup}_a")
    connection.execute(f"DROP TABLE {lookup}_r")
    return many, function.datatype


def _report(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    call: Call,
    lookup: str,
    arguments: Sequence[tuple[str, bool]],
    wrong: Mapping[int, TermError],
    source_name: Callable[[int], str],
    errors: list[IomldError],
) -> None:
    match = " AND ".join(f"a.a{n} IS NOT DISTINCT FROM {sql}" for n, (sql, _) in enumerate(arguments)) or "true"
    rows = connection.execute(
        f"SELECT s.source, s.row, a.id FROM {scope.relation.table} s JOIN {lookup}_a a ON {match} "
        "WHERE list_contains($1::BIGINT[], a.id) ORDER BY ALL LIMIT $2",
        [list(wrong), _SHOWN],
    ).fetchall()
    fields = list(dict.fromkeys(references(call)))
    for source, row, number in rows:
        error = wrong[number]
        place = SourceLocation(source_name(source), row=row, field=fields[0] if len(fields) == 1 else None)
        errors.append(SourceError(error.id, error.message, location=place, hint=error.hint))


def _apply(function: Function, call: Call, values: Sequence[Any], spread: Sequence[bool]) -> list[str]:
    """Call a function with one set of arguments, once for each combination where a reference has several values."""
    choices = [
        (list(value) if isinstance(value, list) else []) or [None] if many else [value]
        for value, many in zip(values, spread, strict=True)
    ]
    results: list[str] = []
    for combination in itertools.product(*choices):
        given: dict[str, list[Any]] = {}
        for (parameter, _), value in zip(call.inputs, combination, strict=True):
            given.setdefault(parameter, []).append(value)
        arguments = []
        for declared in function.parameters:
            occurrences = given.get(declared.names[0], [])
            if declared.type == "list":
                occurrences = [each if each is None or isinstance(each, list) else [each] for each in occurrences]
            else:
                occurrences = [_typed(each, declared.type) for each in occurrences]
            if declared.required and not declared.nullable and (not occurrences or None in occurrences):
                break
            arguments.append(occurrences if declared.repeated else occurrences[0] if occurrences else None)
        else:
            results += _texts(function.run(*arguments))
    return results


def _typed(value: str | None, kind: str) -> Any:
    if value is None or kind == "string":
        return value
    try:
        if kind == "integer":
            return int(value)
        if kind == "number":
            return float(value)
    except ValueError:
        raise TermError("function-argument", f"“{value}” is not {'an' if kind == 'integer' else 'a'} {kind}") from None
    if value not in ("true", "false", "1", "0"):
        raise TermError("function-argument", f"“{value}” is neither true nor false")
    return value in ("true", "1")


def _texts(result: Any) -> list[str]:
    if result is None:
        return []
    if isinstance(result, bool):
        return ["true" if result else "false"]
    if isinstance(result, float):
        mantissa, _, exponent = f"{result!r}".partition("e")
        return [f"{mantissa}E{int(exponent or 0)}"]
    if isinstance(result, list | tuple):
        return [each for item in result for each in _texts(item)]
    return [str(result)]
