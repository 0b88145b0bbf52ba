"""What is told beside an answer: references, days, misspelt terms, why there is nothing, step by step."""

import datetime
import json
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.query.conftest import BASE, PREFIXES

from iomld.query import Local, Question, Reply, answer, references_as
from iomld.query.periods import holds
from iomld.query.showing import reply_as
from iomld.query.steps import steps
from iomld.terms import bounds

MEMBERS = "SELECT ?process ?state { ?p org:organization ?process ; org:member ?state } ORDER BY ?process ?state"


def ask(asker: Local, text: str, **more: object) -> Reply:
    return answer(asker, Question(text, name="q.rq", base=BASE, prefixes=PREFIXES, **more))  # type: ignore[arg-type]


def told(reply: Reply) -> str:
    return "\n".join(map(str, reply.hints))


# References


def test_a_row_cites_the_fact_and_not_all_that_names_its_parts(asker: Local) -> None:
    reply = ask(asker, MEMBERS, cite=True)
    assert reply.citations == ((1,), (2,), (2,))
    assert [str(reference) for reference in reply.references] == [
        "[1] The Council, “On talks & {more}”, P/1, 2003-11-10, para. 2",
        "[2] The Council, “On talks & {more}”, P/1, 2003-11-10, annex 2, row 1",
    ]


def test_a_column_of_pinpoints_is_taken_at_its_word(asker: Local) -> None:
    said = "(GROUP_CONCAT(?t; separator='|') AS ?pinpoints)"
    text = f"SELECT ?s {said} {{ ?s a mld:Dialogue ; prov:wasDerivedFrom/mld:pinpoint ?t }} GROUP BY ?s"
    reply = ask(asker, text, cite=True)
    assert [reference.pinpoint for reference in reply.references] == ["paper-1/body/para-2"]


def test_grouped_rows_cite_what_each_group_rests_on(asker: Local) -> None:
    text = "SELECT ?g (COUNT(?s) AS ?n) { ?p org:organization ?g ; org:member ?s } GROUP BY ?g ORDER BY ?g"
    reply = ask(asker, text, cite=True)
    assert [[reply.references[n - 1].pinpoint for n in row] for row in reply.citations or ()] == [
        ["paper-1/body/para-2"],
        ["paper-1/annex-2/row-1"],
    ]


def test_a_document_of_which_nothing_is_said_is_cited_by_its_pinpoint(store: pyoxigraph.Store, asker: Local) -> None:
    head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("mld", "prov"))
    data = """<id/meeting/1> a mld:Meeting ; prov:wasDerivedFrom <id/citation/1>, <id/citation/2> .
    <id/citation/1> mld:pinpoint "paper-2/annex-1/para-7" . <id/citation/2> mld:pinpoint "paper-3" .
    <id/document/paper-2/annex-1/para-7> a mld:DocumentPart ; mld:pinpoint "paper-2/annex-1/para-7" ."""
    store.load((head + data).encode(), format=pyoxigraph.RdfFormat.TURTLE, base_iri=BASE)
    references = ask(asker, "SELECT ?m { ?m a mld:Meeting }", cite=True).references
    assert [str(reference) for reference in references] == ["[1] paper-2, annex 1, para. 7", "[2] paper-3"]
    assert references[0].iri == f"{BASE}id/document/paper-2/annex-1/para-7"
    assert "number = {paper-2}" in references_as("bibtex", references)
    assert json.loads(references_as("csl", references))[0]["number"] == "paper-2"


def test_a_row_that_rests_on_nothing_cites_nothing(asker: Local) -> None:
    reply = ask(asker, "SELECT ?x { BIND(1 AS ?x) }", cite=True)
    assert (reply.citations, reply.references) == (((),), ())


def test_references_as_bibtex_and_csl(asker: Local) -> None:
    references = ask(asker, MEMBERS, cite=True).references
    bibtex = references_as("bibtex", references)
    assert "@techreport{paper-1:annex-2:row-1," in bibtex
    assert r"title = {{On talks \& \{more\}}}" in bibtex
    assert "year = {2003}" in bibtex
    items = json.loads(references_as("csl", references))
    assert items[0]["issued"] == {"date-parts": [[2003, 11, 10]]}
    assert items[1]["section"] == "annex 2, row 1"
    assert {item["type"] for item in items} == {"report"}


def test_a_table_numbers_the_references_and_csv_holds_them(asker: Local) -> None:
    reply = ask(asker, MEMBERS, cite=True)
    table = reply_as(reply, "table", prefixes=PREFIXES, base=BASE)
    assert "[2]" in table.splitlines()[3]
    assert table.splitlines()[-1].startswith("[2] The Council")
    assert '"[2] The Council' in reply_as(reply, "csv", prefixes=PREFIXES)


