"""The dataset that comes with iomld keeps to the ontology: terms declared and used as their kind, no contradiction."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from tests.ontology.hermit import unsatisfiable

from iomld.graph import Quads, read_rdf
from iomld.pipeline import build, materialize
from iomld.project import open_project
from iomld.query.vocabulary import declared_terms
from iomld.sources.metadata import TERMS

ROOT = Path(__file__).resolve().parents[2]
MLD = "https://w3id.org/iomld/ns#"
#: what OWL and RDF Schema give, and links say
BUILT_IN = {RDF.type, RDFS.comment, OWL.sameAs}

ontology = Graph()
for name in ("iomld.ttl", "external.ttl"):
    ontology.parse(ROOT / "ontology" / name)


def terms_of_table_metadata() -> set[str]:
    """Our own terms that are keys in the metadata of the tables."""
    found: set[str] = set()
    for path in (ROOT / "mappings" / "tables").rglob("*-metadata.json"):
        json.loads(path.read_text("utf-8"), object_hook=lambda cells: found.update(cells))
    return {key.removeprefix("mld:") for key in found if key.startswith("mld:")}


def declared(kind: URIRef) -> set[str]:
    return {f"<{term}>" for term in ontology.subjects(RDF.type, kind)}


@cache
def relation() -> Any:
    return materialize(open_project(ROOT / "iomld.toml")).connection


def ask(query: str) -> list[Any]:
    return list(relation().execute(query).fetchall())


def test_every_class_is_declared() -> None:
    used = {row[0] for row in ask(f"SELECT DISTINCT object FROM quad WHERE predicate = '<{RDF.type}>'")}
    assert used - declared(OWL.Class) == set()


def test_every_property_is_declared_and_used_as_its_kind() -> None:
    objects, values = declared(OWL.ObjectProperty), declared(OWL.DatatypeProperty)
    annotations = declared(OWL.AnnotationProperty) | {f"<{term}>" for term in BUILT_IN}
    used = ask("SELECT DISTINCT predicate, object LIKE '\"%' FROM quad")
    assert used
    for predicate, literal in used:
        assert predicate in annotations or predicate in (values if literal else objects), predicate


def test_the_description_of_the_dataset_uses_terms_as_their_kind(tmp_path: Path) -> None:
    """What stands beside the data in a folder keeps to the same declarations: dataset.ttl."""
    objects, values = declared(OWL.ObjectProperty), declared(OWL.DatatypeProperty)
    build(open_project(ROOT / "iomld.toml"), tmp_path / "out", check=False)
    description = Graph().parse(tmp_path / "out" / "dataset.ttl")
    assert len(description) > 100
    wrong = {
        predicate
        for _, predicate, value in description
        if f"<{predicate}>" in (objects if isinstance(value, Literal) else values)
    }
    assert wrong == set()


def test_a_property_that_is_functional_has_one_value() -> None:
    """A reasoner would take two things for one."""
    functional = declared(OWL.FunctionalProperty)
    assert f"<{MLD}unit>" in functional and f"<{MLD}value>" in functional
    twice = ask("SELECT subject, predicate FROM quad GROUP BY ALL HAVING count(DISTINCT object) > 1")
    assert [(subject, predicate) for subject, predicate in twice if predicate in functional] == []


def test_the_terms_of_table_metadata_are_annotations() -> None:
    terms = {f"<{MLD}{name}>" for name in terms_of_table_metadata()}
    assert terms and terms - declared(OWL.AnnotationProperty) == set()
    assert terms == {f"<{term}>" for term in TERMS}, "the terms that the reader of tables knows"


def test_terms_of_table_metadata_wait_for_no_question() -> None:
    """What iomld test and iomld coverage list as used by nothing is meant for the data."""
    with_all = Quads(duckdb.connect())
    read_rdf(ROOT / "ontology" / "iomld.ttl", into=with_all)
    listed = set(declared_terms(with_all, MLD))
    assert f"<{MLD}theme>" in listed and not {term for term in listed if term[1:-1] in TERMS}


def test_there_is_no_blank_node() -> None:
    assert ask("SELECT * FROM quad WHERE subject LIKE '\\_:%' ESCAPE '\\' OR object LIKE '\\_:%' ESCAPE '\\'") == []


def test_it_does_not_contradict_the_ontology(tmp_path: Path) -> None:
    """HermiT, over all things and values; xsd:date is not of OWL 2 and left out, labels carry no logic."""
    kinds = sorted(declared(OWL.ObjectProperty) | declared(OWL.DatatypeProperty) | {f"<{RDF.type}>"})
    rows = relation().execute(
        "SELECT DISTINCT subject, predicate, object FROM quad WHERE list_contains(?, predicate) AND object NOT LIKE ?",
        [kinds, "%^^<http://www.w3.org/2001/XMLSchema#date>"],
    )
    lines = [f"{subject} {predicate} {value} .\n" for subject, predicate, value in rows.fetchall()]
    individuals = {line.split(" ", 1)[0] for line in lines}
    lines += [f"{thing} <{RDF.type}> <{OWL.NamedIndividual}> .\n" for thing in individuals]
    everything = Graph().parse(data="".join(lines), format="nt")
    for triple in ontology:
        everything.add(triple)
    assert unsatisfiable(everything, tmp_path) == []


def test_what_the_mappings_never_fill_is_known() -> None:
    """Terms that wait for a document which needs them; a term that none will need should not be coined.

    Terms of the metadata of tables are used there, and nowhere in the data.
    """
    used = {row[0] for row in ask("SELECT DISTINCT predicate FROM quad")}
    used |= {row[0] for row in ask(f"SELECT DISTINCT object FROM quad WHERE predicate = '<{RDF.type}>'")}
    used |= {f"<{MLD}{name}>" for name in terms_of_table_metadata()}
    own = {str(term) for term in ontology.subjects(RDFS.isDefinedBy, URIRef("https://w3id.org/iomld/ns"))}
    waiting = {term.rpartition("#")[2] for term in own if f"<{term}>" not in used}
    assert waiting == set()
