"""``iomld link lookup``: names, asked of a remote endpoint or service."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.link.tables import emit, read_names
from iomld.cli.options import output_option, verbosity

__all__ = ["lookup"]


@click.command()
@click.argument("names", type=click.Path(path_type=Path), metavar="NAMES")
@click.option("--column", metavar="NAME", help="Column of NAMES that holds the names [default: one name a line].")
@click.option("--endpoint", metavar="URL", help="SPARQL endpoint to ask for entries with these labels.")
@click.option("--service", metavar="URL", help="Reconciliation service (API 0.2) to ask for candidates.")
@click.option("--type", "kind", metavar="ID", help="Type of the service that candidates must have.")
@click.option("--timeout", type=click.FloatRange(1), default=30, show_default=True, help="Seconds for one answer.")
@click.option("--cache", type=click.Path(path_type=Path), metavar="FOLDER", help="Kept answers [default: in ~/.cache].")
@output_option()
@verbosity
def lookup(
    names: Path, column: str | None, endpoint: str | None, service: str | None, kind: str | None, timeout: float,
    cache: Path | None, output: str, quiet: bool, verbose: int,
) -> None:  # fmt: skip
    """Ask a remote endpoint or service for names; the answer is a register for "suggest --against".

    Nothing but this and "audit --online" uses the network. Names that are bare acronyms are not asked for.

    \b
    iomld link lookup bodies.txt --endpoint https://query.wikidata.org/sparql -o register.csv
    iomld link suggest bodies.txt --against register.csv -o review.csv
    """
    from iomld.cli.console import Console
    from iomld.cli.results import spare
    from iomld.linking.remote import Limits, ask_endpoint, ask_service, cache_folder
    from iomld.linking.tables import write_table

    if bool(endpoint) == bool(service):
        raise click.UsageError("give either --endpoint or --service")
    spare(output, names)
    limits, kept = Limits(seconds=timeout), cache or cache_folder()
    wanted = read_names(names, column)
    with Console(quiet=quiet, verbose=verbose).phase("lookup") as phase:
        found = (
            ask_endpoint(endpoint, wanted, cache=kept, limits=limits)
            if endpoint
            else ask_service(service or "", wanted, kind=kind, cache=kept, limits=limits)
        )
        rows = sorted(set(found))
        phase.count(len(rows), "entries")
    emit(
        write_table(("id", "name", "label"), (dict(zip(("id", "name", "label"), row, strict=True)) for row in rows)),
        output,
    )
