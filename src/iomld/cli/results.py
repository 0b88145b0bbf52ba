"""Where a result goes: a file, a pipe, or a terminal, page by page where it is longer than the screen."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iomld.errors import UsageError
from iomld.outputs import part_of, replacing, same_file

if TYPE_CHECKING:
    from iomld.project import Project

__all__ = ["may_write", "put", "spare", "width"]


def width(output: str) -> int | None:
    """Columns to which a table must be fitted; None in a file or a pipe, where nothing may be lost."""
    return shutil.get_terminal_size().columns if output == "-" and sys.stdout.isatty() else None


def spare(output: str | Path, *others: str | Path | None, project: Project | None = None) -> None:
    """Refuse an output that the command reads, or that takes another of its results, before anything is written.

    :param output: path, or ``-`` for standard output
    :param others: files, and folders for all that is in them; None for what was not given
    :param project: whose files are needed too, saved queries among them
    :raises UsageError: ``output-taken``
    """
    if str(output) == "-":
        return
    needed = [Path(other) for other in others if other is not None]
    if project is not None:
        needed += [*project.inputs(), *([project.queries] if project.queries else [])]
    for other in needed:
        for file in other.rglob("*") if other.is_dir() else (other,):
            if str(file) != "-" and same_file(Path(output), file):
                raise UsageError(
                    "output-taken",
                    f"{output} would be overwritten, and the command needs it",
                    hint="name another file for the result",
                )


class _Enough(Exception):
    """Ends a result before it is there."""


def may_write(output: str | Path) -> None:
    """Refuse an output that cannot be written, before the work for it begins; nothing is left of the attempt.

    :param output: path, or ``-`` for standard output
    :raises OutsideError: ``output-not-writable``
    """
    if str(output) != "-":
        with suppress(_Enough), part_of(Path(output)):
            raise _Enough


def put(text: str, output: str, *, pager: bool = False) -> None:
    """Write a result; a file appears whole or not at all.

    :param output: path, or ``-`` for standard output
    :param pager: where a terminal does not hold the text, show it page by page with ``$IOMLD_PAGER`` or ``$PAGER``
    :raises OutsideError: ``output-not-writable``
    """
    if output == "-":
        if pager and sys.stdout.isatty() and text.count("\n") >= shutil.get_terminal_size().lines and _pager():
            click.echo_via_pager(text)
        else:
            click.echo(text, nl=False)
        return
    with replacing(Path(output)) as file:
        file.write(text.encode())


def _pager() -> bool:
    """Whether a pager is wanted; click takes the one that ``PAGER`` names."""
    wanted = os.environ.get("IOMLD_PAGER", os.environ.get("PAGER"))
    if wanted is None:
        return True
    os.environ["PAGER"] = wanted
    return wanted not in ("", "cat")
