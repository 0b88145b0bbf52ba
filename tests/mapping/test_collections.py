"""Collections and containers (RML-CC) beside conditions, graphs, references and targets (the suite holds the rest)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.tables import TURTLE, Case, check, project, told

_SOURCE = """
<#source> rml:source [ a rml:FilePath ; rml:path "p.json" ] ; rml:referenceFormulation rml:JSONPath ;
  rml:iterator "$[*]" .
"""
_FILES = {"p.json": '[{"id": "1", "k": ["a", "b"], "f": "yes"}, {"id": "2", "k": ["c"], "f": "no"}]'}
_SUBJECT = 'rml:logicalSource <#source> ; rml:subjectMap [ rml:template "https://example.org/{$.id}" ]'
_TARGETS = "".join(
    f"""<#{name}> a rml:LogicalTarget ; rml:serialization <http://www.w3.org/ns/formats/N-Quads> ;
  rml:target [ a rml:FilePath ; rml:root rml:MappingDirectory ; rml:path "{name}.nq" ] .
"""
    for name in ("one", "two")
)
_BAG = 'rml:gather ( [ rml:reference "$.k[*]" ] ) ; rml:gatherAs rdf:Bag'
_LIST = 'rml:gather ( [ rml:reference "$.k[*]" ] ) ; rml:gatherAs rdf:List'
_YES, _NO = (
    f"""rml:condition [ rml:functionExecution [ rml:function <https://w3id.org/imec/idlab/function#equal> ;
    rml:input [ rml:parameter grel:valueParam ; rml:inputValueMap [ rml:reference "$.f" ] ] ,
      [ rml:parameter grel:valueParam2 ; rml:inputValue "{each}" ] ] ]"""
    for each in ("yes", "no")
)
_BAGS = """
ex:1 ex:l [ a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" ] . ex:2 ex:l [ a rdf:Bag ; rdf:_1 "c" ] .
"""

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
    "a collection stands in each graph that a graph map gives": Case(
        _SOURCE
        + f"""
<#m> rml:logicalSource <#source> ; rml:subjectMap [ rml:template "https://example.org/{{$.id}}" ;
    rml:graphMap [ rml:template "https://example.org/{{$.k[*]}}" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ {_BAG} ] ] .
""",
        {"p.json": '[{"id": "1", "k": ["a", "b", "a"]}, {"id": "2", "k": []}]'},
        """
