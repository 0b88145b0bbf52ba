"""A folder of files that changes as a whole: what was good stays whole until the new is complete.

New files are written to a hidden folder inside the target. When all of them are complete and on the disk, a marker is
set, and each is moved into place by a rename. A run that is killed before the marker leaves the old files untouched;
one that is killed between two renames is finished by the next run that opens the folder. Other files are left alone.
The folder is locked from the beginning to the end: of two runs at a time, the second is refused.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from iomld.errors import OutsideError
from iomld.location import SourceLocation

__all__ = ["Staging"]

_HIDDEN = ".iomld-next"
_MARKER = ".complete"
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Staging:
    """A context in which files for a folder are written; leaving it without an error publishes them.

    :param folder: the target; made where it is missing, and gone again, with what was made above it, after an error
    :raises OutsideError: ``output-not-writable``, ``output-in-use``

    >>> import tempfile; folder = Path(tempfile.mkdtemp()) / "build"
    >>> with Staging(folder) as staging:
    ...     _ = (staging.path / "a.txt").write_text("new")
    >>> (folder / "a.txt").read_text()
    'new'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / _HIDDEN
        self._lock: int | None = None
        self._made: list[Path] = []

    def __enter__(self) -> Staging:
        try:
            target = Path(os.path.realpath(self.folder))  # what a link leads to, too
            self._made = [path for path in (target, *target.parents) if not path.exists()]
            target.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.folder)
            recover(self.folder)
            self.path.mkdir()
        except BlockingIOError as error:
            raise OutsideError(
                "output-in-use",
                "another build is writing to this folder",
                location=SourceLocation(str(self.folder)),
                hint="wait until it ends, or choose another folder with -o",
            ) from error
        except FileExistsError as error:
            self._leave_nothing()
            self._unlock()
            raise self._not_writable("a file of that name is in the way") from error
        except OSError as error:
            self._leave_nothing()
            self._unlock()
            raise self._not_writable(error.strerror or str(error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                self._leave_nothing()
                if isinstance(error, OSError) and error.errno in _FULL:
                    raise self._full() from error
                return
            self._publish()
        finally:
            self._unlock()

    def _publish(self) -> None:
        try:
            self._refuse_folders()
            for file in self.path.iterdir():
                with file.open("rb") as opened:
                    os.fsync(opened.fileno())
            (self.path / _MARKER).touch()
        except OutsideError:
            self._leave_nothing()
            raise
        except OSError as failed:
            self._leave_nothing()
            raise (self._full() if failed.errno in _FULL else self._not_writable(str(failed))) from failed
        recover(self.folder)

    def _leave_nothing(self) -> None:
        """Drop what was written, and the folders that were made for it, unless somebody else uses them by now."""
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            for path in self._made:
                path.rmdir()

    def _unlock(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def _refuse_folders(self) -> None:
        """No file can take the place of a folder, which must be known before the first one is moved."""
        for file in sorted(self.path.iterdir()):
            if (self.folder / file.name).is_dir():
                raise self._not_writable(f"{file.name} is a folder")

    def _full(self) -> OutsideError:
        return OutsideError(
            "disk-full",
            "the disk is full; what was here before is untouched",
            location=SourceLocation(str(self.folder)),
            hint="free some room, or choose a folder on another disk with -o",
        )

    def _not_writable(self, reason: str) -> OutsideError:
        return OutsideError(
            "output-not-writable",
            f"cannot write here: {reason}",
            location=SourceLocation(str(self.folder)),
            hint="choose another folder with -o",
        )


def recover(folder: Path) -> None:
    """Finish a publication that was complete when it was stopped; drop one that was not. The folder must be locked."""
    staging = folder / _HIDDEN
    if not staging.is_dir():
        return
    if not (staging / _MARKER).exists():
        shutil.rmtree(staging, ignore_errors=True)
        return
    for file in sorted(staging.iterdir()):
        if file.name != _MARKER:
            os.replace(file, folder / file.name)
    (staging / _MARKER).unlink()
    staging.rmdir()


def _locked(folder: Path) -> int | None:
    """Lock a folder; the system lets go when the descriptor is closed or the process ends, however it ends.

    :returns: the descriptor; None where there are no such locks (Windows, some network file systems)
    :raises BlockingIOError: somebody else has it
    """
    try:
        import fcntl
    except ImportError:
        return None
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise
    except OSError:
        os.close(lock)
        return None
    return lock
