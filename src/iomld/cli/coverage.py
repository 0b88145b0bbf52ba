"""``iomld coverage``"""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import format_option, output_option, project_option, verbosity

__all__ = ["command"]


@click.command(
    "coverage",
    epilog="""\b
Examples:
  iomld coverage                              part by part, with what is not used
  iomld coverage -f html -o coverage.html     a page to look at""",
)
@project_option
@format_option(("table", "json", "html"), "table")
@output_option()
@verbosity
def command(project: Path | None, format: str, output: str, quiet: bool, verbose: int) -> int:
    """Show what of the documents, the tables and the vocabulary is used, and what is not.

    Exits with 1 where no fact rests on a unit of a document and no note says why. All else is told and fails
    nothing: columns never filled or that no mapping reads, filled cells of which nothing came, classes,
    properties and concepts never used, shapes with no focus node, links to things of which nothing is said.
    """
    from iomld import mapping
    from iomld.cli.console import Console
    from iomld.cli.results import put, spare
    from iomld.graph import reopen, undescribed
    from iomld.pipeline import prepare, read_ontology
    from iomld.project import open_project
    from iomld.query.coverage import columns_used, measure, render, terms_and_shapes

    opened = open_project(project)
    spare(output, project=opened)
    console = Console(quiet=quiet, verbose=verbose)
    quads = reopen(prepare(opened, phases=console.phase).relation)
    with console.phase("coverage") as phase:
        loaded = mapping.load(opened.mappings, base=opened.base, prefixes=opened.prefixes, root=opened.root)
        columns = columns_used(opened.tables, loaded, quads, root=opened.root)
        terms, shapes = terms_and_shapes(
            quads, opened.ontology, opened.shapes, root=opened.root, base=opened.base, prefixes=opened.prefixes
        )
        astray = undescribed(quads, opened.base, ontology=read_ontology(opened))
        coverage = measure(quads, columns, terms, shapes, base=opened.base, undescribed=astray)
        phase.count(len(coverage.units), "units")
    put(render(coverage, format), output)
    if not coverage.units and not quiet:
        click.echo(
            "no units of documents were found: no mapping makes an mld:DocumentPart with an mld:pinpoint", err=True
        )
    return 1 if coverage.unexplained else 0
