"""Whether a row holds on a day, or for the whole of a month, year or span: yes, no, or unknown.

A period is known by its bounds: how early and how late it can begin and end (:mod:`iomld.terms.dates`).

- *yes*: the day lies between the latest start and the earliest end. Of a period with an open end we know that it
  lasted until the day of the document that says so.
- *no*: the day lies before the earliest start or after the latest end; or something that the row names did not exist
  on it (a state before it was founded, a process before it began).
- *unknown*: all else, and where the documents give no period.

For a span of days it is *yes* where that is the answer for each of them, *no* where it is that for each of them.

A row that rests on several statements holds where one of them does.

The period of a statement is that of its ``mld:period``, else its own: ``mld:edtf``, else ``mld:earliestStart``,
``mld:latestStart``, ``mld:earliestEnd`` and ``mld:latestEnd``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from iomld.errors import TermError
from iomld.query.answers import Asker, text
from iomld.query.misspelt import Hint
from iomld.query.support import Nodes, related
from iomld.terms import Bounds, bounds, literal

__all__ = ["as_of", "holds", "undated"]

_MLD = "https://w3id.org/iomld/ns#"
_CITED = (
    "?n <http://www.w3.org/ns/prov#wasDerivedFrom>/<http://www.w3.org/ns/oa#hasSource>"
    "/<http://purl.org/dc/terms/isPartOf>+ ?d . "
    f"?d <{_MLD}dateIssued>|<{_MLD}dateAdopted> ?e . ?e <{_MLD}edtf> ?v"
)
_EDGES = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")

Truth = bool | None


def holds(period: Bounds, when: Bounds, *, stated: Iterable[datetime.date] = ()) -> Truth:
    """Whether a period surely holds from the first to the last day of ``when``, surely on none of them, or neither.

    :param when: a day, month, year or span with two ends
    :param stated: days on which documents state the period; an open end lies behind the last of them
    """
    first, last = _ends(when)
    if period.earliest_start and last < period.earliest_start:
        return False
    if period.latest_end and first > period.latest_end:
        return False
    known_until = period.earliest_end if period.latest_end else max(stated, default=None)
    if period.latest_start and known_until and period.latest_start <= first and last <= known_until:
        return True
    return None


def _ends(when: Bounds) -> tuple[datetime.date, datetime.date]:
    assert when.earliest_start and when.latest_end, "a span with two ends"
    return when.earliest_start, when.latest_end


def as_of(asker: Asker, support: Nodes, when: Bounds) -> tuple[list[str], bool]:
    """``yes``, ``no`` or ``unknown`` for each row, and whether anything is known of the time of any."""
    ends = [bounds(day.isoformat()) for day in _ends(when)]
    bearing = {node for row in support for nodes, _ in row for node in nodes}
    every = {node for row in support for _, nodes in row for node in nodes}
    periods = _periods(asker, bearing)
    cited = related(asker, periods, _CITED)
    lives = related(asker, every, f"?n (<{_MLD}existence>|<{_MLD}started>)/<{_MLD}edtf> ?v")
    started = set(related(asker, every, f"?n <{_MLD}started> ?v"))

    def statement(nodes: frozenset[str], all_nodes: frozenset[str]) -> Truth:
        found: list[Truth] = []
        for node in all_nodes:
            for life in _read(lives.get(node, [])):
                # When a process began says nothing of its end.
                known = life._replace(earliest_end=None, latest_end=None) if node in started else life
                if holds(known, when) is False:
                    return False
                if any(holds(known, end) is False for end in ends):
                    found.append(None)  # it existed for a part of the span only
        for node in nodes:
            stated = [one.earliest_start for one in _read(cited.get(node, [])) if one.earliest_start]
            if node in periods:
                found.append(_any([holds(period, when, stated=stated) for period in periods[node]]))
        return _all(found)

    told = [
        {True: "yes", False: "no", None: "unknown"}[_any([statement(*one) for one in row])] if row else "unknown"
        for row in support
    ]
    return told, bool(periods or lives)


def undated() -> Hint:
    """What to say where nothing is known of the time of any row."""
    edges = ", ".join(f"mld:{edge}" for edge in _EDGES)
    return Hint(f"--as-of: no row rests on a statement with a period (mld:period, or its own mld:edtf, or {edges})")


def _periods(asker: Asker, nodes: Iterable[str]) -> dict[str, list[Bounds]]:
    """The periods of statements: of each the first of its period and itself that tells one, first as EDTF text."""
    found: dict[str, list[Bounds]] = {}
    edges = " ".join(f"<{_MLD}{edge}>" for edge in _EDGES)
    for told in (f"?n <{_MLD}period> ?b . ?b", "?n"):
        left = [node for node in nodes if node not in found]
        for node, values in related(asker, left, f"{told} <{_MLD}edtf> ?v").items():
            found[node] = _read(values)
        left = [node for node in left if node not in found]
        for node, values in related(asker, left, f"{told} ?w ?v VALUES ?w {{ {edges} }}").items():
            if any(period := _between(values)):
                found[node] = [period]
    return found


def _between(values: Iterable[tuple[str, ...]]) -> Bounds:
    """A period from the days within which it begins and ends; the widest ones where there are several.

    :param values: pairs of a day and the property that tells it
    """
    days: dict[str, list[datetime.date]] = {}
    for value, edge in values:
        # A year or month as a day: its first where the earliest is told, its last where the latest is.
        for day in _read([(literal(text(value).partition("T")[0].removesuffix("Z")),)]):
            name = edge[len(_MLD) + 1 : -1]
            if end := day.earliest_start if name.startswith("earliest") else day.latest_end:
                days.setdefault(name, []).append(end)
    first, last = ({edge: choose(found) for edge, found in days.items()} for choose in (min, max))
    return Bounds(first.get("earliestStart"), last.get("latestStart"), first.get("earliestEnd"), last.get("latestEnd"))


def _read(values: Iterable[tuple[str, ...]]) -> list[Bounds]:
    read = []
    for value, *_ in values:
        try:
            read.append(bounds(text(value)))
        except TermError:
            continue  # a date in somebody else's data, in a form that is not ours: nothing is known of it
    return read


def _any(truths: Sequence[Truth]) -> Truth:
    if True in truths:
        return True
    return None if None in truths or not truths else False


def _all(truths: Sequence[Truth]) -> Truth:
    if False in truths:
        return False
    return None if None in truths or not truths else True
