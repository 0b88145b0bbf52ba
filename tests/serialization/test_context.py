"""The JSON-LD context of a vocabulary."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from tests.serialization.roundtrip import PREFIXES, by_pyld, canonical, relation, written

from iomld.graph import Quads, read_rdf
from iomld.serialization import context_from_ontology

ONTOLOGY = """
@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix dcam: <http://purl.org/dc/dcam/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:Process a owl:Class . prov:Agent a owl:Class . ex:agent a owl:ObjectProperty .
prov:agent a owl:ObjectProperty , owl:FunctionalProperty .
ex:since a owl:DatatypeProperty ; rdfs:range xsd:date . ex:note a owl:DatatypeProperty ; rdfs:range rdf:langString .
ex:words a owl:DatatypeProperty ; rdfs:range rdfs:Literal ; dcam:rangeIncludes rdf:langString , xsd:string .
ex:number a owl:DatatypeProperty ; rdfs:range xsd:string . ex:skos a owl:DatatypeProperty .
ex:type a owl:ObjectProperty .
skos:prefLabel a owl:AnnotationProperty . skos:closeMatch a owl:AnnotationProperty .
"""


def context() -> dict[str, object]:
    return context_from_ontology(relation(ONTOLOGY), base="http://example.org/", prefixes=PREFIXES)


def test_terms_are_typed_by_what_the_ontology_says() -> None:
    terms = context()["@context"]
    assert isinstance(terms, dict)
    assert terms["@version"] == 1.1
    assert terms["Process"] == "ex:Process"
    assert terms["agent"] == {"@id": "ex:agent", "@type": "@id"}
    assert terms["provAgent"] == {"@id": "prov:agent", "@type": "@id"}
    assert terms["since"] == {"@id": "ex:since", "@type": "xsd:date"}
    assert terms["note"] == {"@id": "ex:note", "@container": "@language"}
    assert terms["prefLabel"] == {"@id": "skos:prefLabel", "@container": "@language"}
    assert terms["words"] == {"@id": "ex:words", "@container": "@language"}
    assert terms["number"] == {"@id": "ex:number"}
    assert terms["closeMatch"] == {"@id": "skos:closeMatch", "@type": "@id"}, "an annotation, but between things"


def test_a_term_gives_way_to_a_prefix_and_to_the_aliases_of_keywords() -> None:
    terms = context()["@context"]
    assert isinstance(terms, dict)
    assert terms["type"] == "@type" and terms["exType"] == {"@id": "ex:type", "@type": "@id"}
    assert terms["skos"] == "http://www.w3.org/2004/02/skos/core#" and terms["exSkos"] == {"@id": "ex:skos"}


def test_the_context_states_the_version_of_its_vocabulary() -> None:
    versioned = relation(ONTOLOGY + 'ex:vocabulary a owl:Ontology ; owl:versionInfo "1.2.0" .')
    found = context_from_ontology(versioned, base="http://example.org/", prefixes=PREFIXES)
    said = '<http://example.org/vocabulary> <http://www.w3.org/2002/07/owl#versionInfo> "1.2.0"'
    assert canonical(json.dumps(found), "jsonld") == {said}
    assert found["@context"] == context()["@context"] and list(context()) == ["@context"]


def test_the_same_ontology_gives_the_same_bytes() -> None:
    assert json.dumps(context()) == json.dumps(context())


def test_data_written_with_the_context_is_the_same_graph_for_others() -> None:
    data = relation(
        """@prefix ex: <http://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        ex:a a ex:Process ; ex:agent ex:b ; skos:prefLabel "x"@en , "y" ; ex:number "1" , 1 ; ex:type ex:T ;
        ex:since "2000-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; ex:skos "s" ; ex:note "n"@fr ."""
    )
    text = written(data, "jsonld", context=context())
    assert canonical(text, "jsonld") == by_pyld(text) == canonical(written(data, "nquads"))
    assert json.loads(text)["@graph"][0]["number"] == ["1", 1]


def test_our_vocabulary_has_a_term_for_everything_it_declares() -> None:
    folder = Path(__file__).parents[2] / "ontology"
    if not list(folder.glob("*.ttl")):
        pytest.skip("the vocabulary is not beside the tests")
    ontology = Quads(duckdb.connect())
    for file in sorted(folder.glob("*.ttl")):
        read_rdf(file, into=ontology)
    terms = context_from_ontology(
        ontology, base="https://w3id.org/iomld/", prefixes={**PREFIXES, "mld": "https://w3id.org/iomld/ns#"}
    )
    inner = terms["@context"]
    assert isinstance(inner, dict)
    named = {
        definition["@id"] if isinstance(definition, dict) else definition
        for definition in inner.values()
        if definition != 1.1
    }
    declared = ontology.connection.execute(
        "SELECT DISTINCT subject FROM quad WHERE starts_with(subject, '<https://w3id.org/iomld/ns#')"
        " AND starts_with(object, '<http://www.w3.org/2002/07/owl#')"
    ).fetchall()
    assert {subject.replace("<https://w3id.org/iomld/ns#", "mld:").rstrip(">") for (subject,) in declared} <= named
    text = written(ontology, "jsonld", context=terms)
    assert canonical(text, "jsonld") == by_pyld(text) == canonical(written(ontology, "nquads"))
