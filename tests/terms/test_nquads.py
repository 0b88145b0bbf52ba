"""Terms spelt as in canonical N-Quads."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomld.terms import blank, iri, literal, parse_term
from iomld.terms.nquads import XSD_STRING

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_a_literal_comes_back_as_it_went_in(text: str) -> None:
    assert parse_term(literal(text)) == ("literal", text, None, XSD_STRING)


@given(TEXT, st.sampled_from([None, "en", "fr-CH"]))
def test_the_spelling_is_that_of_another_implementation(text: str, language: str | None) -> None:
    # pyoxigraph keeps U+007F as it is and knows fewer names; compare by reading, not by bytes
    line = f"<https://e.org/s> <https://e.org/p> {literal(text, language=language)} ."
    (quad,) = pyoxigraph.parse(line, pyoxigraph.RdfFormat.N_QUADS)
    assert quad.object.value == text
    assert (quad.object.language or None) == (language.lower() if language else None)


def test_plain_and_xsd_string_are_one_thing() -> None:
    assert literal("a", datatype=XSD_STRING) == '"a"'


def test_lexical_forms_are_kept_to_the_letter() -> None:
    spelt = literal("04.0", datatype="http://www.w3.org/2001/XMLSchema#decimal")
    assert parse_term(spelt).value == "04.0"


def test_iris_and_blank_nodes() -> None:
    assert parse_term(iri("https://e.org/é")) == ("iri", "https://e.org/é", None, None)
    assert parse_term(blank("b0")).value == "b0"


@pytest.mark.parametrize("text", ["", "a", "<a", '"a', '"a"@', '"a"^^b', '"a" .'])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an RDF term"):
        parse_term(text)
