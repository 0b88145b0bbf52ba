"""Checksums of a folder of files, in the form that ``sha256sum --check`` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

__all__ = ["checksums", "sha256"]


def sha256(path: Path) -> str:
    """The SHA-256 of a file in lower-case hexadecimal digits; memory is constant."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums(folder: Path, names: Iterable[str]) -> str:
    """The text of ``SHA256SUMS``: a line a file, sorted by name.

    :param folder: where the files are
    :param names: paths relative to the folder, with forward slashes
    """
    return "".join(f"{sha256(folder / name)}  {name}\n" for name in sorted(names))
