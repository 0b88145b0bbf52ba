"""Collections and containers (RML-CC) beside conditions, graphs, references and targets (the suite holds the rest)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.tables import Case, check

_SOURCE = """
<#source> rml:source [ a rml:FilePath ; rml:path "p.json" ] ; rml:referenceFormulation rml:JSONPath ;
  rml:iterator "$[*]" .
"""
_FILES = {"p.json": '[{"id": "1", "k": ["a", "b"], "f": "yes"}, {"id": "2", "k": ["c"], "f": "no"}]'}
_SUBJECT = 'rml:logicalSource <#source> ; rml:subjectMap [ rml:template "https://example.org/{$.id}" ]'

CASES = {
    "a reference within a list within a list": Case(
        _SOURCE
        + f"""
<#keys> rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "q.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "https://example.org/q/{{q}}" ] .
<#m> {_SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ rml:gatherAs rdf:List ;
    rml:gather ( [ rml:reference "$.f" ] [ rml:gatherAs rdf:List ; rml:gather ( [ rml:parentTriplesMap <#keys> ;
      rml:joinCondition [ rml:child "$.k[*]" ; rml:parent "key" ] ] ) ] ) ] ] .
""",
        _FILES | {"q.csv": "key,q\na,Y\nb,X\n"},
        r'ex:1 ex:l ("yes" (ex:q\/Y ex:q\/X)) . ex:2 ex:l ("no") .',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, tmp_path: Path) -> None:
    check(CASES[name], tmp_path)
