"""``iomld serve``"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iomld.cli.options import NAMED_FILE, project_option, verbosity

if TYPE_CHECKING:
    from iomld.pipeline import Prepared
    from iomld.project import Project
    from iomld.serve import Documents
    from iomld.serve.engines import Engines

__all__ = ["command"]


@click.command(
    "serve",
    epilog="""\b
Examples:
  iomld serve                  the project here, or the packaged one, on http://127.0.0.1:8000/
  iomld serve --watch          while you edit: a change is built, the page reloads, mistakes stand on top
  iomld serve --port 0 -v      on a free port, with a line of JSON for each request
  iomld serve --host 0.0.0.0 --rate 20 --access-log access.jsonl""",
)
@project_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all of them.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--timeout", type=click.FloatRange(0.1), default=30, show_default=True, help="Seconds for a query.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Queries at a time.")
@click.option(
    "--engine",
    type=click.Choice(("auto", "oxigraph", "python")),
    default="auto",
    show_default=True,
    help="What answers SPARQL: the Oxigraph server, which iomld[oxigraph] brings, or processes of Python.",
)
@click.option("--allow-service", is_flag=True, help="Let queries make this server ask others (SERVICE).")
@click.option(
    "--rate",
    type=click.FloatRange(0),
    default=50,
    show_default=True,
    help="Requests a second of each client, on average; 0 sets no limit. Clients on this machine have none.",
)
@click.option(
    "--watch", is_flag=True, help="Build anew when a table, mapping, shape or query changes, and reload the pages."
)
@click.option("--access-log", type=NAMED_FILE, help="File for a line on each request.")
@verbosity
def command(
    project: Path | None,
    host: str,
    port: int,
    timeout: float,
    workers: int,
    engine: str,
    allow_service: bool,
    rate: float,
    watch: bool,
    access_log: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Serve the dataset: a page, Turtle, JSON-LD and N-Triples of each thing, SPARQL, and saved queries.

    What is served is read-only. Ctrl-C or SIGTERM stops. Needs the extra iomld[serve].
    """
    from dataclasses import replace
    from functools import partial

    from iomld.cli.console import Console
    from iomld.pipeline import files_beside, kept_folder, site
    from iomld.project import open_project
    from iomld.serve.running import listen, require_extra, run

    console = Console(quiet=quiet, verbose=verbose)
    require_extra(*(("watchfiles",) if watch else ()))
    listening = listen(host, port)

    from iomld.query import saved_files
    from iomld.serve.accesslog import access_lines
    from iomld.serve.engines import Engines
    from iomld.serve.following import Following, watched_paths
    from iomld.serve.oxigraph import program_of
    from iomld.serve.questions import Index

    def make() -> tuple[Documents, Callable[[], Engines]]:
        opened = open_project(project)
        documents, prepared = site(opened, phases=console.phase)
        notices = _findings(opened, prepared) if watch else ()
        documents = replace(documents, endpoint=True, notices=notices, watched=int(watch))
        load = Index(prepared.index, opened.base, dict(opened.prefixes))
        program = program_of(engine)
        return documents, partial(
            Engines, load, program=program, workers=workers, seconds=timeout, allow_service=allow_service
        )

    documents, engines = make()
    following = None
    if watch:
        opened = open_project(project)
        queries = saved_files(opened.queries).values() if opened.queries else ()
        beside = files_beside(opened, kept_folder(opened)) or ()
        paths = watched_paths(opened.root, [*opened.inputs(), *beside, *queries])
        following = Following(tuple(paths), make, tell=lambda text: click.echo(text, err=True))
    bound = listening.getsockname()
    shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
    with access_lines(access_log, standard_error=bool(verbose)) as log:
        if not quiet:
            click.echo(f"http://{shown}:{bound[1]}/")
        run(documents, engines, listening, rate=rate, log=log, following=following)
    return 0


def _findings(project: Project, prepared: Prepared) -> tuple[str, ...]:
    """What the shapes find in a build, in words; nothing where it conforms."""
    from iomld.graph import reopen
    from iomld.pipeline import conformance, read_ontology
    from iomld.validation import render

    quads = reopen(prepared.relation)
    try:
        report = conformance(project, quads, read_ontology(project))
    finally:
        quads.connection.close()
    return (render(report, "human"),) if report and report.results else ()
