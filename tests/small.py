"""A small project: two documents that do not agree, in four tables and one mapping."""

import json
from pathlib import Path

FILES = {
    "iomld.toml": """
[project]
name = "rivers"
base = "https://example.org/rivers/"
release = "1"
[dataset]
licence = "https://creativecommons.org/licenses/by/4.0/"
publisher = "The River Council"
issued = "2026-01-01"
modified = "2026-01-01"
[paths]
tables = "tables"
mappings = ["facts.yml"]
ontology = ["rivers.ttl"]
shapes = ["shapes.ttl"]
queries = "queries"
[prefixes]
mld = "https://w3id.org/iomld/ns#"
riv = "https://example.org/rivers/ns#"
""",
    "facts.yml": """
prefixes:
  mld: https://w3id.org/iomld/ns#
  riv: https://example.org/rivers/ns#
  oa: http://www.w3.org/ns/oa#
  org: http://www.w3.org/ns/org#
  prov: http://www.w3.org/ns/prov#
  schema: https://schema.org/
  skos: http://www.w3.org/2004/02/skos/core#
  xsd: http://www.w3.org/2001/XMLSchema#
base: https://example.org/rivers/
sources:
  units: ['tables/units.csv~csv']
  events: ['tables/events.csv~csv']
  members: ['tables/members.csv~csv']
  figures: ['tables/figures.csv~csv']
mappings:
  part:
    sources: units
    s: id/part/$(pinpoint)
    po:
      - [a, mld:DocumentPart]
      - [mld:pinpoint, $(pinpoint)]
      - [mld:unitKind, code/unit-kind/$(kind)~iri]
      - [skos:note, $(note), en~lang]
  citation:
    sources: units
    s: id/citation/$(pinpoint)
    po:
      - [a, mld:Citation]
      - [mld:pinpoint, $(pinpoint)]
      - [oa:hasSource, id/part/$(pinpoint)~iri]
  event:
    sources: events
    s: id/event/$(event)
    po:
      - [a, riv:Event]
      - [skos:prefLabel, $(label), en~lang]
      - [mld:status, code/status/$(status)~iri]
      - [mld:period, id/period/$(event)-$(start)~iri]
      - [schema:superEvent, id/event/$(series)~iri]
      - [prov:wasDerivedFrom, id/citation/$(pinpoint)~iri]
  date:
    sources: events
    s: id/period/$(event)-$(start)
    po:
      - [a, mld:Period]
      - [mld:edtf, $(start)]
  member:
    sources: members
    s: id/member/$(process)-$(member)-$(role)
    po:
      - [org:organization, id/process/$(process)~iri]
      - [org:member, id/state/$(member)~iri]
      - [org:role, code/role/$(role)~iri]
      - [prov:wasDerivedFrom, id/citation/$(pinpoint)~iri]
  state:
    sources: members
    s: id/state/$(member)
    po:
      - [a, mld:State]
  figure:
    sources: figures
    s: id/figure/$(process)-$(value)
    po:
      - [a, mld:Figure]
      - [mld:figureOf, id/process/$(process)~iri]
      - [mld:measure, code/measure/$(measure)~iri]
      - [mld:unit, code/unit/state~iri]
      - [mld:value, $(value), xsd:decimal]
      - [prov:wasDerivedFrom, id/citation/$(pinpoint)~iri]
""",
    "rivers.ttl": """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix riv: <https://example.org/rivers/ns#> .
riv:Event a owl:Class .
riv:Ferry a owl:Class .
riv:depth a owl:DatatypeProperty .
""",
    "shapes.ttl": """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix riv: <https://example.org/rivers/ns#> .
@prefix rivs: <https://example.org/rivers/shapes#> .
rivs:Event a sh:NodeShape ; sh:targetClass riv:Event ; sh:nodeKind sh:IRI .
rivs:Ferry a sh:NodeShape ; sh:targetClass riv:Ferry ; sh:nodeKind sh:IRI .
""",
    "tables/units.csv": """pinpoint,kind,note
first/para-1,paragraph,
first/para-2,paragraph,Thanks to the host.
second/para-1,paragraph,
second/list,row,
""",
    "tables/events.csv": """event,label,status,start,series,pinpoint,remark
tarn,Meeting in Tarn,completed,2001-05,,first/para-1,
tarn,Meeting in Tarn,completed,2001-05-03,kesh,second/para-1,
kesh,Meeting in Kesh,planned,2002-09,,first/para-1,
kesh,Kesh meeting,completed,2002-10-01,,second/para-1,
""",
    "tables/members.csv": """process,member,role,pinpoint
tolls,FRE,participant,second/list
tolls,SYL,participant,second/list
tolls,FRE,secretariat,first/para-1
tolls,FRE,joint-secretariat,second/para-1
""",
    "tables/figures.csv": """process,measure,value,pinpoint
tolls,stated-total,3,second/list
tolls,members,9,second/list
""",
    "queries/events.rq": """#+ summary: What was held when
#+ multiple: [dates]
SELECT ?event (GROUP_CONCAT(DISTINCT ?edtf; separator="|") AS ?dates)
WHERE { ?event a riv:Event ; mld:period/mld:edtf ?edtf } GROUP BY ?event
""",
    "queries/questions/members.rq": """#+ question: Who takes part in the tolls?
#+ params:
#+   role: {type: iri, default: code/role/participant}
#+ expect: {rows: [{member: id/state/FRE}, {member: id/state/SYL}]}
SELECT ?member WHERE { ?node org:member ?member ; org:role ?role }
""",
    "queries/questions/both.rq": """#+ question: Does Freedonia run the secretariat?
#+ expect: {ask: true}
ASK { ?node org:member <id/state/FRE> ; org:role <code/role/secretariat> }
""",
}


def write_project(folder: Path) -> Path:
    """Write the project into a folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
        if path.suffix == ".csv":
            describe(path)
    return folder


def describe(table: Path) -> None:
    """Write the metadata of a table: its columns, and nothing about them."""
    header = table.read_text(encoding="utf-8").partition("\n")[0]
    columns = [{"name": name, "dc:description": f"The {name}."} for name in header.split(",")]
    metadata = {"@context": "http://www.w3.org/ns/csvw", "tableSchema": {"columns": columns}}
    table.with_name(f"{table.name}-metadata.json").write_text(json.dumps(metadata))
