"""What the documents say twice and differently: each side with the place that says it.

Documents contradict themselves and each other; both readings stand in the data, and this list shows them. It judges
nothing: a conflict may be a slip of the document, a change in time, or a mistake in the tables.

=============  ======================================================================================
kind           two sides that do not agree
=============  ======================================================================================
``date``       dates of one thing, neither of which is a more exact form of the other
``label``      labels of one thing in one language
``status``     planned in one place and completed in another
``order``      a part is over before the whole begins
``role``       sole, joint or technical secretariat of one process by one agent
``total``      a number of members that a document states, and the members that it lists
=============  ======================================================================================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import NamedTuple

from iomld.graph import Quads
from iomld.terms import PrefixMap, bounds, parse_term

__all__ = ["Conflict", "Side", "find_conflicts"]

_MLD = "https://w3id.org/iomld/ns#"
_ORG = "http://www.w3.org/ns/org#"
_PROV = "http://www.w3.org/ns/prov#"
_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_DATES = {f"<{_MLD}{name}>" for name in ("period", "started", "dateAdopted", "dateIssued", "inForce")}
_WHOLES = ("<http://purl.org/dc/terms/isPartOf>", "<https://schema.org/superEvent>")
_STATUS = f"<{_MLD}status>"
_KINDS = {
    "State": ("state", "states"),
    "Territory": ("territory", "territories"),
    "Organization": ("organization", "organizations"),
}
_SECRETARIATS = ("secretariat", "joint-secretariat", "technical-secretariat")
_TOTALS = ("stated-total", "members", "participants", "stated-organisations")
_PRESENT = ("participant", "partner")  # roles that a stated total counts


class Side(NamedTuple):
    """One side of a conflict.

    :param value: what is said
    :param pinpoints: where the documents say it
    :param rows: where the tables say it, ``file:row``
    """

    value: str
    pinpoints: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Two or more sides about one subject.

    :param kind: ``date``, ``label``, ``status``, ``order``, ``role`` or ``total``
    :param subject: what it is about, as a CURIE or IRI
    """

    kind: str
    subject: str
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class _Said:
    """A value of a subject, with the row that says it."""

    value: str
    pinpoints: frozenset[str]
    row: str


_Values = dict[str, list[_Said]]  # predicate to what is said


def find_conflicts(quads: Quads, *, base: str, prefixes: PrefixMap) -> list[Conflict]:
    """All conflicts between cited statements, sorted by kind and subject.

    :param base: base IRI of the project, which subjects are shown relative to
    """
    said = _said(quads)
    found: list[Conflict] = []
    for subject, values in said.items():
        shown = _shown(subject, base, prefixes)
        found += _of_one_thing(shown, values, said, base, prefixes)
        found += _before_its_whole(subject, values, said, base, prefixes)
    found += _secretariats(said, base, prefixes)
    found += _totals(said, base, prefixes)
    return sorted(found, key=lambda conflict: (conflict.kind, conflict.subject, conflict.sides))


def _said(quads: Quads) -> dict[str, _Values]:
    """What cited rows say, by subject and predicate."""
    cited: dict[tuple[str, int, int], set[str]] = defaultdict(set)
    for subject, source, row, pinpoint in quads.connection.execute(
        f"""
        SELECT DISTINCT q.subject, q.source, q.row, p.object FROM quad q JOIN quad p ON p.subject = q.object
        WHERE q.predicate = '<{_PROV}wasDerivedFrom>' AND p.predicate = '<{_MLD}pinpoint>' AND q.row IS NOT NULL
        """
    ).fetchall():
        cited[subject, source, row].add(parse_term(pinpoint).value)
    said: dict[str, _Values] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value, source, row in quads.connection.execute(
        "SELECT DISTINCT subject, predicate, object, source, row FROM quad WHERE row IS NOT NULL ORDER BY ALL"
    ).fetchall():
        pinpoints = frozenset(cited.get((subject, source, row), ()))
        said[subject][predicate].append(_Said(value, pinpoints, f"{quads.sources[source]}:{row}"))
    return said


