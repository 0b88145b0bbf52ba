"""``iomld build``"""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import folder_option, jobs_option, memory_option, open_to_write, project_option, verbosity

__all__ = ["command"]


@click.command(
    "build",
    epilog="""\b
Examples:
  iomld build                  the project here, or the packaged one, into ./build
  iomld build -o public -v     into ./public, with a line for each phase""",
)
@project_option
@folder_option("build", help="Folder that takes the files; other files in it are left alone.")
@click.option("--no-validate", is_flag=True, help="Write the files without checking them against the shapes.")
@click.option("--fresh", is_flag=True, help="Make everything anew, and keep nothing for the next build.")
@memory_option
@jobs_option
@verbosity
def command(
    project: Path | None,
    output: Path,
    no_validate: bool,
    fresh: bool,
    memory: str | None,
    jobs: int | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Build the dataset: tables and mappings to checked, linked, reproducible RDF.

    Leaves iomld.ttl, iomld.jsonld, iomld.nq, context.jsonld, dataset.ttl (DCAT and VoID), ontology.ttl and
    SHA256SUMS. The same input gives the same bytes. Violations of the shapes are shown at the file, row and
    column to mend, the exit code is then 1, and the files of the last good build stay as they are.

    With -v also the links to things of the dataset's own of which nothing is said, by rule.

    What the tables make is kept in the cache, so that a change in one of them makes only its part again.
    """
    from iomld.cli.console import Console
    from iomld.cli.results import spare
    from iomld.pipeline import build, kept_folder
    from iomld.pipeline.files import FILES
    from iomld.validation import render

    console = Console(quiet=quiet, verbose=verbose)
    opened = open_to_write(project, quiet=quiet)
    for name in FILES:
        spare(output / name, project=opened)
    built = build(
        opened,
        output,
        phases=console.phase,
        check=not no_validate,
        memory=memory,
        jobs=jobs,
        kept=None if fresh else kept_folder(opened),
        astray=verbose > 0,
        warn=None if quiet else lambda place, sentence: console.warn(f"{place}: {sentence}"),
    )
    for each in built.undescribed:
        console.note(str(each))
    report = built.report
    if report and (built.folder is None or verbose > 1):
        click.echo(render(report if verbose > 1 else report.only("violation"), "human"), err=True, nl=False)
    if built.folder is None:
        click.echo(f"{output}: nothing written, the data does not conform", err=True)
        return 1
    if report and report.results:
        console.note(f"{report.total:,} warnings and remarks; 'iomld validate' shows them, or 'iomld build -vv'")
    console.note(f"{built.folder}: done")
    return 0
