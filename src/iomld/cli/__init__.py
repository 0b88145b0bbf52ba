"""The command line: one thin module a command, each loaded when it is asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

__all__ = ["COMMANDS", "cli", "main"]

#: name of the command: (section of the help, one line of help). The module of a command is its name with "_" for "-".
COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("Make", "Tables and mappings to checked, linked, reproducible RDF."),
    "map": ("Make", "Run one RML or YARRRML mapping, with no project."),
    "convert": ("Make", "Any RDF syntax to any other, in canonical order."),
    "link": ("Make", "Names to identifiers: resolve, suggest, audit, evaluate."),
    "validate": ("Check", "Check RDF against SHACL shapes; findings at file, row and column."),
    "check-sources": ("Check", "Prove the tables against the texts they were read from."),
    "test": ("Check", "Saved queries against the rows they expect; conflicts between the documents."),
    "coverage": ("Check", "What of the documents, tables and vocabulary is used, and what is not."),
    "diff": ("Check", "What changed between two builds or files, told as events of the domain."),
    "query": ("Ask", "Ask the project, files or an endpoint in SPARQL, or by a saved query's name."),
    "why": ("Ask", "From a fact to its paragraph, row, column and mapping rule."),
    "where-used": ("Ask", "From a table or a row to the triples made from it."),
    "release": ("Publish", "A checked build under a version: changes told, hash, checksums, never overwritten."),
    "verify-release": ("Publish", "Prove a release: checksums, hash, the same bytes from the sources."),
    "serve": ("Publish", "Pages for people, data for programs, SPARQL and saved queries over HTTP."),
    "publish": ("Publish", "The dataset as a static site: every thing as page, Turtle, JSON-LD, N-Triples."),
    "init": ("Set up", "Begin a project of your own: a small example that builds."),
    "completion": ("Set up", "The script that makes a shell complete commands and options."),
}


@contextmanager
def _reader_may_go() -> Iterator[None]:
    """Whoever reads may go (``| head``): that is its right, which click takes for a failure."""
    try:
        yield
    except BrokenPipeError:
        raise click.exceptions.Exit(0) from None


class _LazyGroup(click.Group):
    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _reader_may_go():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _reader_may_go():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"iomld.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from iomld.errors import nearest

            hint = nearest(args[0], COMMANDS) or "see 'iomld --help'"
            raise click.UsageError(f"there is no command “{args[0]}”; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The one-line helps stand in COMMANDS, so that --help loads no command.
        for section in dict.fromkeys(section for section, _ in COMMANDS.values()):
            with formatter.section(section):
                formatter.write_dl([(name, text) for name, (where, text) in COMMANDS.items() if where == section])


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from iomld import __version__

        click.echo(f"iomld {__version__}")
        ctx.exit()


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "IOMLD", "max_content_width": 100},
    epilog="""\b
Start here:
  iomld build                          build the dataset that comes with iomld into ./build
  iomld query participation            who takes part in which process, with the paragraph
  iomld why id/state/SCG               where a fact comes from

\b
Exit codes: 0 done, 1 ran well and the answer is no, 2 wrong usage, 3 wrong input,
4 the outside world (network, disk, port), 70 a bug of ours.""",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def cli() -> None:
    """Tables of cited facts in; checked, linked, reproducible RDF out.

    With no iomld.toml in this folder or above it, the commands work on the project
    that is packaged with iomld.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; nothing ends in a traceback."""
    from iomld.cli.console import run

    sys.exit(run(cli, arguments))
