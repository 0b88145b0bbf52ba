"""``iomld validate``: RDF against SHACL shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iomld.cli.options import (
    NAMED_FOLDER,
    FilesCommand,
    format_option,
    goes_with,
    master_option,
    memory_option,
    output_option,
    project_option,
    verbosity,
)

if TYPE_CHECKING:
    import duckdb

    from iomld.cli.console import Console
    from iomld.engine import Engine
    from iomld.errors import IomldError
    from iomld.graph import Quads
    from iomld.project import Project
    from iomld.validation import Report, Shapes

__all__ = ["command"]

_FORMATS = ("human", "json", "csv", "turtle", "sarif", "junit", "html")


@click.command("validate", cls=FilesCommand)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="RDF files to check, - for standard input [default: the project].",
)
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Files with SHACL shapes [default: the project’s].",
)
@click.option(
    "--ontology",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="RDF files whose rdfs:subClassOf counts.",
)
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL store that holds the data, instead of reading files.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="For all that is asked of the endpoint; 0 waits for ever.",
)
@click.option(
    "--sparql",
    "queries",
    type=NAMED_FOLDER,
    metavar="FOLDER",
    help="Write the checks as SPARQL queries to this folder, and check nothing.",
)
@project_option
@format_option(_FORMATS, "human")
@output_option()
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info", "none"]),
    default="violation",
    show_default=True,
    help="Gravity from which on the exit code is 1.",
)
@click.option(
    "--max",
    "limit",
    type=click.IntRange(min=0),
    default=100_000,
    show_default=True,
    metavar="N",
    help="Show N findings at most, count all; 0 shows all.",
)
@click.option("--from", "syntax", metavar="SYNTAX", help="Syntax of standard input, such as turtle.")
@memory_option
@click.option(
    "--engine",
    "runner",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What runs the checks.",
)
@master_option
@verbosity
def command(
    data: tuple[Path, ...],
    shapes: tuple[Path, ...],
    ontology: tuple[Path, ...],
    endpoint: str | None,
    timeout: float,
    queries: Path | None,
    project: Path | None,
    format: str,
    output: str,
    fail_on: str,
    limit: int,
    syntax: str | None,
    memory: str | None,
    runner: str,
    master: str | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Check RDF against SHACL shapes; every finding with its row and column, or its line.

    \b
    Examples:
      iomld validate                                  the project here, or the packaged one
      iomld validate --data people.ttl --shapes shapes.ttl
      iomld validate --data a.nt --data b.nt --shapes s.ttl -f csv -o findings.csv
      iomld validate --endpoint https://example.org/sparql --shapes shapes.ttl
      iomld validate --shapes shapes.ttl --sparql checks/
      iomld validate --data large.nt --shapes s.ttl --engine spark --master spark://host:7077

    Exit code 0: nothing as grave as --fail-on; 1: something is; 3: the data or the shapes cannot be read.
    """
    from iomld.cli.console import Console
    from iomld.cli.results import may_write, put, spare
    from iomld.errors import IomldError, UsageError, raise_all
    from iomld.project import open_project

    if master is not None and runner != "spark":
        raise UsageError("engine-master", "--master is an option of Spark", hint="add --engine spark")
    if runner == "spark" and (endpoint or queries):
        raise click.UsageError("--engine spark checks files; --endpoint and --sparql have no use for it")
    goes_with(("--from",), "--data -: the names of files tell their syntax", Path("-") in data)
    goes_with(("--timeout",), "--endpoint", endpoint)
    if endpoint and data:
        raise click.UsageError("--data and --endpoint exclude each other")
    opened = open_project(project) if project or not (data or endpoint or queries) or not shapes else None
    if opened and not data:
        ontology = ontology or opened.ontology
    if opened and not shapes:
        shapes = opened.shapes
    if not shapes:
        raise click.UsageError("the project has no shapes; give --shapes")
    spare(output, *data, *shapes, *ontology, project=opened)
    if not queries:
        may_write(output)
    console = Console(quiet=quiet, verbose=verbose)
    root = opened.root if opened else Path.cwd()
    with console.phase("shapes") as phase:
        from iomld.validation import load_shapes

        try:
            found = load_shapes(shapes, root=root)
        except IomldError as error:
            raise_all([error, *_mistakes_of(data, syntax, root)])
            raise
        phase.count(len(found.shapes), "shapes")
    if not quiet:
        for warning in found.warnings:
            console.warn(str(warning))
    if queries:
        from iomld.validation.published import publish_checks
        from iomld.validation.queryfiles import write_queries
        from iomld.validation.validator import subclass_pairs

        published = publish_checks(found, subclasses=subclass_pairs(list(ontology)))
        for label, reason in published.left_out:
            console.warn(f"{label} has no form in SPARQL: {reason}")
        click.echo(f"{len(write_queries(published, found, queries))} queries in {queries}")
        return 1 if published.left_out else 0
    if endpoint:
        with console.phase("endpoint") as phase:
            report = _of_store(endpoint, timeout or None, found, ontology, limit or None)
            phase.count(report.total, "findings")
    else:
        quads = _read(console, opened, data, syntax, memory, root, quiet)
        with console.phase("check") as phase:
            from iomld.engine import Embedded
            from iomld.validation import validate

            engine = _spark(master, memory, output) if runner == "spark" else Embedded
            report = validate(quads, found, ontology=list(ontology), memory=memory, limit=limit or None, engine=engine)
            phase.count(report.total, "findings")
    from iomld.validation import render

    put(render(report, format), output)
    if report.left_out:
        console.warn(
            f"{report.left_out:,} findings beyond the first {limit:,} are counted and not shown; --max 0 shows all"
        )
    return 1 if report.fails(fail_on) else 0


