"""``iomld link decide``: an edited review file taken in."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import NAMED_FILE, output_option, verbosity

__all__ = ["decide"]


@click.command()
@click.argument("review", type=click.Path(path_type=Path))
@click.option(
    "--decisions",
    type=NAMED_FILE,
    required=True,
    metavar="FILE",
    help="Where decisions are kept; made where it is not there.",
)
@output_option(None, help="Where all decisions go; - is standard output [default: the file of --decisions].")
@click.option("--on", "day", metavar="DATE", help="The day of the decisions [default: today].")
@verbosity
def decide(review: Path, decisions: Path, output: str | None, day: str | None, quiet: bool, verbose: int) -> None:
    """Take an edited review file in; keep each decision with who and why.

    Nothing is kept unless the whole file is in order, and what was decided before stays.
    """
    import datetime

    from iomld.cli.results import put, spare
    from iomld.linking.decisions import decisions_table, merge, read_decisions, read_review
    from iomld.terms import bounds

    output = output or str(decisions)
    spare(output, review, *((decisions,) if Path(output) != decisions else ()))
    day = day or datetime.date.today().isoformat()
    bounds(day)
    kept = read_decisions(decisions)
    result = merge(kept, read_review(review, decided=day))
    put(decisions_table(result), output)
    if not quiet:
        click.echo(f"{len(result) - len(kept)} decisions added, {len(result)} in all: {output}", err=True)