def _shown(spelt: str, base: str, prefixes: PrefixMap) -> str:
    term = parse_term(spelt)
    if term.kind != "iri":
        return term.value
    return term.value.removeprefix(base) if term.value.startswith(base) else prefixes.compress(term.value) or term.value


def _side(value: str, said: list[_Said]) -> Side:
    pinpoints = sorted(frozenset().union(*(one.pinpoints for one in said)))
    return Side(value, tuple(pinpoints), tuple(sorted({one.row for one in said})))


def _of_one_thing(
    shown: str, values: _Values, said: Mapping[str, _Values], base: str, prefixes: PrefixMap
) -> Iterator[Conflict]:
    for predicate, statements in values.items():
        by_value: dict[str, list[_Said]] = defaultdict(list)
        for statement in statements:
            if statement.pinpoints:
                by_value[statement.value].append(statement)
        if len(by_value) < 2:
            continue
        if predicate == _LABEL:
            languages: dict[str | None, list[str]] = defaultdict(list)
            for value in by_value:
                languages[parse_term(value).language].append(value)
            for labels in languages.values():
                if len(labels) > 1:
                    sides = (_side(parse_term(label).value, by_value[label]) for label in labels)
                    yield Conflict("label", shown, tuple(sorted(sides)))
        elif predicate == _STATUS:
            sides = (_side(_shown(value, base, prefixes).rpartition("/")[2], by_value[value]) for value in by_value)
            yield Conflict("status", shown, tuple(sorted(sides)))
        elif predicate in _DATES:
            dated: dict[str, list[_Said]] = defaultdict(list)
            for value, found in by_value.items():
                for edtf in said.get(value, {}).get(f"<{_MLD}edtf>", ()):
                    dated[parse_term(edtf.value).value] += found
            if any(not _agree(one, other) for one, other in combinations(dated, 2)):
                yield Conflict("date", shown, tuple(sorted(_side(edtf, dated[edtf]) for edtf in dated)))


def _agree(one: str, other: str) -> bool:
    """Whether one date lies within the other: October 2002 and 16 October 2002 agree."""
    (start, end), (other_start, other_end) = (
        (found.earliest_start or date.min, found.latest_end or date.max) for found in (bounds(one), bounds(other))
    )
    return (start <= other_start and other_end <= end) or (other_start <= start and end <= other_end)


def _before_its_whole(
    part: str, values: _Values, said: Mapping[str, _Values], base: str, prefixes: PrefixMap
) -> Iterator[Conflict]:
    for whole in {one.value for predicate in _WHOLES for one in values.get(predicate, ())}:
        for end, ended in _dated(values, said):
            for start, started in _dated(said.get(whole, {}), said):
                last, first = bounds(end).latest_end, bounds(start).earliest_start
                if last and first and last < first:
                    whole_shown = _shown(whole, base, prefixes)
                    sides = (_side(end, [ended]), _side(f"{whole_shown} {start}", [started]))
                    yield Conflict("order", _shown(part, base, prefixes), sides)


def _dated(values: _Values, said: Mapping[str, _Values]) -> Iterator[tuple[str, _Said]]:
    """The cited dates of a thing, as EDTF text."""
    for one in values.get(f"<{_MLD}period>", ()):
        for edtf in said.get(one.value, {}).get(f"<{_MLD}edtf>", ())[:1]:
            if one.pinpoints:
                yield parse_term(edtf.value).value, one


def _one(values: _Values, predicate: str) -> str | None:
    statements = values.get(f"<{predicate}>", ())
    return statements[0].value if statements else None


