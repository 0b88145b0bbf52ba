"""Options that several commands share, so that they are spelt and explained once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

__all__ = ["format_option", "output_option", "project_option", "verbosity"]

Function = TypeVar("Function", bound=Callable[..., object])


def verbosity(function: Function) -> Function:
    """``-q`` and ``-v``, handed on as ``quiet`` (bool) and ``verbose`` (int)."""
    function = click.option("-v", "--verbose", count=True, help="Say more; twice for details.")(function)
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and errors.")(function)


def format_option(
    choices: Sequence[str], default: str | None, *, help: str = "Form of the result."
) -> Callable[[Function], Function]:
    """``-f/--format`` with the choices of the command."""
    return click.option(
        "-f",
        "--format",
        "format",
        type=click.Choice(list(choices)),
        default=default,
        help=help,
        show_default=default is not None,
    )


def output_option(
    default: str | None = "-", *, help: str = "Where the result goes; - is standard output."
) -> Callable[[Function], Function]:
    """``-o/--output``."""
    return click.option("-o", "--output", default=default, show_default=True, metavar="PATH", help=help)


def project_option(function: Function) -> Function:
    """``--project``: the project file; without it, iomld.toml here or above, else the packaged project."""
    return click.option(
        "--project",
        type=click.Path(path_type=Path, dir_okay=True, exists=False),
        metavar="PATH",
        help="Project file or its folder [default: iomld.toml here or above, else the packaged project].",
    )(function)
