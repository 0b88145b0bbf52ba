"""The data from Python: ``iomld.open()``."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from iomld.errors import OutsideError, QueryError, QueryWarning, UsageError, nearest
from iomld.location import SourceLocation
from iomld.project import Project, open_project
from iomld.query import (
    Answer,
    Asker,
    Local,
    Question,
    SavedQuery,
    Solutions,
    bind,
    described,
    load_query,
    saved_files,
)
from iomld.query.asking import answer
from iomld.query.values import column, value

if TYPE_CHECKING:
    import rdflib

    from iomld.pipeline import Prepared

__all__ = ["Opened", "open_dataset"]

Row = dict[str, Any]
_FRAMES = ("polars", "pandas")
_IN_MEMORY = 2_000_000  # quads up to which many questions to a copy in memory cost less than to the index on disk


class _State(NamedTuple):
    """What was prepared, and who answers from it."""

    prepared: Prepared
    asker: Asker


class Opened:
    """The data of a project, ready to be asked.

    What is first asked settles the state that all further calls answer from, whatever happens to the files of the
    project, until :meth:`reload`. The saved queries are no data: they are read when they are asked.

    Each call takes the values of a query's parameters by name, or in a mapping; each value is bound as a term, by the
    type that the query declares. None, NaN and collections are no values. What a saved query calls ``library`` is given
    to :meth:`frame` in the mapping.

    The first call, and the first after :meth:`reload`, raises what a build raises: every mistake of tables and
    mappings, and :class:`OutsideError` ``cache-not-writable`` or ``index-unreadable``.

    What ``iomld query`` tells as warnings (a term that nothing knows, a variable that is never bound, a parameter of
    which nothing is said) is a :class:`iomld.QueryWarning` here.

    :param project: an open project; its data is built on first use and kept in the cache

    >>> data = open_dataset()  # doctest: +SKIP
    >>> data.query("participation", process="id/process/midsa")[0]["role"]  # doctest: +SKIP
    'participant'
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._state: _State | None = None

    @property
    def names(self) -> list[str]:
        """The names of the saved queries."""
        return list(self._saved())

    def reload(self) -> None:
        """Answer from the project as its files are now; what they make is built when it is next asked.

        :raises ProjectError: every mistake of the project file; the state from before is kept
        """
        self.project = open_project(self.project.file)
        self._state = None

    def query(self, query: str, parameters: Mapping[str, object] | None = None, /, **more: object) -> list[Row]:
        """The rows of a SELECT query, each a dict by variable; None where unbound.

        Numbers, booleans and full dates are Python's own: ``int`` for all integer types, ``Decimal``, ``float``,
        ``bool``, ``date``. All else is ``str``, as are literals that do not belong to their datatype.

        :param query: the name of a saved query, or SPARQL; the prefixes of the project need no declaration
        :param parameters: values of the query's parameters by name; ``more`` likewise
        :raises QueryError: ``query-unknown``, ``query-header``, ``query-syntax``, ``query-update``, ``query-service``,
            ``query-failed``, ``query-not-rows``, ``parameter-unknown``, ``parameter-malformed``, ``parameter-twice``
        """
        solutions = self._solutions(query, _united(parameters, more))
        return [dict(zip(solutions.variables, map(value, row), strict=True)) for row in solutions.rows]

    def ask(self, query: str, parameters: Mapping[str, object] | None = None, /, **more: object) -> bool:
        """The answer to an ASK query.

        :param query: as of :meth:`query`, as are its parameters
        :raises QueryError: those of :meth:`query`; ``query-not-rows`` where the query is no ASK
        """
        found = self._answer(query, _united(parameters, more)).boolean
        if found is None:
            raise QueryError("query-not-rows", "this is no ASK query", hint="use .query() or .graph()")
        return found

    def graph(self, query: str, parameters: Mapping[str, object] | None = None, /, **more: object) -> rdflib.Graph:
        """The triples of a CONSTRUCT or DESCRIBE query; the prefixes of the project are bound.

        :param query: as of :meth:`query`, as are its parameters
        :raises QueryError: those of :meth:`query`; ``query-not-rows`` where the query gives no triples
        """
        import rdflib

        found = self._answer(query, _united(parameters, more)).triples
        if found is None:
            raise QueryError("query-not-rows", "this query gives no triples", hint="use .query() or .ask()")
        graph = rdflib.Graph().parse(data="".join(f"{s} {p} {o} .\n" for s, p, o in found), format="nt")
        self._bind_prefixes(graph)
        return graph

    def frame(
        self,
        query: str,
        parameters: Mapping[str, object] | None = None,
        /,
        *,
        library: str | None = None,
        **more: object,
    ) -> Any:
        """The rows of a SELECT query as a data frame, whose columns are each of one kind.

        Values are those of :meth:`query`. Where they are of several kinds, numbers become ``Decimal`` or ``float``,
        others text, as do numbers of more than 128 bits or 38 digits.

        :param query: as of :meth:`query`, as are its parameters
        :param library: ``polars`` or ``pandas``; None takes Polars where it is installed, else pandas
        :raises UsageError: ``frames-unknown`` for any other library
        :raises OutsideError: ``frames-missing`` where it, or both, are not installed
        :raises QueryError: those of :meth:`query`
        """
        if library not in (None, *_FRAMES):
            raise UsageError("frames-unknown", f"“{library}” makes no frames here", hint="name polars or pandas")
        wanted = (library,) if library else _FRAMES
        found = next((name for name in wanted if importlib.util.find_spec(name)), None)
        if found is None:
            message = f"{library} is not installed" if library else "neither Polars nor pandas is installed"
            raise OutsideError("frames-missing", message, hint="pip install " + (library or "'iomld[frames]'"))
        solutions = self._solutions(query, _united(parameters, more))
        columns = {name: column([row[n] for row in solutions.rows]) for n, name in enumerate(solutions.variables)}
        return importlib.import_module(found).DataFrame(columns)

    def dataset(self) -> rdflib.Dataset:
        """All the data as an rdflib Dataset, with the prefixes of the project; its default graph is the union of all.

        Lexical forms are those of the build, to the letter. Nothing done to it changes what this object answers.

        :raises OutsideError: ``index-unreadable`` where the cache was emptied meanwhile
        """
        import io

        import rdflib

        from iomld.graph import reopen

        relation = self._prepared().prepared.relation
        if not relation.is_file():
            message = "what was prepared is not in the cache any more"
            hint = ".reload() makes it again"
            raise OutsideError("index-unreadable", message, location=SourceLocation(str(relation)), hint=hint)
        quads = reopen(relation)
        lines = io.StringIO()
        for subject, predicate, object, graph in quads.sorted():
            lines.write(f"{subject} {predicate} {object} {graph} .\n")
        quads.connection.close()
        dataset = rdflib.Dataset(default_union=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of rdflib, about its own reader
            dataset.parse(data=lines.getvalue(), format="nquads")
        self._bind_prefixes(dataset)
        return dataset

    def _bind_prefixes(self, graph: rdflib.Graph) -> None:
        for prefix, namespace in self.project.prefixes.items():
            graph.bind(prefix, namespace, replace=True)

    def _saved(self) -> dict[str, Path]:
        return saved_files(self.project.queries) if self.project.queries else {}

    def _prepared(self) -> _State:
        """The state that is asked, made or found in the cache by the first who asks."""
        if self._state is None:
            import pyoxigraph

            from iomld.pipeline import prepare
            from iomld.query import open_index

            prepared = prepare(self.project)
            store = open_index(prepared.index)
            if len(store) <= _IN_MEMORY:
                lines = store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
                store = pyoxigraph.Store()
                store.bulk_load(lines, pyoxigraph.RdfFormat.N_QUADS)
            asker = Local(store, base=self.project.base, prefixes=self.project.prefixes)
            self._state = _State(prepared, asker)
        return self._state

    def _chosen(self, query: str) -> SavedQuery:
        saved = self._saved()
        if query in saved:
            return load_query(saved[query])
        if not any(sign in query for sign in "{<? \n"):
            hint = nearest(query, saved) or f"the saved ones are {', '.join(saved)}"
            raise QueryError("query-unknown", f"there is no saved query “{query}”", hint=hint)
        return described(query, Path("query"))

    def _question(self, query: str, parameters: Mapping[str, object]) -> Question:
        chosen, project = self._chosen(query), self.project
        given = {name: _text(name, given) for name, given in parameters.items()}
        return Question(
            chosen.text,
            name=chosen.name,
            values=bind(chosen, given, base=project.base, prefixes=project.prefixes),
            base=project.base,
            prefixes=project.prefixes,
            sorted=chosen.name in self._saved(),
            multiple=chosen.multiple,
            parameters=tuple(one.name for one in chosen.parameters),
            vocabulary=project.ontology,
        )

    def _answer(self, query: str, parameters: Mapping[str, object], *, depth: int = 3) -> Answer:
        """The answer; what the command line would tell beside it is a warning at the place that asked.

        :param depth: of the calls from there to here, as ``warnings.warn`` counts them
        """
        reply = answer(self._prepared().asker, self._question(query, parameters))
        for hint in reply.hints:
            warnings.warn(str(hint), QueryWarning, stacklevel=depth)
        return reply.answer

    def _solutions(self, query: str, parameters: Mapping[str, object]) -> Solutions:
        found = self._answer(query, parameters, depth=4).solutions
        if found is None:
            raise QueryError("query-not-rows", "this query gives no rows", hint="use .ask() or .graph()")
        return found


def open_dataset(project: str | Path | None = None) -> Opened:
    """Open the data of a project.

    :param project: project file or its folder; None means iomld.toml here or above, else the packaged project
    :raises ProjectError: every mistake of the project file
    """
    return Opened(open_project(None if project is None else Path(project)))


def _united(parameters: Mapping[str, object] | None, more: Mapping[str, object]) -> Mapping[str, object]:
    for name in more if parameters else ():
        if parameters and name in parameters:
            message = f"parameter {name} is given in the mapping and by its name"
            raise QueryError("parameter-twice", message, hint="one value is right")
    return {**(parameters or {}), **more}


def _text(name: str, value: object) -> str:
    """A value as the user of the command line would write it."""
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, Collection) or value != value:
        shown = value if value is None or isinstance(value, float) else f"a {type(value).__name__}"
        message = f"parameter {name}: {shown} is no value"
        raise QueryError("parameter-malformed", message, hint="give one value, or leave the parameter out")
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
