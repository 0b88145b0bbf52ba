"""The W3C suites of RDF 1.1: read by our reader, written by each of our writers, read back by others."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF
from tests.serialization.roundtrip import by_rdflib, canonical, relation, written
from tests.suites import suite

from iomld.errors import DataError, IomldError

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SYNTAX = {".nt": "ntriples", ".nq": "nquads", ".ttl": "turtle", ".trig": "trig"}
PARTS = ("rdf-n-triples", "rdf-n-quads", "rdf-turtle", "rdf-trig")


class Case(NamedTuple):
    name: str
    kind: str
    action: Path
    result: Path | None
    base: str


@cache
def cases(part: str) -> list[Case]:
    folder = suite("rdf11") / part
    graph = rdflib.Graph().parse(folder / "manifest.ttl", publicID="http://suite/manifest.ttl")
    manifest = graph.value(predicate=RDF.type, object=MF.Manifest)
    base = str(graph.value(manifest, MF.assumedTestBase) or f"https://w3c.github.io/rdf-tests/rdf/rdf11/{part}/")
    found = []
    entries = graph.value(manifest, MF.entries)
    assert entries is not None
    for entry in Collection(graph, entries):
        action = str(graph.value(entry, MF.action)).rpartition("/")[2]
        result = graph.value(entry, MF.result)
        kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
        target = folder / str(result).rpartition("/")[2] if result else None
        found.append(Case(str(graph.value(entry, MF.name)), kind, folder / action, target, base + action))
    return found


def collected() -> list[Case]:
    try:
        return [case for part in PARTS for case in cases(part)]
    except pytest.skip.Exception:
        return []


ALL = collected()
POSITIVE = [case for case in ALL if "Negative" not in case.kind]
NEGATIVE = [case for case in ALL if "Negative" in case.kind]


def test_the_suites_are_there() -> None:
    suite("rdf11")
    assert len(POSITIVE) > 400
    assert len(NEGATIVE) > 200


@pytest.mark.parametrize("case", NEGATIVE, ids=lambda case: f"{case.action.parent.name}/{case.name}")
def test_what_is_no_rdf_ends_in_a_data_error_with_a_place(case: Case) -> None:
    with pytest.raises(IomldError) as caught:
        relation(case.action.read_bytes(), SYNTAX[case.action.suffix], base=case.base, shared=True)
    errors = getattr(caught.value, "errors", [caught.value])
    assert all(isinstance(error, DataError) and error.location and error.location.line for error in errors)


@pytest.mark.parametrize("case", POSITIVE, ids=lambda case: f"{case.action.parent.name}/{case.name}")
def test_what_is_read_survives_every_writer(case: Case) -> None:
    quads = relation(case.action.read_bytes(), SYNTAX[case.action.suffix], base=case.base, shared=True)
    lines = written(quads, "nquads")
    expected = canonical(lines)
    if case.result:
        assert canonical(case.result.read_bytes(), SYNTAX[case.result.suffix], case.base) == expected
    assert lines.splitlines() == sorted(lines.splitlines())
    assert set(lines.splitlines()) == {f"{line} ." for line in expected}  # canonical labels
    named = any(name for (name,) in quads.connection.execute("SELECT DISTINCT graph FROM quad").fetchall())
    for format in ("trig", "jsonld") if named else ("ntriples", "turtle", "trig", "jsonld", "rdfxml"):
        try:
            text = written(quads, format)
        except DataError as error:
            assert (format, error.id) == ("rdfxml", "rdfxml-cannot-hold")
            continue
        assert canonical(text, format) == expected, text
        assert by_rdflib(text, format) == expected, text