ex:a { ex:1 ex:l [ a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" ; rdf:_3 "a" ] . }
ex:b { ex:1 ex:l [ a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" ; rdf:_3 "a" ] . }
""",
    ),
    "a blank node belongs to one graph, in all places where it may stand": Case(
        _SOURCE
        + """
<#m> rml:logicalSource <#source> ; rml:subjectMap [ rml:reference "$.id" ; rml:termType rml:BlankNode ; rml:class ex:C ;
    rml:graphMap [ rml:template "https://example.org/{$.k[*]}" ] , [ rml:constant rml:defaultGraph ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:graph <https://example.org/ü> ; rml:objectMap
    [ rml:reference "$.f" ; rml:termType rml:BlankNode ] , [ rml:template "one" ; rml:termType rml:BlankNode ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ rml:gatherAs rdf:List ; rml:gather (
    [ rml:reference "$.f" ; rml:termType rml:BlankNode ] [ rml:parentTriplesMap <#n> ] ) ] ] .
<#n> rml:logicalSource <#source> ; rml:subjectMap [ rml:termType rml:BlankNode ] ;
  rml:predicateObjectMap [ rml:predicate ex:of ; rml:objectMap [ rml:parentTriplesMap <#m> ] ] .
""",
        {"p.json": '[{"id": "1 2", "k": ["a", "b"], "f": "é"}]'},
        """
_:d a ex:C ; ex:l (_:df _:dn) . _:dn ex:of _:d .
ex:a { _:a a ex:C ; ex:p _:af, _:ao ; ex:l (_:af _:an) . }
ex:b { _:b a ex:C ; ex:p _:bf, _:bo ; ex:l (_:bf _:bn) . }
<https://example.org/ü> { _:u ex:p _:uf, _:uo . }
""".replace("_:d a ex:C ;", "_:d a ex:C ; ex:p _:df, _:do ;"),
    ),
    "a gathered subject is one in each graph": Case(
        _SOURCE
        + f"""
<#m> rml:logicalSource <#source> ; rml:subjectMap [ {_BAG} ; rml:class ex:C ;
    rml:graphMap [ rml:template "https://example.org/{{$.k[*]}}" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:id ; rml:objectMap [ rml:reference "$.id" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:self ;
    rml:objectMap [ rml:gather ( [ {_BAG} ] ) ; rml:gatherAs rdf:List ] ] .
""",
        {"p.json": '[{"id": "1", "k": ["a", "b"]}]'},
        """
ex:a { [] a rdf:Bag, ex:C ; rdf:_1 "a" ; rdf:_2 "b" ; ex:id "1" ; ex:self ([ a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" ]) . }
ex:b { [] a rdf:Bag, ex:C ; rdf:_1 "a" ; rdf:_2 "b" ; ex:id "1" ; ex:self ([ a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" ]) . }
""",
    ),
    "gathered subjects do not ask for the conditions of statements": Case(
        _SOURCE
        + f"""
<#m> rml:logicalSource <#source> ; rml:subjectMap [ {_BAG} ] ;
  rml:predicateObjectMap [ rml:predicate ex:flag ; rml:objectMap [ rml:reference "$.f" ] ; {_YES} ] ;
  rml:predicateObjectMap [ rml:predicate ex:id ; rml:objectMap [ rml:reference "$.id" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:id ; rml:objectMap [ rml:reference "$.id" ] ; rml:graph ex:g ; {_YES} ] .
""",
        _FILES,
        """
[] a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" ; ex:flag "yes" ; ex:id "1" . [] a rdf:Bag ; rdf:_1 "c" ; ex:id "2" .
ex:g { [] a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" ; ex:id "1" . }
""",
    ),
    "a collection under one of the conditions of its statements": Case(
        _SOURCE
        + f"""
<#m> {_SUBJECT} ; rml:predicateObjectMap [ rml:objectMap [ {_BAG} ] ;
    rml:predicateMap [ rml:constant ex:yes ; {_YES} ] , [ rml:constant ex:no ; {_NO} ] ] .
""",
        {"p.json": _FILES["p.json"].replace("}]", '}, {"id": "3", "k": ["d"], "f": "perhaps"}]')},
        """
ex:1 ex:yes [ a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" ] . ex:2 ex:no [ a rdf:Bag ; rdf:_1 "c" ] .
""",
    ),
    "a reference to gathered subjects means their heads": Case(
        _SOURCE
        + f"""
<#m> {_SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ rml:parentTriplesMap <#lists> ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:j ; rml:objectMap [ rml:parentTriplesMap <#lists> ;
    rml:joinCondition [ rml:child "$.n" ; rml:parent "$.id" ] ] ] .
<#lists> rml:logicalSource <#source> ; rml:subjectMap [ {_LIST} ; rml:allowEmptyListAndContainer true ] ;
  rml:predicateObjectMap [ rml:predicate ex:of ; rml:objectMap [ rml:parentTriplesMap <#m> ] ] .
""",
        {"p.json": '[{"id": "1", "k": ["a", "b"], "n": "2"}, {"id": "2", "k": ["c"], "n": "3"}, {"id": "3", "k": []}]'},
        """
ex:1 ex:l _:1 ; ex:j _:2 . ex:2 ex:l _:2 ; ex:j () . ex:3 ex:l () .
_:1 rdf:first "a" ; rdf:rest ("b") ; ex:of ex:1 . _:2 rdf:first "c" ; rdf:rest () ; ex:of ex:2 . () ex:of ex:3 .
""",
    ),
    "a list of lists by references": Case(
        _SOURCE
        + f"""
<#one> rml:logicalSource <#source> ; rml:subjectMap [ {_LIST} ] .
<#two> rml:logicalSource <#source> ; rml:subjectMap [ rml:gatherAs rdf:List ;
    rml:gather ( [ rml:reference "$.id" ] [ rml:parentTriplesMap <#one> ] ) ] .
<#m> rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "q.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subject ex:s ; rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ rml:gatherAs rdf:List ;
    rml:template "https://example.org/l" ; rml:gather ( [ rml:parentTriplesMap <#two> ;
      rml:joinCondition [ rml:child "key" ; rml:parent "$.k[*]" ] ] ) ] ] .
""",
        _FILES | {"q.csv": "key\nc\na\n"},
        """
ex:s ex:l ex:l . ex:l rdf:first _:2 ; rdf:rest (_:1) .
_:1 rdf:first "1" ; rdf:rest (("a" "b")) . _:2 rdf:first "2" ; rdf:rest (("c")) .
""",
    ),
    "a reference means the heads in its graph where there are some": Case(
        _SOURCE
        + f"""
<#lists> rml:logicalSource <#source> ; rml:subjectMap [ {_LIST} ; rml:graph ex:g, ex:h ] .
<#m> {_SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ rml:parentTriplesMap <#lists> ] ;
    rml:graph ex:g ] ;
  rml:predicateObjectMap [ rml:predicate ex:some ; rml:objectMap [ rml:parentTriplesMap <#lists> ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:in ; rml:graph ex:h ; rml:objectMap [ rml:gatherAs rdf:Bag ;
    rml:gather ( [ rml:parentTriplesMap <#lists> ] ) ] ] .
""",
        {"p.json": '[{"id": "1", "k": ["a"]}]'},
        """
ex:g { ex:1 ex:l _:g . _:g rdf:first "a" ; rdf:rest () . }
ex:h { ex:1 ex:in [ a rdf:Bag ; rdf:_1 _:h ] . _:h rdf:first "a" ; rdf:rest () . }
ex:1 ex:some _:g, _:h .
""",
    ),
    "a target takes the statement and the collection": Case(
        _SOURCE
        + _TARGETS
        + f"""
<#m> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "https://example.org/{{$.id}}" ; rml:logicalTarget <#one> ] ;
  rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ {_BAG} ] ] .
""",
        _FILES,
        "",
        {"one.nq": _BAGS},
    ),
    "a gather map names a target": Case(
        _SOURCE
        + _TARGETS
        + f"""
<#m> {_SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:l ; rml:objectMap [ {_BAG} ; rml:logicalTarget <#two> ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:f ; rml:objectMap [ rml:reference "$.f" ] ] .
""",
        _FILES,
        'ex:1 ex:f "yes" . ex:2 ex:f "no" .',
        {"two.nq": _BAGS},
    ),
    "collections go with each statement that has them": Case(
        _SOURCE
        + _TARGETS
        + f"""
<#m> {_SUBJECT} ; rml:predicateObjectMap [ rml:objectMap [ {_BAG} ; rml:template "https://example.org/l/{{$.id}}" ] ;
    rml:predicateMap [ rml:constant ex:l ; rml:logicalTarget <#one> ] ; rml:predicate ex:m ] .
""",
        _FILES,
        r"""
ex:1 ex:m ex:l\/1 . ex:l\/1 a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" .
ex:2 ex:m ex:l\/2 . ex:l\/2 a rdf:Bag ; rdf:_1 "c" .
""",
        {
            "one.nq": r"""
ex:1 ex:l ex:l\/1 . ex:l\/1 a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" .
ex:2 ex:l ex:l\/2 . ex:l\/2 a rdf:Bag ; rdf:_1 "c" .
"""
        },
    ),
    "a gathered subject names a target": Case(
        _SOURCE
        + _TARGETS
        + f"""
<#m> rml:logicalSource <#source> ; rml:subjectMap [ {_BAG} ; rml:logicalTarget <#one> ] .
<#n> rml:logicalSource <#source> ; rml:subjectMap [ {_BAG} ; rml:template "https://example.org/{{$.id}}" ] ;
  rml:predicateObjectMap [ rml:predicateMap [ rml:constant ex:f ; rml:logicalTarget <#two> ] ;
    rml:objectMap [ rml:reference "$.f" ] ] .
""",
        _FILES,
        'ex:1 a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" . ex:2 a rdf:Bag ; rdf:_1 "c" .',
        {
            "one.nq": '[] a rdf:Bag ; rdf:_1 "a" ; rdf:_2 "b" . [] a rdf:Bag ; rdf:_1 "c" .',
            "two.nq": 'ex:1 ex:f "yes" . ex:2 ex:f "no" .',
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, tmp_path: Path) -> None:
    check(CASES[name], tmp_path)


def test_lists_that_hold_each_other_are_told(tmp_path: Path) -> None:
    mapping = """
<#one> rml:logicalSource <#source> ; rml:subjectMap [ rml:gatherAs rdf:List ;
  rml:gather ( [ rml:parentTriplesMap <#two> ] ) ] .
<#two> rml:logicalSource <#source> ; rml:subjectMap [ rml:gatherAs rdf:List ;
  rml:gather ( [ rml:parentTriplesMap <#one> ] ) ] .
"""
    path = project(tmp_path, TURTLE + _SOURCE + mapping, _FILES, "m.ttl")
    assert told(path) == ["m.ttl:13:1 gather-cycle"]
