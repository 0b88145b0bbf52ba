"""Releases as folders: versions and their order, a folder that appears whole, and what a release says of itself."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from iomld.errors import DataError, ProjectError, UsageError
from iomld.location import SourceLocation
from iomld.publish.folder import Staging
from iomld.serialization import sha256

__all__ = [
    "MANIFEST",
    "SUMS",
    "Manifest",
    "Version",
    "altered",
    "appearing",
    "compared_inputs",
    "parse_date",
    "parse_version",
    "previous_release",
    "read_manifest",
    "read_sums",
    "refuse_existing",
    "write_manifest",
]

MANIFEST = "release.json"
SUMS = "SHA256SUMS"

Version = tuple[tuple[int, int, int], bool, tuple[tuple[bool, int, str], ...]]

# Semantic Versioning 2.0.0, "Is there a suggested regular expression"; build metadata is left out: it has no order.
_NUMBER = r"(0|[1-9]\d*)"
_SEMANTIC = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
    r"(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?",
    re.ASCII,
)
# Calendar versioning: a year, a month, and maybe a day, with dots or hyphens.
_CALENDAR = re.compile(r"([12]\d{3})([.-])(\d{1,2})(?:\2(\d{1,2}))?", re.ASCII)


def parse_version(text: str) -> Version:
    """What a version is sorted by: three numbers, whether it is no pre-release, and the parts of the pre-release.

    :param text: a semantic version without build metadata (``0.2.0``, ``1.0.0-rc.1``), or a calendar version
        (``2026.11``, ``2026-11-21``)
    :raises UsageError: ``version-malformed``

    Source: Semantic Versioning 2.0.0, section 11.

    >>> parse_version("1.0.0-rc.2") < parse_version("1.0.0-rc.10") < parse_version("1.0.0") < parse_version("2026.11")
    True
    """
    if match := _CALENDAR.fullmatch(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4] or 0)
        with suppress(ValueError):
            date(year, month, day or 1)
            return (year, month, day), True, ()
    if match := _SEMANTIC.fullmatch(text):
        parts = match[4].split(".") if match[4] else []
        # Numbers sort before words, and among themselves as numbers.
        order = tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)
        return (int(match[1]), int(match[2]), int(match[3])), not parts, order
    raise UsageError(
        "version-malformed",
        f"“{text}” is neither a semantic version nor a calendar version",
        hint="for instance 0.2.0, 1.0.0-rc.1, 2026.11 or 2026-11-21",
    )


def parse_date(text: str) -> str:
    """A date as ``YYYY-MM-DD``, unchanged.

    :raises UsageError: ``release-date``
    """
    with suppress(ValueError):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) and date.fromisoformat(text):
            return text
    raise UsageError("release-date", f"“{text}” is no date", hint="write it as 2026-11-21")


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself, beside its description in RDF.

    :param issued: date of the release; ``modified`` is that of the last change of the data
    :param software: name and version of what made it
    :param rdfc10: SHA-256 of the dataset's canonical N-Quads (RDFC-1.0), in hexadecimal
    :param previous: ``version`` and ``rdfc10`` of the release that it is compared with
    :param vocabulary: ``version``, that of the previous release, ``change`` (major, minor, patch), ``due``: the
        version that the change asks for, where the vocabulary does not state it
    """

    version: str
    issued: str
    modified: str
    software: str
    rdfc10: str
    previous: dict[str, str] | None
    vocabulary: dict[str, str | None]


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write ``release.json``."""
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read ``release.json``.

    :raises DataError: ``release-missing`` where the folder is no release, ``release-unreadable``
    """
    file = folder / MANIFEST
    if not file.is_file():
        raise DataError(
            "release-missing",
            f"this is no release: there is no {MANIFEST} in it",
            location=SourceLocation(str(folder)),
            hint="name a folder that iomld release has written, such as release/0.2.0",
        )
    try:
        manifest = Manifest(**json.loads(file.read_text(encoding="utf-8")))
        parse_version(manifest.version)
        parse_date(manifest.issued), parse_date(manifest.modified)
        previous = manifest.previous
        if previous is not None and not (isinstance(previous["version"], str) and isinstance(previous["rdfc10"], str)):
            raise ValueError("previous is named by no text")
    except (ValueError, TypeError, KeyError, UsageError) as error:
        raise DataError(
            "release-unreadable", f"not what iomld release writes: {error}", location=SourceLocation(str(file))
        ) from error
    return manifest


