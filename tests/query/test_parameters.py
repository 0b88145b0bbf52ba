"""Parameters become terms: whatever is given, nothing of it becomes query text."""

from pathlib import Path

import pytest
from tests.query.conftest import BASE, PREFIXES

from iomld.errors import QueryError
from iomld.query import Local, SavedQuery, answer, bind, described
from iomld.query.asking import Question
from iomld.query.saved import TYPES
from iomld.query.steps import surely_bound
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
    spelt = values["x"]
    assert isinstance(spelt, str)
    term = parse_term(spelt)  # raises where it is not one term
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
        ("date", "2024-02-30"),
        ("date", "1900-02-29"),
        ("date", "2024-02-29+15:00"),
        ("language", "e_n"),
        ("language", "Côte d'Ivoire"),
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


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("?s a ex:T ; ex:p ?o , [ ex:q ?x ] . OPTIONAL { ?s ex:d ?d }", ["s", "o", "x"]),
        ("?s ?p ?o . BIND(STR(?o) AS ?t) FILTER(?w = ?o) MINUS { ?s ex:q ?m }", ["s", "p", "o", "w"]),
        ("{ ?s ex:p ?o ; ex:q ?x } UNION { ?s ex:r ?o . OPTIONAL { ?s ex:q ?x } }", ["s", "o"]),
        ("GRAPH ?g { ?s ex:p ?o OPTIONAL { ?s ex:q ?x } } GRAPH ex:g { ?y a ex:T }", ["g", "s", "o", "y"]),
        ("{ SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } ?s a ?t", ["s", "t"]),
        ("{ { ?s ?p ?o } } VALUES ?a { 1 } VALUES ?b { UNDEF }", ["s", "p", "o", "a"]),
        ("FILTER NOT EXISTS { ?s ?p ?o }", []),
    ],
)
def test_only_what_each_solution_binds_is_a_parameter_of_a_query_without_a_header(
    pattern: str, names: list[str]
) -> None:
    for text in (
        f"SELECT ?s (COUNT(?o) AS ?all) WHERE {{ {pattern} }} GROUP BY ?s",
        f"CONSTRUCT WHERE {{ {pattern} }}",
    ):
        assert surely_bound(text) == names
    query = described(f"SELECT ?s (1 AS ?all) {{ {pattern} }}", Path("q.rq"))
    for name in ("all", "d", "m", "n", "", "z"):
        with pytest.raises(QueryError, match="no parameter") as caught:
            bind(query, {name: "x"}, base=BASE, prefixes=PREFIXES)
        assert all(one in str(caught.value.hint) for one in names) or "did you mean" in str(caught.value.hint)


def test_a_value_that_may_be_a_relative_iri_is_tried_as_one_too(asker: Local) -> None:
    query = described("SELECT ?process ?state { ?p org:organization ?process ; org:member ?state }", Path("q.rq"))
    values = bind(query, {"process": "id/process/rounds"}, base=BASE, prefixes=PREFIXES)
    assert values == {"process": ('"id/process/rounds"', f"<{BASE}id/process/rounds>")}
    reply = answer(asker, Question(query.text, values=values, base=BASE, prefixes=PREFIXES))
    assert reply.answer.solutions and reply.answer.solutions.texts() == [
        (f"{BASE}id/process/rounds", f"{BASE}id/state/BBB")
    ]
    values = bind(query, {"process": "id/process/round"}, base=BASE, prefixes=PREFIXES)
    reply = answer(asker, Question(query.text, values=values, base=BASE, prefixes=PREFIXES))
    assert "nothing is said of id/process/round; did you mean id/process/rounds?" in [str(one) for one in reply.hints]


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
