"""Data files of a validation that has no project: into one relation, all their mistakes said together."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from iomld.errors import IomldError, raise_all
from iomld.graph import Quads, read_rdf

__all__ = ["open_relation", "read_files"]


def open_relation(memory: str | None = None) -> Quads:
    """An empty relation in memory, which spills to the folder for temporary files.

    :param memory: bound on the engine's memory, such as ``1GB``; None leaves it to the engine
    :raises UsageError: ``memory-size``
    """
    from iomld.engine import connect

    connection = connect(memory=memory, spill=Path(tempfile.gettempdir()) / "iomld-spill")
    connection.execute("SET preserve_insertion_order = false")
    return Quads(connection)


def read_files(paths: Sequence[Path], into: Quads, *, root: Path) -> Quads:
    """Read RDF files into the relation; a relative IRI is resolved against its file.

    :param root: folder that the names of the files are given relative to
    :raises DataError: all mistakes of all files together
    """
    errors: list[IomldError] = []
    for path in paths:
        try:
            read_rdf(path, into=into, base=path.resolve().as_uri(), root=root)
        except IomldError as error:
            errors.append(error)
    raise_all(errors)
    return into
