"""A name found, held against a date: did its bearer live then, was the name in use, what was the thing called."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from iomld.linking.reference import Entity, Name
from iomld.terms import bounds

__all__ = ["Days", "Hit", "assumed", "days_of", "in_own_life", "label_at"]

Days = tuple[datetime.date, datetime.date]


class Hit(NamedTuple):
    entity: Entity
    name: Name
    level: int


def days_of(at: str) -> Days:
    reach = bounds(at)
    return reach.earliest_start or datetime.date.min, reach.latest_end or datetime.date.max


def in_own_life(hit: Hit) -> bool:
    """Whether the name was in use while the entity lived: a successor has its predecessor's name in the table too."""
    period = hit.entity.period
    if not (period.start or period.end):
        return True
    first = bounds(period.start).earliest_start if period.start else None
    last = bounds(period.end).latest_end if period.end else None
    return hit.name.period.overlaps(first or datetime.date.min, last or datetime.date.max)


def assumed(hit: Hit) -> str:
    if hit.entity.status == "former":
        return f"the life of the entry was assumed, {hit.entity.period}"
    if hit.name.period.end:
        return f"the time of that name was assumed, {hit.name.period}"
    return "the present was assumed"


def label_at(hit: Hit, days: Days | None) -> str:
    """The name borne at the date: an earlier one where one is on record, else the label."""
    if days is None:
        return hit.name.text if hit.name.kind == "previous" else hit.entity.label
    for name in hit.entity.names:
        end = bounds(name.period.end).latest_end if name.period.end else None
        if name.kind == "previous" and end and days[1] <= end and name.period.overlaps(*days):
            return name.text
    return hit.entity.label
