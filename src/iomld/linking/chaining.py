"""From decisions to links: a thing, the name that it bears, what that was accepted for, what authorities call it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from iomld.errors import IomldError, LinkError, UsageError, nearest, raise_all
from iomld.linking.decisions import Decision
from iomld.linking.identifiers import NAMESPACES, authority_at, namespace_of
from iomld.linking.predicates import (
    CLOSE,
    EXACT,
    SAME_AS,
    as_uri,
    close_to,
    confidence,
    entries,
    label_there,
    predicate_of,
)
from iomld.linking.reference import Entity, Reference
from iomld.linking.sssom import Link
from iomld.location import SourceLocation
from iomld.terms import WELL_KNOWN

__all__ = ["Chained", "chain", "prefixes_of"]

_AUTHORITY = "https://w3id.org/iomld/code/authority/"
_MANUAL = WELL_KNOWN["semapv"] + "ManualMappingCuration"
#: prefixes of the authorities, where their names are none
_PREFIXES = {"eu-country": "eucountry", "eu-corporate-body": "eubody", "fao": "faogeo", "crossref-funder": "funder"}


@dataclass(frozen=True)
class Chained:
    """The links that decisions give.

    :param links: each once
    :param nameless: names that were accepted and that nothing bears
    :param missing: accepted names of which an authority asked for has no identifier, by authority
    """

    links: tuple[Link, ...]
    nameless: tuple[str, ...]
    missing: Mapping[str, Sequence[str]]


def chain(
    decisions: Sequence[Decision],
    things: Mapping[str, str],
    reference: Reference,
    *,
    base: str,
    authorities: Collection[str] = (),
    file: str = "",
) -> Chained:
    """The links of things by the accepted decisions on their names.

    A candidate of the reference tables stands for what the authorities call it; one of another register is itself the
    object. Predicates follow docs/decisions/0130, but never ``owl:sameAs``: a name does not tell the life of a thing.

    :param things: the IRI of the thing that bears each name
    :param base: base IRI of the candidates from the reference tables
    :param authorities: those whose identifiers are wanted; empty for all that have IRIs
    :param file: of the decisions, for messages
    :raises UsageError: ``link-authority-unknown``
    :raises LinkError: ``link-candidate`` for each candidate that is no IRI, or that the reference tables do not know
    """
    _require_known(authorities, reference)
    by_iri = {f"{base}id/{entity.path}": entity for entity in reference.entities.values()}
    rows = entries(reference)
    found: dict[tuple[str, str], Link] = {}
    nameless: list[str] = []
    missing: dict[str, list[str]] = defaultdict(list)
    errors: list[IomldError] = []
    for number, each in enumerate(decisions, 2):
        if each.decision != "accept":
            continue
        subject, entity = things.get(each.name), by_iri.get(each.candidate)
        if subject is None:
            nameless.append(each.name)
        elif entity is not None:
            made = list(_to_authorities(subject, each, entity, rows.get(entity.key, {}), authorities))
            for authority in {*authorities} - {link.source.removeprefix(_AUTHORITY) for link in made}:
                missing[authority].append(each.name)
            for link in made:
                found.setdefault((link.subject, link.object), link)
        elif each.candidate.startswith(f"{base}id/"):
            hint = "name the reference tables that it came from: --reference"
            errors.append(_no_object(each, "is nothing that the reference tables know", hint, file, number))
        elif not re.match(r"https?://[^\s<>]+$", each.candidate):
            hint = "give the register a column of IRIs (--id of 'iomld link suggest'), and decide again"
            errors.append(_no_object(each, "is no IRI", hint, file, number))
        elif not authorities or authority_at(each.candidate) in authorities:
            link = _to_candidate(subject, each)
            found.setdefault((link.subject, link.object), link)
    raise_all(errors)
    return Chained(tuple(found.values()), tuple(dict.fromkeys(nameless)), missing)


def _no_object(decision: Decision, what: str, hint: str, file: str, row: int) -> LinkError:
    place = SourceLocation(file, row=row, field="candidate")
    return LinkError("link-candidate", f"the candidate “{decision.candidate}” {what}", location=place, hint=hint)


def _require_known(authorities: Collection[str], reference: Reference) -> None:
    identifiers = [each for entity in reference.entities.values() for each in entity.identifiers]
    known = sorted({each.authority for each in identifiers if each.iri and each.authority != "website"} | {*NAMESPACES})
    schemes = {scheme for entity in reference.entities.values() for scheme in entity.codes}
    for each in authorities:
        if each not in known:
            codes = each.startswith("iso") or each in schemes or any(each == other.authority for other in identifiers)
            raise UsageError(
                "link-authority-unknown",
                f"the authority “{each}” has identifiers, but no IRIs that a link could lead to"
                if codes
                else f"there is no authority “{each}”",
                hint="keep such codes in a column of your table, and map them to a text"
                if codes
                else nearest(each, known) or f"known are {', '.join(known)}",
            )


def _told(decision: Decision, *more: str) -> str:
    said = f"“{decision.name}” was accepted by {decision.reviewer} on {decision.decided}: {decision.reason}"
    return "; ".join(filter(None, (said, *more)))


def _to_authorities(
    subject: str, decision: Decision, entity: Entity, entry: Mapping[str, str], authorities: Collection[str]
) -> list[Link]:
    found = []
    for identifier in entity.identifiers:
        wanted = identifier.authority in authorities if authorities else identifier.authority != "website"
        if not (wanted and identifier.chosen and identifier.iri):
            continue
        predicate, reason = predicate_of(entity, identifier, entry)
        if predicate == SAME_AS:
            predicate, reason = EXACT, ""
        found.append(
            Link(
                subject=subject,
                predicate=predicate,
                object=as_uri(identifier.iri),
                justification=_MANUAL,
                subject_label=decision.name,
                object_label=label_there(entity, identifier),
                confidence=confidence(identifier),
                source=_AUTHORITY + identifier.authority,
                comment=_told(
                    decision,
                    reason,
                    identifier.note,
                    f"given by {identifier.sources.replace('|', ', ')} for {entity.path}",
                ),
            )
        )
    return found


def _to_candidate(subject: str, decision: Decision) -> Link:
    authority = authority_at(decision.candidate)
    reason = close_to(authority)
    return Link(
        subject=subject,
        predicate=CLOSE if reason else EXACT,
        object=as_uri(decision.candidate),
        justification=_MANUAL,
        subject_label=decision.name,
        object_label=decision.label,
        confidence="0.9",
        source=_AUTHORITY + authority if authority else "",
        comment=_told(decision, reason),
    )


def prefixes_of(links: Sequence[Link], known: Mapping[str, str]) -> dict[str, str]:
    """Prefixes for all IRIs of links: those known, those of the authorities, and one for each namespace besides.

    :param known: prefixes of the project
    """
    found = {prefix: WELL_KNOWN[prefix] for prefix in ("skos", "owl", "semapv", "sssom")}
    found |= {_PREFIXES.get(authority, authority): namespace for authority, namespace in NAMESPACES.items()}
    found["authority"] = _AUTHORITY
    found |= {prefix: iri for prefix, iri in known.items() if prefix not in found}
    for iri in dict.fromkeys(each for link in links for each in (link.subject, link.object)):
        namespace = namespace_of(iri)
        if namespace in found.values() or iri.startswith(tuple(NAMESPACES.values())):
            continue
        steps = [step for step in re.split("[/#]", urlsplit(namespace).path + urlsplit(namespace).fragment) if step]
        name = re.sub(r"[^a-z0-9]", "", (steps[-1] if steps else urlsplit(iri).netloc.split(".")[-2]).lower()) or "ns"
        name = name if name[0].isalpha() else f"ns{name}"
        while name in found:
            name += "x"
        found[name] = namespace
    return found
