"""Logical views: which rows there are, and what is one row (the suite holds the rest)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.tables import Case, check

_SOURCE = """
<#source> rml:source [ a rml:FilePath ; rml:path "p.json" ] ; rml:referenceFormulation rml:JSONPath ;
  rml:iterator "$[*]" .
"""
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
}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, tmp_path: Path) -> None:
    check(CASES[name], tmp_path)
