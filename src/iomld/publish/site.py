"""A static site: every document of a dataset as a file, with what a web server needs to choose between them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from iomld.errors import OutsideError
from iomld.location import SourceLocation
from iomld.publish import apache, nginx
from iomld.query.parameters import lacking
from iomld.serve import Documents, address
from iomld.serve.tableservice import NO_ROWS

__all__ = ["replacing_site", "write_site"]

#: by this file a folder is known as a site that may be replaced
MARKER = ".iomld-site"


def write_site(
    documents: Documents,
    folder: Path,
    *,
    answers: Iterable[tuple[str, bytes]] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write all documents below a folder; files that are there already are written over.

    :param answers: paths and contents of further files: the answers to the saved queries; those in JSON get pages too,
        and so do queries that cannot be answered without a value of a parameter
    :param progress: is told how many are written
    :returns: number of files
    :raises OutsideError: ``output-not-writable``, ``path-not-safe``
    """
    count = 0

    def put(path: str, content: bytes) -> None:
        nonlocal count
        file = folder / _safe(path)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        except OSError as error:
            raise OutsideError(
                "output-not-writable",
                f"cannot write here: {error.strerror}",
                location=SourceLocation(str(file)),
                hint="choose another folder with -o",
            ) from error
        count += 1
        if count % 500 == 0:
            progress(count)

    for path in documents.paths():
        if documents.folder is not None and path in documents.files and documents.folder == folder:
            count += 1  # the build has put it there
            continue
        document = documents.read(path)
        assert document is not None, path
        put(path, document.content)
    for path, content in answers:
        put(path, content)
        stem, _, suffix = path.rpartition(".")
        if suffix == "json":
            for language in documents.languages:
                put(address(stem, language), documents.answer_page(stem, content, language))
    for name in (name for name, query in documents.queries.items() if lacking(query, ())):
        for language in documents.languages:
            put(address(f"api/{name}", language), documents.answer_page(f"api/{name}", NO_ROWS, language))
    put(".htaccess", apache.configuration(documents).encode())
    put(".nginx.conf", nginx.configuration(documents).encode())
    put(MARKER, b"This folder is written by 'iomld publish', which replaces it as a whole.\n")
    return count


def _safe(path: str) -> PurePosixPath:
    """A path that stays below the folder it is put to; IRIs of the data may hold anything.

    :raises OutsideError: ``path-not-safe``
    """
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part or len(part.encode()) > 255 for part in parts):
        raise OutsideError(
            "path-not-safe",
            f"“{path}” cannot be the name of a file",
            hint="mend the identifier: no empty segment, no . or .., no backslash, at most 245 bytes a segment",
        )
    return PurePosixPath(path)


class replacing_site:  # reads as what it does
    """A folder to write a site into, which takes the place of the target when the block ends well.

    :param target: a folder that is not there yet, is empty, or holds a site of ours; a link to one is followed
    :raises OutsideError: ``output-not-a-site``, ``output-not-writable``
    """

    def __init__(self, target: Path) -> None:
        self._target = Path(os.path.realpath(target))

    def __enter__(self) -> Path:
        target = self._target
        try:
            if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or (target / MARKER).is_file())):
                raise OutsideError(
                    "output-not-a-site",
                    "there is something here that 'iomld publish' has not written",
                    location=SourceLocation(str(target)),
                    hint="choose an empty or new folder with -o",
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            self._next = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
            self._next.chmod(0o755)
        except OSError as error:
            raise OutsideError(
                "output-not-writable",
                f"cannot write here: {error.strerror}",
                location=SourceLocation(str(target)),
                hint="choose another folder with -o",
            ) from error
        return self._next

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None or not (self._next / MARKER).is_file():
            shutil.rmtree(self._next, ignore_errors=True)
            return
        old = self._next.with_name(self._next.name + "-old")
        if self._target.exists():
            os.rename(self._target, old)
        os.rename(self._next, self._target)
        shutil.rmtree(old, ignore_errors=True)
