"""``iomld verify-release``"""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import memory_option, project_option, verbosity

__all__ = ["command"]


@click.command(
    "verify-release",
    epilog="""\b
Examples:
  iomld verify-release release/0.2.0
  iomld verify-release downloads/0.2.0 --project sources/ --since downloads/0.1.0""",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@project_option
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Release that its changes were told from [default: the one beside it].",
)
@memory_option
@verbosity
def command(
    folder: Path, project: Path | None, since: Path | None, memory: str | None, quiet: bool, verbose: int
) -> int:
    """Prove a release: its checksums, the hash of its dataset, and the same bytes again from the sources.

    The sources are those of the project; their checksums are compared first. What differs is told in words, with exit
    code 1. Exit code 3: DIR is no release.
    """
    from iomld.cli.console import Console
    from iomld.project import open_project
    from iomld.publish.release import read_manifest
    from iomld.releasing import verify

    console = Console(quiet=quiet, verbose=verbose)
    read_manifest(folder)  # before a project is looked for: what is wrong with DIR comes first
    found = verify(folder, open_project(project), since=since, phases=console.phase, memory=memory)
    if not quiet:
        for text in found.proved:
            click.echo(f"holds    {text}")
    for text in found.problems:
        click.echo(f"DIFFERS  {text}")
    for text in found.notes:
        click.echo(f"note     {text}")
    click.echo(f"{folder}: {'not proved' if found.problems else 'proved'}")
    return 1 if found.problems else 0
