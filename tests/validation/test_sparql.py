# ruff: noqa: E501  (Turtle and queries)
"""sh:sparql: one run for all focus nodes finds what a run for each does; what cannot is left to pySHACL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iomld.validation import Report

Check = Callable[[str, str], Report]
EX = "http://example.org/"
SHAPE = 'ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select """%s""" ; sh:prefixes ex:ns ] .\n'
SHAPES = SHAPE + f'ex:ns sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] .'


def focus_nodes(report: Report) -> list[str]:
    return [result.focus.removeprefix(f"<{EX}").removesuffix(">") for result in report.results]


def engines(report: Report) -> set[str]:
    return {judged.engine for judged in report.engines}


def test_blank_nodes_keep_their_labels_on_the_embedded_engine(check: Check) -> None:
    report = check(
        "_:one a ex:C ; ex:p _:two . _:three a ex:C .",
        SHAPES % "SELECT $this ?value { $this ex:p ?value . OPTIONAL { ?value ex:z ?q } FILTER (!BOUND(?q)) }",
    )
    assert engines(report) == {"compiled"}
    (result,) = report.results
    other = check("_:one a ex:C ; ex:p _:two .", "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] .")
    assert (result.focus, result.value) == (other.results[0].focus, other.results[0].value)
