"""Joins that may be meant otherwise, told before they run: those that explode, those whose columns never match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iomld.engine import Engine
from iomld.location import SourceLocation
from iomld.mapping.model import Constant, Join, Reference, RefObjectMap, TriplesMap
from iomld.mapping.model import Mapping as Model
from iomld.mapping.rules import Loaded
from iomld.mapping.walking import parents_of
from iomld.sources import Column

__all__ = ["exploding", "unlike"]

_MANY = 1_000_000
_TIMES = 10

Note = tuple[SourceLocation, str]


def _columns(join: Join, child: Loaded, parent: Loaded) -> tuple[Column, Column] | None:
    """The columns that a join compares; None where it compares something else than two columns."""
    here, there = join.child.expression, join.parent.expression
    if not isinstance(here, Reference) or not isinstance(there, Reference):
        return None
    return child.relation.columns[here.name], parent.relation.columns[there.name]


def _joins(model: Model, loaded: Mapping[str, Loaded]) -> Iterator[tuple[TriplesMap, TriplesMap, RefObjectMap]]:
    for triples_map in model.triples_maps:
        if triples_map.id in loaded:
            for parent, reference in parents_of(triples_map, model):
                if parent.id in loaded:
                    yield triples_map, parent, reference


def unlike(model: Model, loaded: Mapping[str, Loaded]) -> Iterator[Note]:
    """Joins on columns of different datatypes: their texts are compared, so that 1 and 1.0E0 do not match."""
    for triples_map, parent, reference in _joins(model, loaded):
        for join in reference.joins:
            columns = _columns(join, loaded[triples_map.id], loaded[parent.id])
            if columns is None:
                here, there = join.child.expression, join.parent.expression
                if isinstance(here, Constant) and isinstance(there, Constant) and here != there:
                    yield join.location, f"the join compares {here.term} with {there.term}: it never makes a triple"
                continue
            kinds = [column.datatype and column.datatype.rpartition("#")[2] for column in columns]
            if all(kinds) and kinds[0] != kinds[1] and not any(column.many for column in columns):
                names = [each.expression.name for each in (join.child, join.parent)]  # type: ignore[union-attr]
                yield (
                    join.location,
                    f"the join compares “{names[0]}” of {triples_map.name}, an xsd:{kinds[0]}, with “{names[1]}” of "
                    f"{parent.name}, an xsd:{kinds[1]}: values match only where they are written alike",
                )


def exploding(model: Model, loaded: Mapping[str, Loaded], engine: Engine) -> Iterator[Note]:
    """Joins that make more pairs than anybody can mean, counted before they run.

    The other side is counted first: where its columns are a key, a join cannot grow.
    """
    for triples_map, parent, reference in _joins(model, loaded):
        child_rows, parent_rows = loaded[triples_map.id], loaded[parent.id]
        if not reference.joins:
            continue  # made from the same record
        found = [_columns(join, child_rows, parent_rows) for join in reference.joins]
        columns = [each for each in found if each is not None]
        if len(columns) < len(found) or any(column.many for pair in columns for column in pair):
            continue
        here = [f"c.{pair[0].sql} AS k{index}" for index, pair in enumerate(columns)]
        there = [f"c.{pair[1].sql} AS k{index}" for index, pair in enumerate(columns)]
        most = _number(engine, f"SELECT max(n) FROM ({_counted(parent_rows.relation.table, there)}) AS a")
        if most <= 1:
            continue
        one, two = _counted(child_rows.relation.table, here), _counted(parent_rows.relation.table, there)
        on = " AND ".join(f"a.k{index} = b.k{index}" for index in range(len(columns)))
        pairs = _number(engine, f"SELECT sum(CAST(a.n AS DOUBLE) * b.n) FROM ({one}) AS a JOIN ({two}) AS b ON {on}")
        sizes = [
            _number(engine, f"SELECT count(*) FROM {each.relation.table} AS c") for each in (child_rows, parent_rows)
        ]
        if pairs > _MANY and pairs > _TIMES * sum(sizes):
            names = ", ".join(f"“{join.parent.expression.name}”" for join in reference.joins)  # type: ignore[union-attr]
            yield (
                reference.location,
                f"the join of {triples_map.name} with {parent.name} makes {pairs:,} pairs from {sizes[0]:,} and "
                f"{sizes[1]:,} records: one value of {names} stands in {most:,} of them",
            )


def _counted(table: str, keys: list[str]) -> str:
    """How often each key stands in a table."""
    names = [key.rpartition(" ")[2] for key in keys]
    inner = f"SELECT {', '.join(keys)} FROM {table} AS c"
    where = " AND ".join(f"{name} IS NOT NULL" for name in names)
    return f"SELECT {', '.join(names)}, count(*) AS n FROM ({inner}) AS d WHERE {where} GROUP BY {', '.join(names)}"


def _number(engine: Engine, query: str) -> int:
    [(value,)] = engine.rows(query)
    return int(value or 0)
