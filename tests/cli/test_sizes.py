"""Sizes on the command line: one way to write them for every command."""

import click
import pytest

from iomld.cli.console import run
from iomld.cli.options import SIZE, memory_option


@pytest.mark.parametrize(
    ("text", "size"), [("500MB", 500_000_000), ("2GiB", 2 * 2**30), ("1.5 kb", 1500), ("1G", 10**9), ("9B", 9)]
)
def test_a_size_is_a_number_with_its_unit(text: str, size: int) -> None:
    assert SIZE.convert(text, None, None) == size


@pytest.mark.parametrize("text", ["lots", "0", "0GB", "-1GB", "foo", "5", "", "1e9B", "GB", "nanMB"])
def test_what_is_no_size_is_a_mistake_of_usage(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    @memory_option
    def command(memory: str | None) -> None:
        raise AssertionError(memory)

    assert run(command, [f"--memory={text}"]) == 2
    assert "write it like 500MB or 2GB" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["build", "convert", "map", "release", "validate", "verify-release"])
def test_every_command_reads_them_the_same_way(verb: str) -> None:
    from iomld.cli import cli

    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    [memory] = [each for each in command.params if each.name == "memory"]
    assert memory.type is SIZE
