"""RML in Turtle: older vocabularies, and mistakes with their places (the suites hold the rest)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.mapping.tables import lines, project, told

from iomld.engine import connect
from iomld.errors import IomldError
from iomld.mapping import load

OLD = """
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix fnml: <http://semweb.mmlab.be/ns/fnml#> .
@prefix fno: <https://w3id.org/function/ontology#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix ex: <https://example.org/> .
"""


def test_rml_of_2014_with_functions_and_joins(tmp_path: Path) -> None:
    mapping = (
        OLD
        + """
<#a> rml:logicalSource [ rml:source "t.json" ; rml:referenceFormulation ql:JSONPath ; rml:iterator "$[*]" ] ;
  rr:subjectMap [ rr:template "https://example.org/{id}" ; rr:class ex:T ] ;
  rr:predicateObjectMap [ rr:predicate ex:n ; rr:objectMap [ rml:reference "id" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:u ; rr:objectMap [ fnml:functionValue [
    rr:predicateObjectMap [ rr:predicate fno:executes ; rr:objectMap [ rr:constant grel:toUpperCase ] ] ;
    rr:predicateObjectMap [ rr:predicate grel:valueParameter ; rr:objectMap [ rml:reference "full name" ] ] ] ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:j ; rr:objectMap [ rr:parentTriplesMap <#b> ;
    rr:joinCondition [ rr:child "id" ; rr:parent "key" ] ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:k ;
    rr:objectMap [ rr:constant "http://x.org/y" ; rr:termType rr:IRI ] ] .
<#b> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "https://example.org/b/{key}" ] .
"""
    )
    tables = {"t.json": '[{"id": 1, "full name": "zoë"}]', "t.csv": "key\n1\n2\n"}
    assert lines(project(tmp_path, mapping, tables, "m.ttl")) == [
        "<1> <rdf:type> <T>",
        "<1> <j> <b/1>",
        "<1> <k> <http://x.org/y>",
        '<1> <n> "1"',
        '<1> <u> "ZOË"',
    ]


def test_numbers_of_json_are_the_digits_of_the_file_in_rml_of_2014(tmp_path: Path) -> None:
    mapping = (
        OLD
        + """
<#a> rml:logicalSource [ rml:source "t.json" ; rml:referenceFormulation ql:JSONPath ; rml:iterator "$[*]" ] ;
  rr:subjectMap [ rr:template "https://example.org/{v}" ] ;
  rr:predicateObjectMap [ rr:predicate ex:b ; rr:objectMap [ rml:reference "b" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:d ;
    rr:objectMap [ rml:reference "v" ; rr:datatype <http://www.w3.org/2001/XMLSchema#decimal> ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:v ; rr:objectMap [ rml:reference "v" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:w ; rr:objectMap [ rml:reference "w" ] ] .
"""
    )
    numbers = '[{"v": 10.50, "b": true}, {"v": 1000000.0}, {"v": 3}, {"v": 2e-7}, {"v": 4, "w": 1e99999999999}]'
    assert lines(project(tmp_path, mapping, {"t.json": numbers}, name="m.ttl")) == [
        '<0.0000002> <d> "0.0000002"^^<xsd:decimal>',
        '<0.0000002> <v> "0.0000002"',
        '<10.50> <b> "true"',
        '<10.50> <d> "10.50"^^<xsd:decimal>',
        '<10.50> <v> "10.50"',
        '<1000000.0> <d> "1000000.0"^^<xsd:decimal>',
        '<1000000.0> <v> "1000000.0"',
        '<3> <d> "3"^^<xsd:decimal>',
        '<3> <v> "3"',
        '<4> <d> "4"^^<xsd:decimal>',
        '<4> <v> "4"',
        '<4> <w> "1E+99999999999"',  # in digits it would fill the memory
    ]


@pytest.mark.parametrize(
    ("line", "mistakes"),
    [
        ('<#a> rr:subjectMap [ rr:templat "x" ] .', ["m.ttl:9:33 unknown-term"]),
        ('<#a> rr:subjectMap [ rr:template "x{" ] .', ["m.ttl:9:34 template-broken"]),
        ("<#a> rr:subjectMap ] .", ["m.ttl:9:20 turtle-syntax"]),
        ('<#a> rr:subjectMap [ rr:template "x" ; rr:termType rr:Literal ] .', ["m.ttl:9:20 term-type"]),
    ],
)
def test_mistakes_with_line_and_column(tmp_path: Path, line: str, mistakes: list[str]) -> None:
    found = told(project(tmp_path, OLD + line, {}, "m.ttl"))
    assert [each for each in found if "mapping-malformed" not in each] == mistakes


def test_a_missing_prefix_is_shown_with_its_iri(tmp_path: Path) -> None:
    path = project(tmp_path, "@prefix ex: <https://example.org/> .\nex:a a rml:TriplesMap .\n", {}, "m.ttl")
    with pytest.raises(IomldError) as caught:
        load([path], base=None, prefixes={}, root=tmp_path)
    assert (str(caught.value.location), caught.value.hint) == (
        "m.ttl:2:8",
        "declare it: @prefix rml: <http://w3id.org/rml/> .",
    )


def test_a_list_without_values_in_a_logical_view(tmp_path: Path) -> None:
    mapping = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
<#view> a rml:LogicalView; rml:viewOn [ rml:source [ a rml:RelativePathSource; rml:path "t.parquet" ];
    rml:referenceFormulation rml:Parquet ];
  rml:field [ rml:fieldName "id"; rml:reference "id" ], [ rml:fieldName "t"; rml:reference "t" ] .
<#m> rml:logicalSource <#view>; rml:subjectMap [ rml:template "https://example.org/{id}" ];
  rml:predicateObjectMap [ rml:predicate ex:t; rml:objectMap [ rml:reference "t" ] ] .
"""
    path = project(tmp_path, mapping, {}, "m.ttl")
    rows = "SELECT 1 AS id, ['a', NULL] AS t UNION ALL SELECT 2, NULL"
    connect().execute(f"COPY ({rows}) TO '{tmp_path}/t.parquet'")
    assert lines(path) == ['<1> <t> "a"']


VIEW = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
<#view> a rml:LogicalView; rml:viewOn [
    rml:source [ a d2rq:Database; d2rq:jdbcDSN "jdbc:sqlite:t.db" ];
    rml:referenceFormulation rml:SQL2008Query; rml:iterator "SELECT id, tags FROM t" ];
  rml:field [ rml:fieldName "id"; rml:reference "id" ];
  rml:field [ rml:fieldName "tags"; rml:reference "tags";
    rml:field [ rml:fieldName "tag"; rml:referenceFormulation rml:JSONPath; rml:iterator "$[*]";
      rml:field [ rml:fieldName "value"; rml:reference "$" ] ] ] .
<#m> rml:logicalSource <#view>; rml:subjectMap [ rml:template "https://example.org/{id}" ];
  rml:predicateObjectMap [ rml:predicate ex:tag; rml:objectMap [ rml:reference "tags.tag.value" ] ];
  rml:predicateObjectMap [ rml:predicate ex:id; rml:objectMap [ rml:reference "id" ] ] .
"""


def test_a_logical_view_on_a_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute("CREATE TABLE t (id INTEGER, tags TEXT)")
        database.execute("""INSERT INTO t VALUES (1, '["x", "y"]'), (2, '[]')""")
    database.close()
    assert lines(project(tmp_path, VIEW, {}, "m.ttl")) == [
        '<1> <id> "1"^^<xsd:integer>',
        '<1> <tag> "x"',
        '<1> <tag> "y"',
        '<2> <id> "2"^^<xsd:integer>',
    ]


CURRENT = """
@prefix rml: <http://w3id.org/rml/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix ex: <https://example.org/> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix idlab-fn: <https://w3id.org/imec/idlab/function#> .
<#source> rml:source [ a rml:RelativePathSource; rml:root rml:MappingDirectory; rml:path "t.csv" ];
  rml:referenceFormulation rml:CSV .
<#b> rml:logicalSource <#source>; rml:subjectMap [ rml:template "https://example.org/b/{id}" ] .
<#a> rml:logicalSource <#source>; rml:subjectMap [ rml:template "https://example.org/{id}" ];
  rml:predicateObjectMap """
CONDITION = """rml:condition [ rml:functionExecution [ rml:function idlab-fn:equal;
  rml:input [ rml:parameter grel:valueParam; rml:inputValueMap [ rml:reference "f" ] ],
    [ rml:parameter grel:valueParam2; rml:inputValue "yes" ] ] ]"""


@pytest.mark.parametrize(
    ("statement", "made"),
    [
        ("rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap <#b>; CONDITION ]", ["<1> <p> <b/1>"]),
        (
            "rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap <#b>; CONDITION; "
            'rml:joinCondition [ rml:child "id"; rml:parent "id" ] ]',
            ["<1> <p> <b/1>"],
        ),
        (
            "rml:predicate ex:p; rml:objectMap [ rml:template 'https://example.org/{id}/list'; rml:gatherAs rdf:Alt; "
            "rml:gather ( [ rml:parentTriplesMap <#b>; CONDITION ] ) ]",
            ["<1/list> <rdf:_1> <b/1>", "<1/list> <rdf:type> <rdf:Alt>", "<1> <p> <1/list>"],
        ),
        ('rml:predicate ex:p; rml:object "x"; rml:graphMap [ rml:constant ex:g; CONDITION ]', ['<1> <p> "x" <g>']),
        (
            'rml:predicate ex:p; rml:object "x"; rml:graph ex:h; '
            "rml:graphMap [ rml:constant rml:defaultGraph; CONDITION ]",
            ['<1> <p> "x"', '<1> <p> "x" <h>', '<2> <p> "x" <h>'],
        ),
        (
            "rml:predicate ex:p; rml:graphMap [ rml:constant ex:g; CONDITION ]; rml:objectMap [ rml:gatherAs rdf:Alt; "
            "rml:template 'https://example.org/{id}/list'; rml:gather ( [ rml:reference 'f' ] ) ]",
            ['<1/list> <rdf:_1> "yes" <g>', "<1/list> <rdf:type> <rdf:Alt> <g>", "<1> <p> <1/list> <g>"],
        ),
        (
            'rml:predicate ex:p; rml:objectMap [ rml:reference "id"; '
            'rml:languageMap [ rml:constant "en"; CONDITION ] ]',
            ['<1> <p> "1"@en'],
        ),
        (
            'rml:predicate ex:p; rml:objectMap [ rml:reference "id"; '
            "rml:datatypeMap [ rml:constant ex:d; CONDITION ] ]",
            ['<1> <p> "1"^^<d>'],
        ),
        (
            "rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap <#b>; "
            'rml:joinCondition [ rml:childMap [ rml:reference "id"; CONDITION ]; rml:parent "id" ] ]',
            ["<1> <p> <b/1>"],
        ),
        (
            "rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap <#b>; "
            'rml:joinCondition [ rml:child "id"; rml:parentMap [ rml:reference "id"; CONDITION ] ] ]',
            ["<1> <p> <b/1>"],
        ),
        (
            "rml:predicate ex:p; rml:objectMap [ rml:functionExecution [ rml:function grel:toUpperCase; "
            'rml:input [ rml:parameter grel:valueParam; rml:inputValueMap [ rml:reference "f"; CONDITION ] ] ] ]',
            ['<1> <p> "YES"'],
        ),
    ],
)
def test_conditions_of_all_maps(tmp_path: Path, statement: str, made: list[str]) -> None:
    mapping = f"{CURRENT} [ {statement.replace('CONDITION', CONDITION)} ] ."
    assert lines(project(tmp_path, mapping, {"t.csv": "id,f\n1,yes\n2,no\n"}, "m.ttl")) == made


VIEWS = """
<#{name}> rml:logicalSource [ a rml:LogicalView; rml:field [ rml:fieldName "id"; rml:reference "id" ];
    rml:viewOn [ rml:referenceFormulation rml:CSV;
      rml:source [ a rml:RelativePathSource; rml:root rml:MappingDirectory; rml:path "{table}.csv" ] ] ];
  rml:subjectMap [ rml:template "https://example.org/{name}/{{id}}" ];
  rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap {object} ] .
"""
LISTED = "[ rml:template 'https://example.org/c'; rml:gather ( [ rml:parentTriplesMap <#d> ] ); rml:gatherAs rdf:Bag ]"


def test_sources_that_are_described_alike_are_one(tmp_path: Path) -> None:
    one = f"{CURRENT} [ rml:predicate ex:p; rml:object 'x' ] ." + VIEWS.format(name="c", table="t", object=LISTED)
    other = VIEWS.format(name="d", table="t", object="[ rml:parentTriplesMap <#c> ]")
    made = lines(project(tmp_path, one + other, {"t.csv": "id\n1\n"}, "m.ttl"))
    assert "<c> <rdf:_1> <d/1>" in made and "<d/1> <p> <c/1>" in made
    # one that is described otherwise is another, and needs a join condition
    assert told(project(tmp_path, one + other.replace("t.csv", "u.csv"), {}, "m.ttl")) == [
        "m.ttl:16:1 mapping-malformed",
        "m.ttl:22:62 mapping-malformed",
    ]


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ('rml:fieldName "id"; rml:reference "id"', "m.ttl:8:13"),
        ('rml:fieldName "value"; rml:reference "$"', "m.ttl:11:17"),
    ],
)
def test_a_field_of_a_view_has_no_conditions(tmp_path: Path, where: str, place: str) -> None:
    condition = """; rml:condition [ rml:functionExecution [ rml:function grel:isBlank ;
        rml:input [ rml:parameter grel:valueParam ; rml:inputValueMap [ rml:reference "id" ] ] ] ]"""
    head = "@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> ."
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute("CREATE TABLE t (id INTEGER, tags TEXT)")
    database.close()
    found = told(project(tmp_path, head + VIEW.replace(where, where + condition), {}, "m.ttl"))
    assert found == [f"{place} mapping-malformed"]
