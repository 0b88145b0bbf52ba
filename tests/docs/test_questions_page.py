"""docs/questions.md, and what the competency questions owe their readers."""

import pytest
from docs.questions_page import FOLDER, PAGE, page

from iomld.query.saved import SavedQuery, load_all

QUESTIONS = load_all(FOLDER)


def test_the_page_of_the_questions_is_the_one_that_the_queries_give() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: make docs"


def test_there_are_sixty_questions_and_a_third_of_them_join_documents_or_parts() -> None:
    assert len(QUESTIONS) >= 60
    assert sum("joins" in question.tags for question in QUESTIONS.values()) * 3 >= len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_is_asked_in_words_and_expects_rows(question: SavedQuery) -> None:
    assert question.question.endswith("?")
    assert question.tags[0] == "question"
    assert question.expect.get("rows") or question.expect.get("contains")
