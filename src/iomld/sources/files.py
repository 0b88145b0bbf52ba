"""Finding the files of a source, and how the user knows them."""

from __future__ import annotations

import glob
from pathlib import Path

from iomld.errors import SourceError, nearest
from iomld.sources.model import LogicalSource

__all__ = ["find_files", "shown"]

_MAGIC = frozenset("*?[")


def shown(path: Path, root: Path) -> str:
    """A path as the user knows it: relative to the root where it lies below it, with forward slashes."""
    path, root = path.resolve(), root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def find_files(source: LogicalSource, root: Path) -> list[Path]:
    """The files that a source names, in the order of their paths.

    :raises SourceError: ``source-missing`` with the nearest names in that folder
    """
    path = source.folder / source.access
    if _MAGIC.isdisjoint(source.access) or path.exists():
        if path.is_file():
            return [path]
        names = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        raise SourceError(
            "source-missing",
            f"the source {shown(path, root)} is not there",
            location=source.location,
            hint=nearest(path.name, names) or "check the path; it is read from the folder of the mapping",
        )
    found = sorted(Path(each) for each in glob.glob(str(path), recursive=True) if Path(each).is_file())
    if not found:
        raise SourceError(
            "source-missing",
            f"no file matches “{source.access}”",
            location=source.location,
            hint="the pattern is read from the folder of the mapping",
        )
    return found
