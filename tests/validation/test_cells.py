"""The place of each finding: cell, row, column, rule, document; or file and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from iomld.graph import Quads, Rule
from iomld.location import SourceLocation
from iomld.validation import Report, Result, Shapes, load_shapes, validate
from iomld.validation.reading import open_relation, read_files

EX = "http://example.org/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
MAPPING = "mappings/event.yml"
RULES = [
    Rule("event / rdf:type", SourceLocation(MAPPING, line=3), ("id",), ()),
    Rule("event / ex:start", SourceLocation(MAPPING, line=5), ("id",), ("start",)),
    Rule("event / ex:end", SourceLocation(MAPPING, line=6), ("id",), ("end",)),
    Rule("event / ex:label", SourceLocation(MAPPING, line=7), ("id",), ("label",)),
    Rule("event / prov:wasDerivedFrom", SourceLocation(MAPPING, line=8), ("id",), ("document", "unit")),
    Rule("citation / ex:part", SourceLocation(MAPPING, line=9), ("document", "unit"), ("unit",)),
    Rule("event / ex:city", SourceLocation(MAPPING, line=10), ("id",), ("city",)),
]
SHAPES = """
ex:EventShape a sh:NodeShape ; sh:targetClass ex:Event ;
  sh:property [ sh:path ex:start ; sh:datatype xsd:date ; sh:maxCount 1 ; sh:lessThan ex:end ] ;
  sh:property [ sh:path ex:label ; sh:minCount 1 ; sh:uniqueLang true ] ;
  sh:property [ sh:path ex:city ; sh:minCount 1 ] ;
  sh:property [ sh:path [ sh:inversePath ex:part ] ; sh:maxCount 0 ] .
