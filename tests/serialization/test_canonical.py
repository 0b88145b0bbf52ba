"""Canonical blank node labels: the suite of RDFC-1.0, and what happens where they cannot be had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.serialization.roundtrip import canonical, relation, written
from tests.suites import ROOT, suite

from iomld.errors import DataError
from iomld.serialization.canonical import canonicalize, parse_line

FOLDER = ROOT / "rdf-canon"
ENTRIES = json.loads((FOLDER / "manifest.jsonld").read_text())["entries"] if FOLDER.is_dir() else []
EVALUATED = [entry for entry in ENTRIES if entry["type"] == "rdfc:RDFC10EvalTest" and "hashAlgorithm" not in entry]
POISON = [entry for entry in ENTRIES if entry["type"] == "rdfc:RDFC10NegativeEvalTest"]


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text().split("\n") if line]


def test_the_suite_is_there() -> None:
    suite("rdf-canon")
    assert len(EVALUATED) > 60


@pytest.mark.parametrize("entry", EVALUATED, ids=lambda entry: entry["id"])
def test_labels_are_those_of_the_suite(entry: dict[str, str]) -> None:
    quads = relation((FOLDER / entry["action"]).read_bytes(), "nquads", shared=True)
    assert written(quads, "nquads").split("\n")[:-1] == sorted(lines(FOLDER / entry["result"]))


@pytest.mark.parametrize("entry", POISON, ids=lambda entry: entry["id"])
def test_a_poison_graph_ends_at_the_time_limit(entry: dict[str, str]) -> None:
    quads = [parse_line(line.strip()) for line in lines(FOLDER / entry["action"])]
    with pytest.raises(DataError) as caught:
        canonicalize(quads, seconds=1.0)
    assert caught.value.id == "blank-nodes-endless"


def test_more_blank_nodes_than_the_bound_are_refused() -> None:
    quads = [(f"_:a{n}", "<http://a/p>", '"x"', "") for n in range(11)]
    with pytest.raises(DataError) as caught:
        canonicalize(quads, bound=10)
    assert caught.value.id == "blank-nodes-too-many"


def test_labels_do_not_depend_on_those_of_the_input_nor_on_its_order() -> None:
    text = "".join(
        f'_:{name} <http://a/p> "{name}" . _:{name} <http://a/next> _:{follows} .\n'
        for name, follows in zip("abcdefgh", "bcdefgha", strict=True)
    )
    other = "\n".join(reversed(text.replace("_:", "_:z").strip().split("\n")))
    assert written(relation(text), "turtle") == written(relation(other), "turtle")


def test_kept_labels_are_numbers_in_the_order_of_reading() -> None:
    quads = relation("_:z <http://a/p> _:y . _:y <http://a/p> _:z .")
    text = written(quads, "nquads", blank_nodes="keep")
    assert text == "_:b0 <http://a/p> _:b1 .\n_:b1 <http://a/p> _:b0 .\n"
    assert canonical(text) == canonical(written(quads, "nquads"))
