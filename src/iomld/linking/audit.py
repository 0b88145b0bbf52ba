"""What is wrong with reference tables and link tables, found with no network.

========================  ==================================================================================
finding                   means
========================  ==================================================================================
identifier-malformed      the identifier has the wrong form, or a check digit does not fit
identifier-shared         two entities have one identifier
identifier-clash          an entity has two chosen identifiers of one authority
name-shared               two entities of one time bear one name, and both rows say that it decides
code-withdrawn            an entry in use bears a withdrawn code, or a former one a code still in use
code-clash                two entries bear one code at the same time
succession                a successor or predecessor is not there, or ended before the other began
link-subject-unknown      the link is of nothing that the reference tables know
link-object-unchosen      the link goes to an identifier that the reference tables do not choose
link-authority            the object does not lie where the named authority keeps its entries
link-one-to-many          one thing is the exact match of two entries of one authority
link-many-to-one          two things are the exact match of one entry
link-period               the authority's dates do not fit those of the thing
link-label                the label seen at the authority is no name on record
========================  ==================================================================================
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from iomld.linking.identifiers import fault
from iomld.linking.names import keys, readings
from iomld.linking.reference import Entity, Identifier, Name, Reference
from iomld.linking.sssom import NO_TERM_FOUND, Link, LinkTable
from iomld.linking.tables import read_table
from iomld.location import SourceLocation
from iomld.terms import bounds

__all__ = ["Finding", "audit", "known_names", "same_name"]

_EXACT = ("http://www.w3.org/2002/07/owl#sameAs", "http://www.w3.org/2004/02/skos/core#exactMatch")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its kind, its severity (a label that differs is a warning), where it stands, what it is about."""

    kind: str
    severity: Literal["error", "warning"]
    location: SourceLocation
    subject: str
    message: str


def audit(reference: Reference, tables: Iterable[LinkTable] = (), *, base: str) -> list[Finding]:
    """Check reference tables and link tables against each other.

    :param base: base IRI of the subjects of the links
    :returns: findings in the order of files and rows; empty where all is well
    """
    found = [*_identifiers(reference), *_names(reference), *_codes(reference), *_successions(reference)]
    tables = list(tables)
    found += _links(reference, tables, base)
    return sorted(
        found,
        key=lambda finding: (finding.location.file, finding.location.row or finding.location.line or 0, finding.kind),
    )


def _file(reference: Reference, entity: Entity, what: str) -> str:
    group = "" if entity.group == "state" else "organisation_"
    return str(reference.folder / f"{group}{what}.csv")


def _identifiers(reference: Reference) -> Iterator[Finding]:
    owners: dict[tuple[str, str], list[tuple[Entity, Identifier]]] = defaultdict(list)
    for entity in reference.entities.values():
        chosen: dict[str, Identifier] = {}
        for identifier in entity.identifiers:
            place = SourceLocation(_file(reference, entity, "identifiers"), row=identifier.row, field="identifier")
            wrong = fault(identifier.authority, identifier.identifier)
            if wrong:
                message = f"{identifier.authority} “{identifier.identifier}”: {wrong}"
                yield Finding("identifier-malformed", "error", place, entity.path, message)
            if not identifier.chosen:
                continue
            first = chosen.setdefault(identifier.authority, identifier)
            if first is not identifier:
                message = f"two of {identifier.authority}: {first.identifier} and {identifier.identifier}; choose one"
                yield Finding("identifier-clash", "error", place, entity.path, message)
            owners[identifier.authority, identifier.identifier].append((entity, identifier))
    for (authority, text), bearers in owners.items():
        for entity, identifier in bearers[1:]:
            place = SourceLocation(_file(reference, entity, "identifiers"), row=identifier.row, field="identifier")
            message = f"{authority} {text} is that of {bearers[0][0].path} as well"
            yield Finding("identifier-shared", "error", place, entity.path, message)


def _names(reference: Reference) -> Iterator[Finding]:
    bearers: dict[tuple[str, str], dict[str, tuple[Entity, Name]]] = defaultdict(dict)
    for entity in reference.entities.values():
        for name in entity.names:
            if name.use == "name":
                bearers[entity.group, keys(name.text).sorted].setdefault(entity.path, (entity, name))
    for sharing in bearers.values():
        (first, _), *others = sharing.values()
        for entity, name in others:
            # Whoever followed another under its name is told from it by the date.
            related = {*reference.successors.get(first.key, ()), *reference.predecessors.get(first.key, ())}
            if entity.group == "state" and (
                entity.key in related or entity.code == first.code or not _coexist(first, entity)
            ):
                continue
            place = SourceLocation(_file(reference, entity, "names"), row=name.row, field="use")
            message = f"“{name.text}” is a name of {first.path} as well: one of them, or both, cannot decide"
            yield Finding("name-shared", "error", place, entity.path, message)


