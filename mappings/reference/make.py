"""Make the reference tables of this folder from the collected facts.

    python mappings/reference/make.py FOLDER

FOLDER holds ``countries.csv``, ``organisations.csv`` and ``README.md`` (the list of sources). What a person decided
stands in ``curation.csv`` beside this file, each decision with its reason; nothing else here is typed by hand.
The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Row = dict[str, str]
HERE = Path(__file__).parent

PROCESS_SLUGS = {"cisconf": "cis-conference", "lima": "sacm", "five": "5-5-dialogue"}
EVENT_SLUGS = {
    "conf_santiago": "hemispheric-conference-on-international-migration-santiago-2002",
    "conf_arab": "arab-migration-in-a-globalized-world-cairo-2003",
    "conf_bs": "irregular-migration-security-black-sea-bucharest-2003",
}
LANGUAGES = ("en", "fr", "es")
TERRITORY = re.compile(r"\bTerritor|\bCollectivity\b|\bBailiwick\b|Special Administrative Region")
SOVEREIGN = re.compile(
    r"\((?:The )?(?:France|Denmark|Netherlands|Australia|United States of America|New Zealand|Finland|China"
    r"|United Kingdom of Great Britain and Northern Ireland)\)$"
)
INFLECTED = re.compile(r"^(?:of|de|du|des|del|d['’])\s*(?:the |la |las |los |l['’])?(?=\S)")
ROMANCE = re.compile(r"Rep[uú]blica|République|Royaume|Reino|État|Estado")
ACRONYM = re.compile(r"[A-Z]{2,6}")


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: str, rows: Iterable[Mapping[str, str]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header.split(","), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


class Curation:
    """The decisions of ``curation.csv``: (table, key, action) to value and reason."""

    def __init__(self) -> None:
        self.rows = read(HERE / "curation.csv")

    def find(self, table: str, key: str, action: str, name: str = "") -> Row | None:
        for row in self.rows:
            if (row["table"], row["key"], row["action"], row["name"]) == (table, key, action, name):
                return row
        return None

    def added(self, table: str, key: str) -> list[Row]:
        return [row for row in self.rows if (row["table"], row["key"], row["action"]) == (table, key, "add")]


def key_of(country: Row) -> str:
    """The alpha-3 code; ATF stands twice in ISO 3166, so the former entry has a key of its own."""
    return "ATF-former" if (country["alpha3"], country["status"]) == ("ATF", "former") else country["alpha3"]


def existence(country: Row, ends: Mapping[str, str]) -> tuple[str, str, str]:
    """From, to and source of a state's life, only as far as a source speaks of the state and not of its name.

    The EU table dates its entry, which for a renamed state is the date of the name. Its date is taken for the life
    of a former entry, and for a current one where a predecessor ends within the week before; else the year that
    FAO gives, 1985 excepted, in which FAO's table begins. Where FAO has a former entry earlier than the EU table does,
    the latter dates its last name, and no source tells when the state began.
    """
    if country["status"] == "former":
        if (year := country["fao_valid_since"]) and int(country["valid_from"][:4]) - int(year) > 1:
            return "", country["valid_to"], f"eu-country end.use (fao has it in {year} already)"
        return (
            country["valid_from"],
            country["valid_to"],
            "eu-country start.use and end.use" * bool(country["valid_from"]),
        )
    start, year = country["valid_from"], country["fao_valid_since"]
    for predecessor in filter(None, country["successor_of"].split("|")):
        end = ends.get(predecessor, "")
        if start and end:
            gap = datetime.date.fromisoformat(start) - datetime.date.fromisoformat(end)
            if datetime.timedelta(0) < gap <= datetime.timedelta(days=7):
                return start, "", f"eu-country start.use, after the end of {predecessor}"
    if year in ("", "1985"):
        return "", "", ""
    if start[:4] == year:
        return start, "", "eu-country start.use, same year in fao"
    if start and int(year) - int(start[:4]) == 1:
        return start, "", f"eu-country start.use (fao says {year})"
    if start and start < year:
        # Further apart the two tell of different things: the date stands only where a predecessor is on record.
        return (start, "", f"eu-country start.use (fao says {year})") if country["successor_of"] else ("", "", "")
    return year, "", "fao validSince"


def kind_of(country: Row, curation: Curation) -> tuple[str, str]:
    decided = curation.find("states", key_of(country), "kind")
    if decided:
        return decided["value"], decided["reason"]
    bracketed = [name for name in country["other_names"].split("|") if SOVEREIGN.search(name)]
    if bracketed:
        return "territory", f"a source names the state it belongs to: {bracketed[0]}"
    if TERRITORY.search(country["official_en"]):
        return "territory", f"long name: {country['official_en']}"
    long_name = country["official_en"] and (
        country["status"] == "current" or country["official_en"] != country["name_en"]
    )
    if long_name:
        return "state", "a long name is on record and no source names a state it belongs to"
    return "", ""


def names_of(country: Row, curation: Curation) -> Iterator[Row]:
    """Every name once for a language, what it was used for, and in which period as far as that is known."""
    key = key_of(country)
    seen: set[tuple[str, ...]] = set()
    renamed, evidence = country["previous_name_until"], country["previous_name_evidence"]
    previous_names = [name for name in country["previous_names"].split("|") if name]
    stays = "stays in use" in evidence

    def period(name: str, language: str, kind: str) -> tuple[str, str]:
        """In English, and where no language is given, a rename dates the names that hold the old or the new one."""
        if not renamed or language not in ("en", "") or ROMANCE.match(name):
            return "", ""
        if re.search(rf"\b{re.escape(country['name_en'])}(?!\w)", name):
            return renamed, ""
        dated = kind == "previous" or not stays
        if dated and any(old in name and old not in country["name_en"] for old in previous_names):
            return "", renamed
        return "", renamed if kind == "previous" else ""

    def row(name: str, language: str, kind: str, source: str) -> Iterator[Row]:
        name = re.sub(r"\s*\*+$", "", name).strip()
        start, end = period(name, language, kind)
        begun = curation.find("names", key, "from", name)
        if begun:
            start = begun["value"]
        again = (
            {(name, known, start, end) for known in (*LANGUAGES, "")}
            if not language
            else {(name, language, start, end)}
        )
        if not name or again & seen:
            return
        seen.add((name, language, start, end))
        decided = curation.find("names", key, "use", name)
        use, note = "name", begun["reason"] if begun else ""
        if decided:
            use, note = decided["value"], decided["reason"]
        elif ";" in name:
            use, note = "no", "a list of adjectives, not a name"
        elif kind == "other" and INFLECTED.match(name):
            use, note = "no", "an inflected form"
        elif ACRONYM.fullmatch(name):
            use = "acronym"
        yield {
            "key": key, "name": name, "language": language, "kind": kind, "use": use,
            "from": start, "to": end, "source": source, "note": note,
        }  # fmt: skip

    for previous in previous_names:
        yield from row(previous, "en", "previous", evidence)
    for language in LANGUAGES:
        yield from row(country[f"name_{language}"], language, "short", "eu-country|cldr")
    for language in LANGUAGES:
        yield from row(country[f"un_name_{language}"], language, "un", "m49")
    yield from row(country["name_iso_en"], "en", "iso", "iso-codes")
    for language in LANGUAGES:
        yield from row(country[f"official_{language}"], language, "official", "iso-codes|unterm|eu-country")
    for other in filter(None, country["other_names"].split("|")):
        yield from row(other, "", "other", "eu-country|cldr|unterm|ocha")
    for added in curation.added("names", key):
        kind, language = added["value"].split(";")
        yield from row(added["name"], language, kind, added["evidence"])


def codes_of(country: Row, curation: Curation) -> Iterator[Row]:
    withdrawn = country["iso_withdrawn"]
    part = "iso-codes" if country["status"] != "user-assigned" else "user-assigned"
    for scheme, column in (
        ("iso3166-1-alpha-3", "alpha3"), ("iso3166-1-alpha-2", "alpha2"), ("iso3166-1-numeric", "numeric"),
        ("iso3166-3-alpha-4", "iso3166_3"),
    ):  # fmt: skip
        if country[column]:
            end = withdrawn if column != "iso3166_3" else ""
            start = withdrawn if column == "iso3166_3" else ""
            yield {
                "key": key_of(country),
                "scheme": scheme,
                "code": country[column],
                "from": start,
                "to": end,
                "source": part,
            }
    for scheme, column, source in (
        ("m49", "m49", "m49"), ("eu-country", "eu_code", "eu-country"), ("faostat", "faostat_code", "fao"),
    ):  # fmt: skip
        if country[column]:
            code = re.sub(r"\.0$", "", country[column])
            decided = curation.find("identifiers", key_of(country), "chosen", code) if scheme == "eu-country" else None
            if decided and decided["value"] == "no":  # the code of another state
                continue
            yield {"key": key_of(country), "scheme": scheme, "code": code, "from": "", "to": "", "source": source}


def identifiers_of(country: Row, curation: Curation) -> Iterator[Row]:
    key = key_of(country)
    notes = country["notes"]
    wikidata = "http://www.wikidata.org/entity/"
    rows: list[Row] = []

    def add(authority: str, identifier: str, iri: str, sources: str, chosen: str = "yes", note: str = "") -> None:
        rows.append({"key": key, "authority": authority, "identifier": identifier, "iri": iri,
                     "sources": sources, "chosen": chosen, "note": note})  # fmt: skip

    if country["m49"]:
        add("m49", country["m49"], f"http://metadata.un.org/sdg/codes/geoArea/{country['m49']}", "m49")
    if country["wikidata"]:
        note = notes if "wikidata" in notes else ""
        add("wikidata", country["wikidata"], wikidata + country["wikidata"], country["wikidata_sources"], note=note)
        for other in filter(None, country["wikidata_alternatives"].split("|")):
            add("wikidata", other, wikidata + other, "see note", "no", notes)
    if country["geonames_id"]:
        add(
            "geonames",
            country["geonames_id"],
            f"https://sws.geonames.org/{country['geonames_id']}/",
            country["geonames_sources"],
        )
    if country["eu_iri"]:
        add(
            "eu-country",
            country["eu_code"],
            country["eu_iri"],
            "eu-country",
            note=notes if notes.startswith("EU ") else "",
        )
    if country["fao_iri"]:
        add("fao", country["fao_iri"].rpartition("#")[2], country["fao_iri"], "fao")
    if country["dbpedia"]:
        other = re.search(
            r"dbpedia: sources disagree \(rigour=(?P<rigour>.+?); fao=(?P<fao>.+?)\), newer form kept", notes
        )
        note = notes if "dbpedia" in notes else ""
        add(
            "dbpedia",
            country["dbpedia"].rpartition("/resource/")[2],
            country["dbpedia"],
            country["dbpedia_sources"],
            note=note,
        )
        if other and not country["dbpedia"].endswith("/" + other["fao"]):
            add("dbpedia", other["fao"], "http://dbpedia.org/resource/" + other["fao"], "fao", "no", notes)
    for row in rows:
        decided = curation.find("identifiers", key, "chosen", row["identifier"])
        if decided:
            row["chosen"], row["note"] = decided["value"], decided["reason"]
    yield from rows


def states(folder: Path, curation: Curation) -> None:
    countries = read(folder / "countries.csv")
    ends = {country["alpha3"]: country["valid_to"] for country in countries if country["status"] == "former"}
    by_code = {country["alpha3"]: country for country in countries if key_of(country) == country["alpha3"]}
    rows, successions = [], []
    for country in countries:
        kind, reason = kind_of(country, curation)
        start, end, source = existence(country, ends)
        if decided := curation.find("states", key_of(country), "from"):
            start, source = decided["value"], decided["evidence"]
        label = curation.find("states", key_of(country), "label")
        path = {"territory": "territory", "area": "area"}.get(kind, "state")
        rows.append({
            "key": key_of(country), "path": f"{path}/{key_of(country)}", "status": country["status"],
            "kind": kind, "kind_reason": reason, "label": label["value"] if label else country["name_en"],
            "from": start, "to": end, "period_source": source,
            "entry_from": country["valid_from"], "entry_to": country["valid_to"],
            "entry_source": "eu-country" if country["valid_from"] else "",
            "fao_from": country["fao_valid_since"], "fao_to": country["fao_valid_until"], "note": country["notes"],
        })  # fmt: skip
        for successor in filter(None, country["succeeded_by"].split("|")):
            successions.append({
                "predecessor": key_of(country), "successor": successor, "ended": country["valid_to"],
                "began": existence(by_code[successor], ends)[0], "source": country["succession_evidence"],
            })  # fmt: skip
    write(
        "states.csv",
        "key,path,status,kind,kind_reason,label,from,to,period_source,entry_from,entry_to,entry_source,fao_from,fao_to,note",
        rows,
    )
    write("successions.csv", "predecessor,successor,ended,began,source", successions)
    write(
        "names.csv",
        "key,name,language,kind,use,from,to,source,note",
        (row for c in countries for row in names_of(c, curation)),
    )
    write("codes.csv", "key,scheme,code,from,to,source", (row for c in countries for row in codes_of(c, curation)))
    write(
        "identifiers.csv",
        "key,authority,identifier,iri,sources,chosen,note",
        (row for c in countries for row in identifiers_of(c, curation)),
    )


AUTHORITIES = {
    # column: (authority, IRI of the identifier, how the evidence names it)
    "wikidata": ("wikidata", "http://www.wikidata.org/entity/{}", ""),
    "ror": ("ror", "{}", "ROR"),
    "isni": ("isni", "https://isni.org/isni/{}", "ROR"),
    "grid": ("grid", "", "ROR"),
    "crossref_funder": ("crossref-funder", "https://doi.org/10.13039/{}", "ROR"),
    "lei": ("lei", "", "LEI"),
    "iati_org_id": ("iati", "", "IATI id"),
    "dac_channel": ("dac-channel", "", "DAC channel"),
    "cow_ionum": ("cow", "", "COW"),
    "dbpedia": ("dbpedia", "{}", "DBpedia"),
    "eu_corporate_body": (
        "eu-corporate-body",
        "http://publications.europa.eu/resource/authority/corporate-body/{}",
        "EU",
    ),
    "website": ("website", "{}", "website"),
}


def path_of(body: Row) -> str:
    slug = body["key"].replace("_", "-")
    if body["kind"] == "process":
        return f"process/{PROCESS_SLUGS.get(body['key'], slug)}"
    if body["kind"] == "conference":
        return f"event/{EVENT_SLUGS[body['key']]}"
    return f"organisation/{slug}"


def evidence(body: Row, column: str) -> str:
    if column == "wikidata":
        return body["wikidata_sources"]
    mark = AUTHORITIES[column][2]
    return "; ".join(part for part in body["evidence"].split("; ") if part.startswith(mark)) or body["evidence"]


def without_acronym(name: str) -> str:
    return re.sub(r"\s*\([A-Z]{2,}\)$", "", name)


def organisation_names(body: Row, curation: Curation) -> Iterator[Row]:
    seen: set[str] = set()
    # "(Albania)" tells bodies of one name apart; "(later …)" and "(succeeded by …)" do not.
    bare = re.sub(r"\s*\((?!later |succeeded )[^()]*\)$", "", body["name_en"])
    # "Regional Conference on Migration (Puebla Process)": a process has its other name in brackets.
    parts = re.fullmatch(r"([^()]+) \(([^()]+)\)", body["name_en"])
    apart = parts.groups() if parts and body["kind"] == "process" else ()
    for name, language, kind in [
        (body["name_en"], "en", "name"),
        *((part, "en", "name") for part in apart if not part.startswith("later ")),
        (body["name_fr"], "fr", "name"),
        (body["acronym"], "", "acronym"),
        *((written.strip(), "", "written") for written in body["names_as_written"].split("|")),
        *(
            (row["name"], row["value"].partition(";")[2], row["value"].partition(";")[0])
            for row in curation.added("organisation_names", body["key"])
        ),
    ]:
        if name and name not in seen:
            seen.add(name)
            decided = curation.find("organisation_names", body["key"], "use", name)
            use, note = ("acronym" if kind == "acronym" else "name"), ""
            if decided:
                use, note = decided["value"], decided["reason"]
            elif kind == "written" and re.fullmatch(r"(?:l['’] ?|The )?[A-Z][A-Za-z]*[A-Z]/?[A-Za-z]*", name):
                use = "acronym"
            elif kind == "written" and without_acronym(name) == bare != body["name_en"] and body["kind"] != "process":
                use, note = "context", "names the body only inside its document: other bodies bear the same name"
            source = {"written": body["documents"], "authority": "label seen"}.get(kind, "collected")
            yield {"key": body["key"], "name": name, "language": language, "kind": kind, "use": use,
                   "from": "", "to": "", "source": source, "note": note}  # fmt: skip


def organisation_identifiers(body: Row, curation: Curation) -> Iterator[Row]:
    for column, (authority, template, _) in AUTHORITIES.items():
        if not body[column]:
            continue
        identifier = body[column].replace(" ", "") if column == "isni" else body[column]
        decided = curation.find("organisation_identifiers", body["key"], "chosen", identifier)
        yield {"key": body["key"], "authority": authority, "identifier": identifier,
               "iri": template.format(identifier), "sources": evidence(body, column),
               "chosen": decided["value"] if decided else "yes",
               "note": decided["reason"] if decided else ""}  # fmt: skip
    for other, source in re.findall(r"(Q\d+)=([\w,-]+)", body["notes"]):
        if other != body["wikidata"]:
            yield {"key": body["key"], "authority": "wikidata", "identifier": other,
                   "iri": f"http://www.wikidata.org/entity/{other}", "sources": source, "chosen": "no",
                   "note": body["notes"]}  # fmt: skip


def organisations(folder: Path, curation: Curation) -> None:
    bodies = read(folder / "organisations.csv")
    write("organisations.csv", "key,path,kind,label,acronym,parent,from,to,documents,note", (
        {"key": body["key"], "path": path_of(body), "kind": body["kind"], "label": body["name_en"],
         "acronym": body["acronym"], "parent": body["parent"], "from": body["valid_from"], "to": body["valid_to"],
         "documents": body["documents"], "note": body["notes"]} for body in bodies
    ))  # fmt: skip
    write("organisation_names.csv", "key,name,language,kind,use,from,to,source,note",
          (row for body in bodies for row in organisation_names(body, curation)))  # fmt: skip
    write("organisation_identifiers.csv", "key,authority,identifier,iri,sources,chosen,note",
          (row for body in bodies for row in organisation_identifiers(body, curation)))  # fmt: skip


def sources(folder: Path) -> None:
    """The table of sources and licences, read from the README that came with the facts."""
    text = (folder / "README.md").read_text(encoding="utf-8").partition("## Sources and licences")[2]
    table = [
        [cell.strip() for cell in line.strip("| \n").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    write("sources.csv", "source,version,licence",
          (dict(zip(("source", "version", "licence"), cells, strict=True)) for cells in table[2:]))  # fmt: skip


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder, curation = Path(sys.argv[1]), Curation()
    states(folder, curation)
    organisations(folder, curation)
    sources(folder)


if __name__ == "__main__":
    main()
