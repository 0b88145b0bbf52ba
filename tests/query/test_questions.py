"""The competency questions: what the data answers is what the documents say; and a wrong answer is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from iomld.pipeline import prepare
from iomld.project import Project, open_project
from iomld.query import SavedQuery, load_all
from iomld.query.competency import examine
from iomld.query.local import Local, open_index

ROOT = Path(__file__).parents[2]
QUESTIONS = load_all(ROOT / "queries" / "questions")


@pytest.fixture(scope="module")
def project() -> Project:
    return open_project(ROOT / "iomld.toml")


@pytest.fixture(scope="module")
def data(project: Project) -> Local:
    return Local(open_index(prepare(project).index), base=project.base, prefixes=project.prefixes)


def problems(question: SavedQuery, data: Local, project: Project) -> tuple[str, ...]:
    (outcome,) = examine([question], {"oxigraph": data}, base=project.base, prefixes=project.prefixes)
    return outcome.problems


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_one_that_the_documents_give(name: str, data: Local, project: Project) -> None:
    assert problems(QUESTIONS[name], data, project) == ()


def test_a_question_answers_of_another_thing_when_its_parameter_says_so(data: Local, project: Project) -> None:
    question = QUESTIONS["name-of-a-state-on-a-day"]
    told = {"params": {"day": "2020-01-01"}, "rows": [{"name": "Eswatini"}]}
    assert problems(replace(question, expect=told), data, project) == ()


def test_missing_and_surplus_rows_are_told(data: Local, project: Project) -> None:
    question = QUESTIONS["apc-but-not-bali"]
    told = {"rows": [{"participant": "id/state/FSM"}, {"participant": "id/state/VUT"}]}
    assert problems(replace(question, expect=told), data, project) == (
        "missing: participant = id/state/VUT",
        "surplus: participant = id/territory/HKG",
    )
