"""``iomld map``: run mappings, with no project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iomld.cli.options import base_option, jobs_option, master_option, memory_option, output_option, verbosity

if TYPE_CHECKING:
    from iomld.mapping import Report

__all__ = ["command"]


@click.command("map")
@click.argument("mappings", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_option("-", help="File of N-Quads, or .parquet for a table with the origin of each; - is standard output.")
@click.option("--sorted", "sort", is_flag=True, help="Order the lines, so that equal graphs are equal files.")
@base_option("Base IRI of relative IRIs, where the mapping names none.")
@click.option(
    "--database",
    metavar="URL",
    help="Database of tables for which the mapping names none: postgresql://user@host/name, mysql://…, a file.",
)
@memory_option
@jobs_option
@click.option("--check", "only_check", is_flag=True, help="Check against the headers of the sources; read no record.")
@click.option("--explain", "only_explain", is_flag=True, help="Print the plan, in words and as SQL; read no record.")
@click.option(
    "--dry-run", "rows", type=click.IntRange(1), metavar="ROWS", help="Print what the first rows make, with origins."
)
@click.option(
    "--on-error",
    type=click.Choice(["stop", "skip", "report"]),
    default="stop",
    show_default=True,
    help="What a wrong row or value does: end the run, be counted, or be told one by one.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write what the run read, made, left out and took: .json, .ttl or another syntax of RDF, else text; "
    "- is standard output.",
)
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What runs it."
)
@master_option
@verbosity
def command(
    mappings: tuple[Path, ...],
    output: str,
    sort: bool,
    base: str | None,
    database: str | None,
    memory: str | None,
    jobs: int | None,
    only_check: bool,
    only_explain: bool,
    rows: int | None,
    on_error: str,
    report: Path | None,
    engine: str,
    master: str | None,
    quiet: bool,
    verbose: int,
) -> None:
    """Run RML (.ttl) or YARRRML (.yml) mappings into N-Quads.

    Sources are read from the folder of the mapping that names them. The output is a set: no line stands twice.

    \b
    iomld map people.yml -o people.nq
    iomld map people.rml.ttl --base https://example.org/ --sorted | head
    iomld map people.yml --check
    iomld map people.yml --engine spark --master spark://host:7077 -o /shared/people.nq
    """
    from iomld.cli.console import Console, counted, render
    from iomld.cli.following import following
    from iomld.cli.results import may_write, spare
    from iomld.engine import connect
    from iomld.errors import IomldError, Mistakes, UsageError
    from iomld.graph import syntax_of
    from iomld.mapping import Journal, Report, check, dry_run, explain, files_read, load, write_quads

    if master is not None and engine != "spark":
        raise UsageError("engine-master", "--master is an option of Spark", hint="add --engine spark")
    if output != "-" and syntax_of(Path(output)) not in (None, "nquads", "ntriples"):
        raise UsageError(
            "map-output",
            f"“{output}” has the name of another syntax; this command writes N-Quads",
            hint=f"write a file .nq or .nt; 'iomld convert out.nq -o {Path(output).name}' makes the other from it",
        )
    if engine == "spark" and output.endswith(".parquet"):
        raise UsageError(
            "map-output",
            "Spark writes N-Quads, not a table of origins",
            hint="run with --engine duckdb, or drop .parquet",
        )
    console = Console(quiet=quiet, verbose=verbose)
    root = Path.cwd()
    with console.phase("mapping") as phase:
        mapping = load(mappings, base=base, prefixes={}, root=root, database=database)
        phase.count(len(mapping.triples_maps), "triples maps")
    connection = connect(memory=memory, threads=jobs)
    if only_check:
        for place, note in check(mapping, connection, root=root):
            console.warn(f"{place}: {note}")
    elif only_explain:
        for line in explain(mapping, connection, root=root):
            click.echo(line)
    elif rows is not None:
        for quad, origin in dry_run(mapping, connection, rows, root=root):
            click.echo(f"{' '.join(part for part in quad if part)} . # {origin}")
    else:
        with console.phase("quads") as phase, following(phase, connection) as told:
            read = [*mappings, *files_read(mapping)]
            spare(output, *read)
            if report is not None:
                spare(report, *read, output)
                if str(report) == output == "-":
                    raise UsageError("output-taken", "quads and report cannot both be -", hint="name a file for one")
                may_write(report)
            spared = [*read, *(path for path in (report, Path(output)) if path is not None)]
            journal = Journal(counting=report is not None, told=told)
            try:
                if engine == "spark":
                    from iomld.engine.cluster import shared_path
                    from iomld.engine.session import start_spark
                    from iomld.mapping.distributing import write_distributed

                    written = write_distributed(
                        mapping,
                        connection,
                        start_spark(master or (f"local[{jobs}]" if jobs else None), memory=memory),
                        None if output == "-" else shared_path(output),
                        root=root,
                        sort=sort,
                        lenient=on_error != "stop",
                        warn=lambda place, note: console.warn(f"{place}: {note}"),
                        journal=journal,
                        spared=spared,
                    )
                else:
                    written = write_quads(
                        mapping,
                        connection,
                        None if output == "-" else Path(output),
                        root=root,
                        sort=sort,
                        lenient=on_error != "stop",
                        warn=lambda place, note: console.warn(f"{place}: {note}"),
                        journal=journal,
                        spared=spared,
                    )
            except IomldError as error:
                if report is not None:
                    told_all = error.errors if isinstance(error, Mistakes) else (error,)
                    _write_report(report, Report(journal, told_all, done=False))
                raise
        if written.skipped:
            console.warn(f"{counted(len(written.skipped), 'mistakes')}; the rows and values concerned are left out")
            if on_error == "report":
                for mistake in written.skipped:
                    click.echo(render(mistake), err=True)
        if report is not None:
            _write_report(report, Report(journal, written.skipped, done=True))


def _write_report(path: Path, report: Report) -> None:
    from iomld.cli.results import put
    from iomld.graph import Quads, syntax_of

    syntax = None if path.suffix == ".json" else syntax_of(path)
    if syntax is None:
        put(report.json() if path.suffix == ".json" else report.text(), str(path))
        return
    import duckdb

    from iomld.serialization import write

    quads = Quads(duckdb.connect())
    quads.insert(list(report.quads()))
    write(quads, path, syntax, prefixes=report.prefixes, blank_nodes="keep")
