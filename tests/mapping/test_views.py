"""Logical views: which rows there are, and what is one row (the suite holds the rest)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.tables import Case, check

_SOURCE = """
<#source> rml:source [ a rml:FilePath ; rml:path "p.json" ] ; rml:referenceFormulation rml:JSONPath ;
  rml:iterator "$[*]" .
"""
_ITEMS = (
    _SOURCE
    + """
<#view> a rml:LogicalView ; rml:viewOn <#source> ;
  rml:field [ rml:fieldName "n" ; rml:reference "$.n" ] ;
  rml:field [ rml:fieldName "i" ; rml:iterator "$.items[*]" ; rml:field [ rml:fieldName "t" ; rml:reference "$.t" ] ] .
"""
)
_PEOPLE = {"p.json": '[{"n": "A", "items": [{"t": "x"}, {"t": "y"}]}, {"n": "B", "items": [{"t": "x"}]}]'}

CASES = {
    "children of one text stand side by side": Case(
        _SOURCE
        + """
<#view> a rml:LogicalView ; rml:viewOn <#source> ; rml:field [ rml:fieldName "c" ; rml:reference "$.csv" ;
    rml:field [ a rml:IterableField ; rml:fieldName "one" ; rml:referenceFormulation rml:CSV ;
      rml:field [ rml:fieldName "t" ; rml:reference "t" ] ] ;
    rml:field [ a rml:IterableField ; rml:fieldName "two" ; rml:referenceFormulation rml:CSV ;
      rml:field [ rml:fieldName "t" ; rml:reference "t" ] ] ] .
<#m> rml:logicalSource <#view> ; rml:subject ex:s ;
  rml:predicateObjectMap [ rml:predicate ex:both ;
    rml:objectMap [ rml:template "{c.one.t}-{c.two.t}" ; rml:termType rml:Literal ] ] .
""",
        {"p.json": r'[{"csv": "t\nq\nr"}]'},
        'ex:s ex:both "q-q", "q-r", "r-q", "r-r" .',
    ),
    "each row has a fresh node": Case(
        _ITEMS
        + """
<#m> rml:logicalSource <#view> ; rml:subjectMap [ rml:termType rml:BlankNode ] ;
  rml:predicateObjectMap [ rml:predicate ex:t ; rml:objectMap [ rml:reference "i.t" ] ] .
<#same> rml:logicalSource <#view> ; rml:subjectMap [ rml:template "https://example.org/{n}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:i ; rml:objectMap [ rml:parentTriplesMap <#m> ] ] .
""",
        _PEOPLE,
        'ex:A ex:i [ ex:t "x" ], [ ex:t "y" ] . ex:B ex:i [ ex:t "x" ] .',
    ),
    "each row has a fresh node beside a function": Case(
        _ITEMS
        + """
<#m> rml:logicalSource <#view> ; rml:subjectMap [ rml:termType rml:BlankNode ] ;
  rml:predicateObjectMap [ rml:predicate ex:t ; rml:objectMap [ rml:functionExecution [
    rml:function grel:toUpperCase ;
    rml:input [ rml:parameter grel:valueParam ; rml:inputValueMap [ rml:reference "i.t" ] ] ] ] ] .
""",
        _PEOPLE,
        '[] ex:t "X" . [] ex:t "Y" . [] ex:t "X" .',
    ),
    "each row has a list": Case(
        _ITEMS
        + """
<#m> rml:logicalSource <#view> ; rml:subjectMap [ rml:template "https://example.org/{n}/{i.t}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:l ;
    rml:objectMap [ rml:gather ( [ rml:reference "i.t" ] ) ; rml:gatherAs rdf:List ] ] .
""",
        _PEOPLE,
        r'ex:A\/x ex:l ("x") . ex:A\/y ex:l ("y") . ex:B\/x ex:l ("x") .',
    ),
    "lists that are one keep the order of the rows": Case(
        _ITEMS
        + """
<#m> rml:logicalSource <#view> ; rml:subject ex:s ;
  rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ rml:template "https://example.org/l/{n}" ;
    rml:gather ( [ rml:template "{i.#}{i.t}" ; rml:termType rml:Literal ] ) ; rml:gatherAs rdf:Seq ] ] .
""",
        {"p.json": f'[{{"n": "A", "items": [{", ".join(["{}"] * 12)}, {{"t": "z"}}, {{"t": "a"}}]}}]'},
        r'ex:s ex:l ex:l\/A . ex:l\/A a rdf:Seq ; rdf:_1 "12z" ; rdf:_2 "13a" .',
    ),
    "rows of a join": Case(
        _ITEMS
        + """
<#owners> a rml:LogicalView ; rml:viewOn [ rml:source [ a rml:FilePath ; rml:path "o.csv" ] ;
    rml:referenceFormulation rml:CSV ] ; rml:field [ rml:fieldName "o" ; rml:reference "owner" ] ;
  rml:leftJoin [ rml:parentLogicalView <#view> ; rml:joinCondition [ rml:child "o" ; rml:parent "n" ] ;
    rml:field [ rml:fieldName "t" ; rml:reference "i.t" ] ] .
<#above> a rml:LogicalView ; rml:viewOn <#owners> ; rml:field [ rml:fieldName "o" ; rml:reference "o" ] ;
  rml:field [ rml:fieldName "t" ; rml:reference "t" ] .
<#joined> rml:logicalSource <#owners> ; rml:subjectMap [ rml:termType rml:BlankNode ] ;
  rml:predicateObjectMap [ rml:predicate ex:t ; rml:objectMap [ rml:reference "t" ] ] .
<#of> rml:logicalSource <#above> ; rml:subjectMap [ rml:template "https://example.org/{o}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:l ;
    rml:objectMap [ rml:gather ( [ rml:reference "t" ] [ rml:reference "o" ] ) ; rml:gatherAs rdf:List ] ] .
""",
        _PEOPLE | {"o.csv": "owner\nA\nC\n"},
        '[] ex:t "x" . [] ex:t "y" . ex:A ex:l ("x" "A"), ("y" "A") . ex:C ex:l ("C") .',
    ),
    "a list of the rows of another view": Case(
        _ITEMS
        + """
<#m> rml:logicalSource <#view> ; rml:subjectMap [ rml:template "https://example.org/{n}/{i.t}" ] .
<#all> rml:logicalSource <#source> ; rml:subjectMap [ rml:template "https://example.org/{$.n}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ rml:gatherAs rdf:List ;
    rml:gather ( [ rml:parentTriplesMap <#m> ; rml:joinCondition [ rml:child "$.n" ; rml:parent "n" ] ] ) ] ] .
""",
        {"p.json": '[{"n": "A", "items": [{"t": "z"}, {"t": "y"}, {"t": "x"}]}]'},
        r"ex:A ex:l (ex:A\/z ex:A\/y ex:A\/x) .",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, tmp_path: Path) -> None:
    check(CASES[name], tmp_path)
