"""``iomld init``"""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import NAMED_FOLDER, verbosity

__all__ = ["command"]


@click.command("init", epilog="Then: cd FOLDER && iomld build -v && iomld query meetings")
@click.argument("folder", type=NAMED_FOLDER, default=".")
@click.option("--ci", type=click.Choice(["github"]), help="Also write a workflow that builds and tests on each push.")
@verbosity
def command(folder: Path, ci: str | None, quiet: bool, verbose: int) -> int:
    """Begin a project: a small example that builds, to be changed into your own.

    FOLDER takes a project file, a table with its metadata, a mapping, a shape and a query. Files that are there
    already are never overwritten.
    """
    from iomld.project import start

    written = start(folder, ci=ci)
    if not quiet:
        for path in written:
            click.echo(path)
    return 0
