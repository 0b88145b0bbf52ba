"""The published checks as files, so that anybody can run them: one query a file, headed by what it finds."""

from __future__ import annotations

import re
from pathlib import Path

from iomld.errors import OutsideError
from iomld.validation.messages import phrase
from iomld.validation.model import Shapes, component_iri
from iomld.validation.published import CheckQuery, Published

__all__ = ["write_queries"]


def write_queries(published: Published, shapes: Shapes, folder: Path) -> list[Path]:
    """Write a ``.rq`` file for each check, named by its place, shape and component; files that stand are replaced.

    :returns: the files, in the order of the shapes
    :raises OutsideError: ``output-not-writable``
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, query in enumerate(published.queries, 1):
            shape = re.sub(r"[^A-Za-z0-9]+", "-", shapes.triples.label(query.shape.node)).strip("-")
            path = folder / f"{number:03d}-{shape}-{query.constraint.component.rpartition('#')[2]}.rq"
            path.write_text(_head(query, shapes) + query.text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise OutsideError("output-not-writable", f"{folder} cannot be written: {error.strerror}") from error
    return written


def _head(query: CheckQuery, shapes: Shapes) -> str:
    said = dict(query.shape.messages)
    message = said.get("en") or said.get("") or phrase(query.constraint, shapes.triples.label)
    if message.startswith(" "):
        message = f"the value{message}"
    lines = [
        f"{shapes.triples.label(query.shape.node)}: {message}",
        f"component {component_iri(query.constraint.component)}, severity {query.shape.severity}",
    ]
    return "".join(f"# {' '.join(line.split())}\n" for line in lines)
