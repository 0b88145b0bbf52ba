"""A copy of the packaged project that a test may break."""

import shutil
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("iomld.toml", "ontology", "mappings", "shapes", "queries")


def copy_project(folder: Path) -> Path:
    """Copy the packaged project into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part)
        else:
            shutil.copy(source, folder / part)
    return folder


def edit(file: Path, change: Callable[[str], str]) -> None:
    """Change the text of a file; a change that changes nothing is a mistake of the test."""
    before = file.read_text(encoding="utf-8")
    after = change(before)
    assert after != before, f"nothing to change in {file}"
    file.write_text(after, encoding="utf-8")
