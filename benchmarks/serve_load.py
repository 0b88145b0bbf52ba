"""What the benchmark of the server puts to it: a project of any size, questions, and scripts for wrk."""

from __future__ import annotations

import csv
import json
import random
import time
from pathlib import Path

__all__ = ["PREFIXES", "ROWS_PER_TRIPLE", "documents", "lua", "make_project", "questions"]

BASE = "https://example.org/data/"
PREFIXES = {
    "ex": f"{BASE}ns#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: each row gives twelve triples
ROWS_PER_TRIPLE = 1 / 12
_STATES, _THEMES, _BODIES = 200, 30, 2_000
_WORDS = ("border", "labour", "return", "diaspora", "data", "health", "youth", "skills", "climate", "visa", "asylum")
_COLUMNS = ["activity", "english", "french", "state", "theme", "start", "end", "body", "role"]
_TOML = """\
[project]
name = "load"
base = "https://example.org/data/"
release = "1.0.0"
title = "Load"
description = "Activities for measuring."

[dataset]
licence = "https://creativecommons.org/licenses/by/4.0/"
publisher = "Somebody"
issued = "2026-01-01"
modified = "2026-01-01"

[paths]
tables = "tables"
mappings = ["mappings/*.yml"]

[prefixes]
ex = "https://example.org/data/ns#"
"""
_MAPPING = """\
prefixes:
  ex: https://example.org/data/ns#
  dcterms: http://purl.org/dc/terms/
  skos: http://www.w3.org/2004/02/skos/core#
  xsd: http://www.w3.org/2001/XMLSchema#
base: https://example.org/data/
sources:
  activities: [../tables/load/activities.csv~csv]
mappings:
  activity:
    sources: activities
    s: id/activity/$(activity)
    po:
      - [a, ex:Activity]
      - [skos:prefLabel, $(english), en~lang]
      - [skos:prefLabel, $(french), fr~lang]
      - [ex:state, id/state/$(state)~iri]
      - [dcterms:subject, code/theme/$(theme)~iri]
      - [ex:start, $(start), xsd:date]
      - [ex:end, $(end), xsd:date]
      - [ex:involvement, id/involvement/$(activity)~iri]
  involvement:
    sources: activities
    s: id/involvement/$(activity)
    po:
      - [a, ex:Involvement]
      - [ex:agent, id/body/$(body)~iri]
      - [ex:role, code/role/$(role)~iri]
      - [ex:of, id/activity/$(activity)~iri]
"""


def make_project(folder: Path, triples: int) -> Path:
    """A project of about so many triples; gives its file."""
    rng = random.Random(11)
    for name in ("tables/load", "mappings"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "iomld.toml").write_text(_TOML, encoding="utf-8")
    (folder / "mappings" / "load.yml").write_text(_MAPPING, encoding="utf-8")
    described = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": "activities.csv",
        "tableSchema": {"columns": [{"name": name} for name in _COLUMNS], "primaryKey": _COLUMNS[:1]},
    }
    (folder / "tables" / "activities.csv-metadata.json").write_text(json.dumps(described), encoding="utf-8")
    with (folder / "tables" / "load" / "activities.csv").open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file).writerow
        write(_COLUMNS)
        for number in range(int(triples * ROWS_PER_TRIPLE)):
            words = " and ".join(rng.sample(_WORDS, 3))
            year, month = rng.randrange(1990, 2010), rng.randrange(1, 13)
            write(
                [
                    f"a{number}", f"Training on {words} {number}", f"Formation {words} {number}",
                    f"s{rng.randrange(_STATES)}", f"t{rng.randrange(_THEMES)}",
                    f"{year}-{month:02}-01", f"{year}-{month:02}-28",
                    f"b{rng.randrange(_BODIES)}", f"r{rng.randrange(4)}",
                ]
            )  # fmt: skip
    return folder / "iomld.toml"


def questions(triples: int, of_each: int = 200) -> dict[str, list[str]]:
    """Typical queries by kind, each kind over many things so that none is asked twice in a row."""
    rng = random.Random(5)
    rows = int(triples * ROWS_PER_TRIPLE)
    head = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())

    def thing(kind: str, number: int) -> str:
        return f"<{BASE}{kind}{rng.randrange(number)}>"

    kinds = {
        "all of a thing": lambda: f"SELECT ?p ?o {{ {thing('id/activity/a', rows)} ?p ?o }}",
        "a thing with its facts": lambda: (
            f"CONSTRUCT {{ ?a ?p ?o . ?i ?q ?v }} {{ VALUES ?a {{ {thing('id/activity/a', rows)} }} "
            "?a ?p ?o ; ex:involvement ?i . ?i ?q ?v }"
        ),
        "activities of a body": lambda: (
            f"SELECT ?a ?l ?r {{ ?i ex:agent {thing('id/body/b', _BODIES)} ; ex:role ?r ; ex:of ?a . "
            "?a skos:prefLabel ?l FILTER(lang(?l) = 'en') }"
        ),
        "in a state, on a theme": lambda: (
            f"SELECT ?a ?s {{ ?a ex:state {thing('id/state/s', _STATES)} ; "
            f"dcterms:subject {thing('code/theme/t', _THEMES)} ; ex:start ?s }} ORDER BY ?s"
        ),
        "in a state, by year": lambda: (
            f"SELECT ?y (COUNT(?a) AS ?n) {{ ?a ex:state {thing('id/state/s', _STATES)} ; ex:start ?d "
            "BIND(YEAR(?d) AS ?y) } GROUP BY ?y ORDER BY ?y"
        ),
        "who works in a state": lambda: (
            f"SELECT ?b (COUNT(?a) AS ?n) {{ ?a ex:state {thing('id/state/s', _STATES)} ; "
            "ex:involvement/ex:agent ?b } GROUP BY ?b ORDER BY DESC(?n) LIMIT 10"
        ),
    }
    return {kind: [f"{head} {make()}" for _ in range(of_each)] for kind, make in kinds.items()}


def documents(triples: int, suffix: str, number: int) -> list[str]:
    """Paths of documents."""
    rows = int(triples * ROWS_PER_TRIPLE)
    return [f"/doc/id/activity/a{one}.{suffix}" for one in random.Random(3).sample(range(rows), number)]


def lua(
    path: str, bodies: list[str] | None = None, paths: list[str] | None = None, accept: str = "*/*", new: float = 0
) -> str:
    """A script by which wrk sends the bodies, or asks for the paths, one after another.

    :param new: share of the requests whose body was not sent before: it ends with a comment that no other has; any of
        those that were sent is sent again else. With 0, the bodies are sent as they are, in turn
    """
    listed = ",\n".join(json.dumps(one, ensure_ascii=True) for one in bodies or paths or [])
    ask = (
        'wrk.format("GET", list[count % #list + 1], headers)'
        if not bodies
        else 'wrk.format("POST", path, headers, list[count % #list + 1] .. salt(count))'
    )
    return f"""\
local list = {{
{listed}
}}
local path = "{path}"
local new = {new}
local asked = 0
local headers = {{ ["Accept"] = "{accept}", ["Content-Type"] = "application/sparql-query" }}
local function salt(count)
  return new == 0 and "" or " # {time.time_ns()}-" .. count
end
function request()
  local count
  if asked == 0 or new == 0 or math.random() < new then
    asked = asked + 1
    count = asked
  else
    count = math.random(asked)
  end
  return {ask}
end
"""