def refuse_existing(folder: Path) -> None:
    """Refuse a version that is there already, however it is spelt.

    :raises ProjectError: ``release-exists``
    """
    wanted = parse_version(folder.name)
    for version, other in _releases(folder.parent):
        if version == wanted:
            raise ProjectError(
                "release-exists",
                "there is such a release already, and a release is never overwritten",
                location=SourceLocation(str(other)),
                hint="choose the next version, or another folder with -o",
            )


def previous_release(folder: Path) -> Path | None:
    """The release beside a folder that comes last before its version, or None."""
    wanted = parse_version(folder.name)
    before = [(version, other) for version, other in _releases(folder.parent) if version < wanted]
    return max(before)[1] if before else None


def _releases(folder: Path) -> Iterator[tuple[Version, Path]]:
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(UsageError):
            yield parse_version(path.name), path


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A folder to write files to, which takes its name by one rename when all are complete and on the disk.

    After an error nothing is left of it, nor of the folders above it that were made for it.

    :raises OutsideError: ``output-not-writable``, ``output-in-use``, ``disk-full``
    :raises ProjectError: ``release-exists``
    """
    made = [path for path in folder.parents if not path.exists()]
    making = folder.with_name(f".making-{folder.name}")
    ours = False
    try:
        with Staging(making) as staging:
            ours = True  # else another process is at work there
            yield staging.path
        refuse_existing(folder)
        making.rename(folder)
    except BaseException:
        if ours:
            shutil.rmtree(making, ignore_errors=True)
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise


def read_sums(file: Path) -> dict[str, str]:
    """Checksums by name, from a file as ``sha256sum`` writes it; lines of another form are left out."""
    return {match[2]: match[1] for match in _sum_lines(file) if match}


def _sum_lines(file: Path) -> list[re.Match[str] | None]:
    text = file.read_bytes().decode("utf-8", errors="replace") if file.is_file() else ""
    return [re.fullmatch(r"([0-9a-f]{64})  (.+)", line) for line in text.removesuffix("\n").split("\n")]


def _malformed_sums(file: Path) -> list[str]:
    """Lines of a file of checksums that are none, or that name a file again, in words."""
    problems, names = [], set()
    for number, match in enumerate(_sum_lines(file), 1):
        if match is None:
            problems.append(f"line {number} of {file.name} is no checksum with the name of a file")
        elif match[2] in names:
            problems.append(f"line {number} of {file.name} names {match[2]} again")
        else:
            names.add(match[2])
    return problems


def altered(folder: Path) -> list[str]:
    """What in a folder is not as its ``SHA256SUMS`` says, in words."""
    if not (folder / SUMS).is_file():
        return [f"{SUMS} is missing"]
    problems = _malformed_sums(folder / SUMS)
    sums = read_sums(folder / SUMS)
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    present = {path.relative_to(folder).as_posix() for path in files} - {SUMS}
    holding = {parent for path in files for parent in path.parents}
    for path in sorted(folder.rglob("*")):
        if path not in files and path not in holding:
            problems.append(f"{path.relative_to(folder).as_posix()} does not belong to the release: it is no file")
    for name in sorted(sums.keys() | present):
        if name not in present:
            problems.append(f"{name} is missing")
        elif name not in sums:
            problems.append(f"{name} does not belong to the release: {SUMS} does not name it")
        elif sha256(folder / name) != sums[name]:
            problems.append(f"{name} was altered: its checksum is not the one in {SUMS}")
    return problems


def compared_inputs(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """How inputs differ from those of a release, in words."""
    words = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            words.append(f"input {name}: the release was made with it, and it is gone")
        elif name not in old:
            words.append(f"input {name}: it has come since the release")
        elif old[name] != new[name]:
            words.append(f"input {name}: it has changed since the release")
    return words
