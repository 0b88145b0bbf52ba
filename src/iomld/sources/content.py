"""The content of a file: decompressed, decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

from iomld.errors import SourceError
from iomld.location import SourceLocation
from iomld.sources.model import LogicalSource

__all__ = ["open_bytes", "open_text", "utf8_text"]

_BY_SUFFIX = {".gz": "gzip", ".zip": "zip"}


@contextmanager
def open_bytes(path: Path, label: str, source: LogicalSource) -> Iterator[IO[bytes]]:
    """Open a file, through its compression.

    :raises SourceError: ``source-compression``
    """
    import gzip  # what unpacks is loaded where a file is read through it: most tables are read by the engine
    import lzma
    import tarfile
    import zipfile
    import zlib

    compression = source.compression or _BY_SUFFIX.get(path.suffix)
    try:
        match compression:
            case None:
                with open(path, "rb") as stream:
                    yield stream
            case "gzip":
                with gzip.open(path, "rb") as stream:
                    yield stream  # type: ignore[misc]
            case "zip":
                with zipfile.ZipFile(path) as archive:
                    try:
                        member = archive.open(_only(archive.namelist(), label))
                    except RuntimeError as error:  # a password, or a method that is not known
                        raise zipfile.BadZipFile(str(error)) from None
                    with member:
                        yield member
            case "targz" | "tarxz":
                with tarfile.open(path, "r:gz" if compression == "targz" else "r:xz") as tar:
                    name = _only([each.name for each in tar if each.isfile()], label)
                    while tar.fileobj and tar.fileobj.read(2**20):  # up to the checksum at the end
                        pass
                    extracted = tar.extractfile(name)
                    assert extracted is not None
                    with extracted:
                        yield extracted
            case _:
                raise SourceError(
                    "source-compression", f"unknown compression “{compression}”", location=source.location,
                    hint="gzip, zip, targz or tarxz",
                )  # fmt: skip
    except (gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise SourceError(
            "source-compression",
            f"the file is damaged, or is not {compression}: {error}",
            location=SourceLocation(label),
            hint="get or pack it anew, or declare its compression in the mapping",
        ) from None


def _only(names: list[str], label: str) -> str:
    if len(names) != 1:
        raise SourceError(
            "source-compression", f"the archive holds {len(names)} files, one is right", location=SourceLocation(label)
        )
    return names[0]


@contextmanager
def open_text(path: Path, label: str, source: LogicalSource) -> Iterator[TextIO]:
    """Open a file as text in its declared encoding, UTF-8 where none is declared; a byte-order mark is dropped.

    :raises SourceError: ``source-encoding``
    """
    encoding = (source.encoding or "utf-8").lower()
    try:
        with open_bytes(path, label, source) as stream:
            text = io.TextIOWrapper(
                stream, encoding="utf-8-sig" if encoding in ("utf-8", "utf8") else encoding, newline=""
            )
            try:
                yield text
            finally:
                text.detach()
    except UnicodeDecodeError as error:
        raise SourceError(
            "source-encoding",
            f"byte {error.start + 1} is not {encoding.upper()}",
            location=SourceLocation(label),
            hint="save the file as UTF-8, or declare its encoding in the mapping",
        ) from None
    except LookupError:
        raise SourceError(
            "source-encoding", f"unknown encoding “{source.encoding}”", location=source.location
        ) from None


def utf8_text(path: Path, label: str, id: str, *, hint: str) -> str:
    """The content of a file that is plain UTF-8, with or without a byte order mark.

    :param id: of the mistake
    :raises SourceError: at the line of the first byte that is not UTF-8
    """
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start + 1} (0x{raw[error.start]:02X}) is not UTF-8"
        raise SourceError(id, message, location=SourceLocation(label, line=line), hint=hint) from error
