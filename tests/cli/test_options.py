"""Options that have a meaning only beside another one."""

import click
import pytest

from iomld.cli import cli
from iomld.cli.console import run
from iomld.cli.options import goes_with


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("validate --data a.ttl --from turtle", "--from goes with --data -"),
        ("validate --timeout 3", "--timeout goes with --endpoint"),
        ("link audit --endpoint x=http://e/", "--endpoint goes with --online"),
        ("link audit --timeout 3", "--timeout goes with --online"),
        ("link audit --cache x", "--cache goes with --online"),
        ("test --at-least 50", "--at-least goes with --mutate"),
        ("test --sample 5", "--sample goes with --mutate"),
        ("test --seed 5", "--seed goes with --mutate"),
        ("test --mutate --engines rdflib", "--engines goes with saved queries"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(
    arguments: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(cli, arguments.split()) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--much", "5", "--other"], ["--other"]])
def test_defaults_and_options_beside_the_other_one_pass(arguments: list[str]) -> None:
    @click.command()
    @click.option("--much", default=1)
    @click.option("--other", is_flag=True)
    def command(much: int, other: bool) -> int:
        goes_with(("--much",), "--other", other)
        return much

    assert run(command, arguments) == (5 if "5" in arguments else 1)
