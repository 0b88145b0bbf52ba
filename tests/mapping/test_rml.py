"""RML in Turtle: older vocabularies, and mistakes with their places (the suites hold the rest)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.tables import lines, project, told

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
