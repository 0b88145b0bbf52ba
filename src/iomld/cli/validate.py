"""``iomld validate``: RDF against SHACL shapes."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import FilesCommand, format_option, memory_option, output_option, project_option, verbosity

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
@verbosity
def command(
    data: tuple[Path, ...],
    shapes: tuple[Path, ...],
    ontology: tuple[Path, ...],
    project: Path | None,
    format: str,
    output: str,
    fail_on: str,
    limit: int,
    syntax: str | None,
    memory: str | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Check RDF against SHACL shapes; every finding with its row and column, or its line.

    \b
    Examples:
      iomld validate                                  the project here, or the packaged one
      iomld validate --data people.ttl --shapes shapes.ttl
      iomld validate --data a.nt --data b.nt --shapes s.ttl -f csv -o findings.csv

    Exit code 0: nothing as grave as --fail-on; 1: something is; 3: the data or the shapes cannot be read.
    """
    from iomld.cli.console import Console
    from iomld.project import open_project

    opened = open_project(project) if project or not data or not shapes else None
    if opened and not data:
        ontology = ontology or opened.ontology
    if opened and not shapes:
        shapes = opened.shapes
    if not shapes:
        raise click.UsageError("the project has no shapes; give --shapes")
    console = Console(quiet=quiet, verbose=verbose)
    root = opened.root if opened else Path.cwd()
    with console.phase("shapes") as phase:
        from iomld.validation import load_shapes

        found = load_shapes(shapes, root=root)
        phase.count(len(found.shapes), "shapes")
    if not quiet:
        for warning in found.warnings:
            console.warn(str(warning))
    with console.phase("read") as phase:
        if opened and not data:
            from iomld.pipeline import materialize

            quads = materialize(opened, memory=memory)
        else:
            import sys

            from iomld.graph import read_rdf
            from iomld.validation.reading import open_relation, read_files

            quads = read_files([path for path in data if path != Path("-")], open_relation(memory), root=root)
            if Path("-") in data:
                read_rdf(sys.stdin.buffer, into=quads, format=syntax)
        phase.count(quads.connection.execute("SELECT count(*) FROM quad").fetchall()[0][0], "statements")
    with console.phase("check") as phase:
        from iomld.validation import render, validate

        report = validate(quads, found, ontology=list(ontology), memory=memory, limit=limit or None)
        phase.count(report.total, "findings")
    text = render(report, format)
    if output == "-":
        click.echo(text, nl=False)
    else:
        Path(output).write_text(text, encoding="utf-8")
    if report.left_out:
        console.warn(
            f"{report.left_out:,} findings beyond the first {limit:,} are counted and not shown; --max 0 shows all"
        )
    return 1 if report.fails(fail_on) else 0
