"""Running a command in this process, as a user would in a folder."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from iomld.cli import cli
from iomld.cli.console import run

__all__ = ["Done", "Run", "runner"]


class Done(NamedTuple):
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


Run = Callable[..., Done]


def runner(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, cache: Path) -> Run:
    """A function that runs ``iomld ARGUMENTS`` in a folder, with a cache of its own."""
    monkeypatch.setenv("IOMLD_CACHE", str(cache))
    monkeypatch.setenv("NO_COLOR", "1")

    def iomld(*arguments: str, cwd: Path) -> Done:
        before = os.getcwd()
        os.chdir(cwd)
        try:
            capsys.readouterr()
            code = run(cli, list(arguments))
            return Done(code, *capsys.readouterr())
        finally:
            os.chdir(before)

    return iomld
