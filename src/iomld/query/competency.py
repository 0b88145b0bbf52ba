"""Saved queries as tests: the answer over the data against the rows that their header expects.

``expect`` in the header of a saved query holds one of

``rows: N``
    so many rows (or triples)
``rows: [{column: text, …}, …]``
    these rows and no others, in any order; columns that a row does not name are not compared
``contains: [{column: text, …}, …]``
    at least these rows
``ask: true`` or ``ask: false``
    the answer to ASK

and, where parameters are to be bound for the test, ``params: {name: value}``. Texts are compared as they are written
out: an IRI in full, as a CURIE or relative to the base of the project; several values of a cell joined by ``|``, or as
a list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iomld.errors import QueryError
from iomld.location import SourceLocation
from iomld.query.answers import Answer, Asker
from iomld.query.parameters import bind, lacking
from iomld.query.saved import SavedQuery
from iomld.query.scope import never_bound
from iomld.query.sparql import bound, completed
from iomld.terms import PrefixMap, parse_term

__all__ = ["Outcome", "compare", "examine", "judge"]

_MEMBERS = ("rows", "contains", "ask", "params")
_TOLD = 5  # missing and surplus rows that are told one by one

Cells = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one saved query on one engine.

    :param file: where the query stands
    :param problems: why it failed, in words; empty where it passed
    """

    query: str
    file: str
    engine: str
    question: str
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the answer is the one expected."""
        return not self.problems


def examine(
    queries: Sequence[SavedQuery], engines: Mapping[str, Asker], *, base: str, prefixes: PrefixMap
) -> list[Outcome]:
    """Ask every query that expects something; with several engines every query that can be asked, for the same rows.

    A query that selects a variable which nothing binds fails, also where it expects nothing.

    :param engines: who is asked, by name; the first is the one that the others are compared with
    :raises QueryError: ``expect-malformed`` for a header that cannot be understood
    """
    outcomes = []
    for query in queries:
        _check_header(query)
        declared = [one.name for one in query.parameters]
        unbound = [str(hint) for hint in never_bound(query.text, name=str(query.file), given=declared)]
        if not query.expect and not unbound and (len(engines) == 1 or lacking(query, ())):
            continue
        first: Answer | None = None
        for engine, asker in engines.items():
            problems = list(unbound)
            try:
                answer = _answer(query, asker, base, prefixes)
            except QueryError as error:
                problems.append(str(error))
            else:
                problems += judge(query, answer, base=base, prefixes=prefixes)
                if first is None:
                    first = answer
                else:
                    problems += compare(first, answer, query.multiple, than=next(iter(engines)))
            outcomes.append(
                Outcome(query.name, str(query.file), engine, query.question or query.summary, tuple(problems))
            )
    return outcomes


def _answer(query: SavedQuery, asker: Asker, base: str, prefixes: PrefixMap) -> Answer:
    given = {str(name): _text(value) for name, value in (query.expect.get("params") or {}).items()}
    text = bound(query.text, bind(query, given, base=base, prefixes=prefixes))
    return asker.ask(completed(text, base=base, prefixes=prefixes), name=query.name)


def _check_header(query: SavedQuery) -> None:
    def wrong(message: str) -> QueryError:
        return QueryError(
            "expect-malformed",
            f"expect: {message}",
            location=SourceLocation(str(query.file)),
            hint="write {rows: 12}, {rows: [{column: text}]}, {contains: [{column: text}]} or {ask: true}",
        )

    if not isinstance(query.expect, Mapping):
        raise wrong("it holds no members")
    for member, value in query.expect.items():
        if member not in _MEMBERS:
            raise wrong(f"unknown member “{member}”")
        rows = isinstance(value, list) and all(isinstance(row, Mapping) for row in value)
        if member == "rows" and not rows and (not isinstance(value, int) or isinstance(value, bool)):
            raise wrong("“rows” is a number, or a list of rows with their columns")
        if member == "contains" and not rows:
            raise wrong("“contains” is a list of rows with their columns")
        if member == "ask" and not isinstance(value, bool):
            raise wrong("“ask” is true or false")
    if query.expect and not set(query.expect) & {"rows", "contains", "ask"}:
        raise wrong("nothing is expected")


def judge(query: SavedQuery, answer: Answer, *, base: str, prefixes: PrefixMap) -> list[str]:
    """What is wrong with an answer, in words; empty where it is the one that the header expects."""
    expect = query.expect
    problems = []
    if "ask" in expect and answer.boolean is not expect["ask"]:
        told = {True: "yes", False: "no", None: "no answer to ASK"}
        problems.append(f"the answer is {told[answer.boolean]}, expected was {told[expect['ask']]}")
    if isinstance(wanted := expect.get("rows"), int):
        if answer.solutions is None and answer.triples is None:
            problems.append("the answer has no rows")
        else:
            count = len(answer.solutions.rows) if answer.solutions else len(answer.triples or ())
            if count != wanted:
                problems.append(
                    f"{count:,} row{'s' if count != 1 else ''}, expected {'were' if wanted != 1 else 'was'} {wanted:,}"
                )
    for member in ("rows", "contains"):
        if isinstance(wanted := expect.get(member), list):
            problems += _rows(query, answer, wanted, base, prefixes, exactly=member == "rows")
    return problems


def _rows(
    query: SavedQuery, answer: Answer, wanted: list[Mapping[str, Any]], base: str, prefixes: PrefixMap, *, exactly: bool
) -> Iterator[str]:
    if answer.solutions is None:
        yield "the answer has no rows"
        return
    solutions = answer.solutions.arranged(query.multiple)
    unknown = sorted({str(column) for row in wanted for column in row} - set(solutions.variables))
    if unknown:
        yield f"the answer has no column {', '.join(unknown)}; it has {', '.join(solutions.variables)}"
        return
    found = [dict(zip(solutions.variables, row, strict=True)) for row in solutions.rows]
    left = [{column: _forms(term, base, prefixes) for column, term in row.items()} for row in found]
    missing = []
    # A row that names more columns fits fewer rows, so it chooses first.
    for row in sorted(wanted, key=len, reverse=True):
        cells = {str(column): _text(value) for column, value in row.items()}
        fitting = next((r for r in left if all(text in r[column] for column, text in cells.items())), None)
        if fitting is None:
            missing.append(cells)
        else:
            left.remove(fitting)
    yield from _told("missing", missing)
    if exactly:
        columns = list(dict.fromkeys(str(column) for row in wanted for column in row)) or list(solutions.variables)
        yield from _told("surplus", [{column: min(sorted(row[column]), key=len) for column in columns} for row in left])


def _told(what: str, rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for row in rows[:_TOLD]:
        yield f"{what}: " + ", ".join(f"{column} = {text or '(nothing)'}" for column, text in row.items())
    if len(rows) > _TOLD:
        yield f"{what}: … and {len(rows) - _TOLD:,} more rows"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(sorted(map(_text, value)))
    return str(value)


def _forms(spelt: str | None, base: str, prefixes: PrefixMap) -> frozenset[str]:
    """The ways in which a term may be written in ``expect``; cells of several IRIs are shortened one by one."""
    if spelt is None:
        return frozenset({""})
    text = parse_term(spelt).value
    parts = text.split("|")
    relative = "|".join(sorted(part.removeprefix(base) for part in parts))
    compact = "|".join(sorted(prefixes.compress(part) or part if "://" in part else part for part in parts))
    return frozenset({text, relative, compact})


def compare(first: Answer, other: Answer, multiple: Sequence[str] = (), *, than: str) -> list[str]:
    """How an answer differs from that of another engine, in words; rows are compared as text, in any order.

    :param than: name of the engine that gave ``first``
    """
    if first.boolean is not None or other.boolean is not None:
        return [] if first.boolean == other.boolean else [f"the answer is not that of {than}"]
    rows, others = _counted(first, multiple), _counted(other, multiple)
    only_one = [dict(row) for row in (rows - others).elements()]
    only_two = [dict(row) for row in (others - rows).elements()]
    # Rows about one thing are told together, by the cells in which they differ.
    differing = []
    for row in list(only_one):
        key = next(iter(row.items()))
        partner = next((other_row for other_row in only_two if next(iter(other_row.items())) == key), None)
        if partner is not None:
            only_one.remove(row)
            only_two.remove(partner)
            both = {name: (text or "(nothing)", partner.get(name) or "(nothing)") for name, text in row.items()}
            cells = {name: f"{one}, here {two}" for name, (one, two) in both.items() if one != two}
            differing.append(dict([key]) | cells)
    return [
        *_told(f"differs from {than}", differing),
        *_told(f"only {than} has", only_one),
        *_told(f"{than} has not", only_two),
    ]


def _counted(answer: Answer, multiple: Sequence[str]) -> Counter[Cells]:
    if answer.triples is not None:
        return Counter(tuple(zip(("subject", "predicate", "object"), triple, strict=True)) for triple in answer.triples)
    if answer.solutions is None:
        return Counter()
    solutions = answer.solutions.arranged(multiple)
    return Counter(tuple(zip(solutions.variables, row, strict=True)) for row in solutions.texts())
