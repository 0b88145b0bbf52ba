"""``iomld query``"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iomld.cli.options import SIZE, FilesCommand, goes_with, output_option, project_option, verbosity

if TYPE_CHECKING:
    from iomld.project import Project
    from iomld.query import Asker, SavedQuery
    from iomld.terms import Bounds

__all__ = ["command"]

# Spelt out, so that --help loads no room; a test compares them with the room's.
_FORMATS = ("table", "csv", "tsv", "json", "xml", "md", "turtle", "ntriples", "bibtex", "csl")
_SYNTAXES = ("nquads", "ntriples", "turtle", "trig", "jsonld", "rdfxml", "n3")
_MOST_ROWS = 1_000_000


class _When(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Bounds:
        from iomld.errors import TermError
        from iomld.terms import bounds

        try:
            found = bounds(str(value))
        except TermError as error:
            self.fail(f"{error.message}; write a day, month or year: 2002-10-16, 2002-10 or 2002", param, ctx)
        if found.earliest_start is None or found.latest_end is None:
            self.fail(f"“{value}” has an open end; write a day, month, year, or a span with two ends", param, ctx)
        return found


@click.command(
    "query",
    cls=FilesCommand,
    epilog="""\b
Examples:
  iomld query --list
  iomld query participation --param process=id/process/midsa --cite
  iomld query question.rq --data mine.ttl -f json
  echo 'SELECT * { ?s ?p ?o } LIMIT 5' | iomld query - -f csv
  iomld query question.rq --endpoint https://example.org/sparql --page-size 10000""",
)
@click.argument("query", required=False)
@click.option("--list", "listing", is_flag=True, help="List the saved queries of the project; -v with parameters.")
@click.option("--show", is_flag=True, help="Print the query instead of asking it.")
@click.option(
    "--data", type=click.Path(path_type=Path), multiple=True, metavar="FILE", help="Ask RDF files; - is stdin."
)
@click.option(
    "--from", "syntax", type=click.Choice(_SYNTAXES), help="Syntax of the data [default: by the file's name]."
)
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="Bind a parameter; may be repeated.")
@click.option("-f", "--format", "format", type=click.Choice(_FORMATS), help="Form of the answer [default: table].")
@click.option("--cite", is_flag=True, help="Number the references of each row to document and paragraph.")
@click.option(
    "--as-of", type=_When(), metavar="DATE", help="Whether each row holds on a day, or all of 2002-10 or 2002."
)
@click.option("--why-empty", is_flag=True, help="Where nothing is found, say which pattern leaves nothing.")
@click.option("--explain", is_flag=True, help="Count the solutions step by step instead of answering.")
@click.option("--timeout", type=click.FloatRange(0), default=30, show_default=True, help="Seconds; 0 is no limit.")
@click.option(
    "--max-rows", type=click.IntRange(0), help="Cut the answer after so many rows [default: refuse > 1,000,000]."
)
@click.option("--max-memory", type=SIZE, default="4GB", show_default=True, help="For the query, beside the data.")
@click.option("--max-size", type=SIZE, default="64MB", show_default=True, help="Of one answer of an endpoint.")
@click.option("--page-size", type=click.IntRange(1), metavar="ROWS", help="Take the answer of an endpoint in pages.")
@click.option(
    "--no-pager", is_flag=True, help="Never page [default: on a terminal, an answer longer than the screen; $PAGER]."
)
@click.option("--allow-service", is_flag=True, help="Allow SERVICE clauses.")
@project_option
@output_option()
@verbosity
def command(
    query: str | None,
    listing: bool,
    show: bool,
    data: tuple[Path, ...],
    syntax: str | None,
    endpoint: str | None,
    params: tuple[str, ...],
    format: str | None,
    cite: bool,
    as_of: Bounds | None,
    why_empty: bool,
    explain: bool,
    timeout: float,
    max_rows: int | None,
    max_memory: int,
    max_size: int,
    page_size: int | None,
    no_pager: bool,
    allow_service: bool,
    project: Path | None,
    output: str,
    quiet: bool,
    verbose: int,
) -> int:
    """Ask in SPARQL: the project's data, RDF files, or an endpoint.

    QUERY is the name of a saved query, a file that ends in .rq, or - for standard input. The prefixes of the
    project need no declaration. ASK exits with 1 where the answer is no.
    """
    from iomld.cli.console import Console, counted
    from iomld.cli.results import put, spare, width
    from iomld.project import open_project
    from iomld.query import Limits, Question, ask
    from iomld.query.showing import REFERENCES_ONLY, refuse_format, reply_as

    goes_with(("--page-size", "--max-size"), "--endpoint", endpoint)
    goes_with(("--from",), "--data", data)
    opened = open_project(project)
    if listing:
        click.echo(_listed(opened, verbose), nl=False)
        return 0
    if data and endpoint:
        raise click.UsageError("--data and --endpoint exclude each other")
    if query == "-" and Path("-") in data:
        raise click.UsageError("standard input holds the query or the data, not both")
    spare(output, query, *data, project=opened)
    chosen, named = _chosen(query, opened)
    if show:
        click.echo(chosen.text, nl=False)
        return 0
    refuse_format(chosen.text, format, explain=explain)
    console = Console(quiet=quiet, verbose=verbose)
    question = Question(
        text=chosen.text,
        name=str(chosen.file),
        values=_bound(chosen, params, opened),
        parameters=tuple(one.name for one in chosen.parameters),
        base=opened.base,
        prefixes=dict(opened.prefixes),
        sorted=named,
        multiple=chosen.multiple,
        max_rows=_MOST_ROWS if max_rows is None else max_rows or None,
        refuse_more=max_rows is None,
        cite=cite or format in REFERENCES_ONLY,
        as_of=as_of,
        explain=explain,
        why_empty=why_empty,
        check_terms=not endpoint,
        vocabulary=opened.ontology,
    )
    seconds = timeout or None
    if endpoint:
        from iomld.query.remote import EndpointSource

        source: Callable[[], Asker] = EndpointSource(
            endpoint, opened.base, question.prefixes, seconds, max_size, page_size or 0, allow_service
        )
        with console.phase("endpoint") as phase:
            limits = Limits(seconds and seconds + 2, max_memory)
            reply = ask(source, question, limits=limits, progress=phase.progress)
    else:
        source = _local(opened, console, data, syntax, allow_service)
        reply = ask(source, question, limits=Limits(seconds, max_memory))
    for hint in reply.hints:
        console.warn(str(hint))
    if reply.answer.solutions and not reply.answer.solutions.complete:
        console.warn(f"there are more than {counted(max_rows or 0, 'rows')}; --max-rows takes more")
    shown = reply_as(reply, format, prefixes=opened.prefixes, base=opened.base, columns=width(output))
    put(shown, output, pager=not no_pager)
    return 1 if reply.answer.boolean is False else 0


