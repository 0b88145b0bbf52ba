"""The page docs/questions.md: every competency question with the query that answers it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iomld.query.saved import SavedQuery, load_all

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "questions.md"
FOLDER = ROOT / "queries" / "questions"

_INTRODUCTION = """\
# The questions that the data answers

This page is made from the headers of `queries/questions/*.rq` by `make docs`; edit the queries, not this page.

Each question stands in a file of its own, with its SPARQL and the rows that were read from the documents, not from the
data. `iomld test` asks all of them and fails where an answer is another one. `iomld query NAME` shows the answer of
one; where a question has parameters, `--param name=value` asks it of something else. A question marked *joins* needs
several documents, or several parts of one.

"""


def page() -> str:
    """The text of the page."""
    questions = list(load_all(FOLDER).values())
    joining = sum("joins" in question.tags for question in questions)
    return f"{_INTRODUCTION}{len(questions)} questions, {joining} of which join.\n\n" + "".join(_table(questions))


def _table(questions: list[SavedQuery]) -> Iterator[str]:
    yield "| question | query | about | rows |\n| --- | --- | --- | --- |\n"
    for question in questions:
        about = ", ".join(tag for tag in question.tags if tag != "question")
        if question.parameters:
            about += " (" + ", ".join(f"`{parameter.name}`" for parameter in question.parameters) + ")"
        yield f"| {question.question} | `{question.name}` | {about} | {_size(question)} |\n"


def _size(question: SavedQuery) -> str:
    if "contains" in question.expect:
        return f"at least {len(question.expect['contains'])}"
    rows = question.expect["rows"]
    return str(rows if isinstance(rows, int) else len(rows))
