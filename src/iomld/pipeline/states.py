"""The state of a project: all that its data follows from, as one digest."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from iomld.errors import IomldError
from iomld.location import SourceLocation
from iomld.project import Project

__all__ = ["files_beside", "state"]

_KEPT = 20  # lists of what mappings read, one for each state of the files of the project


def state(project: Project, folder: Path) -> str | None:
    """SHA-256 of the files of a project and of those that its mappings read beside them, in hexadecimal.

    :param folder: keeps what mappings read between runs, so that they need not be loaded to know it
    :returns: None where the data follows from more than files: from a database, an endpoint, a function of others
    """
    digest = project.digest()
    beside = files_beside(project, folder, digest)
    if not beside:
        return None if beside is None else digest
    whole = hashlib.sha256(digest.encode())
    for path in beside:
        whole.update(f"\0{path}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def files_beside(project: Project, folder: Path, digest: str | None = None) -> list[Path] | None:
    """The files that mappings read and that are not among the tables; parameters and None as for :func:`state`.

    :param digest: that of the project, where it is known
    """
    from iomld.sources import LogicalSource, find_files

    beside = _beside(project, folder / f"reads-{(digest or project.digest())[:32]}.json")
    if beside is None:
        return None
    paths: list[Path] = []
    for access, below, formulation in beside:
        source = LogicalSource(access, project.root / below, formulation, SourceLocation(access))
        try:
            paths += find_files(source, project.root)
        except IomldError:  # told when it is read
            return None
    return paths


def _beside(project: Project, known: Path) -> list[tuple[str, str, str]] | None:
    """The sources that are not among the tables of a project: access, folder and formulation of each."""
    with suppress(OSError, ValueError):
        found = json.loads(known.read_text(encoding="utf-8"))
        return None if found is None else [(access, below, formulation) for access, below, formulation in found]
    from iomld.mapping import file_sources, load

    try:
        mapping = load(project.mappings, base=project.base, prefixes=project.prefixes, root=project.root)
    except IomldError:  # told when it is run
        return None
    sources = file_sources(mapping)
    tables = f"{project.tables.absolute()}{os.sep}" if project.tables else None
    beside = None
    if sources is not None:
        beside = [
            (each.access, os.path.relpath(each.folder, project.root), each.formulation)
            for each in sources
            if tables is None or not os.path.normpath(each.folder.absolute() / each.access).startswith(tables)
        ]
    with suppress(OSError):  # a cache that cannot be written is told by what needs it
        known.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(known.parent.glob("reads-*.json"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
            old.unlink()
        known.write_text(json.dumps(beside), encoding="utf-8")
    return beside
