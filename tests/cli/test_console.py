"""What is said beside results."""

import pytest

from iomld.cli.console import counted, render
from iomld.errors import DataError, Mistakes


@pytest.mark.parametrize(
    ("number", "what", "said"),
    [
        (1, "findings", "1 finding"),
        (1, "statements read", "1 statement read"),
        (1, "triples maps", "1 triples map"),
        (0, "rows", "0 rows"),
        (2000, "rows", "2,000 rows"),
        (1, "written", "1 written"),
    ],
)
def test_one_is_told_in_the_singular(number: int, what: str, said: str) -> None:
    assert counted(number, what) == said


def test_only_a_command_that_writes_says_that_nothing_was_written() -> None:
    errors = Mistakes([DataError("a", "one"), DataError("b", "two")])
    assert render(errors).endswith("\n2 mistakes")
    assert render(errors, writes=True).endswith("\n2 mistakes; nothing was written")
