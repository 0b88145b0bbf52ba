"""Canonical lines read by the engine, and everything else left to the parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomld.engine import connect
from iomld.graph import Quads, read_rdf
from iomld.graph.lines import read_canonical

CANONICAL = """<http://e/a> <http://e/p> <http://e/b> .
<http://e/a> <http://e/p> "text . with \\"marks\\" and \\n\\\\" .
<http://e/a> <http://e/p> "été <http://e/x> ."@fr-ca .
<http://e/a> <http://e/p> "1"^^<http://www.w3.org/2001/XMLSchema#int> .
<urn:isbn:1> <http://e/p?q=1#f> <http://e/%C3%A9> .
<http://e/a> <http://e/p> "a <b"^^<http://e/d> .
<http://e/a> <http://e/p> " two  spaces " .
"""
OTHERS = {
    "blank node": "_:b <http://e/p> <http://e/b> .",
    "comment": "# a comment",
    "comment after": "<http://e/a> <http://e/p> <http://e/b> . # why",
    "two spaces": "<http://e/a>  <http://e/p> <http://e/b> .",
    "needless escape": '<http://e/a> <http://e/p> "\\u0041" .',
    "upper-case language": '<http://e/a> <http://e/p> "a"@EN .',
    "xsd:string": '<http://e/a> <http://e/p> "a"^^<http://www.w3.org/2001/XMLSchema#string> .',
    "relative": "<a> <http://e/p> <http://e/b> .",
    "bad percent": "<http://e/%zz> <http://e/p> <http://e/b> .",
    "cut off": "<http://e/a> <http://e/p> <http://e",
    "two statements": "<http://e/a> <http://e/p> <http://e/b> . <http://e/a> <http://e/p> <http://e/c> .",
    "blank line": "\n<http://e/a> <http://e/p> <http://e/b> .",
    "graph in triples": "<http://e/a> <http://e/p> <http://e/b> <http://e/g> .",
}


def rows(quads: Quads) -> list[tuple[object, ...]]:
    return quads.connection.execute("SELECT * FROM quad ORDER BY ALL").fetchall()


@pytest.mark.parametrize("name", ["data.nt", "data.nq"])
def test_the_engine_and_the_parser_read_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    graphs = CANONICAL.replace(" .\n", " <http://e/g> .\n") if name.endswith("nq") else ""
    path.write_text(CANONICAL + graphs, encoding="utf-8")
    fast, slow = Quads(connect()), Quads(connect())
    read_rdf(path, into=slow, root=tmp_path)
    count = read_canonical(path, into=fast, source=fast.add_source(name), named_graphs=name.endswith("nq"))
    assert count == len(rows(slow))
    assert rows(fast) == rows(slow)


@pytest.mark.parametrize("line", OTHERS)
def test_what_is_not_plainly_canonical_is_left_to_the_parser(tmp_path: Path, line: str) -> None:
    path = tmp_path / "data.nt"
    path.write_text(f"{CANONICAL}{OTHERS[line]}\n", encoding="utf-8")
    quads = Quads(connect())
    assert read_canonical(path, into=quads, source=quads.add_source("data.nt")) is None
    assert rows(quads) == []


def test_bytes_that_are_not_utf_8_are_left_to_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    path.write_bytes(b'<http://e/a> <http://e/p> "\xff" .\n')
    quads = Quads(connect())
    assert read_canonical(path, into=quads, source=quads.add_source("data.nt")) is None


def test_the_row_of_a_quad_is_its_line_in_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    path.write_text("".join(f'<http://e/a> <http://e/p> "{line}" .\n' for line in range(1, 400_001)), encoding="utf-8")
    quads = Quads(connect())
    assert read_canonical(path, into=quads, source=quads.add_source("data.nt")) == 400_000
    wrong = quads.connection.execute("SELECT count(*) FROM quad WHERE object <> '\"' || row || '\"'").fetchall()
    assert wrong == [(0,)]
