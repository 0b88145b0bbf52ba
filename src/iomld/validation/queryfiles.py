"""The published checks as files, so that anybody can run them: one query a file, headed by what it finds."""

from __future__ import annotations

import os
import re
from pathlib import Path

from iomld.errors import OutsideError, raise_all
from iomld.location import SourceLocation
from iomld.validation.messages import phrase
from iomld.validation.model import Shapes, component_iri
from iomld.validation.published import CheckQuery, Published

__all__ = ["write_queries"]


_HEADER = re.compile(r"# [^\n]*\n# component \S+, severity \S+\n")


def write_queries(published: Published, shapes: Shapes, folder: Path) -> list[Path]:
    """Write a ``.rq`` file for each check, named by its place, shape and component.

    Files that this wrote before are replaced; their headers tell them.

    :returns: the files, in the order of the shapes
    :raises OutsideError: ``output-not-queries`` for each file of such a name that holds something else, before any is
        written; ``output-not-writable``
    """
    texts: dict[Path, str] = {}
    for number, query in enumerate(published.queries, 1):
        shape = re.sub(r"[^A-Za-z0-9]+", "-", shapes.triples.label(query.shape.node)).strip("-")
        name = f"{number:03d}-{shape}-{query.constraint.component.rpartition('#')[2]}.rq"
        texts[folder / name] = _head(query, shapes) + query.text
    try:
        folder.mkdir(parents=True, exist_ok=True)
        raise_all(
            OutsideError(
                "output-not-queries",
                "there is something here that 'iomld validate --sparql' has not written",
                location=SourceLocation(str(path)),
                hint="choose a new or empty folder, or move the file away",
            )
            for path in texts
            if not _may_be_replaced(path)
        )
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutsideError("output-not-writable", f"{folder} cannot be written: {error.strerror}") from error
    return list(texts)


def _may_be_replaced(path: Path) -> bool:
    if not os.path.lexists(path):
        return True
    return path.is_file() and _HEADER.match(path.read_text(encoding="utf-8", errors="replace")) is not None


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
