"""Running a mapping straight into a file of N-Quads."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import text
from iomld.mapping.materialize import materialize
from iomld.mapping.model import Mapping

if TYPE_CHECKING:
    import duckdb

__all__ = ["write_quads"]


def write_quads(
    mapping: Mapping,
    connection: duckdb.DuckDBPyConnection,
    output: Path | None,
    *,
    root: Path,
    sort: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
) -> int:
    """Run a mapping and write its quads as N-Quads, a set; the file is whole or absent.

    :param output: the file; None for standard output
    :param sort: order the lines by code point
    :returns: number of quads
    :raises MappingError: see :func:`iomld.mapping.materialize`
    :raises SourceError: likewise
    """
    quads = materialize(mapping, connection, root=root, origins=False, progress=progress)
    with tempfile.TemporaryDirectory(prefix=".iomld-", dir=output.parent if output else None) as folder:
        part = Path(folder) / "part.nq"
        order = " ORDER BY ALL" if sort else ""
        line = (
            "subject || ' ' || predicate || ' ' || object || CASE graph WHEN '' THEN '' ELSE ' ' || graph END || ' .'"
        )
        connection.execute(
            f"COPY (SELECT {line} AS line FROM (SELECT subject, predicate, object, graph FROM quad{order})) "
            f"TO {text(str(part))} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
        )
        if output is not None:
            os.replace(part, output)
        else:
            with open(part, "rb") as stream:
                shutil.copyfileobj(stream, sys.stdout.buffer)
    return len(quads)
