"""Pitfalls of ontologies, looked for one by one (after the catalogue of OOPS!, whose numbers are given)."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node
from tests.ontology.vocabulary_page import PAGE, page

ROOT = Path(__file__).resolve().parents[2]
MLD = "https://w3id.org/iomld/ns#"
VANN = "http://purl.org/vocab/vann/"
ONTOLOGY = URIRef("https://w3id.org/iomld/ns")
LANGUAGES = ("en", "fr", "es")

own = Graph().parse(ROOT / "ontology" / "iomld.ttl")
everything = Graph()
for file in ("iomld.ttl", "external.ttl"):
    everything.parse(ROOT / "ontology" / file)
classes = {str(term) for term in own.subjects(RDF.type, OWL.Class)}
properties = {str(term) for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) for term in own.subjects(RDF.type, kind)}


def one(predicate: URIRef) -> str:
    (value,) = own.objects(ONTOLOGY, predicate)
    return str(value)


def labels(term: str, language: str) -> list[str]:
    return [
        str(text)
        for text in own.objects(URIRef(term), RDFS.label)
        if isinstance(text, Literal) and text.language == language
    ]


def test_the_ontology_says_what_it_is() -> None:
    """P38, P39, P41: declared, with namespace and licence; FOOPS! VER1, OM1."""
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in own
    assert one(URIRef(VANN + "preferredNamespaceUri")) == MLD
    assert one(URIRef(VANN + "preferredNamespacePrefix")) == "mld"
    assert one(DCTERMS.license) == "https://creativecommons.org/licenses/by/4.0/"
    assert one(DCTERMS.creator) == "The iomld contributors"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", one(DCTERMS.created))
    for predicate in (DCTERMS.title, DCTERMS.description):
        tags = [value.language for value in own.objects(ONTOLOGY, predicate) if isinstance(value, Literal)]
        assert sorted(map(str, tags)) == sorted(LANGUAGES)


def test_the_files_are_one_ontology() -> None:
    """They are published as one file, and OWL allows one header in a file."""
    parts = [Graph().parse(path) for path in sorted((ROOT / "ontology").glob("*.ttl"))]
    assert [header for part in parts for header in part.subjects(RDF.type, OWL.Ontology)] == [ONTOLOGY]


def test_the_version_iri_ends_in_the_version() -> None:
    assert one(OWL.versionIRI) == f"{ONTOLOGY}/{one(OWL.versionInfo)}"
    assert re.fullmatch(r"\d+\.\d+\.\d+", one(OWL.versionInfo))


def test_no_term_has_a_version_or_a_file_in_its_iri() -> None:
    """P36."""
    assert [term for term in classes | properties if re.search(r"\d|\.", term.removeprefix(MLD))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_classes_and_no_two_properties_share_a_label(language: str) -> None:
    """P02, P32: synonyms as terms of their own, or one label for two."""
    for terms in (classes, properties):
        count = Counter(label.lower() for term in terms for label in labels(term, language))
        assert [label for label, times in count.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_terms_share_a_definition(language: str) -> None:
    found: dict[str, list[Node]] = defaultdict(list)
    for term, text in own.subject_objects(SKOS.definition):
        if isinstance(text, Literal) and text.language == language:
            found[str(text)].append(term)
    assert [terms for terms in found.values() if len(terms) > 1] == []


def test_french_and_spanish_are_not_copies_of_english() -> None:
    """Definitions, that is; a label such as “mandate” may well look alike."""
    for term in classes | properties:
        texts = {str(text) for text in own.objects(URIRef(term), SKOS.definition)}
        assert len(texts) == len(LANGUAGES), term


def test_french_puts_a_space_before_a_colon() -> None:
    texts = [text for text in own.objects() if isinstance(text, Literal) and text.language == "fr"]
    assert [str(text) for text in texts if re.search(r"[^\s]:(?:\s|$)", re.sub(r"\w+:\w+", "", text))] == []


@pytest.mark.parametrize("predicate", [RDFS.subClassOf, RDFS.subPropertyOf], ids=["classes", "properties"])
def test_no_hierarchy_runs_in_a_circle(predicate: URIRef) -> None:
    """P06."""
    for term in set(everything.subjects(predicate)):
        assert term not in set(everything.transitive_objects(term, predicate)) - {term}
        assert (term, predicate, term) not in everything
        for above in everything.objects(term, predicate):
            assert term not in set(everything.transitive_objects(above, predicate))


def test_no_property_has_two_domains_or_two_ranges() -> None:
    """P19: they would be an intersection, which is rarely meant."""
    for term in properties:
        for predicate in (RDFS.domain, RDFS.range):
            assert len(list(own.objects(URIRef(term), predicate))) <= 1, term


def test_every_property_has_a_range_or_says_that_it_takes_any_thing() -> None:
    """P11, with the properties listed that may point to a thing of any class."""
    free = "about action codeOf figureOf grouping nameOf outcome outputOf reiterates respondsTo scopeOf"
    free += " beneficiaryOf relationObject relationSubject"
    without = {term.removeprefix(MLD) for term in properties if own.value(URIRef(term), RDFS.range) is None}
    assert without == set(free.split())


def test_every_class_is_linked_to_something() -> None:
    """P04: a superclass, a property whose domain or range it is, or both."""
    for term in classes:
        node = URIRef(term)
        linked = [own.value(node, RDFS.subClassOf)]
        linked += [own.value(None, predicate, node, any=True) for predicate in (RDFS.domain, RDFS.range)]
        assert any(linked), term


def test_classes_are_told_apart() -> None:
    """P10."""
    for term in classes - {MLD + "ConsultativeProcess"}:
        node = URIRef(term)
        assert (node, OWL.disjointWith, None) in own or (None, OWL.disjointWith, node) in own, term


def test_no_class_is_disjoint_with_what_it_is_under() -> None:
    """P27 in small; the reasoner does the rest."""
    for term, other in everything.subject_objects(OWL.disjointWith):
        above = set(everything.transitive_objects(term, RDFS.subClassOf))
        assert other not in above
        assert term not in set(everything.transitive_objects(other, RDFS.subClassOf))


def test_no_name_joins_two_ideas() -> None:
    """P07: EventAndActivity, PersonOrBody."""
    assert [term for term in classes | properties if re.search(r"[a-z](And|Or)[A-Z]", term)] == []


def test_there_is_no_class_of_the_rest() -> None:
    """P21."""
    assert [term for term in classes if re.search(r"Other|Misc|General|Thing", term.removeprefix(MLD))] == []


def test_inverses_are_left_to_the_query() -> None:
    """P13 is a choice here (docs/vocabulary.md): one direction each, and none declared twice over."""
    assert list(own.subject_objects(OWL.inverseOf)) == []


def test_the_page_of_the_vocabulary_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python tests/ontology/vocabulary_page.py"
