"""``iomld completion``"""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command(
    "completion",
    epilog="""\b
Examples:
  iomld completion bash > ~/.local/share/bash-completion/completions/iomld
  iomld completion zsh > ~/.zfunc/_iomld
  iomld completion fish > ~/.config/fish/completions/iomld.fish""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the script that makes a shell complete commands and options."""
    from click.shell_completion import get_completion_class

    from iomld.cli import cli

    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(cli, {}, "iomld", "_IOMLD_COMPLETE").source())
    return 0
