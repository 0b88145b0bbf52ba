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
link-subject-unknown      the link is of nothing that the dataset or the reference tables know
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
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from iomld.linking.findings import Finding
from iomld.linking.identifiers import fault
from iomld.linking.linkchecks import check_links
from iomld.linking.names import keys
from iomld.linking.reference import Entity, Identifier, Name, Reference
from iomld.linking.sssom import LinkTable
from iomld.linking.tables import read_table
from iomld.location import SourceLocation
from iomld.terms import bounds

__all__ = ["Finding", "audit"]


def audit(
    reference: Reference,
    tables: Iterable[LinkTable] = (),
    *,
    base: str,
    own: str | None = None,
    things: Callable[[], Collection[str] | None] = tuple,
) -> list[Finding]:
    """Check reference tables and link tables against each other.

    :param base: base IRI of what the reference tables know
    :param own: base IRI of the dataset that has the links; by default the same
    :param things: gives the IRIs of the things of that dataset, or None where they cannot be told, so that whatever
        lies below its base is taken for one; asked only where a link is of what the reference tables do not know
    :returns: findings in the order of files and rows; empty where all is well
    """
    found = [*_identifiers(reference), *_names(reference), *_codes(reference), *_successions(reference)]
    tables = list(tables)
    found += check_links(reference, tables, base, own or base, things)
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
