"""Logical views (RML-LV): a flat relation of fields over a source or another view.

Source: RML-LV, sections "Fields" and "Joins". A field ``item`` that iterates has an index ``item.#``; the record's own
index is ``#``; both count from 0.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import IomldError, MappingError, SourceError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.mapping.expressions import references
from iomld.mapping.model import Call, Constant, Expression, Reference, Template, TermMap, View, ViewField, ViewJoin
from iomld.sources import (
    WHOLE,
    Item,
    JsonItem,
    ReadScope,
    Record,
    Relation,
    RowItem,
    items_of,
    items_of_text,
    load_records,
    shown_access,
)
from iomld.terms import parse_term

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_view_relation"]

_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"

#: a value with its natural datatype, or nothing
_Value = tuple[str, str | None] | None
_Row = dict[str, _Value]
_Numbered = tuple[int, int, _Row]


def _names(fields: tuple[ViewField, ...]) -> Iterator[str]:
    for each in fields:
        if each.expression is not None:
            yield each.name
        yield f"{each.name}.#"
        yield from _names(each.fields)


def field_names(view: View) -> list[str]:
    """What can be asked of a view."""
    return ["#", *_names(view.fields), *(name for join in view.joins for name in _names(join.fields))]


def read_view_relation(
    connection: duckdb.DuckDBPyConnection,
    view: View,
    wanted: Mapping[str, SourceLocation],
    *,
    table: str,
    root: Path,
    number: Callable[[str], int],
    scope: ReadScope = WHOLE,
) -> Relation:
    """Read a logical view into a relation; the column ``number`` tells rows of the same record apart.

    :raises MappingError: ``unknown-field`` with the nearest names
    :raises SourceError: every mistake of the sources
    """
    errors: list[IomldError] = []
    _check(view, errors)
    known = field_names(view)
    for reference, place in wanted.items():
        _known(reference, known, place, errors)
    raise_all(errors)

    def records() -> Iterator[Record]:
        # all rows of a record come one after the other
        for source, row, values in _rows(connection, view, root, number):
            yield source, row, [() if (value := values.get(name)) is None else (value,) for name in wanted]

    return load_records(connection, () if scope.nothing else records(), list(wanted), table, counted=True)


def _known(reference: str, known: list[str], place: SourceLocation, errors: list[IomldError]) -> None:
    if reference not in known:
        hint = nearest(reference, known) or f"its fields are {', '.join(known)}"
        errors.append(
            MappingError("unknown-field", f"“{reference}” is no field of the view", location=place, hint=hint)
        )


def _check(view: View, errors: list[IomldError]) -> None:
    """Check that the fields of views and joins ask for what is there."""
    if isinstance(view.on, View):
        _check(view.on, errors)
        below = field_names(view.on)
        for each in view.fields:
            for reference in references(each.expression):
                _known(reference, below, each.location, errors)
    own = ["#", *_names(view.fields)]
    for join in view.joins:
        _check(join.view, errors)
        theirs = field_names(join.view)
        for condition in join.joins:
            for reference in references(condition.child.expression):
                _known(reference, own, condition.location, errors)
            for reference in references(condition.parent.expression):
                _known(reference, theirs, condition.location, errors)
        for each in join.fields:
            for reference in references(each.expression):
                _known(reference, theirs, each.location, errors)


def _rows(
    connection: duckdb.DuckDBPyConnection, view: View, root: Path, number: Callable[[str], int]
) -> Iterator[_Numbered]:
    rows = _own_rows(connection, view, root, number)
    for join in view.joins:
        rows = _joined(connection, rows, join, root, number)
    yield from rows


def _own_rows(
    connection: duckdb.DuckDBPyConnection, view: View, root: Path, number: Callable[[str], int]
) -> Iterator[_Numbered]:
    items: Iterator[tuple[int, int, Item]]
    label = ""
    if isinstance(view.on, View):
        items = (
            (source, row, RowItem({name: () if value is None else (value,) for name, value in values.items()}))
            for source, row, values in _rows(connection, view.on, root, number)
        )
    else:
        label = shown_access(view.on)
        wanted = {name: each.location for each in view.fields for name in references(each.expression)}
        items = items_of(connection, view.on, wanted, root=root, number=number)
    for index, (source, row, item) in enumerate(items):
        record: _Row = {"#": (str(index), _INTEGER)}
        place = SourceLocation(label, row=row)
        try:
            yield from ((source, row, record | values) for values in _combined(view.fields, item, place))
        except ValueError as error:
            raise SourceError("value-not-simple", f"a field of the view gives {error}", location=place) from None


def _combined(fields: tuple[ViewField, ...], item: Item, place: SourceLocation) -> Iterator[_Row]:
    """Each combination of the values of fields that stand side by side; a field without any is left empty."""
    return _each_with_each([list(_expanded(each, item, place)) for each in fields])


def _each_with_each(choices: list[list[_Row]]) -> Iterator[_Row]:
    for combination in itertools.product(*[rows or [{}] for rows in choices]):
        row: _Row = {}
        for values in combination:
            row |= values
        yield row


def _expanded(each: ViewField, item: Item, place: SourceLocation) -> Iterator[_Row]:
    if each.expression is None:
        formulation = each.formulation or item.formulation
        parts: Iterator[Item] = item.parts(each.iterator or ("." if formulation == "xml" else "$"))
        yield from _iterated(each, parts, place)
        return
    for index, value in enumerate(_values(each.expression, item)):
        row: _Row = {each.name: value, f"{each.name}.#": (str(index), _INTEGER)}
        if not each.fields:
            yield row
            continue
        inner = [
            list(_iterated(field, items_of_text(value[0], field.formulation or "json", field.iterator, place), place))
            for field in each.fields
        ]
        yield from (row | values for values in _each_with_each(inner))


def _iterated(each: ViewField, parts: Iterator[Item], place: SourceLocation) -> Iterator[_Row]:
    for index, part in enumerate(parts):
        for values in _combined(each.fields, part, place):
            yield {f"{each.name}.#": (str(index), _INTEGER)} | values


def _values(expression: Expression, item: Item) -> list[tuple[str, str | None]]:
    match expression:
        case Constant(term):
            return [(parse_term(term).value, None)]
        case Reference(name):
            try:
                return list(item.cell(name))
            except ValueError:
                if isinstance(item, JsonItem):  # an object or array that an inner field iterates over
                    return [(text, None) for text in item.text(name)]
                raise
        case Template(parts):
            choices = [[part] if isinstance(part, str) else [v for v, _ in item.cell(part.name)] for part in parts]
            return [("".join(combination), None) for combination in itertools.product(*choices)]
        case Call():
            raise MappingError(
                "mapping-malformed", "a field of a view cannot call a function", location=expression.location
            )


def _key(terms: list[TermMap], row: _Row) -> tuple[str, ...] | None:
    item = RowItem({name: () if value is None else (value,) for name, value in row.items()})
    key = []
    for term in terms:
        values = _values(term.expression, item) if term.expression is not None else []
        if not values:
            return None
        key.append(values[0][0])
    return tuple(key)


def _joined(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterator[_Numbered],
    join: ViewJoin,
    root: Path,
    number: Callable[[str], int],
) -> Iterator[_Numbered]:
    theirs: dict[tuple[str, ...], list[_Row]] = {}
    parents = [condition.parent for condition in join.joins]
    children = [condition.child for condition in join.joins]
    for _, _, values in _rows(connection, join.view, root, number):
        key = _key(parents, values)
        if key is not None:
            theirs.setdefault(key, []).append(values)
    for source, row, values in rows:
        key = _key(children, values)
        matches = theirs.get(key, []) if key is not None else []
        for index, match in enumerate(matches):
            item = RowItem({name: () if value is None else (value,) for name, value in match.items()})
            for extra in _combined(join.fields, item, join.location):
                # the index of a joined field counts the matches
                counted = {name: (str(index), _INTEGER) for name in extra if name.endswith(".#")}
                yield source, row, values | extra | counted
        if not matches and not join.inner:
            yield source, row, values
