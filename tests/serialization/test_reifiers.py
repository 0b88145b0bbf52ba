"""RDF 1.2: citations that reify the statements they back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.serialization.roundtrip import canonical, relation, written

from iomld.errors import TermError, UsageError
from iomld.serialization import FORMATS
from iomld.serialization.convert import convert

CITES = "http://example.org/cites"
REIFIES = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"
SAMPLE = """
@prefix ex: <http://example.org/> .
ex:fact a ex:Fact , ex:Claim ; ex:member ex:a ; ex:note "one\\ntwo"@en , "x" ; ex:cites ex:c1 , ex:c2 , "a text" .
ex:other ex:p 1 . ex:c1 ex:pinpoint "para-1" .
"""
BLANKS = """
@prefix ex: <http://example.org/> .
ex:fact ex:p [ ex:q ( 1 2 ) ; ex:cites [ ex:pinpoint "para-2" ] ] ; ex:cites [ ex:pinpoint "para-1" ] .
[] ex:p "x" ; ex:cites ex:c .
"""
GRAPHS = """
@prefix ex: <http://example.org/> .
ex:fact ex:p 1 ; ex:cites ex:c . ex:g { ex:fact ex:p 2 . ex:else ex:p 3 ; ex:cites ex:d . }
"""


def test_turtle_marks_each_statement_with_its_citations() -> None:
    text = written(relation(SAMPLE), "turtle", reify=CITES)
    assert text.startswith('VERSION "1.2"\n@prefix ex:')
    assert "ex:fact a ex:Claim ~ ex:c1 ~ ex:c2, ex:Fact ~ ex:c1 ~ ex:c2 ;" in text
    assert "ex:member ex:a ~ ex:c1 ~ ex:c2 ;" in text
    assert '"""one\ntwo"""@en ~ ex:c1 ~ ex:c2 ,\n        "x" ~ ex:c1 ~ ex:c2 .' in text
    assert 'ex:cites\n        "a text" ,\n        ex:c1 ,\n        ex:c2 ;' in text
    assert "ex:p 1 ." in text


def test_n_quads_state_what_each_citation_reifies() -> None:
    lines = written(relation(GRAPHS, "trig"), "nquads", reify=CITES).splitlines()
    ex = "http://example.org/"
    one = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    three = '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert [line for line in lines if REIFIES in line] == [
        f"<{ex}c> {REIFIES} <<( <{ex}fact> <{ex}p> {one} )>> .",
        f"<{ex}d> {REIFIES} <<( <{ex}else> <{ex}p> {three} )>> <{ex}g> .",
    ]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "syntax", "formats"),
    [
        (SAMPLE, "turtle", ["turtle", "trig", "ntriples"]),
        (BLANKS, "turtle", ["turtle", "trig", "ntriples"]),
        (GRAPHS, "trig", ["trig"]),
    ],
    ids=["names", "blank nodes", "graphs"],
)
def test_every_format_that_has_reifiers_holds_the_same_graph(text: str, syntax: str, formats: list[str]) -> None:
    quads = relation(text, syntax)
    expected = canonical(written(quads, "nquads", reify=CITES))
    assert any(REIFIES in line for line in expected)
    assert len(expected) > len(canonical(written(quads, "nquads")))
    for format in formats:
        assert canonical(written(quads, format, reify=CITES), format) == expected


@pytest.mark.parametrize("format", [name for name, format in FORMATS.items() if not format.reifiers])
def test_formats_without_reifiers_refuse_them(format: str) -> None:
    with pytest.raises(UsageError) as caught:
        written(relation(SAMPLE), format, reify=CITES)
    assert caught.value.id == "reifiers-format"


def test_the_property_is_named_by_curie_or_iri(tmp_path: Path) -> None:
    (tmp_path / "in.ttl").write_text(SAMPLE)
    results = set()
    for name in ("ex:cites", CITES, f"<{CITES}>"):
        convert([tmp_path / "in.ttl"], tmp_path / "out.nt", reify=name)
        results.add((tmp_path / "out.nt").read_text())
    assert len(results) == 1 and REIFIES in results.pop()
    with pytest.raises(TermError, match="unknown prefix"):
        convert([tmp_path / "in.ttl"], tmp_path / "out.nt", reify="unknown:cites")