# Days


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # rounds-BBB in 2002-10; talks-AAA from 2000-11, said in 2003-11-10; talks-BBB without a period
        ("1995-12-31", ["no", "no", "no"]),  # the talks began in 1996
        ("1999-01-01", ["no", "no", "unknown"]),
        ("2000-11-15", ["no", "unknown", "unknown"]),
        ("2002-10-16", ["unknown", "yes", "unknown"]),
        ("2003-11-10", ["no", "yes", "unknown"]),
        ("2003-11-11", ["no", "unknown", "unknown"]),
        ("2003", ["no", "unknown", "unknown"]),  # talks-AAA is not known beyond 2003-11-10
        ("2002", ["unknown", "yes", "unknown"]),  # rounds-BBB in a part of it only
        ("2002-01/2002-06", ["no", "yes", "unknown"]),
        ("2006-06-03", ["no", "no", "unknown"]),  # AAA had ceased to exist
    ],
)
def test_each_row_holds_on_a_day_or_not_or_nobody_knows(asker: Local, day: str, expected: list[str]) -> None:
    reply = ask(asker, MEMBERS, as_of=bounds(day))
    assert list(reply.as_of or ()) == expected


OWN = """
<id/meeting/1> a mld:Meeting ; mld:edtf "2002-10-16/2002-10-18" ; mld:earliestStart "1990-01-01"^^xsd:date .
<id/meeting/2> a mld:Meeting ; mld:earliestStart "2002-10-01"^^xsd:date ; mld:latestStart "2002-10-05"^^xsd:date ;
  mld:earliestEnd "2002-10-20"^^xsd:date ; mld:latestEnd "2002-10-31"^^xsd:date .
<id/meeting/3> a mld:Meeting ; mld:earliestStart "2002-10"^^xsd:gYearMonth ; mld:latestEnd "2002-10-31Z"^^xsd:date .
<id/meeting/4> a mld:Meeting ; mld:period <id/period/4> ; mld:edtf "1990" .
<id/period/4> mld:edtf "2002-10-17" .
<id/meeting/5> a mld:Meeting ; mld:period <id/period/5> .
<id/period/5> mld:latestStart "2002-10-17"^^xsd:date ; mld:earliestEnd "2002-10-17"^^xsd:date ;
  mld:latestEnd "2002-10-17T10:00:00"^^xsd:dateTime .
<id/meeting/6> a mld:Meeting ; mld:earliestStart "soon" .
"""


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2002-10-17", ["yes", "yes", "unknown", "yes", "yes", "unknown"]),
        ("2002-10-19", ["no", "yes", "unknown", "no", "no", "unknown"]),
        ("2002-10-25", ["no", "unknown", "unknown", "no", "no", "unknown"]),
        ("2002-09-30", ["no", "no", "no", "no", "unknown", "unknown"]),
        ("2002-11-01", ["no", "no", "no", "no", "no", "unknown"]),
        ("1990", ["no", "no", "no", "no", "unknown", "unknown"]),
    ],
)
def test_a_thing_without_a_period_holds_by_its_own_bounds(
    store: pyoxigraph.Store, asker: Local, day: str, expected: list[str]
) -> None:
    head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("mld", "xsd"))
    store.load((head + OWN).encode(), format=pyoxigraph.RdfFormat.TURTLE, base_iri=BASE)
    reply = ask(asker, "SELECT ?m { ?m a mld:Meeting } ORDER BY ?m", as_of=bounds(day))
    assert (list(reply.as_of or ()), told(reply)) == (expected, "")


def test_an_answer_of_which_no_time_is_known_says_what_is_read(asker: Local) -> None:
    reply = ask(asker, "SELECT ?d { ?d a mld:DocumentPart }", as_of=bounds("2002"))
    assert set(reply.as_of or ()) == {"unknown"}
    assert "no row rests on a statement with a period (mld:period, or its own mld:edtf, or mld:earliest" in told(reply)
    assert not ask(asker, "SELECT ?d { ?d a mld:DocumentPart FILTER(false) }", as_of=bounds("2002")).hints


@given(st.dates(datetime.date(1999, 1, 1), datetime.date(2006, 12, 31)))
def test_a_day_within_is_never_told_to_be_outside(day: datetime.date) -> None:
    for text in (f"{day}", f"{day:%Y-%m}", f"{day:%Y}", f"{day}/..", f"../{day}", f"{day.year - 1}/{day.year + 1}"):
        assert holds(bounds(text), bounds(f"{day}")) is not False
    assert holds(bounds(f"{day}"), bounds(f"{day}")) is True
    assert holds(bounds(f"{day.year + 1}"), bounds(f"{day}")) is False


