"""Every term of our own is documented, and every term of others has been looked up in its own vocabulary."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

ROOT = Path(__file__).resolve().parents[2]
MLD = "https://w3id.org/iomld/ns#"
ONTOLOGY = URIRef("https://w3id.org/iomld/ns")
STATUS = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
LANGUAGES = {"en", "fr", "es"}
#: what OWL 2 itself gives; neither coined nor borrowed
BUILT_IN = (str(RDF), str(RDFS), str(OWL), "http://www.w3.org/2001/XMLSchema#")

own = Graph().parse(ROOT / "ontology" / "iomld.ttl")
terms = sorted({str(term) for kind in KINDS for term in own.subjects(RDF.type, kind)})


def literals(term: str, predicate: URIRef) -> list[Literal]:
    return [value for value in own.objects(URIRef(term), predicate) if isinstance(value, Literal)]


@pytest.mark.parametrize("term", terms, ids=lambda term: term.removeprefix(MLD))
class TestTerm:
    def test_is_of_our_namespace_and_says_so(self, term: str) -> None:
        assert term.startswith(MLD)
        assert (URIRef(term), RDFS.isDefinedBy, ONTOLOGY) in own

    def test_has_one_label_in_each_language(self, term: str) -> None:
        assert sorted(str(label.language) for label in literals(term, RDFS.label)) == sorted(LANGUAGES)

    def test_has_one_definition_in_each_language(self, term: str) -> None:
        definitions = literals(term, SKOS.definition)
        assert sorted(str(text.language) for text in definitions) == sorted(LANGUAGES)
        assert all(str(text).endswith(".") and len(text) > 10 for text in definitions)

    def test_has_an_example(self, term: str) -> None:
        assert literals(term, SKOS.example)

    def test_has_a_status_of_the_policy(self, term: str) -> None:
        assert [str(value) for value in own.objects(URIRef(term), STATUS)] in (["stable"], ["testing"], ["archaic"])

    def test_has_a_replacement_or_a_reason_when_deprecated(self, term: str) -> None:
        deprecated = (URIRef(term), OWL.deprecated, Literal(True)) in own
        archaic = (URIRef(term), STATUS, Literal("archaic")) in own
        assert deprecated == archaic
        if deprecated:
            replaced = own.value(URIRef(term), URIRef("http://purl.org/dc/terms/isReplacedBy"))
            assert replaced is not None or literals(term, SKOS.changeNote)

    def test_is_spelt_as_its_kind_is(self, term: str) -> None:
        capital = (URIRef(term), RDF.type, OWL.Class) in own
        assert re.fullmatch("[A-Z][A-Za-z]+" if capital else "[a-z][A-Za-z]+", term.removeprefix(MLD))


def test_only_our_terms_are_declared_in_our_file() -> None:
    assert [term for term in terms if not term.startswith(MLD)] == []
    described = {str(subject) for subject in own.subjects() if isinstance(subject, URIRef)} - {str(ONTOLOGY)}
    assert described == set(terms)


def external_terms() -> set[str]:
    with (ROOT / "tests" / "ontology" / "external_terms.csv").open(encoding="utf-8", newline="") as file:
        return {row["term"] for row in csv.DictReader(file) if row["read_in"]}


def mentioned(graph: Graph) -> Iterator[str]:
    """What the graph uses as a term: each predicate, and each object that is a class, property or datatype."""
    for _, predicate, value in graph:
        yield str(predicate)
        if isinstance(value, URIRef) and predicate != RDFS.isDefinedBy:
            yield str(value)


@pytest.mark.parametrize("name", ["iomld.ttl", "external.ttl", "alignments.ttl"])
def test_each_term_of_others_was_looked_up(name: str) -> None:
    graph = Graph().parse(ROOT / "ontology" / name)
    known = external_terms()
    used = set(mentioned(graph)) | {str(subject) for subject in graph.subjects()}
    foreign = {term for term in used if not term.startswith(("https://w3id.org/iomld/", *BUILT_IN))}
    assert foreign - known - {"https://creativecommons.org/licenses/by/4.0/"} == set()


def test_the_terms_that_mappings_tables_and_shapes_use_are_coined() -> None:
    files = [*ROOT.glob("mappings/*.yml"), *ROOT.glob("shapes/*.ttl"), *ROOT.glob("queries/**/*.rq")]
    files += ROOT.glob("mappings/tables/**/*-metadata.json")
    used = {name for file in files for name in re.findall(r"\bmld:([A-Za-z]+)", file.read_text("utf-8"))}
    assert used
    assert used - {term.removeprefix(MLD) for term in terms} == set()
