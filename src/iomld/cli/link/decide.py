"""``iomld link decide``: an edited review file taken in."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import NAMED_FILE

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
@click.option("--on", "day", metavar="DATE", help="The day of the decisions [default: today].")
def decide(review: Path, decisions: Path, day: str | None) -> None:
    """Take an edited review file in; keep each decision with who and why.

    Nothing is kept unless the whole file is in order, and what was decided before stays.
    """
    import datetime

    from iomld.cli.results import spare
    from iomld.linking.decisions import merge, read_decisions, read_review, write_decisions
    from iomld.terms import bounds

    spare(decisions, review)
    day = day or datetime.date.today().isoformat()
    bounds(day)
    kept = read_decisions(decisions)
    result = merge(kept, read_review(review, decided=day))
    write_decisions(decisions, result)
    click.echo(f"{len(result) - len(kept)} decisions added, {len(result)} in all: {decisions}", err=True)
