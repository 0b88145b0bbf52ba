"""A question with all that may be wanted beside its answer, put to whoever can answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from iomld.errors import QueryError
from iomld.location import SourceLocation
from iomld.query.answers import Answer, Asker, Solutions
from iomld.query.citations import Reference, cite
from iomld.query.limits import Limits, run_limited
from iomld.query.local import Local, load_quads, open_index
from iomld.query.misspelt import Hint, misspelt, unsaid
from iomld.query.periods import as_of, undated
from iomld.query.scope import never_bound
from iomld.query.sparql import bound, projected, tokenize
from iomld.query.steps import Count, count_steps, why_empty
from iomld.query.support import Nodes, supporting
from iomld.terms import WELL_KNOWN, Bounds, PrefixMap

__all__ = ["FilesSource", "IndexSource", "Question", "Reply", "answer", "ask"]


@dataclass(frozen=True)
class Question:
    """A query, and what is wanted with its answer.

    :param text: SPARQL, without the values of its parameters
    :param name: file or name of the query, for messages
    :param values: variables bound to spelt terms, or to several of which each may be meant (see
        :func:`iomld.query.parameters.bind`)
    :param parameters: variables that are declared as parameters, and need not be bound
    :param sorted: sort the rows by their text, and the values in the columns ``multiple``
    :param max_rows: rows after which the answer is cut; ``refuse_more`` makes an error of a cut
    :param cite: number the references of each row; ``as_of`` tells whether it holds in a span of days
    :param explain: count solutions step by step, instead of the answer
    :param why_empty: say what leaves nothing, where the answer is empty
    :param check_terms: tell misspelt terms; ``vocabulary`` names the files of the ontology
    """

    text: str
    name: str = "query"
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    base: str = ""
    prefixes: Mapping[str, str] = field(default_factory=lambda: dict(WELL_KNOWN))
    sorted: bool = False
    multiple: tuple[str, ...] = ()
    max_rows: int | None = None
    refuse_more: bool = False
    cite: bool = False
    as_of: Bounds | None = None
    explain: bool = False
    why_empty: bool = False
    check_terms: bool = True
    vocabulary: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Reply:
    """An answer with what was found beside it.

    :param hints: about the query: misspelt terms, variables that are never bound, what leaves nothing
    :param citations: for each row the numbers of its references; None where not asked for
    :param as_of: for each row ``yes``, ``no`` or ``unknown``; None where not asked for
    :param counts: solutions step by step; None where not asked for
    """

    answer: Answer
    hints: tuple[Hint, ...] = ()
    citations: tuple[tuple[int, ...], ...] | None = None
    references: tuple[Reference, ...] = ()
    as_of: tuple[str, ...] | None = None
    counts: tuple[Count, ...] | None = None


@dataclass(frozen=True)
class IndexSource:
    """The index of a prepared project."""

    path: Path
    base: str
    prefixes: Mapping[str, str]
    allow_service: bool = False

    def __call__(self) -> Asker:
        prefixes = PrefixMap(self.prefixes)
        return Local(open_index(self.path), base=self.base, prefixes=prefixes, allow_service=self.allow_service)


@dataclass(frozen=True)
class FilesSource:
    """RDF files, read into memory.

    :param standard_input: what stood on standard input, asked beside the files; None for nothing
    :param syntax: of the files; None means by their names (standard input: Turtle, which holds N-Triples too)
    """

    paths: tuple[Path, ...]
    base: str
    prefixes: Mapping[str, str]
    standard_input: bytes | None = None
    syntax: str | None = None
    allow_service: bool = False

    def __call__(self) -> Asker:
        import io

        import duckdb

        from iomld.graph import Quads, read_rdf

        quads = Quads(duckdb.connect())
        found: dict[str, str] = {}
        for path in self.paths:
            read_rdf(path, into=quads, format=self.syntax, base=self.base, prefixes=found)
        if self.standard_input is not None:
            stream = io.BytesIO(self.standard_input)
            read_rdf(stream, into=quads, format=self.syntax or "trig", base=self.base, prefixes=found)
        prefixes = PrefixMap({**found, **self.prefixes})
        return Local(load_quads(quads.sorted()), base=self.base, prefixes=prefixes, allow_service=self.allow_service)


def ask(
    source: Callable[[], Asker],
    question: Question,
    *,
    limits: Limits | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Reply:
    """Put a question to a source in a child process, which ends with its limits at the latest.

    :param source: :class:`IndexSource`, :class:`FilesSource` or :class:`iomld.query.remote.EndpointSource`
    :param progress: is told the number of rows that have come, page by page
    :raises QueryError: ``query-timeout``, ``query-memory``, and those of :func:`answer`
    """
    return run_limited(source, partial(_answer, question), limits=limits or Limits(), progress=progress)


def _answer(question: Question, asker: Asker) -> Reply:
    return answer(asker, question)


def answer(asker: Asker, question: Question) -> Reply:
    """Put a question to an asker.

    :raises QueryError: ``query-syntax``, ``query-update``, ``query-service``, ``query-failed``, ``query-too-many-rows``
    """
    text = bound(question.text, question.values)
    prefixes = PrefixMap(question.prefixes)
    if question.explain:
        return Reply(Answer(), counts=tuple(count_steps(asker, text)))
    try:
        found = asker.ask(text, name=question.name, max_rows=question.max_rows)
    except QueryError as error:
        if error.id == "query-syntax" and text != question.text:
            asker.ask(question.text, name=question.name)  # says the same, of the text as it was written
        raise
    hints = never_bound(question.text, name=question.name, given={*question.values, *question.parameters})
    if question.check_terms:
        base, files = question.base, question.vocabulary
        hints += misspelt(asker, question.text, name=question.name, base=base, prefixes=prefixes, vocabulary=files)
        if found.empty:
            hints += unsaid(asker, question.values, base=base, prefixes=prefixes)
    if question.why_empty and found.empty:
        hints += why_empty(asker, text, name=question.name, base=question.base, prefixes=prefixes)
    solutions = found.solutions
    if solutions is None:
        return Reply(found, tuple(hints))
    if not projected(text):  # of SELECT * an engine may give the columns in any order
        written = (token.text[1:] for token in tokenize(question.text) if token.kind == "variable")
        solutions = solutions.with_columns_as(list(dict.fromkeys(written)))
    if question.refuse_more and not solutions.complete:
        raise _too_many(question)
    if question.sorted:
        solutions = solutions.arranged(question.multiple)
    reply = Reply(Answer(solutions=solutions), tuple(hints))
    return _with_support(asker, text, question, solutions, reply)


def _with_support(asker: Asker, text: str, question: Question, solutions: Solutions, reply: Reply) -> Reply:
    said = "pinpoints" in solutions.variables
    support: Nodes = []
    if question.as_of or (question.cite and not said):
        support = supporting(asker, text, solutions)
    if question.cite:
        numbers, references = cite(asker, solutions, None if said else support)
        reply = replace(reply, citations=tuple(map(tuple, numbers)), references=tuple(references))
    if question.as_of:
        told, dated = as_of(asker, support, question.as_of)
        hints = reply.hints if dated or not solutions.rows else (*reply.hints, undated())
        reply = replace(reply, as_of=tuple(told), hints=hints)
    return reply


def _too_many(question: Question) -> QueryError:
    return QueryError(
        "query-too-many-rows",
        f"the answer has more than {question.max_rows:,} row{'s' if question.max_rows != 1 else ''}",
        location=SourceLocation(question.name),
        hint="--max-rows takes more (0: all of them), LIMIT asks for fewer",
    )
