"""Options that several commands share, so that they are spelt and explained once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from iomld.project import Project

__all__ = [
    "NAMED_FILE",
    "NAMED_FOLDER",
    "SIZE",
    "FilesCommand",
    "base_option",
    "folder_option",
    "format_option",
    "goes_with",
    "jobs_option",
    "master_option",
    "memory_option",
    "open_to_write",
    "output_option",
    "project_option",
    "verbosity",
]

Function = TypeVar("Function", bound=Callable[..., object])


class _Size(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """An amount of bytes with its unit, ``500MB`` or ``2GiB``; more than nothing."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *(?:([KMGT])(i?))?B?", str(value).strip(), re.I)
        unit = (1024 if match[3] else 1000) ** " KMGT".index((match[2] or " ").upper()) if match else 0
        size = int(float(match[1]) * unit) if match else 0
        if size < 1 or not str(value).strip()[-1].isalpha():
            self.fail(f"“{value}” is no size; write it like 500MB or 2GB", param, ctx)
        return size


SIZE = _Size()


class _NamedPath(click.Path):
    """A file or folder with a name of its own, where ``-`` would mean a standard stream."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if str(value) == "-":
            self.fail("- is a standard stream; write ./- for what has that name", param, ctx)
        return super().convert(value, param, ctx)


#: an output that cannot go to standard output, as a path
NAMED_FILE = _NamedPath(path_type=Path, dir_okay=False)
#: the same for a folder
NAMED_FOLDER = _NamedPath(path_type=Path)


class FilesCommand(click.Command):
    """A command whose options of several files also take them in one go: ``--data a.ttl b.ttl``.

    Where the command has an argument of its own, that must come first, so that it is not taken for a file.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = {
            name
            for param in self.params
            if isinstance(param, click.Option) and param.multiple and isinstance(param.type, click.Path)
            for name in param.opts
        }
        has_argument = any(isinstance(param, click.Argument) for param in self.params)
        if has_argument and (not args or (args[0].startswith("-") and args[0] != "-")):
            return super().parse_args(ctx, args)
        spread: list[str] = []
        current = None
        for arg in args:
            if arg.startswith("-") and arg != "-":
                current = arg if arg in options else None
                spread.append(arg)
            elif current is not None and spread[-1] != current:
                spread += [current, arg]
            else:
                spread.append(arg)
        return super().parse_args(ctx, spread)


def goes_with(options: Sequence[str], other: str, there: object) -> None:
    """Refuse options that were given without the one that they have a meaning with.

    :param options: as the user writes them
    :param other: the option that they go with, and ``there`` whether it was given
    :raises click.UsageError: for the first that was given in vain
    """
    context = click.get_current_context()
    for param in () if there else context.command.params:
        given = param.name and context.get_parameter_source(param.name) is click.core.ParameterSource.COMMANDLINE
        if given and set(options).intersection(param.opts):
            raise click.UsageError(f"{max(param.opts, key=len)} goes with {other}")


def open_to_write(path: Path | None, *, quiet: bool) -> Project:
    """Open the project whose files a command writes, and say so where it is not one of the user's.

    :param path: what ``--project`` names
    """
    from iomld.project import FILE, nearest_folder, open_project

    if path is None and not quiet and nearest_folder() is None:
        click.echo(f"no {FILE} here or above: the packaged project", err=True)
    return open_project(path)


def verbosity(function: Function) -> Function:
    """``-q`` and ``-v``, handed on as ``quiet`` (bool) and ``verbose`` (int)."""
    function = click.option("-v", "--verbose", count=True, help="Say more; twice for details.")(function)
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and errors.")(function)


def memory_option(function: Function) -> Function:
    """``--memory``, handed on as the engine reads it; None leaves the bound to the engine."""
    return click.option(
        "--memory",
        type=SIZE,
        metavar="SIZE",
        callback=lambda ctx, param, size: None if size is None else f"{size}B",
        help="Bound on memory, such as 1GB; beyond it work spills to disk.",
    )(function)


class _BaseIRI(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """An absolute IRI."""

    name = "iri"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from iomld.terms import is_absolute_iri

        if not is_absolute_iri(str(value)):
            self.fail(f"“{value}” is no absolute IRI; write it in full, like https://example.org/", param, ctx)
        return str(value)


def base_option(help: str) -> Callable[[Function], Function]:
    """``--base``, an absolute IRI or None."""
    return click.option("--base", type=_BaseIRI(), metavar="IRI", help=help)


def jobs_option(function: Function) -> Function:
    """``--jobs``, the number of threads; None leaves it to the engine."""
    return click.option(
        "--jobs", type=click.IntRange(1), metavar="N", help="Threads that work at once; by default one for each core."
    )(function)


def master_option(function: Function) -> Function:
    """``--master``: where Spark runs; None leaves it to Spark's configuration, or takes this machine."""
    return click.option(
        "--master", metavar="URL", help="Of Spark: local[4], spark://host:7077; by default as configured, or all cores."
    )(function)


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


def folder_option(default: str, *, help: str) -> Callable[[Function], Function]:
    """``-o/--output`` of a command that writes a folder, handed on as a path."""
    return click.option(
        "-o", "--output", type=NAMED_FOLDER, default=default, show_default=True, metavar="PATH", help=help
    )


def project_option(function: Function) -> Function:
    """``--project``: the project file; without it, iomld.toml here or above, else the packaged project."""
    return click.option(
        "--project",
        type=click.Path(path_type=Path, dir_okay=True, exists=False),
        metavar="PATH",
        help="Project file or its folder [default: iomld.toml here or above, else the packaged project].",
    )(function)
