"""Mistakes in a query: the place, the line with a caret, and the word that helps."""

import pytest

from iomld.errors import QueryError
from iomld.query import Local
from iomld.query.local import refuse


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("SELECT * {\n  ?s skso:x ?o }", (2, 6), "unknown prefix “skso:”", "skos"),
        ("SELECT * {\n  ?s ?p\n}", (3, 1), "“}” is not expected here", None),
        ("SELECT * { ?s ?p ?o", (1, 10), "“{” is never closed", None),
        ("SELECT * { ?s ?p ?o ) }", (1, 21), "closes nothing", None),
        ('SELECT * { ?s ?p "x }', (1, 18), "a string has no end", None),
        ("SELCT * { ?s ?p ?o }", (1, 1), "there is no SELECT", "SELECT"),
        ("", (1, 1), "there is no SELECT", None),
        ("SELECT ?a { ?a a ?b FILTR(?b = 1) }", (1, 21), "“FILTR” is no word of SPARQL", "FILTER"),
        ("SELECT ?a { ?a a ?b FILTER(?b == 1) }", (1, 31), "“==” is no operator", "write ="),
        ("SELECT * { ?s ?p ?o } LIMIT x:y", (1, 29), "unknown prefix", None),
        ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", None, "neither grouped nor aggregated", None),
        ("ASK { ?s ?p ?o } garbage", (1, 18), "“garbage”", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(
    asker: Local, text: str, place: tuple[int, int] | None, message: str, hint: str | None
) -> None:
    with pytest.raises(QueryError) as caught:
        asker.ask(text, name="question.rq")
    error = caught.value
    assert error.id == "query-syntax"
    assert message in error.message
    assert error.location and error.location.file == "question.rq"
    if place:
        assert (error.location.line, error.location.column) == place
        caret = error.message.splitlines()[-1]
        assert caret.index("^") == place[1] + 1
    if hint:
        assert hint in (error.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a> <b> <c> }",
        "PREFIX a: <b>\nDELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "INSERT { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } }",
        "LOAD <http://e/>",
        "DROP ALL",
    ],
)
def test_an_update_is_refused(asker: Local, text: str) -> None:
    with pytest.raises(QueryError) as caught:
        asker.ask(text, name="u.rq")
    assert caught.value.id == "query-update"


def test_a_service_clause_is_refused_where_it_stands(asker: Local) -> None:
    with pytest.raises(QueryError) as caught:
        asker.ask("SELECT * {\n  SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }\n}", name="s.rq")
    assert caught.value.id == "query-service"
    assert str(caught.value.location) == "s.rq:2:3"


@pytest.mark.parametrize(
    "text", ['ASK { ?s ?p "SERVICE" }', "ASK { ?s ?p ?o } # SERVICE INSERT", "ASK { ?service a ?insert }"]
)
def test_words_in_strings_comments_and_variables_are_no_clauses(asker: Local, text: str) -> None:
    asker.ask(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { #\rSERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }",
        'SELECT * { VALUES (?x ?y) {(1 2)} FILTER(?x<?y#c>"""\n) SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } #"""\n }',
        "SELECT * { FILTER(?x<?y#c>'''\n) SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } #'''\n }",
        'PREFIX e: <http://e/> SELECT * { FILTER(?x<e:f#>"\n) SERVICE ?z { ?a ?b ?c } #"\n }',
        'SELECT * { FILTER(?x<?y#>"\n&&?x<?z#>"\n) SERVICE ?z { ?a ?b ?c } #"\n }',
        "SELECT * { FILTER(?x<'>'&&?x>' SERVICE '||1<2) SERVICE ?z { ?a ?b ?c } }",
        "SELECT * { SERVICE\\u0020?z { ?a ?b ?c } }",
    ],
)
def test_a_service_is_not_hidden_by_what_else_a_sign_may_mean(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        refuse(text, "q")
    assert caught.value.id == "query-service"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { <http://e/service#x> ?p ?o } # SERVICE",
        "SELECT * { ?s a <http://www.w3.org/ns/sparql-service-description#Service> }",
        "SELECT * { <#service> ?p 'it''s' }",
        "SELECT * { ?x ?p ?y FILTER(?x<?y) } # the service",
    ],
)
def test_names_with_a_service_in_them_are_let_through(text: str) -> None:
    refuse(text, "q")
