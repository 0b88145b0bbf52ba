"""Whether the authorities still say what the link tables say: each identifier, asked of its authority's endpoint.

========================  ==================================================================================
finding                   means
========================  ==================================================================================
link-gone                 the authority says nothing of the identifier any more, or says that it is withdrawn
link-redirected           the authority leads to another identifier instead
link-drift                the authority calls it by none of the names that are on record here
========================  ==================================================================================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from iomld.errors import OutsideError
from iomld.linking.findings import Finding
from iomld.linking.linkchecks import authority_of, known_names, same_name
from iomld.linking.reference import Reference
from iomld.linking.remote import Limits, answer, bindings
from iomld.linking.sssom import NO_TERM_FOUND, Link, LinkTable
from iomld.location import SourceLocation
from iomld.terms import iri

__all__ = ["ENDPOINTS", "Recheck", "recheck"]

#: authority, as the link tables name it: the public endpoint that answers for it
ENDPOINTS = {
    "wikidata": "https://query.wikidata.org/sparql",
    "dbpedia": "https://dbpedia.org/sparql",
    "eu-country": "https://publications.europa.eu/webapi/rdf/sparql",
    "eu-corporate-body": "https://publications.europa.eu/webapi/rdf/sparql",
    "eurovoc": "https://publications.europa.eu/webapi/rdf/sparql",
}
_BATCH = 50  # identifiers in one question

_QUERY = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dbo: <http://dbpedia.org/ontology/>
SELECT DISTINCT ?id ?label ?next ?same ?gone WHERE {{
  VALUES ?id {{ {ids} }}
  {{ ?id rdfs:label|skos:prefLabel|skos:altLabel ?label . FILTER (lang(?label) IN ("en", "fr", "es", "")) }}
  UNION {{ ?id dcterms:isReplacedBy|dbo:wikiPageRedirects ?next . FILTER (isIRI(?next)) }}
  UNION {{ ?id owl:sameAs ?same . FILTER (isIRI(?same)) }}
  UNION {{ ?id owl:deprecated ?gone }}
}}"""


@dataclass
class _Said:
    """What an authority says of an identifier: its labels, where it leads to, whether it is withdrawn."""

    labels: set[str] = field(default_factory=set)
    next: set[str] = field(default_factory=set)
    same: set[str] = field(default_factory=set)
    withdrawn: bool = False


@dataclass(frozen=True)
class Recheck:
    """What came out: findings, the authorities that could not be asked, and those of which no endpoint is known."""

    findings: tuple[Finding, ...]
    errors: tuple[OutsideError, ...]
    unasked: tuple[str, ...]
    asked: int


def recheck(
    reference: Reference,
    tables: Iterable[LinkTable],
    *,
    base: str,
    day: str,
    endpoints: Mapping[str, str] = ENDPOINTS,
    cache: Path | None = None,
    limits: Limits | None = None,
) -> Recheck:
    """Ask for every linked identifier; an authority that does not answer leaves the others unharmed.

    :param base: base IRI of the subjects of the links
    :param day: today, ``2003-11-10``: an answer is kept for the day
    :param endpoints: authority to the address of a SPARQL endpoint that answers for it
    :param cache: folder of kept answers; None asks each time
    """
    names = known_names(reference, base)
    links: dict[str, list[tuple[Link, SourceLocation]]] = defaultdict(list)
    for table in tables:
        for link in table.links:
            if link.object != NO_TERM_FOUND:
                links[authority_of(link)].append((link, SourceLocation(table.shown, line=link.row)))
    findings: list[Finding] = []
    errors: list[OutsideError] = []
    asked = 0
    for authority in sorted(links.keys() & endpoints.keys()):
        wanted = sorted({link.object for link, _ in links[authority]})
        try:
            said = _ask(endpoints[authority], wanted, day, cache, limits or Limits())
        except OutsideError as error:
            errors.append(error)
            continue
        asked += len(wanted)
        for link, place in links[authority]:
            findings += _compare(link, place, said[link.object], names.get(link.subject, ()), base)
    findings.sort(key=lambda each: (each.location.file, each.location.line or 0, each.kind))
    return Recheck(tuple(findings), tuple(errors), tuple(sorted(links.keys() - endpoints.keys())), asked)


def _ask(url: str, wanted: Sequence[str], day: str, cache: Path | None, limits: Limits) -> Mapping[str, _Said]:
    remote = limits.remote(url)
    said: dict[str, _Said] = defaultdict(_Said)
    for start in range(0, len(wanted), _BATCH):
        query = _QUERY.format(ids=" ".join(map(iri, wanted[start : start + _BATCH])))
        found = answer(url, f"{day}\n{query}", partial(remote.sparql, query, seconds=limits.seconds), cache)
        for row in bindings(url, found, "id"):
            one = said[row["id"]]
            for variable, values in (("label", one.labels), ("next", one.next), ("same", one.same)):
                if variable in row:
                    values.add(row[variable])
            one.withdrawn |= row.get("gone") in ("true", "1")
    return said


def _compare(link: Link, place: SourceLocation, said: _Said, names: Iterable[str], base: str) -> Iterator[Finding]:
    subject = link.subject.removeprefix(base).removeprefix("id/")
    # owl:sameAs leads to the same thing at others, too. Within the authority, of what has no label any more, it tells
    # that an identifier was given up for another.
    own = link.object.rpartition("/")[0]
    given_up = set() if said.labels else {other for other in said.same if other.startswith(own)}
    if others := (said.next | given_up) - {link.object}:
        message = f"{link.object} leads to {', '.join(sorted(others))} now"
        yield Finding("link-redirected", "error", place, subject, message)
    elif said.withdrawn:
        yield Finding("link-gone", "error", place, subject, f"{link.object} is withdrawn by its authority")
    elif not said.labels:
        yield Finding("link-gone", "error", place, subject, f"the authority says nothing of {link.object}")
    else:
        seen = [link.object_label] if link.object_label else [link.subject_label, *names]
        if not any(same_name(one, other) for one in seen for other in said.labels):
            shown = ", ".join(f"“{label}”" for label in sorted(said.labels)[:3])
            message = f"on record as “{seen[0]}”, the authority says {shown}"
            yield Finding("link-drift", "warning", place, subject, message)
