"""Outputs: a file appears whole or not at all; links are followed, devices and pipes written to, inputs left alone."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import BinaryIO

from iomld.errors import OutsideError

__all__ = ["part_of", "replacing", "same_file"]


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file for writing that takes the place of ``path`` when the block ends well, and is gone when it does not.

    A link is followed; a device or a pipe is written to as it is, since nothing can take its place.

    :raises OutsideError: ``output-not-writable``
    """
    if _is_stream(path):
        with _told(path), path.open("wb") as file:
            yield file
        return
    with part_of(path) as part, part.open("wb", buffering=2**20) as file:
        yield file


@contextmanager
def part_of(path: Path | None) -> Iterator[Path]:
    """The same for what writes files by their names: a path to write to.

    :param path: None is standard output
    :raises OutsideError: ``output-not-writable``
    """
    if path is None or _is_stream(path):
        with _folder() as folder, _told(path, folder / "part"):
            yield folder / "part"
            with (
                (folder / "part").open("rb") as whole,
                nullcontext(sys.stdout.buffer) if path is None else path.open("wb") as stream,
            ):
                shutil.copyfileobj(whole, stream)
        return
    target = Path(os.path.realpath(path))
    # The name is known before the file is made, so that an interruption at any moment leaves nothing.
    part = target.with_name(f".iomld-{secrets.token_hex(6)}")
    with _told(path, part):
        if target.is_dir():
            raise _not_writable(path, "it is a folder")
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            yield part
            part.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@cache
def _umask() -> int:
    """The bits that new files do not get; read once, since to read them is to change them for a moment."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def same_file(one: Path, other: Path) -> bool:
    """Whether writing one file would change another, by whatever names; devices and pipes change nothing."""
    if one.exists() and other.exists():
        return one.is_file() and one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)  # of two outputs, neither is there yet


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is gone afterwards, even where an interruption comes while it is made: its name is known before."""
    folder = Path(tempfile.gettempdir()) / f".iomld-{secrets.token_hex(6)}"
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(path: Path | None, part: Path | None = None) -> Iterator[None]:
    """Tell what the system refuses by the name that the user wrote."""
    try:
        yield
    except BrokenPipeError:  # the reader has gone: no mistake
        raise
    except OSError as error:
        if path is None or error.filename not in (None, str(path), str(part)):
            raise
        if error.errno in (errno.ENOSPC, errno.EDQUOT):  # told for what it is, whatever the place
            error.filename = str(path)
            raise
        there = path.parent.is_dir()
        reason = (error.strerror or str(error)).lower() if there else f"there is no folder {path.parent}"
        raise _not_writable(path, reason) from error


def _not_writable(path: Path, reason: str) -> OutsideError:
    return OutsideError(
        "output-not-writable",
        f"{path} cannot be written: {reason}",
        hint="name another place, or change its permissions",
    )