# Misspelt terms


def test_a_misspelt_class_a_property_and_a_thing_are_told_with_the_nearest(asker: Local) -> None:
    reply = ask(asker, "SELECT * {\n ?p a mld:Participaton ; skos:preflabel ?l ; org:organization <id/process/talk> }")
    places = [str(hint.location) for hint in reply.hints]
    assert places == ["q.rq:2:7", "q.rq:2:26", "q.rq:2:63"]
    assert "did you mean id/process/talks" in told(reply)
    assert "did you mean skos:prefLabel" in told(reply)
    assert "did you mean mld:Participation" in told(reply)


def test_a_term_that_only_the_ontology_knows_is_not_told(asker: Local, tmp_path: Path) -> None:
    ontology = tmp_path / "o.ttl"
    ontology.write_text(f"<{BASE}ns#Mandate> a <http://www.w3.org/2002/07/owl#Class> .")
    text = f"ASK {{ ?m a <{BASE}ns#Mandate> }}"
    assert told(ask(asker, text, vocabulary=(ontology,))) == ""
    assert "did you mean" in told(ask(asker, text.replace("Mandate", "Mandat"), vocabulary=(ontology,)))


def test_right_terms_are_not_told(asker: Local) -> None:
    assert not ask(asker, MEMBERS).hints


# Nothing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?s {\n ?s a mld:State ; mld:count ?n }", ["q.rq:2:19: nothing is left after", "it agrees with"]),
        ('SELECT ?s { ?s skos:prefLabel "Aland" }', ['"Aland"@en', "language tag"]),
        ('SELECT ?s { ?s skos:prefLabel "Alandd"@en }', ["did you mean Aland"]),
        ('SELECT ?s { ?s skos:prefLabel ?l FILTER(?l = "Boland") }', ["after this filter", '"Boland"@en', "STR"]),
        ("SELECT ?s { ?s a mld:State FILTER(?z > 3) }", ["?z is never bound"]),
        ("SELECT ?s { ?s a mld:Stat }", ["does not occur in the data", "mld:State"]),
        ("SELECT ?s { ?s a mld:State } OFFSET 10", ["OFFSET"]),
        ("ASK { ?s a mld:State . { ?s a mld:Dialogue } UNION { ?s a mld:Period } }", ["after this union"]),
    ],
)  # fmt: skip
def test_why_nothing_is_found(asker: Local, text: str, expected: list[str]) -> None:
    reply = ask(asker, text, why_empty=True)
    for one in expected:
        assert one in told(reply)


def test_a_query_that_finds_something_is_not_explained_away(asker: Local) -> None:
    assert not ask(asker, MEMBERS, why_empty=True).hints


def test_steps_take_a_query_apart() -> None:
    text = """PREFIX x: <http://x/> SELECT * WHERE {
      ?a x:p ?b, ?c ; x:q [ x:r ?d ; x:s 1.5 ] .
      FILTER(?b > 1) FILTER NOT EXISTS { ?a x:t ?e }
      OPTIONAL { ?a x:u ?f } { ?a x:v 1 } UNION { ?a x:w 2 } UNION { ?a x:x 3 }
      BIND(STR(?a) AS ?g) VALUES ?h { 1 2 } GRAPH ?i { ?a ?b ?c } MINUS { ?a x:y ?z }
      [ x:k ?a ; x:l 2 ] x:m ?n }"""
    found = [(step.kind, " ".join(step.text.split())) for step in steps(text)]
    assert found[:2] == [("pattern", "?a x:p ?b, ?c"), ("pattern", "?a x:q [ x:r ?d ; x:s 1.5 ]")]
    kinds = " ".join(kind for kind, _ in found[2:])
    assert kinds == "optional union bind values graph minus pattern filter filter"
    assert found[-1][1] == "FILTER NOT EXISTS { ?a x:t ?e }"


def test_explain_counts_step_by_step(asker: Local) -> None:
    reply = ask(
        asker, "SELECT ?state {\n ?p a mld:Participation ;\n org:organization <id/process/talks> }", explain=True
    )
    counts = [(count.line, count.alone, count.together) for count in reply.counts or ()]
    assert counts == [(2, 3, 3), (3, 2, 2)]
    assert "org:organization" in reply_as(reply, None, prefixes=PREFIXES)
