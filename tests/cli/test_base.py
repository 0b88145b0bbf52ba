"""``--base``: what is no absolute IRI is a mistake of usage, wherever it is an option."""

import click
import pytest

from iomld.cli import cli
from iomld.cli.console import run


def _verbs() -> list[str]:
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    return [name for name, each in commands.items() if each and any("--base" in one.opts for one in each.params)]


@pytest.mark.parametrize("verb", _verbs())
@pytest.mark.parametrize("base", ["nope", "a b", "http://a/b c", "", "http://[x"])
def test_what_is_no_absolute_iri_is_a_mistake_of_usage(
    verb: str, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(cli, [verb, "m.ttl", "--base", base]) == 2
    assert f"“{base}” is no absolute IRI; write it in full" in capsys.readouterr().err


def test_convert_and_map_have_the_option() -> None:
    assert {"convert", "map"} <= set(_verbs())
