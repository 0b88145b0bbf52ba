"""Expressions to SQL over one record of a relation."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from iomld.engine import DUCKDB, Dialect, on_term
from iomld.errors import IomldError
from iomld.mapping.expressions import Generator, Value, joined, references
from iomld.mapping.model import Call, Constant, Expression, Reference, Template
from iomld.sources import Column, Relation
from iomld.terms import parse_term

__all__ = ["RecordScope", "unique"]

_T = TypeVar("_T")


def unique(*groups: tuple[_T, ...]) -> tuple[_T, ...]:
    """The members of all groups, each once, in their order."""
    return tuple(dict.fromkeys(itertools.chain(*groups)))


@dataclass
class RecordScope:
    """Where expressions are read: a relation under an alias, with the columns of the calls made on it.

    :param base: base IRI of the triples map
    :param errors: takes what is wrong whatever the data say
    """

    relation: Relation
    alias: str
    calls: Mapping[Call, Column]
    base: str | None
    errors: list[IomldError]
    numbers: Iterator[int]
    record: str = "r"
    #: whether a value that makes no legal term makes none, instead of being a mistake that ends the run
    lenient: bool = False
    #: whether generators give value, datatype and place in the list, for those who need the order
    ordered: bool = False
    #: how the engine that runs the plan spells SQL
    dialect: Dialect = DUCKDB
    _open: dict[str, Generator] = field(default_factory=dict)

    def _column(self, column: Column, key: str, fields: tuple[str, ...]) -> Value:
        sql = f"{self.alias}.{column.sql}"
        constant = None if column.datatype is None else self.dialect.text(column.datatype)
        if not column.many:
            own = None if column.datatypes is None else f"{self.alias}.{column.datatypes}"
            return Value((sql,), (), fields, own or constant, (sql,))
        in_tuples = self.ordered or column.datatypes is not None
        generator = self._open.get(key)
        if generator is None:
            if in_tuples:
                nothing = self.dialect("texts", self.dialect("list", "NULL"))
                beside = nothing if column.datatypes is None else f"{self.alias}.{column.datatypes}"
                sql = self.dialect("tuples", sql, beside)
            generator = self._open[key] = Generator(f"{self.alias}g{next(self.numbers)}", sql, self.dialect)
        value = f"{generator.alias}.v"
        if not in_tuples:
            return Value((value,), (generator,), fields, constant)
        own = constant if column.datatypes is None else self.dialect("of_tuple", value, "2")
        return Value((self.dialect("of_tuple", value, "1"),), (generator,), fields, own)

    def value(self, expression: Expression, *, safe: str | None = None) -> Value:
        """The text of an expression; ``safe`` is the function that a template's references go through."""
        match expression:
            case Constant(term):
                return Value((self.dialect.text(parse_term(term).value),))
            case Reference(reference):
                return self._column(self.relation.columns[reference], reference, (reference,))
            case Call():
                key = f"call {id(self.calls[expression])}"
                return self._column(self.calls[expression], key, unique(tuple(references(expression))))
            case Template(parts):
                values = [(part, None) if isinstance(part, str) else ("", self.value(part)) for part in parts]
                pieces: list[str] = []
                for plain, value in values:
                    if value is None:
                        pieces.append(self.dialect.text(plain))
                    else:
                        pieces.append(on_term(self.dialect, safe, value.sql) if safe else value.sql)
                found = [value for _, value in values if value is not None]
                return Value(
                    tuple(pieces) or ("''",),
                    unique(*(value.generators for value in found)),
                    unique(*(value.fields for value in found)),
                    None,
                    unique(*(value.needs for value in found)),
                )

    def conditions(self, calls: Iterable[Call]) -> tuple[str, ...]:
        """Calls as conditions on the record: of several results one at least is true."""
        found = []
        for call in calls:
            column = self.calls[call]
            value = f"{self.alias}.{column.sql}"
            found.append(self.dialect("holds", value, "'true'") if column.many else f"{value} = 'true'")
        return tuple(found)

    def text_list(self, expression: Expression) -> tuple[str, bool]:
        """The text of an expression as an argument: SQL, and whether it is a list."""
        match expression:
            case Reference(reference):
                column = self.relation.columns[reference]
                return f"{self.alias}.{column.sql}", column.many
            case Call():
                column = self.calls[expression]
                return f"{self.alias}.{column.sql}", column.many
            case Constant(term):
                return self.dialect.text(parse_term(term).value), False
            case Template(parts):
                return self._template_list(parts)

    def _template_list(self, parts: tuple[str | Reference, ...]) -> tuple[str, bool]:
        sql, wraps = [], []
        for part in parts:
            if isinstance(part, str):
                sql.append(self.dialect.text(part))
                continue
            column = self.relation.columns[part.name]
            if column.many:
                variable = f"x{next(self.numbers)}"
                wraps.append((f"{self.alias}.{column.sql}", variable))
                sql.append(variable)
            else:
                sql.append(f"{self.alias}.{column.sql}")
        whole = joined(sql)
        for index, (column_sql, variable) in enumerate(reversed(wraps)):
            whole = self.dialect("each", column_sql, variable, whole)
            if index:
                whole = self.dialect("flat", whole)
        return whole, bool(wraps)
