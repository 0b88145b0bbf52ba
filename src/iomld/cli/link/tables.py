"""What the commands of ``iomld link`` share: their options, reading names, showing rows, where the tables are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from iomld.cli.options import project_option

if TYPE_CHECKING:
    from iomld.project import Project

__all__ = ["Ground", "emit", "ground", "kind_option", "read_names", "reference_options", "render"]

Function = TypeVar("Function", bound=Callable[..., object])


def reference_options(function: Function) -> Function:
    """``--reference`` and ``--project``: where the reference tables are."""
    return click.option(
        "--reference",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Folder of reference tables [default: those of the project here, else those that come with iomld].",
    )(project_option(function))


def kind_option(function: Function) -> Function:
    return click.option("--kind", type=click.Choice(["state", "organisation"]), help="What the names are names of.")(
        function
    )


def emit(text: str, output: str) -> None:
    from iomld.cli.results import put

    put(text if text.endswith("\n") else text + "\n", output)


def render(columns: Sequence[str], rows: Sequence[dict[str, Any]], form: str) -> str:
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


def read_names(path: Path, column: str | None) -> list[str]:
    from iomld.linking.tables import read_table, read_text

    return [cells[column] for _, cells in read_table(path, [column])] if column else read_text(path).splitlines()


class Ground(NamedTuple):
    """Where the commands stand.

    :param reference: folder of reference tables; None for those that come with iomld
    :param base: base IRI of what these know
    :param links: folder of link tables
    :param project: of which these are, or whose things are linked; None where a folder of tables was given alone
    """

    reference: Path | None
    base: str
    links: Path | None
    project: Project | None


def ground(reference: Path | None, project: Path | None) -> Ground:
    """Reference tables, base IRI and link tables: of the folder given, else of the project, else of iomld."""
    from iomld.linking import packaged_reference
    from iomld.linking.resolver import BASE
    from iomld.project import open_project

    if reference and project is None:
        return Ground(reference, BASE, None, None)
    opened = open_project(project)
    if reference or opened.reference:
        return Ground(reference or opened.reference, opened.base, opened.links, opened)
    return Ground(None, BASE, opened.links or packaged_reference().parent / "links", opened)
