"""``iomld check-sources``"""

from __future__ import annotations

import json
from pathlib import Path

import click

from iomld.cli.options import format_option, output_option, project_option, verbosity

__all__ = ["command"]


@click.command(
    "check-sources",
    epilog="""\b
Example:
  iomld check-sources ~/papers        the folder that holds the documents as plain text""",
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@project_option
@format_option(("human", "json"), "human")
@output_option()
@verbosity
def command(folder: Path, project: Path | None, format: str, output: str, quiet: bool, verbose: int) -> int:
    """Prove the tables against the texts that they were read from.

    Each name, title, date, number and place of the tables must stand at its pinpoint in the texts of FOLDER, which
    are repaired for the damage that extraction from a page does. Exits with 1, and tells row and column, where one
    does not; with 3, before anything is proved, where the tables are not what their metadata says. How a text falls
    into units is told by structure.toml beside the tables of its document; a document that is cited and has none is a
    mistake, since nothing of it can be checked.
    """
    from iomld.cli.console import Console, counted
    from iomld.cli.results import put, spare
    from iomld.errors import UsageError, raise_all
    from iomld.project import open_project
    from iomld.sources.check import check_tables
    from iomld.sources.proof import check_sources

    opened = open_project(project)
    spare(output, project=opened)
    if opened.tables is None:
        raise UsageError("project-without-tables", "the project names no folder of tables ([paths] tables)")
    console = Console(quiet=quiet, verbose=verbose)
    with console.phase("tables"):
        raise_all(check_tables(opened.tables, root=opened.root))
    with console.phase("texts") as phase:
        errors = check_sources(opened.tables, folder, root=opened.root)
        phase.count(len(errors), "mistakes")
    if format == "json":
        found = [
            {"id": error.id, "location": str(error.location), "message": error.message, "hint": error.hint}
            for error in errors
        ]
        put(json.dumps(found, ensure_ascii=False, indent=2) + "\n", output)
    else:
        lines = []
        for error in errors:
            lines.append(f"{error.location}: {error.message}" + (f" ({error.hint})" if error.hint else "") + "\n")
        put("".join(lines), output)
        if not quiet:
            click.echo(counted(len(errors), "mistakes") if errors else "all stands where it says it stands", err=True)
    return 1 if errors else 0
