"""Files on the file systems that Spark's machines share, by Hadoop's classes: local ones, ``hdfs://`` and others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import OutsideError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["SharedFiles", "shared_path"]


def shared_path(path: str) -> str:
    """A path as all machines read it: a URI stays, a path is one of the files that they share."""
    return path if "://" in path else f"file://{Path(path).absolute()}"


class SharedFiles:
    """What is done with files beside reading and writing tables; paths are URIs."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def put(self, local: Path, target: str) -> None:
        """Move a file of this machine to a shared place."""
        place = self._path(target)
        self._system(place).copyFromLocalFile(True, True, self._path(shared_path(str(local))), place)

    def take(self, folder: str, suffix: str, local: Path) -> None:
        """Copy the files of a folder whose names end alike to a folder of this machine."""
        for name in self.names(folder):
            if name.endswith(suffix):
                place = self._path(f"{folder}/{name}")
                target = self._path(shared_path(str(local / name)))
                self._system(place).copyToLocalFile(False, place, target, True)

    def names(self, folder: str) -> list[str]:
        """Names in a folder."""
        place = self._path(folder)
        return [each.getPath().getName() for each in self._system(place).listStatus(place)]

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        place = self._path(path)
        return bool(self._system(place).exists(place))

    def is_folder(self, path: str) -> bool:
        """Whether what is there is a folder."""
        place = self._path(path)
        return bool(self._system(place).getFileStatus(place).isDirectory())

    def move(self, path: str, target: str) -> None:
        """Give a file or folder another name on the same file system, whose folders are made where they lack.

        :raises OutsideError: ``output-not-writable``
        """
        place = self._path(target)
        system = self._system(place)
        system.mkdirs(place.getParent())
        if not system.rename(self._path(path), place):  # a file system refuses without a reason
            raise OutsideError(
                "output-not-writable",
                f"{target} cannot be written: its file system refuses to rename {path} so",
                hint="see that nothing else is there, and that its folder may be written, or name another place",
            )

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it; nothing where there is none."""
        place = self._path(path)
        self._system(place).delete(place, True)

    def _path(self, path: str) -> Any:
        machine: Any = self._session._jvm
        return machine.org.apache.hadoop.fs.Path(path)

    def _system(self, place: Any) -> Any:
        return place.getFileSystem(self._session._jsc.hadoopConfiguration())