def _listed(project: Project, verbose: int) -> str:
    from iomld.query import lacking, load_all

    saved = load_all(project.queries) if project.queries else {}
    lines: list[str] = []
    for folder in sorted({found.file.parent for found in saved.values()}):
        here = {name: found for name, found in saved.items() if found.file.parent == folder}
        width = max(map(len, here))
        lines += [""] if lines else []
        for name, found in here.items():
            lines.append(f"{name:<{width}}  {found.summary or found.question}")
            needed = lacking(found, ()) if verbose else ()
            for one in found.parameters if verbose else ():
                default = f" [default: {one.default}]" if one.default is not None else ""
                default += " [required]" if one.name in needed else ""
                lines.append(f"{'':<{width}}    --param {one.name}=…  {one.type}: {one.description}{default}")
    return "".join(f"{line}\n" for line in lines)


def _chosen(query: str | None, project: Project) -> tuple[SavedQuery, bool]:
    """The query, and whether it is one of the project's."""
    from iomld.errors import QueryError, nearest
    from iomld.query import described, load_query, saved_files

    if query is None:
        raise click.UsageError("name a saved query, a .rq file, or - for standard input; --list shows the saved ones")
    if query == "-":
        return described(sys.stdin.read(), Path("-")), False
    saved = saved_files(project.queries) if project.queries else {}
    if query in saved:
        return load_query(saved[query]), True
    if query.endswith(".rq") or "/" in query:
        return load_query(Path(query)), False
    hint = nearest(query, saved) or "'iomld query --list' shows them; a file's name ends in .rq"
    raise QueryError("query-unknown", f"there is no saved query “{query}”", hint=hint)


def _bound(chosen: SavedQuery, params: tuple[str, ...], project: Project) -> dict[str, str | tuple[str, ...]]:
    """The parameters as terms; one that the query does not have, or cannot do without, is a mistake of usage."""
    from iomld.errors import QueryError, UsageError
    from iomld.query import bind

    try:
        return bind(chosen, _parameters(params), base=project.base, prefixes=project.prefixes)
    except QueryError as error:
        if error.id in ("parameter-unknown", "parameter-missing"):
            raise UsageError(error.id, error.message, location=error.location, hint=error.hint) from error
        raise


def _parameters(params: tuple[str, ...]) -> dict[str, str]:
    given = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise click.UsageError(f"--param {param}: write it as NAME=VALUE")
        if name in given:
            raise click.UsageError(f"--param {name} is given twice; one value is right")
        given[name] = value
    return given


def _local(
    project: Project, console: object, data: tuple[Path, ...], syntax: str | None, allow_service: bool
) -> Callable[[], Asker]:
    from iomld.query import FilesSource, IndexSource

    prefixes = dict(project.prefixes)
    if not data:
        from iomld.cli.console import Console
        from iomld.pipeline import prepare

        assert isinstance(console, Console)
        return IndexSource(prepare(project, phases=console.phase).index, project.base, prefixes, allow_service)
    files = tuple(path for path in data if str(path) != "-")
    standard_input = sys.stdin.buffer.read() if len(files) < len(data) else None
    return FilesSource(files, project.base, prefixes, standard_input, syntax, allow_service)