def _read(
    console: Console,
    opened: Project | None,
    data: tuple[Path, ...],
    syntax: str | None,
    memory: str | None,
    root: Path,
    quiet: bool,
) -> Quads:
    with console.phase("read") as phase:
        if opened and not data:
            from iomld.pipeline import materialize

            def warn(place: object, sentence: str) -> None:
                console.warn(f"{place}: {sentence}")

            quads = materialize(opened, memory=memory, warn=None if quiet else warn)
        else:
            from iomld.validation.reading import open_relation

            quads = open_relation(memory)
            _read_files(data, quads, syntax, root)
        phase.count(quads.connection.execute("SELECT count(*) FROM quad").fetchall()[0][0], "statements")
    return quads


def _read_files(data: tuple[Path, ...], quads: Quads, syntax: str | None, root: Path) -> None:
    """Read the files and standard input; all their mistakes are raised together."""
    import sys

    from iomld.errors import IomldError, raise_all
    from iomld.graph import read_rdf
    from iomld.validation.reading import read_files

    mistakes: list[IomldError] = []
    try:
        read_files([path for path in data if path != Path("-")], quads, root=root)
    except IomldError as error:
        mistakes.append(error)
    if Path("-") in data:
        try:
            read_rdf(sys.stdin.buffer, into=quads, format=syntax)
        except IomldError as error:
            mistakes.append(error)
    raise_all(mistakes)


def _mistakes_of(data: tuple[Path, ...], syntax: str | None, root: Path) -> list[IomldError]:
    """The mistakes of the data, where the shapes have some already."""
    from iomld.errors import IomldError
    from iomld.validation.reading import open_relation

    try:
        _read_files(data, open_relation(), syntax, root)
    except IomldError as error:
        return [error]
    return []


def _spark(master: str | None, memory: str | None, output: str) -> Callable[[duckdb.DuckDBPyConnection], Engine]:
    """Spark as the engine; what it is handed stands beside the output, which all machines see, until it is done."""
    from iomld.engine.cluster import Cluster, shared_path
    from iomld.engine.session import start_spark

    session = start_spark(master, memory=memory)
    near = shared_path("." if output == "-" else str(Path(output).parent))
    return lambda connection: Cluster(session, connection, near)


def _of_store(
    endpoint: str, seconds: float | None, shapes: Shapes, ontology: tuple[Path, ...], limit: int | None
) -> Report:
    from iomld.query.remote import Endpoint, EndpointSource
    from iomld.validation import ask_store

    store = Endpoint(EndpointSource(endpoint, prefixes={}, seconds=seconds))

    def ask(query: str) -> Iterator[dict[str, str]]:
        solutions = store.ask(query).solutions
        for row in solutions.rows if solutions else ():
            pairs = zip(solutions.variables, row, strict=True) if solutions else ()
            yield {name: term for name, term in pairs if term is not None}

    return ask_store(ask, shapes, ontology=list(ontology), limit=limit)
