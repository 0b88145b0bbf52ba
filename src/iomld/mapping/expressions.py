"""What expressions and term maps become: SQL over one record.

A value is an SQL expression; where a reference gives several values, it draws on a generator: a record for each item
of a list, beside the relation in ``FROM``. Several generators multiply, as RML says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from iomld.engine import DUCKDB, Dialect
from iomld.location import SourceLocation
from iomld.mapping.model import Call, Expression, Reference, Target, Template

__all__ = [
    "NOTHING",
    "Check",
    "Generator",
    "TargetSql",
    "TermSql",
    "Value",
    "concatenated",
    "is_injective",
    "joined",
    "label_within",
    "merged",
    "references",
]

_NO_TEXT = "''"
_CONSTANT = re.compile(r"'(?:[^']|'')*'")


def joined(pieces: Iterable[str]) -> str:
    """Pieces of text as one SQL expression; NULL where one of them is."""
    return f"({' || '.join(merged(pieces) or [_NO_TEXT])})"


def concatenated(pieces: Iterable[str]) -> str:
    """Pieces of text as one SQL expression of DuckDB, copied once; what the pieces need must be there."""
    parts = merged(pieces) or [_NO_TEXT]
    return f"concat({', '.join(parts)})" if len(parts) > 1 else parts[0]


def merged(pieces: Iterable[str]) -> list[str]:
    """Pieces in which constants that follow each other are one: each piece costs a copy of the text."""
    found: list[str] = []
    for piece in pieces:
        if found and _CONSTANT.fullmatch(piece) and _CONSTANT.fullmatch(found[-1]):
            found[-1] = found[-1][:-1] + piece[1:]
        else:
            found.append(piece)
    return found


def label_within(label: str, graph: str) -> str:
    """The label of a blank node in a graph; that of the default graph, the empty text, has no more to it."""
    return f"{label}_{graph.encode().hex()}" if graph else label


@dataclass(frozen=True)
class Generator:
    """One record for each item of a list, as the column ``v`` of an alias."""

    alias: str
    sql: str
    dialect: Dialect = DUCKDB

    @property
    def clause(self) -> str:
        """What stands in ``FROM``, behind all relations."""
        return self.dialect("beside", self.sql, self.alias)


@dataclass(frozen=True)
class Check:
    """A condition that every value of a term must meet."""

    id: str
    value: str
    holds: str
    message: str
    hint: str | None
    generators: tuple[Generator, ...]
    fields: tuple[str, ...]
    location: SourceLocation


@dataclass(frozen=True)
class Value:
    """Text of a record.

    :param pieces: SQL expressions of text that follow each other
    :param datatype: SQL expression of the datatype that the value has by nature, or None
    :param fields: references that it is made from
    :param needs: SQL expressions without which there is no value
    """

    pieces: tuple[str, ...]
    generators: tuple[Generator, ...] = ()
    fields: tuple[str, ...] = ()
    datatype: str | None = None
    needs: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The whole as one SQL expression; NULL where there is no value."""
        return joined(self.pieces)

    def check(self, id: str, holds: str, message: str, hint: str | None, location: SourceLocation) -> Check:
        """A condition that this value must meet."""
        return Check(id, self.sql, holds, message, hint, self.generators, self.fields, location)


@dataclass(frozen=True)
class TargetSql:
    """A file that quads go to.

    :param path: its name as SQL; NULL where the record does not say it
    :param needs: SQL expressions without which there is no name; empty for a file that takes the quads of all records
    """

    target: Target
    path: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class TermSql:
    """A term spelt as in N-Quads; NULL where the record makes none.

    :param targets: files that its quads go to
    :param opening: text that every such term begins with
    :param closing: text that every such term ends with
    :param injective: whether records that differ in ``columns`` give different terms
    :param columns: SQL of the columns that the term is made from
    :param pieces: SQL expressions of text that follow each other
    :param needs: SQL expressions without which there is no term
    """

    pieces: tuple[str, ...]
    generators: tuple[Generator, ...] = ()
    fields: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    targets: tuple[TargetSql, ...] = ()
    opening: str = ""
    closing: str = ""
    injective: bool = False
    columns: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The whole as one SQL expression; NULL where the record makes no term."""
        return joined(self.pieces)

    def within(self, graph: TermSql, dialect: Dialect) -> TermSql:
        """The same term in statements of a graph: a blank node belongs to one graph, which its label tells.

        Source: RML-Core, Scope of Blank Nodes.
        """
        if not self.opening.startswith("_:") or graph == TermSql.constant(""):
            return self
        if graph.opening == graph.closing != "":
            suffix = dialect.text(label_within("", graph.opening))
        else:
            suffix = f"CASE {graph.sql} WHEN '' THEN '' ELSE '_' || lower(hex({graph.sql})) END"
        return replace(self, pieces=(*self.pieces, suffix), closing="")

    @classmethod
    def constant(cls, term: str, dialect: Dialect = DUCKDB) -> TermSql:
        """A term that is the same for every record."""
        return cls((dialect.text(term),), opening=term, closing=term, injective=True)


#: a term that no record makes
NOTHING = TermSql(("NULL",), needs=("NULL",))


def references(expression: Expression | None) -> Iterator[str]:
    """The references in an expression, in their order."""
    match expression:
        case Reference(reference):
            yield reference
        case Template(parts):
            yield from (part.name for part in parts if isinstance(part, Reference))
        case Call():
            for _, term in expression.inputs:
                yield from references(term.expression)


def is_injective(expression: Expression | None, *, encoded: bool) -> bool:
    """Whether different values of the references make different texts.

    Encoded values hold no reserved character (RFC 3986), so that one of them between two references keeps them apart.
    """
    if isinstance(expression, Reference):
        return True
    if not isinstance(expression, Template):
        return False
    between = ""
    seen = 0
    for part in expression.parts:
        if isinstance(part, str):
            between = part
            continue
        if seen and not (encoded and re.search(r"[:/?#\[\]@!$&'()*+,;=]", between)):
            return False
        seen, between = seen + 1, ""
    return True
