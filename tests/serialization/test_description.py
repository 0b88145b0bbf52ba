"""The description of a dataset."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, PROV, RDF, SH, VOID
from tests.serialization.roundtrip import relation, written
from tests.suites import suite

from iomld.serialization import FORMATS, Distribution, Input, Metadata, checksums, describe

BASE = "https://w3id.org/iomld/"
RELEASE = rdflib.URIRef(BASE + "dataset/1.2.0")
DATA = """
@prefix ex: <http://example.org/> .
ex:a a ex:Thing , ex:Other ; ex:p 1 , 2 ; ex:q ex:b . ex:b a ex:Thing ; ex:q ex:b .
ex:g { ex:a ex:p 1 . ex:c ex:p 3 }
"""
METADATA = Metadata(
    base=BASE,
    release="1.2.0",
    title={"en": "Dialogues", "fr": "Dialogues (fr)"},
    description={"en": "Who talks to whom."},
    licence="https://creativecommons.org/licenses/by/4.0/",
    publisher="The contributors",
    issued="2026-11-21",
    modified="2026-11-20",
    keywords=("migration",),
    vocabularies=("http://www.w3.org/ns/org#",),
    languages=("en", "fr"),
    software="iomld 0.1.0",
    citation="The contributors: Dialogues, 1.2.0",
    previous="1.1.0",
)
DISTRIBUTIONS = [Distribution(f"iomld.{name}", name, 10, hashlib.sha256(name.encode()).hexdigest()) for name in FORMATS]


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    inputs = [Input("mappings/tables/a b.csv", "0" * 64)]
    description = describe(relation(DATA, "trig"), METADATA, distributions=DISTRIBUTIONS, inputs=inputs)
    return rdflib.Graph().parse(data=written(description, "turtle"), format="turtle")


def test_counts_are_those_of_the_data_as_one_graph(graph: rdflib.Graph) -> None:
    def number(subject: rdflib.term.Node, name: str) -> int:
        return int(str(graph.value(subject, VOID[name])))

    assert [number(RELEASE, name) for name in ("triples", "distinctSubjects", "properties", "classes")] == [8, 3, 3, 2]
    parts = {str(graph.value(part, VOID["class"])): part for part in graph.objects(RELEASE, VOID.classPartition)}
    assert {kind: number(part, "entities") for kind, part in parts.items()} == {
        "http://example.org/Other": 1,
        "http://example.org/Thing": 2,
    }
    found = {str(graph.value(part, VOID.property)): part for part in graph.objects(RELEASE, VOID.propertyPartition)}
    assert {name.rpartition("/")[2]: number(part, "triples") for name, part in found.items()} == {
        "p": 3,
        "q": 2,
        "22-rdf-syntax-ns#type": 3,
    }
    assert number(found["http://example.org/q"], "distinctObjects") == 1


def test_every_file_is_a_distribution_and_every_input_was_used(graph: rdflib.Graph) -> None:
    files = set(graph.objects(RELEASE, DCAT.distribution))
    assert len(files) == len(FORMATS)
    build = graph.value(RELEASE, PROV.wasGeneratedBy)
    assert len(list(graph.objects(build, PROV.used))) == 1


def test_versions_form_a_chain(graph: rdflib.Graph) -> None:
    dataset, before = rdflib.URIRef(BASE + "dataset"), rdflib.URIRef(BASE + "dataset/1.1.0")
    dcat = rdflib.Namespace(str(DCAT))  # rdflib knows the terms of DCAT 2
    assert set(graph.objects(dataset, dcat.hasVersion)) == {RELEASE, before}
    assert set(graph.objects(dataset, dcat.hasCurrentVersion)) == {RELEASE}
    assert set(graph.objects(RELEASE, dcat.previousVersion)) == {before}
    assert set(graph.objects(RELEASE, PROV.wasRevisionOf)) == {before}


def test_there_are_no_blank_nodes_and_no_time_of_the_run(graph: rdflib.Graph) -> None:
    assert not [node for triple in graph for node in triple if isinstance(node, rdflib.BNode)]
    dates = {str(o) for o in graph.objects() if isinstance(o, rdflib.Literal) and "date" in str(o.datatype).lower()}
    assert dates == {"2026-11-21", "2026-11-20"}


def test_the_description_conforms_to_dcat_ap(graph: rdflib.Graph) -> None:
    folder = suite("dcat-ap-3.0.1")
    assert (RELEASE, RDF.type, DCAT.Dataset) in graph
    for name in ("dcat-ap-SHACL.ttl", "ranges.ttl"):
        shapes = rdflib.Graph().parse(folder / name)
        # The published shapes point to some property shapes that they do not contain.
        for shape, property_shape in list(shapes.subject_objects(SH.property)):
            if (property_shape, SH.path, None) not in shapes:
                shapes.remove((shape, SH.property, property_shape))
        conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes)
        assert conforms, text
        if name == "dcat-ap-SHACL.ttl":  # the shapes do look at it
            untitled = rdflib.Graph() + graph
            untitled.remove((RELEASE, DCTERMS.title, None))
            assert not pyshacl.validate(untitled, shacl_graph=shapes)[0]


def test_checksums_are_in_the_form_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / "b.nq").write_bytes(b"")
    (tmp_path / "a.ttl").write_bytes(b"x")
    first, second = checksums(tmp_path, ["b.nq", "a.ttl"]).splitlines()
    assert first == f"{hashlib.sha256(b'x').hexdigest()}  a.ttl"
    assert second.endswith("  b.nq")
