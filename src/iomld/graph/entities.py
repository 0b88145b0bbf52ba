"""XML entities that grow without measure ("billion laughs"), refused before RDF/XML is parsed.

The RDF parser expands entities as the file says, up to all the memory there is, and cannot be stopped. expat counts
what entities add, and gives up at a hundred times the size of the file (from 8 MiB on).

Source: XML 1.0, section 4.4; Expat, "Billion Laughs Attack Protection".
"""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from iomld.errors import DataError
from iomld.location import SourceLocation

__all__ = ["refuse_growing_entities"]

_BLOCK = 2**20
_AMPLIFICATION = expat.errors.codes.get("limit on input amplification factor (from DTD and entities) breached")


def refuse_growing_entities(path: Path, name: str) -> None:
    """Refuse a file whose entities expand too far; what else is wrong with its XML is not told here.

    :param name: what the file is called in the error
    :raises DataError: ``data-entities``
    """
    if not _declares_entities(path):
        return
    try:
        with path.open("rb") as file:
            expat.ParserCreate().ParseFile(file)
    except expat.ExpatError as error:
        if error.code == _AMPLIFICATION:
            raise DataError(
                "data-entities",
                "the entities of the file expand to more than a hundred times its size",
                location=SourceLocation(name, line=error.lineno),
                hint="write the texts out in place of entities that contain entities",
            ) from None


def _declares_entities(path: Path) -> bool:
    mark, rest = b"<!ENTITY", b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if mark in rest + block:
                return True
            rest = block[-len(mark) :]
    return False
