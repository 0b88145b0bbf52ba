"""Who takes part in which process, as what: what maps, comparisons and the network are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from iomld.serve.dataset import Dataset, term

__all__ = ["Seat", "places", "processes", "seats", "seats_in", "seats_of", "themes"]


class Seat(NamedTuple):
    """One participation; ``role`` is the IRI of a concept or empty."""

    process: str
    member: str
    role: str
    fact: str


@lru_cache(maxsize=8)
def seats(dataset: Dataset) -> tuple[Seat, ...]:
    """All participations of a dataset."""
    found, kind, within = [], term("mld:Participation"), term("org:organization")
    for process in dataset.of_class(term("mld:Dialogue")):
        for predicate, fact in dataset.pointing.get(process, ()):
            if predicate == within and kind in dataset.types(fact):
                for member in dataset.values(fact, "org:member")[:1]:
                    role = next(iter(dataset.values(fact, "org:role")), "")
                    found.append(Seat(process, member, role, fact))
    return tuple(found)


@lru_cache(maxsize=8)
def processes(dataset: Dataset) -> tuple[str, ...]:
    """The processes in which somebody takes part, those with most members first."""
    members: dict[str, set[str]] = {}
    for seat in seats(dataset):
        members.setdefault(seat.process, set()).add(seat.member)
    return tuple(sorted(members, key=lambda one: (-len(members[one]), dataset.label(one))))


@lru_cache(maxsize=8)
def themes(dataset: Dataset) -> Mapping[str, int]:
    """The concepts that things have as themes, each with the number of these."""
    scope = term("mld:theme")
    found = {}
    for concept in dataset.of_class(term("skos:Concept")):
        if count := sum(1 for predicate, _ in dataset.pointing.get(concept, ()) if predicate == scope):
            found[concept] = count
    return found


def seats_in(dataset: Dataset, process: str) -> list[Seat]:
    """The participations in a process."""
    return [seat for seat in seats(dataset) if seat.process == process]


def seats_of(dataset: Dataset, member: str) -> list[Seat]:
    """The participations of a member."""
    return [seat for seat in seats(dataset) if seat.member == member]


def places(dataset: Dataset, things: Iterable[str]) -> list[str]:
    """The states and territories among some things, each once."""
    wanted = {term("mld:State"), term("mld:Territory")}
    return [one for one in dict.fromkeys(things) if wanted.intersection(dataset.types(one))]
