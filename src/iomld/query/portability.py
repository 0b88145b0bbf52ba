"""The same saved queries on several engines: where their rows differ, a query leans on one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from iomld.errors import IomldError, QueryError, nearest
from iomld.query.answers import Answer, Asker
from iomld.query.competency import compare
from iomld.query.jena import Jena
from iomld.query.local import Local, load_quads
from iomld.query.parameters import bind
from iomld.query.saved import SavedQuery
from iomld.query.sparql import bound, completed
from iomld.terms import PrefixMap

__all__ = ["ENGINES", "Difference", "compare_engines"]

Quads = Iterable[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Difference:
    """What an engine answers otherwise than the first one.

    :param told: rows that are missing or surplus, or the error, each as text
    """

    query: str
    engine: str
    told: tuple[str, ...]


def _rdflib(quads: Quads) -> Asker:
    from iomld.query.peers import Rdflib

    return Rdflib(quads)


#: Engines by name: each makes an asker from quads.
ENGINES: Mapping[str, Callable[[Quads], Asker]] = {
    "oxigraph": lambda quads: Local(load_quads(quads)),
    "rdflib": _rdflib,
    "jena": Jena,
}


def compare_engines(
    saved: Iterable[SavedQuery],
    quads: Sequence[tuple[str, str, str, str]],
    engines: Sequence[str],
    *,
    base: str,
    prefixes: PrefixMap,
    given: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Difference]:
    """Put each query to each engine and compare the rows with those of the first engine; empty where all agree.

    :param engines: names of :data:`ENGINES`
    :param given: parameters by the name of the query
    :raises QueryError: ``engine-unknown``
    :raises OutsideError: ``engine-missing``
    """
    for engine in engines:
        if engine not in ENGINES:
            hint = nearest(engine, ENGINES) or f"known are {', '.join(ENGINES)}"
            raise QueryError("engine-unknown", f"there is no engine “{engine}”", hint=hint)
    askers = {engine: ENGINES[engine](quads) for engine in engines}
    differences = []
    for query in saved:
        values = bind(query, (given or {}).get(query.name, {}), base=base, prefixes=prefixes)
        text = completed(bound(query.text, values), base=base, prefixes=prefixes)
        answers = {engine: _answer(asker, text, query) for engine, asker in askers.items()}
        first, *others = answers
        for engine in others:
            if told := _told(answers[first], answers[engine], query, first):
                differences.append(Difference(query.name, engine, tuple(told)))
    return differences


def _answer(asker: Asker, text: str, query: SavedQuery) -> Answer | IomldError:
    try:
        return asker.ask(text, name=str(query.file))
    except QueryError as error:
        return error


def _told(first: Answer | IomldError, other: Answer | IomldError, query: SavedQuery, than: str) -> list[str]:
    if isinstance(first, IomldError):
        return [f"{than}: {first}"]
    if isinstance(other, IomldError):
        return [str(other)]
    return compare(first, other, query.multiple, than=than)
