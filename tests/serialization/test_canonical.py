"""Canonical blank node labels: the suite of RDFC-1.0, and what happens where they cannot be had."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from tests.serialization.roundtrip import canonical, relation, written
from tests.suites import ROOT, suite

from iomld.errors import DataError
from iomld.graph import Quad
from iomld.serialization.canonical import canonicalize, canonicalize_n_quads, parse_line
from iomld.serialization.rdfc import canonical_labels

FOLDER = ROOT / "rdf-canon"
ENTRIES = json.loads((FOLDER / "manifest.jsonld").read_text())["entries"] if FOLDER.is_dir() else []
EVALUATED = [entry for entry in ENTRIES if entry["type"] == "rdfc:RDFC10EvalTest" and "hashAlgorithm" not in entry]
POISON = [entry for entry in ENTRIES if entry["type"] == "rdfc:RDFC10NegativeEvalTest"]


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text().split("\n") if line]


def labelled(quads: list[Quad]) -> list[str]:
    """The lines of canonical N-Quads with the labels that our own code gives."""
    labels = canonical_labels(quads)
    spelt = [[labels.get(term, term) for term in quad] for quad in quads]
    return sorted(" ".join([*filter(None, terms), "."]) for terms in spelt)


def chain(length: int, values: int, kind: str) -> list[Quad]:
    """A list with so many different values, in another order than that of its links; or nodes within nodes."""
    chance = random.Random(length)
    quads = [("<http://a/s>", "<http://a/p>", "_:n0", "")]
    for number in range(length):
        follows = f"_:n{number + 1}" if number + 1 < length else "<http://a/nil>"
        quads.append((f"_:n{number}", "<http://a/rest>", follows, ""))
        if kind == "list":
            quads.append((f"_:n{number}", "<http://a/first>", f'"{chance.randint(1, values)}"', ""))
    chance.shuffle(quads)
    return quads


def test_the_suite_is_there() -> None:
    suite("rdf-canon")
    assert len(EVALUATED) > 60


@pytest.mark.parametrize("entry", EVALUATED, ids=lambda entry: entry["id"])
def test_labels_are_those_of_the_suite(entry: dict[str, str]) -> None:
    quads = relation((FOLDER / entry["action"]).read_bytes(), "nquads", shared=True)
    assert written(quads, "nquads").split("\n")[:-1] == sorted(lines(FOLDER / entry["result"]))


@pytest.mark.parametrize("entry", EVALUATED, ids=lambda entry: entry["id"])
def test_our_own_labels_are_those_of_the_suite(entry: dict[str, str]) -> None:
    quads = [
        parse_line(line)
        for line in written(
            relation((FOLDER / entry["action"]).read_bytes(), "nquads", shared=True), "nquads", blank_nodes="keep"
        ).split("\n")[:-1]
    ]
    assert labelled(quads) == sorted(lines(FOLDER / entry["result"]))


@pytest.mark.parametrize("seed", range(40))
def test_our_own_labels_are_those_of_the_library(seed: int) -> None:
    """On graphs so small and regular that most of their nodes look alike."""
    chance = random.Random(seed)
    for _ in range(50):
        nodes = [f"_:n{number}" for number in range(chance.randint(6, 9))]
        made = {
            (chance.choice(nodes), f"<http://a/{chance.randint(1, 2)}>", chance.choice([*nodes, '"x"']), "")
            for _ in range(chance.randint(4, 12))
        }
        data = "".join(f"{' '.join(quad[:3])} .\n" for quad in sorted(made))
        assert labelled(list(made)) == canonicalize_n_quads(data.encode()).decode().split("\n")[:-1]


@pytest.mark.parametrize("values", [1, 3])
@pytest.mark.parametrize("kind", ["list", "nested"])
def test_chains_get_the_labels_of_the_library(kind: str, values: int) -> None:
    quads = chain(60, values, kind)
    data = "".join(f"{' '.join(quad[:3])} .\n" for quad in quads)
    assert labelled(quads) == canonicalize_n_quads(data.encode()).decode().split("\n")[:-1]


@pytest.mark.parametrize(("length", "values", "kind"), [(500, 1, "nested"), (800, 10, "list")])
def test_long_chains_of_nodes_that_look_alike_are_labelled(length: int, values: int, kind: str) -> None:
    found = canonicalize(chain(length, values, kind), seconds=300)
    assert len(found) == len(chain(length, values, kind))
    assert {term for quad in found for term in quad if term.startswith("_:")} == {f"_:c14n{n}" for n in range(length)}


def test_what_takes_too_long_is_told_with_what_looks_alike(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:  # the library would end in an overflow of its stack
        canonicalize(chain(20_000, 1, "list"), seconds=3)
    assert caught.value.id == "blank-nodes-endless"
    assert "19,998 of them with <http://a/first>, <http://a/rest> say the same" in caught.value.message


@pytest.mark.parametrize("entry", POISON, ids=lambda entry: entry["id"])
def test_a_poison_graph_ends_at_the_time_limit(entry: dict[str, str]) -> None:
    quads = [parse_line(line.strip()) for line in lines(FOLDER / entry["action"])]
    with pytest.raises(DataError) as caught:
        canonicalize(quads, seconds=1.0)
    assert caught.value.id == "blank-nodes-endless"


def test_an_iri_may_hold_blanks_of_unicode() -> None:
    quads = relation("".join(f"_:n{number} <http://a/p> <http://a/\u00a0> .\n" for number in range(8)))
    assert "<http://a/\u00a0>" in written(quads, "nquads")


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
