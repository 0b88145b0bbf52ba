"""Which variables of a query a value reaches that is given beforehand, and which nothing binds."""

from pathlib import Path

import pytest
from tests.query.conftest import BASE, PREFIXES

from iomld.errors import Mistakes, QueryError
from iomld.query import Local, Question, SavedQuery, answer, bind, described, lacking, load_all
from iomld.query.scope import never_bound, scope

ROOT = Path(__file__).parents[2]
#: a query, by whether a value given for ?x makes a difference
REACHED = [
    "SELECT ?s { ?s skos:prefLabel ?x }",
    "SELECT ?s { OPTIONAL { ?s skos:prefLabel ?l FILTER(?l = ?x) } FILTER(BOUND(?s)) }",
    "SELECT ?s { ?s skos:prefLabel ?l FILTER(?l = ?x) }",
    "SELECT ?s { ?s skos:prefLabel ?l FILTER EXISTS { ?s skos:prefLabel ?m FILTER(?m = ?x) } }",
    "SELECT ?s { ?s skos:prefLabel ?l MINUS { ?s skos:prefLabel ?x } }",
    "SELECT ?s { { ?s skos:prefLabel ?x } UNION { ?s mld:acronym ?l } }",
    "SELECT ?s { ?s skos:prefLabel ?l BIND(?x AS ?y) FILTER(?l = ?y) }",
    "SELECT ?s ?n { { SELECT ?s ?x (COUNT(*) AS ?n) { ?s skos:prefLabel ?x } GROUP BY ?s ?x } }",
    "SELECT ?s { SELECT ?s ?x { ?s skos:prefLabel ?x } }",
    "SELECT ?s { { SELECT * { ?s skos:prefLabel ?x } } }",
    "SELECT ?s { ?s skos:prefLabel ?l } GROUP BY ?s HAVING(MIN(?l) = SAMPLE(?x) || COUNT(*) > 1 && BOUND(?x))",
    "SELECT ?s (CONCAT(STR(?x), STR(?l)) AS ?both) { ?s skos:prefLabel ?l }",
    "SELECT ?s (?x AS ?y) { ?s skos:prefLabel ?l }",
    "CONSTRUCT { ?s skos:note ?x } WHERE { ?s skos:prefLabel ?l }",
    "CONSTRUCT WHERE { ?s skos:prefLabel ?x }",
]
LOST = [
    "SELECT ?s { ?s skos:prefLabel ?l }",
    "SELECT (COUNT(?s) AS ?n) { { SELECT ?s { ?s skos:prefLabel ?x } } }",
    "SELECT (SUM(?one) AS ?n) { { SELECT (COUNT(?s) AS ?one) { ?s skos:prefLabel ?x } } }",
    "SELECT (COUNT(?s) AS ?n) { { SELECT ?s ?x { ?s skos:prefLabel ?l OPTIONAL { ?s mld:no ?l FILTER(?l = ?x) } } } }",
    "SELECT (COUNT(?s) AS ?n) { ?s skos:prefLabel ?l { ?s ?p ?o FILTER(?l = ?x || true) } }",
]


def saved(text: str, about: str = "{type: language}") -> SavedQuery:
    return described(f"#+ summary: s\n#+ params:\n#+   x: {about}\n{text}", Path("q.rq"))


@pytest.mark.parametrize("text", REACHED)
def test_a_parameter_that_a_value_reaches_makes_a_difference(asker: Local, text: str) -> None:
    query = saved(text)
    answers = []
    for value in ("Aland@en", "Nowhere@en"):
        values = bind(query, {"x": value}, base=BASE, prefixes=PREFIXES)
        found = answer(asker, Question(query.text, values=values, base=BASE, prefixes=PREFIXES)).answer
        answers.append(sorted(map(str, found.solutions.rows if found.solutions else found.triples or ())))
    assert answers[0] != answers[1]


@pytest.mark.parametrize("text", LOST)
def test_a_parameter_that_no_value_reaches_is_refused_with_its_line(asker: Local, text: str) -> None:
    with pytest.raises(QueryError, match="parameter x: ") as caught:
        saved(text)
    assert (caught.value.id, caught.value.location and caught.value.location.line) == ("query-header", 3)
    answers = []
    for values in ({}, {"x": '"Aland"@en'}):  # a value would be without effect
        question = Question(text, values=values, base=BASE, prefixes=PREFIXES, check_terms=False)
        answers.append(answer(asker, question).answer)
    assert answers[0] == answers[1]


def test_a_misspelt_parameter_is_told_with_the_nearest_variable() -> None:
    text = "#+ params:\n#+   yaer: {type: string, default: '2024'}\n#+   min: integer\nSELECT ?m { ?m mld:edtf ?year }"
    with pytest.raises(Mistakes) as caught:
        described(text, Path("q.rq"))
    assert [str(error) for error in caught.value.errors] == [
        "q.rq:2: parameter yaer: ?yaer is no variable of the pattern (did you mean year?)",
        "q.rq:3: parameter min: ?min is no variable of the pattern (they are m, year)",
    ]


