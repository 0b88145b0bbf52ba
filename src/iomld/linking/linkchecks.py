"""What is wrong with link tables: against the reference tables, the dataset that has the links, and each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from urllib.parse import unquote

from iomld.errors import nearest
from iomld.linking.findings import Finding
from iomld.linking.identifiers import AUTHORITIES, NAMESPACES, authority_at, fault, namespace_of
from iomld.linking.names import keys, readings
from iomld.linking.predicates import EXACT, SAME_AS
from iomld.linking.predicates import entries as entries_of
from iomld.linking.reference import Entity, Reference
from iomld.linking.sssom import NO_TERM_FOUND, Link, LinkTable
from iomld.location import SourceLocation

__all__ = ["authority_of", "check_links", "known_names", "same_name"]

_EXACT = (SAME_AS, EXACT)


def check_links(
    reference: Reference,
    tables: Sequence[LinkTable],
    base: str,
    own: str,
    things: Callable[[], Collection[str] | None],
) -> Iterator[Finding]:
    """The findings of link tables; see :func:`iomld.linking.audit.audit`."""
    by_iri = {f"{base}id/{entity.path}": entity for entity in reference.entities.values()}
    entries, authorities = entries_of(reference), _namespaces(reference)
    linked = {link.subject for table in tables for link in table.links if link.object != NO_TERM_FOUND}
    exact_of: dict[tuple[str, str], Link] = {}
    exact_to: dict[str, Link] = {}
    described = _Described(own, things)
    for table in tables:
        for link in table.links:
            place = SourceLocation(table.shown, line=link.row)
            entity = by_iri.get(link.subject)
            concept = link.subject.startswith((f"{base}code/", f"{own}code/"))
            if link.object == NO_TERM_FOUND:
                if link.subject in linked:
                    message = "said to be found nowhere, and linked in another row"
                    yield Finding("link-one-to-many", "error", place, link.subject, message)
                continue
            if entity is None and not concept and link.subject not in described:
                hint = described.nearest(link.subject)
                message = f"neither the dataset nor the reference tables describe this IRI{f'; {hint}' if hint else ''}"
                yield Finding("link-subject-unknown", "error", place, link.subject, message)
                continue
            path = entity.path if entity else link.subject.removeprefix(own).removeprefix(base)
            authority = authority_of(link) or authorities.get(namespace_of(link.object), "")
            if link.predicate in _EXACT:
                first = exact_of.setdefault((link.subject, authority), link)
                if authority and first is not link and first.object != link.object:
                    message = f"{link.object} and {first.object} (line {first.row}) are both its exact match"
                    yield Finding("link-one-to-many", "error", place, path, message)
                other = exact_to.setdefault(link.object, link)
                if other.subject != link.subject:
                    message = f"{link.object} is the exact match of {other.subject} as well (line {other.row})"
                    yield Finding("link-many-to-one", "error", place, path, message)
            yield from _form(path, link, authority, place)
            if entity is not None:
                yield from _object(entity, link, authority, place)
                yield from _period(entity, link, authority, place, entries.get(entity.key, {}))


class _Described:
    """The things of the dataset, asked for once, and only where a link is of one."""

    def __init__(self, own: str, things: Callable[[], Collection[str] | None]) -> None:
        self._own = own
        self._ask = things
        self._asked = False
        self._things: Collection[str] | None = None

    def __contains__(self, iri: object) -> bool:
        if not str(iri).startswith(self._own):
            return False
        if not self._asked:
            self._things, self._asked = self._ask(), True
        return self._things is None or iri in self._things

    def nearest(self, iri: str) -> str | None:
        """A hint that offers the things beside an IRI that are most like it."""
        folder, _, name = iri.rpartition("/")
        beside = [each[len(folder) + 1 :] for each in self._things or () if each.startswith(f"{folder}/")]
        return nearest(name, sorted(beside))


def authority_of(link: Link) -> str:
    """Whose entry the object of a link is; empty where that is not known.

    SSSOM leaves the source of the object open: then it is the authority whose entries lie where the object does.
    """
    return link.source.rpartition("/")[2] or authority_at(link.object)


def _namespaces(reference: Reference) -> dict[str, str]:
    """The authorities, those too that only the reference tables know, each by where its entries lie."""
    return {
        namespace_of(identifier.iri): identifier.authority
        for entity in reference.entities.values()
        for identifier in entity.identifiers
        if identifier.iri
    }


def _form(path: str, link: Link, authority: str, place: SourceLocation) -> Iterator[Finding]:
    """The form of the identifier, and whether it lies where the authority keeps its entries."""
    namespace = NAMESPACES.get(authority)
    if namespace is None:
        identifier = link.object if authority == "website" else re.split("[/#]", link.object)[-1]
    elif link.object.startswith(namespace):
        identifier = link.object[len(namespace) :].removesuffix("/")
    elif authority_at(link.object) in ("", authority):
        # an entry of another known authority is told against the reference tables
        message = f"{link.object} is no entry of {authority}: these lie below {namespace}"
        yield Finding("link-authority", "error", place, path, message)
        return
    else:
        return
    if authority in AUTHORITIES and (wrong := fault(authority, identifier)):
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


def _begun(entity: Entity, entry: Mapping[str, str]) -> str:
    """When an entity began; where no source tells, the first date of a name of it or of FAO's entry.

    FAO dates the territory, so it does not count where the life of the state is known.
    """
    dates = [name.period.start or name.period.end for name in entity.names] + [entry.get("fao_from", "")]
    return entity.period.start or min(filter(None, dates), default="", key=lambda date: date[:4])


def _period(
    entity: Entity, link: Link, authority: str, place: SourceLocation, entry: Mapping[str, str]
) -> Iterator[Finding]:
    start, end = {
        "eu-country": (entry.get("entry_from", ""), entry.get("entry_to", "")),
        "fao": (entry.get("fao_from", ""), entry.get("fao_to", "")),
    }.get(authority, ("", ""))
    own, begun = entity.period, _begun(entity, entry)
    known = own.end and (start or end)
    if link.predicate == SAME_AS and (not known or (own.start[:4], own.end[:4]) != (start[:4], end[:4])):
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
