"""Finding the files of a source, and how the user knows them."""

from __future__ import annotations

import glob
import shutil
import sys
import tempfile
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import IO

from iomld.errors import SourceError, nearest
from iomld.sources.addresses import parse_address
from iomld.sources.model import LogicalSource

__all__ = ["find_files", "local_files", "shown"]

_MAGIC = frozenset("*?[")
_STANDARD_INPUT = ("-", "/dev/stdin", "/dev/fd/0")


def shown(path: Path, root: Path) -> str:
    """A path as the user knows it: relative to the root where it lies below it, with forward slashes."""
    if path in _STREAMS:
        return _STREAMS[path]
    # The target of a link, so that one file has one name; but a link that leads out of the root is shown as the link.
    for place, folder in ((path.resolve(), root.resolve()), (path.absolute(), root.absolute())):
        if place.is_relative_to(folder) and ".." not in place.parts:
            return place.relative_to(folder).as_posix()
    return path.resolve().as_posix()


#: copies of streams, and what the user calls them
_STREAMS: dict[Path, str] = {}


@cache
def _copied(stream: Path | None) -> IO[bytes]:
    """A pipe, or standard input (None), as a file, since sources may read it more than once; it goes with the process.

    :raises OSError: it cannot be read
    """
    copy = tempfile.NamedTemporaryFile(prefix="iomld-", suffix=stream.suffix if stream else None)  # noqa: SIM115
    with nullcontext(sys.stdin.buffer) if stream is None else stream.open("rb") as content:
        shutil.copyfileobj(content, copy)
    copy.flush()
    _STREAMS[Path(copy.name)] = "<stdin>" if stream is None else stream.as_posix()
    return copy


def find_files(source: LogicalSource, root: Path) -> list[Path]:
    """The files that a source names, in the order of their paths; ``-`` and ``/dev/stdin`` are standard input.

    What comes through a pipe is copied, once.

    :raises SourceError: ``source-missing`` with the nearest names in that folder
    """
    if source.access in _STANDARD_INPUT:
        return [Path(_copied(None).name)]
    path = source.folder / source.access
    if _MAGIC.isdisjoint(source.access) or path.exists():
        if path.is_file():
            return [path]
        if path.is_fifo():
            return [Path(_copied(path).name)]
        if path.is_dir():
            raise SourceError(
                "source-missing",
                f"the source {shown(path, root)} is a folder",
                location=source.location,
                hint="name the files in it, by a pattern such as folder/*.csv where there are several",
            )
        names = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        raise SourceError(
            "source-missing",
            f"the source {shown(path, root)} is not there",
            location=source.location,
            hint=nearest(path.name, names) or "check the path; it is read from the folder of the mapping",
        )
    # the folder is no part of the pattern, whatever its name is made of
    matched = (source.folder / each for each in glob.glob(source.access, root_dir=source.folder, recursive=True))
    found = sorted(each for each in matched if each.is_file())
    if not found:
        raise SourceError(
            "source-missing",
            f"no file matches “{source.access}”",
            location=source.location,
            hint="the pattern is read from the folder of the mapping",
        )
    return found


def local_files(source: LogicalSource) -> list[Path]:
    """The files that are there of those that a source names, a database of SQLite included; no mistake is told."""
    try:
        address = parse_address(source)
    except SourceError:
        return []
    named = address.database if address.kind == "sqlite" else ""
    names = {named, *glob.glob(named, root_dir=source.folder, recursive=True)}
    return sorted(path for name in names if (path := source.folder / name).is_file())
