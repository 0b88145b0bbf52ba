"""``iomld map``: run mappings, with no project."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import memory_option, output_option, verbosity

__all__ = ["command"]


@click.command("map")
@click.argument("mappings", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_option("-", help="File of N-Quads; - is standard output.")
@click.option("--sorted", "sort", is_flag=True, help="Order the lines, so that equal graphs are equal files.")
@click.option("--base", metavar="IRI", help="Base IRI of relative IRIs, where the mapping names none.")
@memory_option
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
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a run report as JSON."
)
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What runs it."
)
@verbosity
def command(
    mappings: tuple[Path, ...],
    output: str,
    sort: bool,
    base: str | None,
    memory: str | None,
    only_check: bool,
    only_explain: bool,
    rows: int | None,
    on_error: str,
    report: Path | None,
    engine: str,
    quiet: bool,
    verbose: int,
) -> None:
    """Run RML (.ttl) or YARRRML (.yml) mappings into N-Quads.

    Sources are read from the folder of the mapping that names them. The output is a set: no line stands twice.

    \b
    iomld map people.yml -o people.nq
    iomld map people.rml.ttl --base https://example.org/ --sorted | head
    iomld map people.yml --check
    """
    from iomld.cli.console import Console, render
    from iomld.engine import connect
    from iomld.errors import OutsideError, UsageError
    from iomld.graph import syntax_of
    from iomld.mapping import check, dry_run, explain, load, write_quads

    if engine == "spark":
        raise OutsideError(
            "engine-missing", "the engine spark is not part of this installation", hint="run with --engine duckdb"
        )
    if output != "-" and syntax_of(Path(output)) not in (None, "nquads", "ntriples"):
        raise UsageError(
            "map-output",
            f"“{output}” has the name of another syntax; this command writes N-Quads",
            hint=f"write a file .nq or .nt; 'iomld convert out.nq -o {Path(output).name}' makes the other from it",
        )
    console = Console(quiet=quiet, verbose=verbose)
    root = Path.cwd()
    with console.phase("mapping") as phase:
        mapping = load(mappings, base=base, prefixes={}, root=root)
        phase.count(len(mapping.triples_maps), "triples maps")
    connection = connect(memory=memory)
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
        with console.phase("quads"):
            target = None if output == "-" else Path(output)
            written = write_quads(mapping, connection, target, root=root, sort=sort, lenient=on_error != "stop")
        if written.skipped:
            console.warn(f"{len(written.skipped):,} mistakes; the rows and values concerned are left out")
            if on_error == "report":
                for error in written.skipped:
                    click.echo(render(error), err=True)
        if report is not None:
            from iomld.mapping.report import write_report

            write_report(report, mapping, written)
