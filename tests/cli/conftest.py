"""A command to run and a small project to run it on."""

from pathlib import Path

import pytest
from tests.cli.running import Run, runner
from tests.small import write_project


@pytest.fixture
def iomld(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    return runner(capsys, monkeypatch, tmp_path_factory.getbasetemp() / "cache")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")
