"""The lines of a plan as one query, each line once.

Text is put together by ``concat``, which copies it once where ``||`` copies it once for each piece; but ``concat``
takes NULL for an empty text, so that terms which may be missing are asked for first. Columns that always have a value
are counted, since most do: all lines of a record that cannot be missing are then one ``concat``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from iomld.engine import Embedded
from iomld.mapping.distinct import Keys, groups
from iomld.mapping.expressions import concatenated
from iomld.mapping.planning import Plan, from_clause
from iomld.mapping.rules import Emit

if TYPE_CHECKING:
    import duckdb

__all__ = ["lines_query"]

_NEWLINE = "'\n'"


def lines_query(plan: Plan, connection: duckdb.DuckDBPyConnection) -> str:
    """The query that gives the lines of a plan, each once; a value may hold the lines of one record together."""
    keys = Keys(Embedded(connection))
    emits = [emit for emit in itertools.chain.from_iterable(plan.emits) if not emit.targets]
    queries: list[str] = []
    together: dict[tuple[str, tuple[str, ...], str], list[Emit]] = {}
    for group in groups(emits):
        if len(group) > 1:
            queries.append(f"SELECT DISTINCT line FROM ({' UNION ALL '.join(map(_lines, group))})")
        elif keys.proves(group[0]):
            emit = group[0]
            together.setdefault((emit.origin, emit.conditions, emit.subject.sql), []).append(emit)
        else:
            queries.append(_distinct(group[0]))
    queries += [_block(group, _present(connection, group)) for group in together.values()]
    return " UNION ALL ".join(queries) or "SELECT NULL AS line WHERE false"


def _after_subject(emit: Emit) -> tuple[list[str], list[str]]:
    """The pieces of a line that follow its subject, and what they need."""
    pieces = ["' '", *emit.predicate.pieces, "' '", *emit.object.pieces, *emit.graph_pieces, "' .'"]
    return pieces, list(dict.fromkeys([*emit.predicate.needs, *emit.object.needs, *emit.graph.needs]))


def _concat(pieces: Iterable[str], needs: Sequence[str]) -> str:
    text = concatenated(pieces)
    present = " AND ".join(f"{each} IS NOT NULL" for each in needs)
    return f"CASE WHEN {present} THEN {text} END" if present else text


def _lines(emit: Emit) -> str:
    """The lines of one rule; the conditions come before the text, so that it is put together once."""
    pieces, needs = _after_subject(emit)
    present = [f"{each} IS NOT NULL" for each in dict.fromkeys([*emit.subject.needs, *needs])]
    where = " AND ".join((*emit.conditions, *present)) or "true"
    line = _concat([*emit.subject.pieces, *pieces], ())
    return f"SELECT {line} AS line FROM {from_clause(emit, emit.generators)} WHERE {where}"


def _distinct(emit: Emit) -> str:
    """The lines of one rule, each once: distinct columns make distinct lines, and are cheaper to compare."""
    terms = (emit.subject, emit.predicate, emit.object, emit.graph)
    columns = dict.fromkeys(itertools.chain.from_iterable(term.columns for term in terms))
    if emit.generators or " JOIN " in emit.origin or not columns or not all(term.injective for term in terms):
        return f"SELECT DISTINCT line FROM ({_lines(emit)})"
    pieces, needs = _after_subject(emit)
    # a column may have a value that makes no legal term: where such are left out, the terms need more than the columns
    present = dict.fromkeys([*columns, *emit.subject.needs, *needs])
    where = " AND ".join((*emit.conditions, *(f"{each} IS NOT NULL" for each in present)))
    line = _concat([*emit.subject.pieces, *pieces], ())
    return f"SELECT {line} AS line FROM (SELECT DISTINCT {', '.join(columns)} FROM {emit.origin} WHERE {where}) c"


def _present(connection: duckdb.DuckDBPyConnection, emits: Sequence[Emit]) -> set[str]:
    """Which of the columns that the lines need have a value in every record."""
    if " JOIN " in emits[0].origin:
        return set()
    needs = list(
        dict.fromkeys([*emits[0].subject.needs, *(need for emit in emits for need in _after_subject(emit)[1])])
    )
    if not needs:
        return set()
    counts = ", ".join(f"count({need}) = count(*)" for need in needs)
    row = connection.execute(f"SELECT {counts} FROM {emits[0].origin}").fetchone()
    return {need for need, always in zip(needs, row or (), strict=True) if always}


def _block(emits: Sequence[Emit], present: set[str]) -> str:
    """All lines of a record in one text: those that are always there at once, the others each behind its condition."""
    first = emits[0]
    where = f" WHERE {' AND '.join(first.conditions)}" if first.conditions else ""
    if " JOIN " in first.origin:
        return " UNION ALL ".join(map(_lines, emits))
    missing = [need for need in first.subject.needs if need not in present]
    always: list[str] = []
    sometimes: list[str] = []
    for emit in emits:
        pieces, needs = _after_subject(emit)
        needs = [need for need in needs if need not in present]
        if needs:
            sometimes.append(_concat([_NEWLINE, "t", *pieces], needs))
        else:
            always += [_NEWLINE, "t", *pieces] if always else ["t", *pieces]
    if not always:
        # the first line to be there has no line break before it
        sometimes = [f"ltrim({_concat(sometimes, ())}, {_NEWLINE})"]
    line = _concat([*always, *sometimes], ["t"] if missing else ())
    subject = _concat(first.subject.pieces, missing)
    records = f"(SELECT c.*, {subject} AS t FROM {first.origin}{where}) c"
    if always and not missing:
        return f"SELECT {line} AS line FROM {records}"
    return f"SELECT line FROM (SELECT {line} AS line FROM {records}) WHERE line <> ''"
