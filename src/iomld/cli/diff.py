"""``iomld diff``: what changed between two builds, as events of the domain."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import format_option, output_option, verbosity

__all__ = ["command"]


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@format_option(("text", "md", "json", "patch"), "text")
@output_option()
@click.option(
    "--exit-code/--no-exit-code", default=True, show_default=True, help="Whether a difference gives exit code 1."
)
@verbosity
def command(old: Path, new: Path, format: str, output: str, exit_code: bool, quiet: bool, verbose: int) -> int:
    """Tell what changed from OLD to NEW: folders that iomld build wrote, or RDF files.

    Exit code 1 where they differ, unless --no-exit-code. The patch (RDF Patch) turns OLD into NEW.

    \b
    iomld diff release-1/ build/
    iomld diff old.ttl new.ttl -f md -o CHANGES.md
    """
    from iomld.cli.console import Console
    from iomld.cli.results import put, spare
    from iomld.pipeline.files import FILES
    from iomld.serialization import REPORTS, diff

    for side in (old, new):
        spare(output, *([side / name for name in FILES] if side.is_dir() else [side]))
    with Console(quiet=quiet, verbose=verbose).phase("diff") as phase:
        difference = diff(old, new)
        phase.count(len(difference.events), "events")
    put(REPORTS[format](difference), output)
    return 1 if difference and exit_code else 0
