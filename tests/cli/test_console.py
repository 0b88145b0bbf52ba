"""What is said beside results."""

from pathlib import Path

import pytest
from tests.cli.running import Run

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


def test_memory_that_does_not_suffice_is_no_bug(tmp_path: Path, iomld: Run) -> None:
    (tmp_path / "a.nt").write_text("<http://e.org/a> <http://e.org/b> <http://e.org/c> .\n")
    done = iomld("convert", "a.nt", "-o", "a.ttl", "--memory", "1KB", cwd=tmp_path)
    assert (done.code, "the memory does not suffice" in done.err, "SET memory_limit" in done.err) == (4, True, False)
