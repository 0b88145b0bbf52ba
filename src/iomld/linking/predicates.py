"""What a link says: its predicate by rule, and how sure it is (docs/decisions/0130-predicates-of-links.md)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from iomld.linking.reference import Entity, Identifier, Reference
from iomld.linking.tables import read_table
from iomld.terms import WELL_KNOWN

__all__ = ["CLOSE", "EXACT", "SAME_AS", "as_uri", "close_to", "confidence", "entries", "label_there", "predicate_of"]

EXACT = WELL_KNOWN["skos"] + "exactMatch"
CLOSE = WELL_KNOWN["skos"] + "closeMatch"
SAME_AS = WELL_KNOWN["owl"] + "sameAs"


def entries(reference: Reference) -> dict[str, Mapping[str, str]]:
    """The rows of states.csv by their keys: what the authorities date, beside what is known of the state."""
    path = reference.folder / "states.csv"
    columns = ["key", "entry_from", "entry_to", "fao_from", "fao_to"]
    return {cells["key"]: cells for _, cells in read_table(path, columns)} if path.exists() else {}


def close_to(authority: str) -> str:
    """Why an entry of an authority is never more than a close match; empty where it may be an exact one."""
    return "GeoNames describes the place, not the state" if authority == "geonames" else ""


def predicate_of(entity: Entity, identifier: Identifier, entry: Mapping[str, str]) -> tuple[str, str]:
    """The predicate of a link to an identifier, and the reason, where it is not the plain exact match.

    :param entry: row of the entity in states.csv; empty for an organisation
    """
    if entity.group != "state":
        return EXACT, ""
    if reason := close_to(identifier.authority):
        return CLOSE, reason
    if entity.key == "YUG" and identifier.authority in ("wikidata", "dbpedia"):
        return CLOSE, "the item is of the Socialist Federal Republic or of both states of the name"
    start, end = entity.period.start, entity.period.end
    fao, entered = entry.get("fao_from", ""), entry.get("entry_from", "")
    if identifier.authority == "fao":
        years = (start[:4], end[:4])
        if end and years == (fao, entry.get("fao_to", "")):
            return SAME_AS, f"the same state in the same time span, {years[0]} to {years[1]}"
        if fao not in ("", "1985") and not start:
            return CLOSE, f"the individual is valid from {fao}: of the state in its later extent"
    if identifier.authority == "eu-country" and entered:
        begun = start or (fao if fao == "1985" else "")
        if begun and entered[:4] > begun[:4]:
            known = f"from {start}" if start else "in 1985 already"
            name = "present" if entity.status == "current" else "last"
            dated = f"the entry is valid from {entered}, which dates its {name} name or form"
            return CLOSE, f"{dated}: the state is on record {known}"
    return EXACT, ""


def confidence(identifier: Identifier) -> str:
    """By the number of sources that agree; a choice between sources that disagree counts as one."""
    if identifier.authority in ("m49", "eu-country", "fao") and not identifier.note:
        return "0.99"  # the authority's own table gives it for the code
    agreeing = 1 + identifier.sources.count("|")
    if "disagree" in identifier.note or "kept" in identifier.note:
        agreeing = 1
    return {1: "0.9", 2: "0.97"}.get(agreeing, "0.99")


def label_there(entity: Entity, identifier: Identifier) -> str:
    """The authority's own label, where the reference tables hold it."""
    if identifier.authority in ("fao", "dbpedia"):
        local = identifier.iri.rpartition("/resource/")[2].rpartition("#")[2]
        return local.replace("__", ", ").replace("_", " ").strip(" ,")
    if identifier.authority == "m49":
        return next((name.text for name in entity.names if name.kind in ("un", "short") and name.language == "en"), "")
    return entity.label if identifier.authority == "eu-country" else ""


def as_uri(iri: str) -> str:
    """The IRI in ASCII: the pattern of the SSSOM tools takes no other letters. Source: RFC 3987, section 3.1."""
    return quote(iri, safe="!#$%&'()*+,/:;=?@[]~")
