"""What a question gives, whoever answered it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from iomld.terms import WELL_KNOWN, literal, parse_term

__all__ = ["Answer", "Asker", "Solutions"]

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Solutions:
    """The solutions of a SELECT query.

    :param variables: their names, in the order of the query
    :param rows: terms spelt as in N-Quads, None where unbound
    :param complete: False where there were more rows than were asked for
    """

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    complete: bool = True

    def texts(self) -> list[tuple[str, ...]]:
        """The rows as plain text: IRIs and lexical forms, the empty string where unbound."""
        return [tuple("" if term is None else text(term) for term in row) for row in self.rows]

    def with_column(self, name: str, values: Sequence[str]) -> Solutions:
        """The solutions with one more column, last; the values are plain text."""
        rows = tuple((*row, literal(value)) for row, value in zip(self.rows, values, strict=True))
        return Solutions((*self.variables, name), rows, self.complete)

    def with_columns_as(self, names: Sequence[str]) -> Solutions:
        """The solutions with their columns in the order of some names; others follow as they stand."""
        order = sorted(self.variables, key=lambda name: names.index(name) if name in names else len(names))
        columns = [self.variables.index(name) for name in order]
        rows = tuple(tuple(row[column] for column in columns) for row in self.rows)
        return Solutions(tuple(order), rows, self.complete)

    def arranged(self, multiple: Sequence[str] = ()) -> Solutions:
        """The rows sorted by their text, and the values joined by ``|`` sorted within the columns named."""
        indexes = [index for index, name in enumerate(self.variables) if name in multiple]
        rows = []
        for row in self.rows:
            cells = list(row)
            for index in indexes:
                if cell := cells[index]:
                    values = sorted({part for part in text(cell).split("|") if part})
                    cells[index] = literal("|".join(values)) if values else None
            rows.append(tuple(cells))
        arranged = Solutions(self.variables, tuple(rows), self.complete)
        order = sorted(range(len(rows)), key=arranged.texts().__getitem__)
        return Solutions(self.variables, tuple(rows[index] for index in order), self.complete)


def text(spelt: str) -> str:
    """The IRI or the lexical form of a spelt term."""
    if spelt.startswith("<"):
        return spelt[1:-1]
    return parse_term(spelt).value


class Answer(NamedTuple):
    """The answer to a query: exactly one of the three is not None."""

    solutions: Solutions | None = None
    boolean: bool | None = None
    triples: tuple[tuple[str, str, str], ...] | None = None

    def as_table(self) -> Solutions:
        """The answer as rows: a truth value as one row, triples as one row each."""
        if self.solutions is not None:
            return self.solutions
        if self.triples is not None:
            return Solutions(("subject", "predicate", "object"), self.triples)
        said = literal(str(self.boolean).lower(), datatype=WELL_KNOWN["xsd"] + "boolean")
        return Solutions(("answer",), ((said,),))

    @property
    def empty(self) -> bool:
        """Whether there is no row, no triple, or the answer is no."""
        if self.solutions is not None:
            return not self.solutions.rows
        return not self.triples if self.triples is not None else self.boolean is False


class Asker(Protocol):
    """Somebody who answers queries: a store on this machine, an endpoint elsewhere."""

    def ask(self, text: str, *, name: str = "", max_rows: int | None = None) -> Answer:
        """Evaluate a query; the default graph is the union of all graphs.

        :param name: file or name of the query, for messages; empty for a question that we ask beside the user's
        :param max_rows: rows or triples after which the answer is cut
        :raises QueryError: ``query-syntax``, ``query-service``, ``query-update``, ``query-failed``
        """
        ...
