"""Who takes part in which process, as what: what maps, comparisons and the network are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from iomld.serve.dataset import Dataset, term

__all__ = ["Seat", "participating", "places", "processes", "seats", "seats_in", "seats_of", "states_in", "themes"]


_PROCESS, _SEAT = term("mld:Dialogue"), term("mld:Participation")
#: a picture of more says nothing to the eye, and would hold up the first page
_MOST_PROCESSES, _MOST_SEATS, _MOST_SCOPES = 80, 20_000, 100_000


class Seat(NamedTuple):
    """One participation; ``role`` is the IRI of a concept or empty."""

    process: str
    member: str
    role: str
    fact: str


@lru_cache(maxsize=8)
def processes(dataset: Dataset) -> tuple[str, ...]:
    """The processes in which somebody takes part, those with most members first.

    None where there are more participations than pages over all of them could show.
    """
    if dataset.has_more(_SEAT, _MOST_SEATS):
        return ()
    members = {one: len({seat.member for seat in seats_in(dataset, one)}) for one in dataset.of_class(_PROCESS)}
    found = sorted((one for one in members if members[one]), key=lambda one: (-members[one], dataset.label(one)))
    return tuple(found) if len(found) <= _MOST_PROCESSES else ()


def seats(dataset: Dataset) -> list[Seat]:
    """The participations in all of :func:`processes`."""
    return [seat for process in processes(dataset) for seat in seats_in(dataset, process)]


@lru_cache(maxsize=256)
def seats_in(dataset: Dataset, process: str) -> tuple[Seat, ...]:
    """The participations in a process."""
    return tuple(_seats(dataset, process, "org:organization"))


def seats_of(dataset: Dataset, member: str) -> list[Seat]:
    """The participations of a member."""
    return list(_seats(dataset, member, "org:member"))


def participating(dataset: Dataset, seats: Iterable[Seat]) -> list[Seat]:
    """Those of some participations by which the member takes part: who is only invited, or host, does not.

    All of them where the dataset does not know the role of a participant.
    """
    role = f"<{dataset.base}code/role/participant>"
    return [seat for seat in seats if seat.role == role or role not in dataset.about]


def states_in(dataset: Dataset, process: str) -> list[str]:
    """The states and territories that take part in a process, each once."""
    return places(dataset, (seat.member for seat in participating(dataset, seats_in(dataset, process))))


def _seats(dataset: Dataset, thing: str, curie: str) -> Iterator[Seat]:
    by = term(curie)
    for predicate, fact in dataset.pointing.get(thing, ()):
        if predicate == by and _SEAT in dataset.types(fact):
            role = next(iter(dataset.values(fact, "org:role")), "")
            for process in dataset.values(fact, "org:organization")[:1]:
                for member in dataset.values(fact, "org:member")[:1]:
                    yield Seat(process, member, role, fact)


@lru_cache(maxsize=8)
def themes(dataset: Dataset) -> Mapping[str, int]:
    """The concepts that things have as themes, each with the number of these; none where there are too many."""
    if dataset.has_more(term("mld:ThematicScope"), _MOST_SCOPES):
        return {}
    scope = term("mld:theme")
    found = {}
    for concept in dataset.of_class(term("skos:Concept")):
        if count := sum(1 for predicate, _ in dataset.pointing.get(concept, ()) if predicate == scope):
            found[concept] = count
    return found


def places(dataset: Dataset, things: Iterable[str]) -> list[str]:
    """The states and territories among some things, each once."""
    wanted = {term("mld:State"), term("mld:Territory")}
    return [one for one in dict.fromkeys(things) if wanted.intersection(dataset.types(one))]
