"""Where a result goes: a file, a pipe, or a terminal, page by page where it is longer than the screen."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from iomld.outputs import replacing

__all__ = ["put", "width"]


def width(output: str) -> int | None:
    """Columns to which a table must be fitted; None in a file or a pipe, where nothing may be lost."""
    return shutil.get_terminal_size().columns if output == "-" and sys.stdout.isatty() else None


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
