"""The notebook ``docs/pictures.ipynb`` with the answers of its cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["PAGE", "executed", "page"]

PAGE = Path(__file__).parent / "pictures.ipynb"


def executed() -> Any:
    """The notebook after all its cells have run, in a kernel of its own, in the folder where it lies."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(PAGE, as_version=4)  # type: ignore[no-untyped-call, unused-ignore]
    resources = {"metadata": {"path": str(PAGE.parent)}}
    NotebookClient(book, timeout=120, record_timing=False, resources=resources).execute()
    return book


def page() -> str:
    """The text of the notebook, without what differs from run to run."""
    import nbformat

    book = executed()
    book.metadata.language_info = {"name": "python"}
    return nbformat.writes(book) + "\n"  # type: ignore[no-untyped-call, unused-ignore]