"""


def iri(name: str) -> str:
    return f"<{EX}{name}>"


def date(text: str) -> str:
    return f'"{text}"^^<http://www.w3.org/2001/XMLSchema#date>'


@pytest.fixture
def events() -> Quads:
    """Two events of one table: the first stands in rows 2 and 3 and is clean but for two labels, the second is bad."""
    quads = open_relation()
    quads.rules.extend(RULES)
    quads.add_source("tables/events.csv")
    rows = [
        ("one", TYPE, iri("Event"), 0, 2),
        ("one", TYPE, iri("Event"), 0, 3),
        ("one", iri("start"), date("2002-10-16"), 1, 2),
        ("one", iri("end"), date("2002-10-17"), 2, 2),
        ("one", iri("label"), '"Meeting"@en', 3, 2),
        ("one", iri("label"), '"Second meeting"@en', 3, 3),
        ("one", iri("city"), '"Bern"', 6, 2),
        ("two", TYPE, iri("Event"), 0, 4),
        ("two", iri("start"), date("2002-13-16"), 1, 4),
        ("two", iri("start"), date("2005-01-01"), 1, 5),
        ("two", iri("end"), date("2003-01-01"), 2, 4),
        ("two", iri("label"), '"Other"@en', 3, 4),
        ("two", "<http://www.w3.org/ns/prov#wasDerivedFrom>", iri("citation/9"), 4, 4),
        ("citation/9", iri("part"), "<https://w3id.org/iomld/id/document/mc-inf-266/annex-2/row-7>", 5, 4),
    ]
    for subject, predicate, object, rule, row in rows:
        quads.connection.execute(
            "INSERT INTO quad VALUES (?, ?, ?, '', ?, 0, ?)", [iri(subject), predicate, object, rule, row]
        )
    return quads


@pytest.fixture
def results(events: Quads, shapes_of: Callable[[str], Shapes]) -> dict[tuple[str, str], Result]:
    report = validate(events, shapes_of(SHAPES))
    return {
        (r.focus[len(EX) + 1 : -1], r.component_name + (f" {r.value}" if r.value else "")): r for r in report.results
    }


def test_a_bad_value_is_at_its_cell(results: dict[tuple[str, str], Result]) -> None:
    result = results["two", f"Datatype {date('2002-13-16')}"]
    assert str(result.location) == "tables/events.csv:4:start"
    assert result.rule is not None and result.rule.name == "event / ex:start"


def test_a_missing_value_is_at_the_row_of_its_node_and_the_column_it_should_stand_in(
    results: dict[tuple[str, str], Result],
) -> None:
    result = results["two", "MinCount"]
    assert str(result.location) == "tables/events.csv:4:city"
    assert result.rule is not None and result.rule.name == "event / ex:city"


def test_the_column_of_a_rule_that_never_made_anything_is_found_by_its_name(
    events: Quads, shapes_of: Callable[[str], Shapes]
) -> None:
    events.connection.execute(f"DELETE FROM quad WHERE predicate = '{iri('city')}'")
    report = validate(events, shapes_of(SHAPES))
    places = [str(r.location) for r in report.results if r.component_name == "MinCount"]
    assert places == ["tables/events.csv:2:city", "tables/events.csv:4:city"]


def test_a_clash_is_at_all_its_rows(results: dict[tuple[str, str], Result]) -> None:
    many = results["two", "MaxCount"]
    assert [str(place) for place in (many.location, *many.others)] == [
        "tables/events.csv:4:start",
        "tables/events.csv:5:start",
    ]
    languages = results["one", "UniqueLang"]
    assert [str(place) for place in (languages.location, *languages.others)] == [
        "tables/events.csv:2:label",
        "tables/events.csv:3:label",
    ]


def test_a_comparison_names_both_cells(results: dict[tuple[str, str], Result]) -> None:
    result = results["two", f"LessThan {date('2005-01-01')}"]
    assert [str(place) for place in (result.location, *result.others)] == [
        "tables/events.csv:5:start",
        "tables/events.csv:4:end",
    ]


def test_the_cited_place_in_the_document(results: dict[tuple[str, str], Result]) -> None:
    assert results["two", "MinCount"].pinpoint == "mc-inf-266/annex-2/row-7"
    assert results["one", "UniqueLang"].pinpoint is None


def test_a_result_about_the_node_itself_is_at_the_column_its_iri_is_made_from(
    events: Quads, shapes_of: Callable[[str], Shapes]
) -> None:
    report = validate(events, shapes_of("ex:S a sh:NodeShape ; sh:targetClass ex:Event ; sh:pattern 'one$' ."))
    assert [str(r.location) for r in report.results] == ["tables/events.csv:4:id"]


def test_a_value_at_the_end_of_a_sequence(events: Quads, shapes_of: Callable[[str], Shapes]) -> None:
    report = validate(
        events,
        shapes_of(
            """@prefix prov: <http://www.w3.org/ns/prov#> .
            ex:S a sh:NodeShape ; sh:targetClass ex:Event ;
              sh:property [ sh:path ( prov:wasDerivedFrom ex:part ) ; sh:pattern 'nowhere' ] ."""
        ),
    )
    assert [str(r.location) for r in report.results] == ["tables/events.csv:4:unit"]


def test_lines_of_an_n_triples_file(tmp_path: Path) -> None:
    data = tmp_path / "people.nt"
    data.write_text(
        f'<{EX}a> {TYPE} <{EX}P> .\n<{EX}a> <{EX}n> "1" .\n<{EX}a> <{EX}n> "2" .\n<{EX}b> {TYPE} <{EX}P> .\n'
    )
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <{EX}> .\n"
        "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; sh:minCount 1 ; sh:maxCount 1 ] ."
    )
    report: Report = validate(read_files([data], open_relation(), root=tmp_path), load_shapes([shapes], root=tmp_path))
    assert [(str(r.location), [str(o) for o in r.others]) for r in report.results] == [
        ("people.nt:2", ["people.nt:3"]),
        ("people.nt:4", []),
    ]


LINES = [
    'ex:a ex:p "fr"@fr',
    'ex:a ex:p "es"@es',
    'ex:a ex:p "one"@en',
    'ex:a ex:p "two"@EN',
    "ex:a ex:q ex:x",
    "ex:a ex:q ex:y",
    "ex:z ex:s ex:a",
    "ex:y ex:s ex:a",
    'ex:y ex:p "en"@en',
    'ex:a ex:from "5"',
    'ex:a ex:to "6"',
    'ex:a ex:to "4"',
    "ex:a ex:r ex:w",
    "ex:a ex:r ex:y",
]
ENGLISH = "sh:qualifiedValueShape [ sh:languageIn ( 'en' ) ]"
#: by property shape: the lines of each result
CLASHES = {
    "sh:path ex:p ; sh:uniqueLang true": [[3, 4]],
    f"sh:path ex:p ; {ENGLISH} ; sh:qualifiedMaxCount 1": [[3, 4]],
    f"sh:path ( ex:q ex:p ) ; {ENGLISH} ; sh:qualifiedMaxCount 0": [[9]],
    """sh:path [ sh:inversePath ex:s ] ; sh:qualifiedMaxCount 0 ;
      sh:qualifiedValueShape [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ]""": [[8]],
    "sh:path ex:from ; sh:lessThan ex:to": [[10, 12]],
    "sh:path ex:q ; sh:disjoint ex:r": [[6, 14]],
    "sh:path ex:q ; sh:maxCount 1": [[5, 6]],
}


@pytest.mark.parametrize("syntax", ["nt", "ttl"])
@pytest.mark.parametrize("shape", CLASHES)
def test_a_clash_is_at_the_lines_of_those_that_clash_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shapes_of: Callable[[str], Shapes], shape: str, syntax: str
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / f"data.{syntax}"
    if syntax == "ttl":
        data.write_text(f"@prefix ex: <{EX}> . " + "".join(f"{line} .\n" for line in LINES))
    else:
        data.write_text("".join(re.sub(r"ex:(\w+)", rf"<{EX}\1>", line) + " .\n" for line in LINES))
    quads = read_files([data], open_relation(), root=tmp_path)
    report = validate(quads, shapes_of(f"ex:S sh:targetNode ex:a ; sh:property [ {shape} ] ."))
    lines = [[place.line for place in (r.location, *r.others) if place] for r in report.results]
    assert lines == CLASHES[shape]
