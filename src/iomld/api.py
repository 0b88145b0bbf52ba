"""The data from Python: ``iomld.open()``."""

from __future__ import annotations

import datetime
import importlib.util
import warnings
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import OutsideError, QueryError, UsageError, nearest
from iomld.project import Project, open_project
from iomld.query import Asker, Local, Question, SavedQuery, Solutions, bind, described, load_query, saved_files
from iomld.query.asking import answer
from iomld.terms import parse_term

if TYPE_CHECKING:
    import rdflib

__all__ = ["Opened", "open_dataset"]

Row = dict[str, Any]
_FRAMES = ("polars", "pandas")
_IN_MEMORY = 2_000_000  # quads up to which many questions to a copy in memory cost less than to the index on disk


class Opened:
    """The data of a project, ready to be asked.

    :param project: an open project; its data is built on first use and kept in the cache

    >>> data = open_dataset()  # doctest: +SKIP
    >>> data.query("participation", process="id/process/midsa")[0]["role"]  # doctest: +SKIP
    'participant'
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._asker: Asker | None = None

    @property
    def names(self) -> list[str]:
        """The names of the saved queries."""
        return list(self._saved())

    def query(self, query: str, **parameters: object) -> list[Row]:
        """The rows of a SELECT query, each a dict by variable; None where unbound.

        IRIs and plain text are ``str``; numbers, booleans and full dates are Python's own.

        :param query: the name of a saved query, or SPARQL; the prefixes of the project need no declaration
        :param parameters: values of the query's parameters, bound as terms
        :raises QueryError: ``query-syntax``, ``query-not-rows``, ``parameter-unknown``, ``parameter-malformed``
        """
        solutions = self._solutions(query, parameters)
        return [dict(zip(solutions.variables, map(_value, row), strict=True)) for row in solutions.rows]

    def ask(self, query: str, **parameters: object) -> bool:
        """The answer to an ASK query."""
        found = answer(self._local(), self._question(query, parameters)).answer.boolean
        if found is None:
            raise QueryError("query-not-rows", "this is no ASK query", hint="use .query() or .graph()")
        return found

    def graph(self, query: str, **parameters: object) -> rdflib.Graph:
        """The triples of a CONSTRUCT or DESCRIBE query."""
        import rdflib

        found = answer(self._local(), self._question(query, parameters)).answer.triples
        if found is None:
            raise QueryError("query-not-rows", "this query gives no triples", hint="use .query() or .ask()")
        return rdflib.Graph().parse(data="".join(f"{s} {p} {o} .\n" for s, p, o in found), format="nt")

    def frame(self, query: str, *, library: str | None = None, **parameters: object) -> Any:
        """The rows of a query as a data frame.

        :param library: ``polars`` or ``pandas``; None takes Polars where it is installed, else pandas
        :raises OutsideError: ``frames-missing`` where it, or both, are not installed
        """
        if library not in (None, *_FRAMES):
            raise UsageError("frames-unknown", f"“{library}” makes no frames here", hint="name polars or pandas")
        wanted = (library,) if library else _FRAMES
        found = next((name for name in wanted if importlib.util.find_spec(name)), None)
        if found is None:
            message = f"{library} is not installed" if library else "neither Polars nor pandas is installed"
            raise OutsideError("frames-missing", message, hint="pip install " + (library or "'iomld[frames]'"))
        solutions = self._solutions(query, parameters)
        columns = {
            name: [_value(row[index]) for row in solutions.rows] for index, name in enumerate(solutions.variables)
        }
        return importlib.import_module(found).DataFrame(columns)

    def dataset(self) -> rdflib.Dataset:
        """All the data as an rdflib Dataset; its default graph is the union of all graphs."""
        import io

        import rdflib

        from iomld.graph import reopen

        lines = io.StringIO()
        for subject, predicate, object, graph in reopen(self._prepared().relation).sorted():
            lines.write(f"{subject} {predicate} {object} {graph} .\n")
        dataset = rdflib.Dataset(default_union=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of rdflib, about its own reader
            dataset.parse(data=lines.getvalue(), format="nquads")
        for prefix, namespace in self.project.prefixes.items():
            dataset.bind(prefix, namespace, replace=True)
        return dataset

    def _saved(self) -> dict[str, Path]:
        return saved_files(self.project.queries) if self.project.queries else {}

    def _prepared(self) -> Any:
        from iomld.pipeline import prepare

        return prepare(self.project)

    def _local(self) -> Asker:
        if self._asker is None:
            import pyoxigraph

            from iomld.query import open_index

            store = open_index(self._prepared().index)
            if len(store) <= _IN_MEMORY:
                lines = store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
                store = pyoxigraph.Store()
                store.bulk_load(lines, pyoxigraph.RdfFormat.N_QUADS)
            self._asker = Local(store, base=self.project.base, prefixes=self.project.prefixes)
        return self._asker

    def _chosen(self, query: str) -> SavedQuery:
        saved = self._saved()
        if query in saved:
            return load_query(saved[query])
        if not any(sign in query for sign in "{<? \n"):
            hint = nearest(query, saved) or f"the saved ones are {', '.join(saved)}"
            raise QueryError("query-unknown", f"there is no saved query “{query}”", hint=hint)
        return described(query, Path("query"))

    def _question(self, query: str, parameters: dict[str, object]) -> Question:
        chosen, project = self._chosen(query), self.project
        given = {name: _text(value) for name, value in parameters.items()}
        return Question(
            chosen.text,
            name=chosen.name,
            values=bind(chosen, given, base=project.base, prefixes=project.prefixes),
            base=project.base,
            prefixes=project.prefixes,
            sorted=chosen.name in self._saved(),
            multiple=chosen.multiple,
            check_terms=False,
        )

    def _solutions(self, query: str, parameters: dict[str, object]) -> Solutions:
        found = answer(self._local(), self._question(query, parameters)).answer.solutions
        if found is None:
            raise QueryError("query-not-rows", "this query gives no rows", hint="use .ask() or .graph()")
        return found


def open_dataset(project: str | Path | None = None) -> Opened:
    """Open the data of a project.

    :param project: project file or its folder; None means iomld.toml here or above, else the packaged project
    :raises ProjectError: every mistake of the project file
    """
    return Opened(open_project(None if project is None else Path(project)))


_XSD = "http://www.w3.org/2001/XMLSchema#"


def _value(spelt: str | None) -> Any:
    if spelt is None:
        return None
    term = parse_term(spelt)
    kind = (term.datatype or "").removeprefix(_XSD)
    try:
        if kind in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"):
            return int(term.value)
        if kind == "decimal":
            return Decimal(term.value)
        if kind in ("double", "float"):
            return float(term.value)
        if kind == "date":
            return datetime.date.fromisoformat(term.value)
    except ValueError:
        return term.value
    return term.value in ("true", "1") if kind == "boolean" else term.value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
