"""``iomld release``"""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import folder_option, memory_option, open_to_write, project_option, verbosity

__all__ = ["command"]


@click.command(
    "release",
    epilog="""\b
Examples:
  iomld release 0.2.0                          into ./release/0.2.0, changes told since the last one there
  iomld release 2026.11 --date 2026-11-30 -o public
  iomld release 1.0.0 --since ../archive/0.9.0""",
)
@click.argument("version")
@project_option
@folder_option("release", help="Folder of releases; this one becomes a folder in it, named by its version.")
@click.option("--date", "dated", metavar="DATE", help="Date of the release [default: issued, in the project file].")
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Release or build to tell the changes from [default: the last release before this one].",
)
@memory_option
@verbosity
def command(
    version: str, project: Path | None, output: Path, dated: str | None, since: Path | None, memory: str | None,
    quiet: bool, verbose: int,
) -> int:  # fmt: skip
    """Build, validate, test, and keep the outcome as release VERSION: a folder that never changes again.

    It holds the files of a build, CHANGES.md in sentences of the domain, the RDFC-1.0 hash of the dataset, the
    checksums of all inputs (inputs.sha256) and of all files (SHA256SUMS). A violation of a shape or a saved query that
    fails stops it with exit code 1; then, as after any mistake, nothing is written. A release is never overwritten.
    """
    from iomld.cli.console import Console
    from iomld.releasing import release
    from iomld.validation import render

    console = Console(quiet=quiet, verbose=verbose)
    opened, folder = open_to_write(project, quiet=quiet), output / version
    done = release(opened, output, version, dated=dated, since=since, phases=console.phase, memory=memory)
    if done.manifest is None:
        failed = [outcome for outcome in done.outcomes if not outcome.passed]
        for outcome in failed:
            for problem in outcome.problems:
                click.echo(f"{outcome.file}: {problem}", err=True)
        if failed:
            what = f"{len(failed):,} of {len(done.outcomes):,} saved queries failed"
            click.echo(f"{folder}: nothing written, {what}", err=True)
        elif done.report:
            click.echo(render(done.report.only("violation"), "human"), err=True, nl=False)
            click.echo(f"{folder}: nothing written, the data does not conform", err=True)
        return 1
    if due := done.manifest.vocabulary["due"]:
        console.warn(f"the terms of the vocabulary changed: that asks for its version {due} (owl:versionInfo)")
    console.note(f"{folder}: done")
    return 0
