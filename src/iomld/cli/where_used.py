"""``iomld where-used``"""

from __future__ import annotations

import json
from pathlib import Path

import click

from iomld.cli.options import format_option, output_option, project_option, verbosity

__all__ = ["command"]


@click.command(
    "where-used",
    epilog="""\b
Examples:
  iomld where-used mappings/tables/mc-inf-266/participation.csv:172      what one row has become
  iomld where-used mappings/tables/register/groups.csv                   what a whole table has become""",
)
@click.argument("place", metavar="FILE[:ROW]")
@project_option
@format_option(("human", "json"), "human")
@output_option()
@verbosity
def command(place: str, project: Path | None, format: str, output: str, quiet: bool, verbose: int) -> int:
    """From a table or one of its rows to the triples made from it.

    Rows are counted as a spreadsheet counts: the header is row 1. Exits with 1 where nothing is made from it.
    """
    from iomld.cli.console import Console
    from iomld.cli.results import put, spare
    from iomld.pipeline import prepare
    from iomld.project import open_project
    from iomld.query.why import where_used
    from iomld.sources import shown

    opened = open_project(project)
    spare(output, project=opened)
    prepared = prepare(opened, phases=Console(quiet=quiet, verbose=verbose).phase)
    file, _, row = place.rpartition(":")
    if not row.isdigit() or not file:
        file, row = place, ""
    if Path(file).is_absolute():
        file = shown(Path(file), opened.root)
    used = where_used(prepared.relation, file, int(row) if row else None, prefixes=opened.prefixes)
    if format == "json":
        text = json.dumps([use._asdict() for use in used], ensure_ascii=False, indent=2) + "\n"
    else:
        text = "".join(f"{use.row}\t{use.subject} {use.predicate} {use.object}\t{use.rule}\n" for use in used)
    put(text, output)
    if not used:
        click.echo(f"nothing is made from {place}", err=True)
    return 0 if used else 1
