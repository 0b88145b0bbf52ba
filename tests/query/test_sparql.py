"""The text of a query: its terminals, its outline, values bound to variables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomld.query.sparql import bound, completed, named_iris, outline, tokenize

A = "<https://example.org/a>"


def test_comments_strings_and_iris_hide_no_braces() -> None:
    text = 'SELECT * # {\n{ ?s ?p "}" . ?s ?p """a"}""" }'
    tokens = tokenize(text)
    found = outline(tokens)
    assert found and found.opening is not None and found.closing is not None
    assert (tokens[found.opening].start, tokens[found.closing].end) == (13, len(text))


@pytest.mark.parametrize(
    ("text", "form", "opening"),
    [
        ("SELECT (EXISTS { ?a ?b ?c } AS ?x) WHERE { ?s ?p ?o }", "SELECT", 41),
        ("PREFIX select: <http://e/> ASK { ?s select:p ?o }", "ASK", 31),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT", 29),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT", None),
        ("DESCRIBE <http://e/a>", "DESCRIBE", None),
    ],
)
def test_the_pattern_is_found_in_each_form(text: str, form: str, opening: int | None) -> None:
    tokens = tokenize(text)
    found = outline(tokens)
    assert found is not None
    assert found.form == form
    assert (None if found.opening is None else tokens[found.opening].start) == opening


def test_an_update_has_no_outline() -> None:
    assert outline(tokenize("DELETE WHERE { ?s ?p ?o }")) is None


def test_values_are_bound_first_in_the_pattern_on_the_same_line() -> None:
    text = "SELECT ?s\nWHERE {\n ?s ?p ?o }"
    assert bound(text, {"s": A, "absent": A}) == f"SELECT ?s\nWHERE {{ VALUES (?s) {{ ({A}) }} \n ?s ?p ?o }}"


def test_values_are_bound_behind_a_query_without_a_pattern_of_its_own() -> None:
    assert bound("DESCRIBE ?x", {"x": A}).endswith(f"VALUES (?x) {{ ({A}) }} ")


def test_values_stand_beside_a_pattern_that_is_a_sub_select() -> None:
    text = "SELECT ?s {\n SELECT ?s { ?s ?p ?o } }"
    assert bound(text, {"s": A}) == f"SELECT ?s {{ VALUES (?s) {{ ({A}) }} {{ \n SELECT ?s {{ ?s ?p ?o }}  }} }}"


def test_only_what_is_lacking_is_declared() -> None:
    text = "PREFIX a: <http://a/> SELECT * { a:x b:y <z> }"
    done = completed(text, base="http://base/", prefixes={"a": "no", "b": "http://b/", "c": "http://c/"})
    assert done == f"BASE <http://base/> PREFIX b: <http://b/> {text}"


def test_named_iris_are_resolved_and_placed() -> None:
    text = "PREFIX a: <http://a/> SELECT * { a:x%20y <z> a:p\\,q }"
    found = list(named_iris(text, base="http://base/", prefixes={}))
    assert [one.iri for one in found] == ["http://a/x%20y", "http://base/z", "http://a/p,q"]
    assert text[found[1].start :].startswith("<z>")


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    tokens = tokenize(text)
    outline(tokens)
    assert all(text[token.start : token.end] == token.text for token in tokens)