def _coexist(one: Entity, other: Entity) -> bool:
    first = bounds(one.period.start).earliest_start if one.period.start else None
    last = bounds(one.period.end).latest_end if one.period.end else None
    return other.period.overlaps(first or datetime.date.min, last or datetime.date.max)


def _codes(reference: Reference) -> Iterator[Finding]:
    file = str(reference.folder / "codes.csv")
    bearers: dict[tuple[str, str], list[Entity]] = defaultdict(list)
    for entity in reference.entities.values():
        for scheme, (code, period) in entity.codes.items():
            place = SourceLocation(file, field="code")
            if scheme.startswith("iso3166-1"):
                if not period.end:
                    bearers[scheme, code].append(entity)
                if entity.status == "former" and not period.end:
                    message = f"{scheme} {code} has no day of withdrawal, though the entry is former"
                    yield Finding("code-withdrawn", "error", place, entity.path, message)
                if entity.status == "current" and period.end:
                    message = f"{scheme} {code} was withdrawn {period.end}, though the entry is in use"
                    yield Finding("code-withdrawn", "error", place, entity.path, message)
    for (scheme, code), entities in bearers.items():
        for entity in entities[1:]:
            message = f"{scheme} {code} is in use for {entities[0].path} as well"
            yield Finding("code-clash", "error", SourceLocation(file, field="code"), entity.path, message)


def _successions(reference: Reference) -> Iterator[Finding]:
    path = reference.folder / "successions.csv"
    if not path.exists():
        return
    for number, cells in read_table(path, ["predecessor", "successor"]):
        place = SourceLocation(str(path), row=number)
        pair = [reference.entities.get(("state", cells[column])) for column in ("predecessor", "successor")]
        for column, entity in zip(("predecessor", "successor"), pair, strict=True):
            if entity is None:
                yield Finding(
                    "succession", "error", place, cells[column], f"the {column} “{cells[column]}” is not there"
                )
        before, after = pair
        if before and after and before.period.start and after.period.end:
            began, ended = bounds(before.period.start).earliest_start, bounds(after.period.end).latest_end
            if began and ended and ended < began:
                yield Finding("succession", "error", place, after.path, f"ended before {before.path} began")


def _links(reference: Reference, tables: list[LinkTable], base: str) -> Iterator[Finding]:
    by_iri = {f"{base}id/{entity.path}": entity for entity in reference.entities.values()}
    entries, authorities = _entries(reference), _namespaces(reference)
    linked = {link.subject for table in tables for link in table.links if link.object != NO_TERM_FOUND}
    exact_of: dict[tuple[str, str], Link] = {}
    exact_to: dict[str, Link] = {}
    for table in tables:
        for link in table.links:
            place = SourceLocation(table.shown, line=link.row)
            entity = by_iri.get(link.subject)
            concept = link.subject.startswith(f"{base}code/")
            if link.object == NO_TERM_FOUND:
                if link.subject in linked:
                    message = "said to be found nowhere, and linked in another row"
                    yield Finding("link-one-to-many", "error", place, link.subject, message)
                continue
            if entity is None and not concept:
                yield Finding(
                    "link-subject-unknown",
                    "error",
                    place,
                    link.subject,
                    "the reference tables know nothing of this IRI",
                )
                continue
            path = entity.path if entity else link.subject.removeprefix(base)
            # The source of the object is optional in SSSOM.
            authority = link.source.rpartition("/")[2] or authorities.get(_namespace(link.object), "")
            if link.predicate in _EXACT:
                first = exact_of.setdefault((link.subject, authority), link)
                if authority and first is not link and first.object != link.object:
                    message = f"{link.object} and {first.object} (line {first.row}) are both its exact match"
                    yield Finding("link-one-to-many", "error", place, path, message)
                other = exact_to.setdefault(link.object, link)
                if other.subject != link.subject:
                    message = f"{link.object} is the exact match of {other.subject} as well (line {other.row})"
                    yield Finding("link-many-to-one", "error", place, path, message)
            if entity is None:
                yield from _form(path, link, authority, place)
                continue
            yield from _object(entity, link, authority, place)
            yield from _period(entity, link, authority, place, entries.get(entity.key, {}))


def _namespace(iri: str) -> str:
    """An IRI without the identifier at its end."""
    return re.sub(r"[^/#]+/?$", "", iri)


