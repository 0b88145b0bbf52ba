"""Line and column of statements in Turtle files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.suites import suite

from iomld.graph import Quads
from iomld.validation import Shapes, validate
from iomld.validation.positions import positions

TURTLE = '''@prefix ex: <http://example.org/> .
PREFIX x: <http://example.org/x#>
@base <http://example.org/base/> .
# a comment with ex:a ex:p "no" .
ex:a a ex:P ; ex:p 1, 2.5 ,
    "three, [four]"@EN-gb ; # trailing
  ex:q [ ex:p "inner" ; ex:r ( 1 ex:z ) ] , """long
text""" ; ex:r ( "list" 2 ) , true .
<rel> x:a\\,b 'x'^^ex:t ; .
[ ex:p ex:a ] ex:q ex:b .
_:blank ex:p ex:a .
ex:c.d ex:p ex:e.
'''
EX = "http://example.org/"


def test_every_form_of_turtle(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    wanted = {f"<{EX}a>", f"<{EX}base/rel>", f"<{EX}c.d>"}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert positions(path, wanted) == {
        (f"<{EX}a>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"<{EX}P>"): (5, 8),
        (f"<{EX}a>", f"<{EX}p>", f'"1"^^<{xsd}integer>'): (5, 20),
        (f"<{EX}a>", f"<{EX}p>", f'"2.5"^^<{xsd}decimal>'): (5, 23),
        (f"<{EX}a>", f"<{EX}p>", '"three, [four]"@en-gb'): (6, 5),
        (f"<{EX}a>", f"<{EX}q>", '"long\\ntext"'): (7, 45),
        (f"<{EX}a>", f"<{EX}r>", f'"true"^^<{xsd}boolean>'): (8, 31),
        (f"<{EX}base/rel>", f"<{EX}x#a,b>", f'"x"^^<{EX}t>'): (9, 14),
        (f"<{EX}c.d>", f"<{EX}p>", f"<{EX}e>"): (12, 13),
    }


def test_every_statement_of_the_turtle_suite_has_its_place() -> None:
    """All that pyoxigraph's parser reads of IRIs is found, at a place inside of the file."""
    pyoxigraph = pytest.importorskip("pyoxigraph")
    folder = suite("rdf11")
    checked = 0
    for path in sorted(folder.rglob("*.ttl")):
        try:
            quads = list(
                pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE, base_iri=path.resolve().as_uri())
            )
        except (SyntaxError, ValueError):
            continue
        named = [
            (str(q.subject), str(q.predicate), str(q.object)) for q in quads if "_:" not in f"{q.subject}{q.object}"
        ]
        named = [triple for triple in named if not any("<<" in term for term in triple)]
        in_lists = "(" in path.read_text(encoding="utf-8", errors="replace")
        found = positions(path, {subject for subject, _, _ in named})
        if not in_lists:
            missing = [triple for triple in named if triple not in found and not path.name.startswith("IRI-resolution")]
            assert not missing, (path.name, missing[:2])
            checked += len(named)
    assert checked > 100


def test_findings_in_a_turtle_file_have_line_and_column(
    shapes_of: Callable[[str], Shapes], data_of: Callable[[str], Quads], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    shapes = shapes_of(
        "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; sh:minCount 1 ; sh:maxCount 1 ] ."
    )
    report = validate(data_of("ex:a a ex:P ; ex:n 1 ,\n  2 .\nex:b a ex:P ."), shapes)
    assert [(str(r.location), [str(o) for o in r.others]) for r in report.results] == [
        ("data.ttl:7:20", ["data.ttl:8:3"]),
        ("data.ttl:9:8", []),
    ]
