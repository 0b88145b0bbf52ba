"""Calling functions: once for each distinct set of arguments, the results as columns of the relation.

Functions run in Python, outside the engine: DuckDB hands out the arguments in batches and takes the results back as a
table. (Its own Python functions keep what they are given; see docs/decisions/0100-mapping-engine.md.)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from iomld.engine import second
from iomld.errors import IomldError, SourceError, TermError
from iomld.location import SourceLocation
from iomld.mapping.expressions import references
from iomld.mapping.functions import Function, registry
from iomld.mapping.model import Call, Constant
from iomld.mapping.scope import RecordScope
from iomld.sources import Column, Relation
from iomld.sources.naturals import double
from iomld.terms import parse_term

if TYPE_CHECKING:
    import duckdb

__all__ = ["extend", "of_constants"]

_BATCH = 10_000
_KEPT = 100_000  # sets of arguments whose results are kept for the next record that has them


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
        for inner in _nested(call):
            by_depth.setdefault(_depth(inner), {})[inner] = None
    columns: dict[Call, Column] = {}
    if not by_depth:
        return relation, columns
    table = f"{relation.table}_f"
    connection.execute(
        f"CREATE OR REPLACE TABLE {table}0 AS SELECT row_number() OVER () AS id, * FROM {relation.table}"
    )
    relation = replace(relation, table=f"{table}0")
    for depth in sorted(by_depth):
        scope = RecordScope(relation, "s", columns, None, errors, itertools.count())
        plans = [_Evaluation(call, scope) for call in by_depth[depth]]
        named = {each.call: f"f{depth}_{index}" for index, each in enumerate(plans)}
        types = ", ".join(f"{named[each.call]} {each.type}" for each in plans)
        connection.execute(f"CREATE OR REPLACE TABLE {table}r (id BIGINT, {types})")
        _evaluate(connection, relation, plans, f"{table}r", source_name, errors)
        joined = f"SELECT * FROM {relation.table} JOIN {table}r USING (id)"
        connection.execute(f"CREATE OR REPLACE TABLE {table}{depth} AS {joined}")
        connection.execute(f"DROP TABLE {relation.table}")
        relation = replace(relation, table=f"{table}{depth}")
        for each in plans:
            columns[each.call] = Column(named[each.call], each.many, each.function.datatype)
    return relation, columns


class _Evaluation:
    """One call: its arguments as SQL, and what it has given already for the arguments seen last."""

    def __init__(self, call: Call, scope: RecordScope) -> None:
        self.call = call
        self.function = registry()[call.function]
        arguments = [scope.text_list(term.expression) for _, term in call.inputs if term.expression is not None]
        self.arguments = [sql for sql, _ in arguments]
        listed = {name for each in self.function.parameters if each.type == "list" for name in each.names}
        self.spread = [
            many and parameter not in listed for (parameter, _), (_, many) in zip(call.inputs, arguments, strict=True)
        ]
        self.many = any(self.spread) or self.function.returns == "list"
        self.type = "VARCHAR[]" if self.many else "VARCHAR"
        fields = tuple(dict.fromkeys(references(call)))
        self.field = fields[0] if len(fields) == 1 else None
        self.known: dict[tuple[Any, ...], Any] = {}

    def __call__(self, values: Sequence[Any]) -> Any:
        """The result for a set of arguments.

        :raises TermError: where the function cannot work with them
        """
        key = tuple(tuple(value) if isinstance(value, list) else value for value in values)
        if key not in self.known:
            if len(self.known) >= _KEPT:
                self.known.clear()
            try:
                found = _apply(self.function, self.call, values, self.spread)
                self.known[key] = found if self.many else found[0] if found else None
            except TermError as error:
                self.known[key] = error
        result = self.known[key]
        if isinstance(result, TermError):
            raise result
        return result


def _evaluate(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    plans: Sequence[_Evaluation],
    results: str,
    source_name: Callable[[int], str],
    errors: list[IomldError],
) -> None:
    """Fill the table of results, a row for each record."""
    selected = ", ".join(("s.id", "s.source", "s.row", *(sql for each in plans for sql in each.arguments)))
    types = ["BIGINT", *(each.type for each in plans)]
    values = ", ".join(f"unnest(${index + 1}::{kind}[])" for index, kind in enumerate(types))
    cursor = second(connection).execute(f"SELECT {selected} FROM {relation.table} s")
    while batch := cursor.fetchmany(_BATCH):
        made: list[list[Any]] = [[] for _ in types]
        for id, source, row, *arguments in batch:
            made[0].append(id)
            start = 0
            for index, each in enumerate(plans, 1):
                end = start + len(each.arguments)
                try:
                    made[index].append(each(arguments[start:end]))
                except TermError as error:
                    made[index].append(None)
                    place = SourceLocation(source_name(source), row=row, field=each.field)
                    errors.append(SourceError(error.id, error.message, location=place, hint=error.hint))
                start = end
        connection.execute(f"INSERT INTO {results} SELECT {values}", made)


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
                occurrences = [_listed(each) for each in occurrences]
            else:
                occurrences = [_typed(each, declared.type) for each in occurrences]
            if declared.required and not declared.nullable and (not occurrences or None in occurrences):
                break
            arguments.append(occurrences if declared.repeated else occurrences[0] if occurrences else None)
        else:
            results += _texts(_run(function, arguments))
    return results


def of_constants(call: Call) -> list[str] | None:
    """The result of a call that asks nothing of a record; None where it does.

    :raises TermError: where the function cannot work with its arguments
    """
    values = []
    for _, term in call.inputs:
        if not isinstance(term.expression, Constant):
            return None
        values.append(parse_term(term.expression.term).value)
    return _apply(registry()[call.function], call, values, [False] * len(values))


def _run(function: Function, arguments: Sequence[Any]) -> Any:
    """Run a function; whatever it raises is told at the cell, since its code may be anybody's."""
    try:
        return function.run(*arguments)
    except TermError:
        raise
    except IomldError as error:
        raise TermError(error.id, error.message, hint=error.hint) from error
    except Exception as error:
        message = f"the function {function.name} fails: {type(error).__name__}: {error}"
        raise TermError("function-failed", message) from error


def _listed(value: Any) -> list[str]:
    """The values of a reference; the engine gives one without brackets, and none as NULL, where no record has more."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if each is not None]


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
        return [double(Decimal(repr(result)))]
    if isinstance(result, list | tuple):
        return [each for item in result for each in _texts(item)]
    return [str(result)]