def _namespaces(reference: Reference) -> dict[str, str]:
    """The authorities, each by where its entries lie."""
    return {
        _namespace(identifier.iri): identifier.authority
        for entity in reference.entities.values()
        for identifier in entity.identifiers
        if identifier.iri
    }


def _form(path: str, link: Link, authority: str, place: SourceLocation) -> Iterator[Finding]:
    """A concept is in no reference table: what can be told of its link is the form of the identifier."""
    identifier = re.split("[/#]", link.object)[-1]
    if wrong := fault(authority, identifier):
        yield Finding("identifier-malformed", "error", place, path, f"{authority} “{identifier}”: {wrong}")


def _object(entity: Entity, link: Link, authority: str, place: SourceLocation) -> Iterator[Finding]:
    of_authority = [identifier for identifier in entity.identifiers if identifier.authority == authority]
    target = next((each for each in entity.identifiers if unquote(each.iri) == unquote(link.object)), None)
    if target is None and of_authority:
        known = ", ".join(identifier.iri for identifier in of_authority)
        yield Finding(
            "link-object-unchosen", "error", place, entity.path, f"{link.object} is not on record; on record: {known}"
        )
    elif target is None:
        yield Finding(
            "link-object-unchosen", "error", place, entity.path, f"no identifier of “{authority}” is on record"
        )
    elif not target.chosen:
        message = f"{link.object} is on record as not chosen: {target.note}"
        yield Finding("link-object-unchosen", "error", place, entity.path, message)
    elif authority and target.authority != authority:
        message = f"{link.object} is an identifier of {target.authority}, not of {authority}"
        yield Finding("link-authority", "error", place, entity.path, message)
    if link.object_label and not any(same_name(name.text, link.object_label) for name in entity.names):
        message = f"seen as “{link.object_label}”, which is no name on record"
        yield Finding("link-label", "warning", place, entity.path, message)


def same_name(ours: str, label: str) -> bool:
    """Whether an authority's label is a name that we have, its remark in brackets ("(country)") apart."""
    bare = re.sub(r"\s*\([^()]*\)$", "", label)
    seen = {keys(label).sorted, keys(bare).sorted}
    return any(keys(text).sorted in seen for text, _ in readings(ours))


def known_names(reference: Reference, base: str) -> dict[str, tuple[str, ...]]:
    """The names on record of every entity, by its IRI."""
    return {
        f"{base}id/{entity.path}": tuple(name.text for name in entity.names) for entity in reference.entities.values()
    }


def _entries(reference: Reference) -> dict[str, dict[str, str]]:
    """What the authorities date: the rows of states.csv."""
    path = reference.folder / "states.csv"
    columns = ["key", "entry_from", "entry_to", "fao_from", "fao_to"]
    return {cells["key"]: dict(cells) for _, cells in read_table(path, columns)} if path.exists() else {}


def _begun(entity: Entity, entry: dict[str, str]) -> str:
    """When an entity began; where no source tells, the first date of a name of it or of FAO's entry.

    FAO dates the territory, so it does not count where the life of the state is known.
    """
    dates = [name.period.start or name.period.end for name in entity.names] + [entry.get("fao_from", "")]
    return entity.period.start or min(filter(None, dates), default="", key=lambda date: date[:4])


def _period(
    entity: Entity, link: Link, authority: str, place: SourceLocation, entry: dict[str, str]
) -> Iterator[Finding]:
    start, end = {
        "eu-country": (entry.get("entry_from", ""), entry.get("entry_to", "")),
        "fao": (entry.get("fao_from", ""), entry.get("fao_to", "")),
    }.get(authority, ("", ""))
    own, begun = entity.period, _begun(entity, entry)
    known = own.end and (start or end)
    if link.predicate == _EXACT[0] and (not known or (own.start[:4], own.end[:4]) != (start[:4], end[:4])):
        message = f"sameAs needs the same time span: {own} here, {start or '?'} to {end or '?'} there"
        yield Finding("link-period", "error", place, entity.path, message)
    elif link.predicate in _EXACT:
        if (
            begun
            and start[:4] not in ("", "1985")
            and int(start[:4]) > int(begun[:4]) + 1
            and authority == "eu-country"
        ):
            message = f"the entry begins {start}, the state is on record in {begun}: skos:closeMatch is all that holds"
            yield Finding("link-period", "error", place, entity.path, message)
        if bool(own.end) != bool(end) and (start or end) and authority == "eu-country":
            message = f"the entry ends {end or 'not at all'}, the state {own.end or 'not at all'}"
            yield Finding("link-period", "error", place, entity.path, message)
