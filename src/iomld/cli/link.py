"""``iomld link``: names to identifiers, candidates, decisions, audit."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from iomld.cli.options import format_option, output_option

__all__ = ["command"]

_RESOLUTION = ("name", "iri", "label", "code", "status", "confidence", "reason")
Function = TypeVar("Function", bound=Callable[..., object])


def _reference_option(function: Function) -> Function:
    return click.option(
        "--reference",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Folder of reference tables [default: those that come with iomld].",
    )(function)


def _kind_option(function: Function) -> Function:
    return click.option("--kind", type=click.Choice(["state", "organisation"]), help="What the names are names of.")(
        function
    )


def _emit(text: str, output: str) -> None:
    if output == "-":
        click.echo(text, nl=not text.endswith("\n"))
    else:
        Path(output).write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")


def _render(columns: Sequence[str], rows: Sequence[dict[str, Any]], form: str) -> str:
    from iomld.linking.tables import write_table

    if form == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=2)
    cells = [{column: "" if row.get(column) is None else str(row.get(column)) for column in columns} for row in rows]
    if form == "csv":
        return write_table(columns, cells)
    widths = [
        max(len(line[column]) for line in [dict(zip(columns, columns, strict=True)), *cells]) for column in columns
    ]
    lines = [columns, *([line[column] for column in columns] for line in cells)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


@click.group()
def command() -> None:
    """Names to identifiers: resolve, suggest, decide, audit, evaluate."""


@command.command()
@click.argument("names", nargs=-1, metavar="[NAME…|-]")
@_kind_option
@click.option("--at", metavar="DATE", help="Day, month, year or period (EDTF) that the names are of: 2003-11-10, 2003.")
@format_option(["csv", "json", "table"], "csv")
@output_option()
@_reference_option
def resolve(
    names: tuple[str, ...], kind: str | None, at: str | None, format: str, output: str, reference: Path | None
) -> None:
    """Names to IRIs, at a date.

    NAME is a name as written; "-" (or no name) reads one a line from standard input. The columns are
    name, iri, label, code, status (matched, ambiguous, none), confidence and reason.

    \b
    iomld link resolve --kind state --at 2003 "Côte d’ Ivoire" "Serbia and Montenegro"
    cut -d, -f3 people.csv | iomld link resolve --kind state - -f csv
    """
    from iomld.errors import LinkError
    from iomld.linking import Resolver

    resolver = Resolver.from_tables(reference)
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
    found = resolver.resolve_all((name for name in wanted if name.strip()), kind=kind, at=at)
    rows = [{column: getattr(resolution, column) for column in _RESOLUTION} for resolution in found]
    _emit(_render(_RESOLUTION, rows, format), output)
