"""Parameters become terms: whatever is given, nothing of it becomes query text."""

from pathlib import Path

import pytest
from tests.query.conftest import BASE, PREFIXES

from iomld.errors import QueryError
from iomld.query import Local, SavedQuery, answer, bind, described
from iomld.query.asking import Question
from iomld.query.saved import TYPES
from iomld.terms import parse_term

HOSTILE = '") } DELETE WHERE { ?s ?p ?o } #'
GOOD = {
    "iri": ("id/state/AAA", f"<{BASE}id/state/AAA>"),
    "string": ('say "hi"', '"say \\"hi\\""'),
    "integer": ("12", '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    "decimal": ("-.5", '"-.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
    "boolean": ("true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
    "date": ("2003-11-10", '"2003-11-10"^^<http://www.w3.org/2001/XMLSchema#date>'),
    "language": ("Alande@fr", '"Alande"@fr'),
}


def saved(type: str, default: str = "") -> SavedQuery:
    more = f", default: '{default}'" if default else ""
    return described(f"#+ params:\n#+   x: {{type: {type}{more}}}\nSELECT ?x {{ ?s ?p ?x }}", Path("q.rq"))


@pytest.mark.parametrize("type", TYPES)
def test_a_value_becomes_a_term_of_its_type(type: str) -> None:
    text, term = GOOD[type]
    assert bind(saved(type), {"x": text}, base=BASE, prefixes=PREFIXES) == {"x": term}
    assert bind(saved(type, text.replace("'", "")), {}, base=BASE, prefixes=PREFIXES) == {"x": term}


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize(
    "hostile",
    [
        HOSTILE,
        '"@en) } INSERT DATA { <a> <b> <c> } #',
        "> } #",
        "a\nb",
        "\\u0022 }",
        "x@en) } #",
        "1) } #",
        "'''",
        "\\",
        "?s",
    ],
)
def test_a_hostile_value_is_refused_or_stays_one_term(asker: Local, type: str, hostile: str) -> None:
    query = saved(type)
    try:
        values = bind(query, {"x": hostile}, base=BASE, prefixes=PREFIXES)
    except QueryError as error:
        assert error.id == "parameter-malformed"
        assert error.exit_code == 3
        return
    term = parse_term(values["x"])  # raises where it is not one term
    assert term.value in (hostile, BASE + hostile, hostile.rpartition("@")[0])
    reply = answer(asker, Question(query.text, values=values, base=BASE, prefixes=PREFIXES, check_terms=False))
    assert reply.answer.solutions is not None
    assert reply.answer.solutions.rows == ()


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("integer", "1.5"),
        ("decimal", "1e3"),
        ("boolean", "yes"),
        ("date", "2003-13-01"),
        ("date", "2003"),
        ("iri", "a b"),
    ],
)
def test_a_value_of_the_wrong_type_is_told(type: str, text: str) -> None:
    with pytest.raises(QueryError, match="parameter x"):
        bind(saved(type), {"x": text}, base=BASE, prefixes=PREFIXES)


def test_an_unknown_parameter_is_told_with_the_nearest() -> None:
    query = described("#+ params:\n#+   process: iri\nASK { ?process ?p ?o }", Path("q.rq"))
    with pytest.raises(QueryError, match="did you mean process"):
        bind(query, {"proces": "x"}, base=BASE, prefixes=PREFIXES)


def test_a_query_without_a_header_takes_its_variables() -> None:
    query = described("SELECT * { ?s ?p ?o }", Path("q.rq"))
    given = {"p": "skos:prefLabel", "o": "plain", "s": f"<{BASE}a>"}
    values = bind(query, given, base=BASE, prefixes=PREFIXES)
    assert values == {"p": "<http://www.w3.org/2004/02/skos/core#prefLabel>", "o": '"plain"', "s": f"<{BASE}a>"}
    with pytest.raises(QueryError, match="no parameter"):
        bind(query, {"q": "x"}, base=BASE, prefixes=PREFIXES)


def test_a_bound_query_answers_for_that_value_only(asker: Local) -> None:
    query = described(
        "#+ params:\n#+   process: iri\nSELECT ?process ?state { ?p org:organization ?process ; org:member ?state }",
        Path("q.rq"),
    )
    values = bind(query, {"process": "id/process/rounds"}, base=BASE, prefixes=PREFIXES)
    reply = answer(asker, Question(query.text, values=values, base=BASE, prefixes=PREFIXES))
    assert reply.answer.solutions and reply.answer.solutions.texts() == [
        (f"{BASE}id/process/rounds", f"{BASE}id/state/BBB")
    ]


def test_a_syntax_error_of_a_bound_query_is_told_as_it_was_written(asker: Local) -> None:
    with pytest.raises(QueryError) as caught:
        answer(asker, Question("SELECT * { ?s ?p }", values={"s": "<http://e/>"}, base=BASE, prefixes=PREFIXES))
    assert "VALUES" not in caught.value.message
