"""The ontology stays inside OWL 2 DL, is consistent, and no class is empty by definition (HermiT)."""

from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from tests.ontology.hermit import unsatisfiable

ROOT = Path(__file__).resolve().parents[2]
FILES = ("iomld.ttl", "external.ttl", "alignments.ttl")
MLD = "https://w3id.org/iomld/ns#"
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
XSD = "http://www.w3.org/2001/XMLSchema#"
#: those of OWL 2 (Structural Specification, section 4) that this vocabulary needs; xsd:date is not of OWL 2
DATATYPES = {str(RDFS.Literal), *(XSD + name for name in ("boolean", "decimal", "integer", "string"))}
#: OWL 2 Structural Specification, section 5.5
BUILT_IN_ANNOTATIONS = {
    RDFS.label,
    RDFS.comment,
    RDFS.seeAlso,
    RDFS.isDefinedBy,
    OWL.deprecated,
    OWL.versionInfo,
    OWL.priorVersion,
    OWL.backwardCompatibleWith,
    OWL.incompatibleWith,
}
AXIOMS = {
    RDF.type,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
    OWL.disjointWith,
    OWL.inverseOf,
    OWL.versionIRI,
}


def load() -> Graph:
    graph = Graph()
    for name in FILES:
        graph.parse(ROOT / "ontology" / name)
    return graph


graph = load()


def declared(kind: URIRef) -> set[URIRef]:
    return {term for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}


def test_there_is_no_blank_node() -> None:
    assert [triple for triple in graph if any(isinstance(term, BNode) for term in triple)] == []


def test_no_property_is_of_two_kinds() -> None:
    kinds = [declared(kind) for kind in PROPERTY_KINDS]
    assert kinds[0] & kinds[1] == kinds[0] & kinds[2] == kinds[1] & kinds[2] == set()


def test_every_predicate_is_declared_or_built_in() -> None:
    known = set().union(*(declared(kind) for kind in PROPERTY_KINDS)) | AXIOMS | BUILT_IN_ANNOTATIONS
    assert set(graph.predicates()) - known == set()


def test_every_class_in_an_axiom_is_declared() -> None:
    classes = declared(OWL.Class)
    for predicate in (RDFS.subClassOf, RDFS.domain, OWL.disjointWith):
        assert set(graph.objects(None, predicate)) - classes == set(), predicate
    object_ranges = {value for term in declared(OWL.ObjectProperty) for value in graph.objects(term, RDFS.range)}
    assert object_ranges - classes == set()


def test_superproperties_are_declared_and_of_the_same_kind() -> None:
    for term, above in graph.subject_objects(RDFS.subPropertyOf):
        kinds = [kind for kind in PROPERTY_KINDS if (term, RDF.type, kind) in graph]
        assert [kind for kind in PROPERTY_KINDS if (above, RDF.type, kind) in graph] == kinds != [], (term, above)


def test_datatype_properties_range_over_datatypes_of_owl_2() -> None:
    ranges = {str(value) for term in declared(OWL.DatatypeProperty) for value in graph.objects(term, RDFS.range)}
    assert ranges - DATATYPES == set()


def test_annotation_properties_carry_no_logic() -> None:
    for term in declared(OWL.AnnotationProperty):
        assert not any((term, predicate, None) in graph for predicate in AXIOMS - {RDF.type})


def test_alignments_carry_no_logic() -> None:
    """A class that is like another one is not a skos:Concept for that."""
    notes = Graph().parse(ROOT / "ontology" / "alignments.ttl")
    assert len(notes) and set(notes.predicates()) - declared(OWL.AnnotationProperty) == set()


def test_what_sort_a_thing_is_of_is_no_class() -> None:
    """dcterms:type has the range rdfs:Class: under it each kind, a concept, would be one."""
    assert list(graph.subjects(RDFS.subPropertyOf, DCTERMS.type)) == []
    assert list(graph.subjects(RDFS.range, RDFS.Class)) == []


def test_literals_stand_only_where_an_annotation_may() -> None:
    annotations = declared(OWL.AnnotationProperty) | BUILT_IN_ANNOTATIONS
    assert {predicate for _, predicate, value in graph if isinstance(value, Literal)} - annotations == set()


def test_every_class_can_have_members(tmp_path: Path) -> None:
    assert unsatisfiable(graph, tmp_path) == []


def test_a_class_that_can_have_none_is_found(tmp_path: Path) -> None:
    """A gathering that is also a prov:Activity: PROV-O keeps activities and entities apart."""
    planted = load()
    bad = URIRef(MLD + "Planted")
    planted.add((bad, RDF.type, OWL.Class))
    planted.add((bad, RDFS.subClassOf, URIRef(MLD + "Event")))
    planted.add((bad, RDFS.subClassOf, URIRef("http://www.w3.org/ns/prov#Activity")))
    assert unsatisfiable(planted, tmp_path) == [str(bad)]


def test_data_against_the_ontology_is_found(tmp_path: Path) -> None:
    """A state is no territory, even when only domains and ranges say what each is."""
    owlready2: Any = pytest.importorskip("owlready2")
    data = load()
    somewhere = URIRef("https://example.org/somewhere")
    data.add((somewhere, RDF.type, OWL.NamedIndividual))
    data.add((somewhere, RDF.type, URIRef(MLD + "Territory")))
    data.add((URIRef("https://example.org/talks"), RDF.type, OWL.NamedIndividual))
    data.add((URIRef("https://example.org/talks"), URIRef(MLD + "country"), somewhere))
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        unsatisfiable(data, tmp_path)


def test_what_is_cited_may_be_of_each_class(tmp_path: Path) -> None:
    """prov:wasDerivedFrom makes its subject a prov:Entity; none of our classes may be shut out by that."""
    planted = load()
    for described in declared(OWL.Class):
        if described.startswith(MLD):
            cited = URIRef(f"{described}Cited")
            planted.add((cited, RDF.type, OWL.Class))
            planted.add((cited, RDFS.subClassOf, described))
            planted.add((cited, RDFS.subClassOf, URIRef("http://www.w3.org/ns/prov#Entity")))
    assert unsatisfiable(planted, tmp_path) == []