def _secretariats(said: Mapping[str, _Values], base: str, prefixes: PrefixMap) -> Iterator[Conflict]:
    held: dict[tuple[str, str], dict[str, list[_Said]]] = defaultdict(lambda: defaultdict(list))
    for values in said.values():
        process, member, role = (_one(values, f"{_ORG}{name}") for name in ("organization", "member", "role"))
        name = (role or "").strip("<>").rpartition("/")[2]
        if process and member and name in _SECRETARIATS:
            held[process, member][name] += values[f"<{_ORG}role>"]
    for (process, member), roles in held.items():
        if len(roles) > 1:
            agent = _shown(member, base, prefixes)
            sides = (_side(f"{agent} is its {role.replace('-', ' ')}", roles[role]) for role in roles)
            yield Conflict("role", _shown(process, base, prefixes), tuple(sorted(sides)))


def _totals(said: Mapping[str, _Values], base: str, prefixes: PrefixMap) -> Iterator[Conflict]:
    """Exact numbers of states or organizations against those that the same document lists.

    Numbers of other things (meetings, themes) name a selection that the data does not mark, so they are not compared.
    """
    listed = _listed(said)
    for values in said.values():
        subject, unit = _one(values, f"{_MLD}figureOf"), _one(values, f"{_MLD}unit")
        counted = {"state": ("State", "Territory"), "organisation": ("Organization",)}.get(
            (unit or "").strip("<>").rpartition("/")[2]
        )
        measure = (_one(values, f"{_MLD}measure") or "").strip("<>").rpartition("/")[2]
        qualifier = (_one(values, f"{_MLD}qualifier") or "").strip("<>").rpartition("/")[2]
        if not (subject and counted and measure in _TOTALS and qualifier in ("exactly", "")):
            continue
        statements = values[f"<{_MLD}value>"]
        documents = {pinpoint.partition("/")[0] for one in statements for pinpoint in one.pinpoints}
        members: dict[str, list[_Said]] = defaultdict(list)
        kinds: dict[str, str] = {}
        for member, kind, one in listed.get(subject, ()):
            if kind in counted and {pinpoint.partition("/")[0] for pinpoint in one.pinpoints} & documents:
                members[member].append(one)
                kinds[member] = kind
        stated = float(parse_term(statements[0].value).value)
        sizes = [sum(kind == first for kind in kinds.values()) for first in counted]
        # Only of a stated total is it known that it counts a list; of other numbers a list may be a part.
        fits = stated in (sizes[0], sum(sizes)) or (measure != "stated-total" and sizes[0] < stated)
        if not members or fits:
            continue
        told = " and ".join(_number(size, kind) for size, kind in zip(sizes, counted, strict=True) if size)
        everything = [one for found in members.values() for one in found]
        yield Conflict(
            "total",
            _shown(subject, base, prefixes),
            (_side(f"{_number(int(stated), counted[0])} stated", statements), _side(f"{told} listed", everything)),
        )


def _number(size: int, kind: str) -> str:
    singular, plural = _KINDS[kind]
    return f"{size} {singular if size == 1 else plural}"


def _listed(said: Mapping[str, _Values]) -> dict[str, list[tuple[str, str, _Said]]]:
    """Who takes part in what, with its kind: ``State``, ``Territory`` or ``Organization``."""
    kinds = {}
    for subject, values in said.items():
        for one in values.get(_TYPE, ()):
            kind = one.value.strip("<>").rpartition("#")[2]
            if kind in _KINDS:
                kinds[subject] = kind
    listed: dict[str, list[tuple[str, str, _Said]]] = defaultdict(list)
    involving = {
        one.value: subject for subject, values in said.items() for one in values.get(f"<{_MLD}involvement>", ())
    }
    for node, values in said.items():
        whole = _one(values, f"{_ORG}organization") or involving.get(node)
        role = _one(values, f"{_ORG}role") or _one(values, f"{_PROV}hadRole") or ""
        if whole and role.strip("<>").rpartition("/")[2] in _PRESENT:
            for one in (*values.get(f"<{_ORG}member>", ()), *values.get(f"<{_PROV}agent>", ())):
                if one.value in kinds:
                    listed[whole].append((one.value, kinds[one.value], one))
    return listed
