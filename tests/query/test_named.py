"""The named queries of the contract: their columns, their order, the same rows on every engine."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import iomld
from iomld.api import Opened
from iomld.errors import OutsideError
from iomld.graph import reopen
from iomld.query import Parameter, SavedQuery, load_all
from iomld.query.asking import Question, answer
from iomld.query.competency import examine
from iomld.query.portability import ENGINES
from iomld.query.saved import described

ROOT = Path(__file__).parents[2]
COLUMNS = {
    "documents": "document,label,identifier,type,issued_by,date_adopted,date_issued,replies_to",
    "processes": "process,label,acronym,other_names,kind,started,pinpoints",
    "participation": "process,participant,participant_label,as_written,kind,iso3166,role,since,pinpoints",
    "events": "event,label,type,process,start,end,status,city,country,organisers,participants,outcomes,pinpoints",
    "activities": "activity,label,type,parent,countries,region,city,start,end,status,themes,pinpoints",
    "partners": "activity,partner,partner_label,role,pinpoints",
    "beneficiaries": "activity,group,number,pinpoints,as_written",
    "figures": "subject,measure,value,unit,qualifier,date,pinpoints,as_written",
    "mandates": "mandate,label,instrument,type,number,date,conferred_by,empowers,parties,task,pinpoints",
    "recommendations": "recommendation,number,issued_by,addressee,actor,verb,theme,summary,pinpoints",
    "outputs": "output,label,type,date,producers,activity,language,status,pinpoints",
    "groupings": "region,grouping,label,acronym,focus,pinpoints",
    "organisations": "organisation,label,acronym,other_names,kind,parent,country,pinpoints",
    "themes": "subject,theme,theme_label,pinpoints",
    "relations": "subject,relation,object,value,date,pinpoints",
    "roles": "process,agent,role,since,summary,pinpoints",
    "paragraphs": "pinpoint,facts,note",
    "links": "subject,predicate,object,authority,confidence,justification",
}


@pytest.fixture(scope="module")
def data() -> Opened:
    return iomld.open(ROOT)


@pytest.fixture(scope="module")
def saved() -> dict[str, SavedQuery]:
    return load_all(ROOT / "queries")


@pytest.mark.parametrize("name", COLUMNS)
def test_a_named_query_has_the_columns_of_the_contract_and_sorted_rows(data: Opened, name: str) -> None:
    solutions = data._solutions(name, {})
    assert ",".join(solutions.variables[: COLUMNS[name].count(",") + 1]) == COLUMNS[name]
    rows = solutions.texts()
    assert rows
    assert rows == sorted(rows)
    assert len(set(rows)) == len(rows)


def test_every_saved_query_runs_and_names_no_unknown_term(data: Opened, saved: dict[str, SavedQuery]) -> None:
    project = data.project
    for query in saved.values():
        question = Question(
            query.text, name=str(query.file), base=project.base, prefixes=project.prefixes, vocabulary=project.ontology
        )
        assert query.summary or query.question, query.file
        assert not answer(data._prepared().asker, question).hints, query.file


def test_the_parameters_of_a_saved_query_stand_in_its_pattern(saved: dict[str, SavedQuery]) -> None:
    for query in saved.values():
        for parameter in query.parameters:
            assert f"?{parameter.name}" in query.text.split("WHERE", 1)[1], (query.file, parameter.name)


@pytest.mark.parametrize("engine", ["rdflib", "jena"])
def test_the_engines_agree(data: Opened, saved: dict[str, SavedQuery], engine: str) -> None:
    project = data.project
    quads = list(reopen(data._prepared().prepared.relation).sorted())
    names = ("participation", "mandates", "events") if engine == "jena" else ("participation", "events", "relations")
    chosen = [replace(saved[name], expect={}) for name in names]
    chosen[0] = replace(chosen[0], parameters=(Parameter("process", "iri", default="id/process/midsa"),))
    try:
        askers = {name: ENGINES[name](quads) for name in ("oxigraph", engine)}
        found = examine(chosen, askers, base=project.base, prefixes=project.prefixes)
    except OutsideError as error:
        pytest.skip(str(error))
    assert [(one.query, one.engine) for one in found] == [(name, each) for name in names for each in askers]
    assert [one.problems for one in found if not one.passed] == []


def test_engines_that_differ_are_told() -> None:
    # Whether a year is before a day is left to the engine.
    text = 'SELECT (("2003"^^xsd:gYear < "2003-11-10"^^xsd:date) AS ?x) {}'
    queries = [described(one, Path("q.rq")) for one in (text, "ASK { ?s ?p ?o }")]
    prefixes = iomld.open(ROOT).project.prefixes
    quad = ("<http://e/a>", "<http://e/b>", "<http://e/c>", "")
    askers = {name: ENGINES[name]([quad]) for name in ("oxigraph", "rdflib")}
    found = examine(queries, askers, base="http://e/", prefixes=prefixes)
    assert [one.engine for one in found if not one.passed] == ["rdflib"]


def test_a_missing_engine_is_told(tmp_path: Path) -> None:
    program = (
        "from iomld.query.jena import Jena\nfrom pathlib import Path\n"
        f"try: Jena([], jars=Path({str(tmp_path)!r}))\nexcept Exception as e: print(e.id)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout.strip() == "engine-missing"
