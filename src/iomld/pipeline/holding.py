"""Prepared projects in the cache: whoever works on with one holds it, and what nobody has used for long is deleted."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

__all__ = ["Hold", "forget", "hold"]

_MARK = ".used"  # its time is that of the last use, its lock that of those who hold the folder
_LATEST = 12
_HOUR = 60 * 60
_DAY = 24 * _HOUR
_MONTH = 30 * _DAY


class Hold:
    """Keeps a folder of the cache from being deleted by other runs, for as long as this object lives.

    The system lets go of it when the process ends, however it ends.
    """

    def __init__(self, mark: IO[bytes] | None) -> None:
        self._mark = mark


def hold(folder: Path) -> Hold | None:
    """Use a folder of the cache from now on; None where it is not there."""
    if not folder.is_dir():
        return None
    path = folder / _MARK
    try:
        mark = path.open("ab")
    except FileNotFoundError:  # deleted in this moment
        return None
    except OSError:  # a cache that can only be read, so that nobody deletes from it
        return Hold(None)
    _lock(mark, alone=False)
    try:
        there = os.path.samestat(os.fstat(mark.fileno()), path.stat())
    except OSError:
        there = False
    if not there:  # deleted while we waited; perhaps made again since
        mark.close()
        return hold(folder)
    with suppress(OSError):
        os.utime(path)
    return Hold(mark)


def forget(cache: Path) -> None:
    """Delete what was not used for a month, beyond the twelve used last for an hour, and what killed runs have left.

    What somebody holds stays. So does what cannot be deleted.

    :param cache: folder of prepared projects; other files in it are left alone
    """
    now = time.time()
    used: list[tuple[float, Path]] = []
    for path in cache.iterdir():
        with suppress(OSError):
            if path.name.startswith(".gone-") or (path.name.startswith(".making-") and now - _changed(path) > _DAY):
                shutil.rmtree(path, ignore_errors=True)
            elif re.fullmatch("[0-9a-f]{32}", path.name) and (path / "quads.duckdb").is_file():
                mark = path / _MARK
                used.append(((mark if mark.exists() else path).stat().st_mtime, path))
    for number, (last, path) in enumerate(sorted(used, reverse=True)):
        # those that no lock shows as used, on systems without locks, were used a moment ago
        if now - last > (_MONTH if number < _LATEST else _HOUR):
            with suppress(OSError):
                _delete(path)


def _changed(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))


def _delete(folder: Path) -> None:
    """Delete a folder that nobody holds: it is gone by one rename, before anybody can hold it again."""
    gone = folder.with_name(f".gone-{secrets.token_hex(6)}")
    with (folder / _MARK).open("ab") as mark:
        if not _lock(mark, alone=True):
            return
        folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _lock(file: IO[bytes], *, alone: bool) -> bool:
    """Lock a file for as long as it is open.

    :param alone: not beside others, and without waiting for them; else beside others, once nobody has it alone
    """
    try:
        import fcntl
    except ImportError:  # there a folder in which files are open is not renamed
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
    except OSError:
        return False
    return True
