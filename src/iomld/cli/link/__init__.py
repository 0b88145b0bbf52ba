"""``iomld link``: names to identifiers, candidates, decisions, audit; one module a command."""

import click

from iomld.cli.link.audit import audit
from iomld.cli.link.decide import decide
from iomld.cli.link.evaluate import evaluate
from iomld.cli.link.lookup import lookup
from iomld.cli.link.resolve import resolve
from iomld.cli.link.suggest import suggest
from iomld.cli.link.write import write

__all__ = ["command"]


@click.group()
def command() -> None:
    """Names to identifiers: resolve, suggest, decide, write link tables, look up, audit, evaluate."""


for each in (resolve, suggest, decide, write, lookup, audit, evaluate):
    command.add_command(each)
