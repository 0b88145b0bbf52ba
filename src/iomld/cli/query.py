"""``iomld query``"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iomld.cli.options import output_option, project_option, verbosity

if TYPE_CHECKING:
    from iomld.project import Project
    from iomld.query import Answer

__all__ = ["command"]

_FORMATS = ("table", "csv", "tsv", "json", "xml", "md", "turtle", "ntriples")


@click.command(
    "query",
    epilog="""\b
Examples:
  iomld query --list
  iomld query participation --param process=id/process/midsa
  iomld query question.rq --data mine.ttl -f json
  echo 'SELECT * { ?s ?p ?o } LIMIT 5' | iomld query - -f csv""",
)
@click.argument("query", required=False)
@click.option("--list", "listing", is_flag=True, help="List the saved queries of the project.")
@click.option("--show", is_flag=True, help="Print the query instead of asking it.")
@click.option("--data", type=click.Path(path_type=Path), multiple=True, metavar="FILE", help="Ask these RDF files instead of the project.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="Bind a parameter of the query; may be repeated.")
@click.option("-f", "--format", "format", type=click.Choice(_FORMATS), help="Form of the answer  [default: table, or turtle for triples].")
@project_option
@output_option()
@verbosity
def command(
    query: str | None,
    listing: bool,
    show: bool,
    data: tuple[Path, ...],
    params: tuple[str, ...],
    format: str | None,
    project: Path | None,
    output: str,
    quiet: bool,
    verbose: int,
) -> int:
    """Ask in SPARQL: the project's data or RDF files.

    QUERY is the name of a saved query, a file that ends in .rq, or - for standard input. The prefixes of the
    project need no declaration. ASK exits with 1 where the answer is no.
    """
    from iomld.cli.console import Console
    from iomld.project import open_project
    from iomld.query import ask, bind, load_all

    opened = open_project(project)
    saved = load_all(opened.queries) if opened.queries and (listing or query not in (None, "-")) else {}
    if listing:
        width = max(map(len, saved), default=0)
        click.echo("".join(f"{name:<{width}}  {found.summary}\n" for name, found in saved.items()), nl=False)
        return 0
    if query is None:
        raise click.UsageError("name a saved query, a .rq file, or - for standard input; --list shows the saved ones")
    chosen = saved.get(query) or _read(query, saved)
    if show:
        click.echo(chosen.text, nl=False)
        return 0
    given = _parameters(params)
    console = Console(quiet=quiet, verbose=verbose)
    values = bind(chosen, given, base=opened.base, prefixes=opened.prefixes)
    answer = ask(
        _store(data, opened, console), chosen.text, name=query, values=values, base=opened.base, prefixes=opened.prefixes
    )
    named = chosen.name in saved
    text = _text(answer, format, opened, chosen.multiple, named)
    with click.open_file(output, "w", encoding="utf-8", atomic=output != "-") as file:
        file.write(text)
    return 1 if answer.boolean is False else 0


def _read(query: str, saved: dict) -> SavedQuery:  # type: ignore[type-arg, name-defined]  # noqa: F821
    from iomld.errors import QueryError, nearest
    from iomld.query import SavedQuery, load_query

    if query == "-":
        return SavedQuery(name="-", file=Path("-"), text=sys.stdin.read())
    if query.endswith(".rq") or "/" in query:
        return load_query(Path(query))
    raise QueryError(
        "query-unknown",
        f"there is no saved query “{query}”",
        hint=nearest(query, saved) or "'iomld query --list' shows them; a file's name ends in .rq",
    )


def _parameters(params: tuple[str, ...]) -> dict[str, str]:
    given = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise click.UsageError(f"--param {param}: write it as NAME=VALUE")
        given[name] = value
    return given


def _store(data: tuple[Path, ...], project: Project, console: Console):  # type: ignore[no-untyped-def, name-defined]  # noqa: F821
    from iomld.query import load_files, open_index

    if not data:
        from iomld.pipeline import prepare

        return open_index(prepare(project, phases=console.phase).index)
    import duckdb

    from iomld.graph import Quads, read_rdf

    quads = Quads(duckdb.connect())
    for path in data:
        read_rdf(sys.stdin.buffer if str(path) == "-" else path, into=quads, base=project.base)
    return load_files(quads.sorted())


def _text(answer: Answer, format: str | None, project: Project, multiple: tuple[str, ...], named: bool) -> str:
    from iomld.query import render

    if answer.boolean is not None:
        return f"{'yes' if answer.boolean else 'no'}\n"
    if answer.triples is not None:
        import io

        import duckdb

        from iomld.graph import Quads
        from iomld.serialization import write

        quads = Quads(duckdb.connect())
        quads.insert([(*triple, "") for triple in answer.triples])
        out = io.BytesIO()
        write(quads, out, "ntriples" if format == "ntriples" else "turtle", prefixes=project.prefixes)
        return out.getvalue().decode()
    assert answer.solutions is not None
    solutions = answer.solutions.arranged(multiple) if named or multiple else answer.solutions
    return render(solutions, format if format in ("csv", "tsv", "json", "xml", "md") else "table", prefixes=project.prefixes)
