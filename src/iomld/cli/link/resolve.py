"""``iomld link resolve``: names to IRIs, at a date."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from iomld.cli.link.tables import emit, ground, kind_option, reference_options, render
from iomld.cli.options import format_option, output_option, verbosity

__all__ = ["resolve"]

_COLUMNS = ("name", "iri", "label", "code", "status", "confidence", "reason")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME…|-]")
@kind_option
@click.option("--at", metavar="DATE", help="Day, month, year or period (EDTF) that the names are of: 2003-11-10, 2003.")
@format_option(["csv", "json", "table"], "csv")
@output_option()
@reference_options
@verbosity
def resolve(
    names: tuple[str, ...], kind: str | None, at: str | None, format: str, output: str, reference: Path | None,
    project: Path | None, quiet: bool, verbose: int,
) -> None:  # fmt: skip
    """Names to IRIs, at a date.

    NAME is a name as written; "-" (or no name) reads one a line from standard input. The columns are
    name, iri, label, code, status (matched, ambiguous, none), confidence and reason.

    \b
    iomld link resolve --kind state --at 2003 "Côte d’ Ivoire" "Serbia and Montenegro"
    cut -d, -f3 people.csv | iomld link resolve --kind state - -f csv
    """
    from iomld.cli.console import Console
    from iomld.cli.results import spare
    from iomld.errors import LinkError
    from iomld.linking import Resolver

    folder, base, *_ = ground(reference, project)
    spare(output, folder)
    resolver = Resolver.from_tables(folder, base=base)
    wanted: list[str] = []
    for name in names or ("-",):
        if name != "-":
            wanted.append(name)
            continue
        try:
            wanted += sys.stdin.buffer.read().decode("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise LinkError(
                "link-file-not-utf8", "standard input is not UTF-8", hint="convert it to UTF-8 first"
            ) from None
    with Console(quiet=quiet, verbose=verbose).phase("names") as phase:
        found = list(resolver.resolve_all((name for name in wanted if name.strip()), kind=kind, at=at))
        phase.count(len(found), "names resolved")
    rows = [{column: getattr(resolution, column) for column in _COLUMNS} for resolution in found]
    emit(render(_COLUMNS, rows, format), output)