def test_a_parameter_within_a_sub_select_is_told_with_what_helps() -> None:
    with pytest.raises(QueryError, match="a sub-select that does not select it") as caught:
        saved(LOST[2])
    assert caught.value.hint and caught.value.hint.startswith("select it in the sub-select (and group by it)")


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("SELECT ?s { ?s mld:count ?l FILTER(?l > ?x) }", True),
        ("SELECT ?s { ?s mld:count ?l FILTER(?x) }", True),
        ("SELECT ?s (?l * ?x AS ?product) { ?s mld:count ?l }", True),
        ("SELECT ?s { ?s mld:count ?l BIND(?l + ?x AS ?y) FILTER(?y > 3) }", True),
        ("SELECT ?s { ?s mld:count ?l } GROUP BY ?s HAVING(SUM(?l) > ?x)", True),
        ("SELECT ?s { ?s mld:count ?l FILTER NOT EXISTS { ?s mld:count ?m FILTER(?m > ?x) } }", True),
        ("SELECT ?s { ?s mld:count ?x }", False),
        ("SELECT ?s { ?s mld:count ?l OPTIONAL { ?s mld:number ?x } FILTER(?l > ?x) }", False),
        ("SELECT ?s { ?s mld:count ?l FILTER NOT EXISTS { ?s mld:count ?x } }", False),
        ("SELECT ?s { ?s mld:count ?l FILTER(!BOUND(?x) || ?l > ?x) }", False),
        ("SELECT ?s { ?s mld:count ?l FILTER(?l > COALESCE(?x, 0)) }", False),
        ("SELECT ?s { BIND(?x AS ?l) ?s mld:count ?l }", False),
        ("SELECT (?x AS ?l) { ?s mld:count 7 }", False),
        ("CONSTRUCT { ?s skos:note ?x } { ?s mld:count 7 }", False),
    ],
)
def test_a_value_is_needed_where_no_pattern_can_bind_it(text: str, needed: bool) -> None:
    query = saved(text, "integer")
    assert lacking(query, ()) == (["x"] if needed else [])
    assert lacking(query, {"x"}) == lacking(saved(text, "{type: integer, default: 3}"), ()) == []
    if needed:
        with pytest.raises(QueryError, match="parameter x has no value and no default; give --param x=…"):
            bind(query, {}, base=BASE, prefixes=PREFIXES)
    else:
        assert bind(query, {}, base=BASE, prefixes=PREFIXES) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "SELECT ?stat\n (COUNT(?s) AS ?n) { ?s skos:prefLabel ?state } GROUP BY ?stat",
            ["q.rq:1:8: ?stat is never bound: no pattern gives it a value (did you mean ?state?)"],
        ),
        (
            "SELECT ?state\n (COUNT(?k) AS ?n) { ?s skos:prefLabel ?state } GROUP BY ?state",
            ["q.rq:2:9: ?k is never bound: no pattern gives it a value"],
        ),
        ("SELECT ?s ?k { ?s skos:prefLabel ?l MINUS { ?s skos:note ?k } }", ["q.rq:1:11: ?k is never bound"]),
        ("SELECT ?s ?k { ?s skos:prefLabel ?l FILTER EXISTS { ?s skos:prefLabel ?k } }", ["q.rq:1:11: ?k is never"]),
        ("SELECT ?s { ?s a mld:State { SELECT ?s\n?labl { ?s skos:prefLabel ?label } } }", ["q.rq:2:1: ?labl is"]),
        ("CONSTRUCT { ?s skos:note ?labl } WHERE { ?s skos:prefLabel ?label }", ["did you mean ?label?"]),
        ("SELECT * { ?s skos:prefLabel ?label }", []),
        ("SELECT ?s (STR(?l) AS ?t) (CONCAT(?t, 'x') AS ?u) { ?s skos:prefLabel ?l }", []),
        ("SELECT ?a ?b ?c { OPTIONAL { ?s skos:note ?a } { ?s mld:count ?b } UNION { GRAPH ?c { ?s ?p ?o } } }", []),
        ("SELECT ?d ?n { BIND(1 AS ?d) { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", []),
        ("SELECT ?k ?v { ?s skos:prefLabel ?l } GROUP BY (STR(?l) AS ?k) ?v VALUES ?v { 1 }", []),
        ("SELECT (COALESCE(?none, 'x') AS ?y) { ?s skos:prefLabel ?l }", []),
        ("SELECT ?s ?v { VALUES (?s ?v) { (<a> UNDEF) } }", []),
        ("DESCRIBE ?s { ?s skos:prefLabel ?l }", []),
        ("ASK { ?s skos:prefLabel ?l }", []),
    ],
)  # fmt: skip
def test_a_selected_variable_that_nothing_binds_is_told_with_the_nearest(
    asker: Local, text: str, told: list[str]
) -> None:
    for more in ({}, {"check_terms": False, "why_empty": True}):
        reply = answer(asker, Question(text, name="q.rq", base=BASE, prefixes=PREFIXES, **more))  # type: ignore[arg-type]
        never = [str(hint) for hint in reply.hints if "never bound: no" in str(hint)]
        assert len(never) == len(told)
        assert all(expected in hint for expected, hint in zip(told, never, strict=True))


def test_a_parameter_need_not_be_bound(asker: Local) -> None:
    text = "SELECT ?s ?x { ?s mld:count ?l FILTER(!BOUND(?x) || ?l > ?x) }"
    assert answer(asker, Question(text, base=BASE, prefixes=PREFIXES)).hints
    for more in ({"parameters": ("x",)}, {"values": {"x": '"1"'}}):
        assert not answer(asker, Question(text, base=BASE, prefixes=PREFIXES, **more)).hints  # type: ignore[arg-type]


def test_what_is_no_query_is_left_to_the_engine() -> None:
    assert scope("SELCT ?x {") is None
    assert saved("SELCT ?y {").parameters


def test_the_parameters_of_the_project_are_reached() -> None:
    for query in load_all(ROOT / "queries").values():
        found = scope(query.text)
        assert not never_bound(query.text, name=query.name)
        assert found and {one.name for one in query.parameters} <= {*found.reached}
