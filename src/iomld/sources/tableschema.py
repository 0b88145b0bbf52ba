"""What a kind of table must look like: CSVW metadata, read into frozen values.

The metadata of ``participation.csv`` is ``participation.csv-metadata.json``, beside the table or in the nearest
folder above it: one file then speaks for the tables of that name in all folders below it.

Beside the standard's own terms (columns, datatypes, separator, required, primaryKey) four terms of ours say what a
cell refers to and rests on; other readers of CSVW skip them, as the standard asks:

``mld:key``
    the cell holds a key of the tables that declare this ``mld:type``
``mld:path``
    the cell holds ``type/key``, of one of the listed types, or of any (``"*"``)
``mld:concept``
    the cell holds the notation of a concept in this scheme
``mld:occurs``
    how the value must stand in the document (see :mod:`iomld.sources.proof`)

Source: Metadata Vocabulary for Tabular Data (W3C, 2015), sections 5.3 to 5.7.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from iomld.errors import SourceError, raise_all
from iomld.location import SourceLocation
from iomld.sources.content import utf8_text
from iomld.sources.files import shown
from iomld.sources.metadata import INHERITED, check_metadata
from iomld.sources.values import LENGTHS, LIMITS

__all__ = ["Column", "TableSchema", "find", "metadata_of", "read"]

SUFFIX = "-metadata.json"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF-level1"


@dataclass(frozen=True)
class Column:
    """A column of a kind of table.

    :param name: the header, to the letter
    :param description: what the cell says, for people who edit the table
    :param required: an empty cell is a mistake
    :param separator: where several values may stand in a cell, what parts them; else None
    :param null: cell texts that mean "nothing said"
    :param datatype: one of :data:`iomld.sources.values.DATATYPES`
    :param pattern: regular expression that each value must match in full
    :param limits: of the value (``minimum`` …) and its length (``maxLength`` …): property and limit
    :param key: type of the things whose bare key the cell holds
    :param path: types of the things whose ``type/key`` the cell holds; ``("*",)`` for any
    :param concept: concept scheme whose notation the cell holds
    :param occurs: how the value must stand in the text at the row's pinpoints: see :mod:`iomld.sources.proof`
    """

    name: str
    description: str = ""
    required: bool = False
    separator: str | None = None
    null: tuple[str, ...] = ("",)
    datatype: str = "string"
    pattern: str | None = None
    limits: tuple[tuple[str, str], ...] = ()
    key: str | None = None
    path: tuple[str, ...] = ()
    concept: str | None = None
    occurs: str | None = None


@dataclass(frozen=True)
class TableSchema:
    """A kind of table: its columns in order, its key, and the type of thing that it declares, if any."""

    file: Path
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    type: str | None = None

    @property
    def name(self) -> str:
        """The file name that the tables of this kind bear."""
        return self.file.name.removesuffix(SUFFIX)

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def tables(self) -> list[Path]:
        """All tables that this metadata speaks for, in the order of their paths; nearer metadata wins."""
        return sorted(path for path in self.file.parent.rglob(self.name) if find(path) == self)


def find(path: Path) -> TableSchema | None:
    """The schema that speaks for a table, or None where no metadata file does.

    :raises SourceError: ``metadata-malformed``
    """
    metadata = metadata_of(path)
    return read(metadata) if metadata else None


def metadata_of(path: Path) -> Path | None:
    """The metadata file that speaks for a table: beside it, or in the nearest folder above within the project."""
    path = path.absolute()
    for folder in path.parents:
        candidate = folder / (path.name + SUFFIX)
        if candidate.is_file():
            return candidate
        if (folder / "iomld.toml").exists() or (folder / ".git").exists():
            break
    return None


def read(file: Path, *, root: Path | None = None) -> TableSchema:
    """Read a metadata file, again only when it has changed.

    :param root: messages show its path relative to it
    :raises SourceError: ``metadata-malformed``, every mistake at its line
    """
    status = file.stat()
    label = shown(file, root) if root else str(file)
    return _read(file, label, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1_000)
def _read(file: Path, label: str, changed: int, size: int) -> TableSchema:
    text = utf8_text(file, label, "metadata-malformed", hint="save the file as UTF-8")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(
            "metadata-malformed",
            f"not JSON: {error.msg}",
            location=SourceLocation(label, line=error.lineno, column=error.colno),
        ) from error
    except RecursionError as error:
        raise SourceError(
            "metadata-malformed", "nested too deeply to be read", location=SourceLocation(label)
        ) from error
    raise_all(check_metadata(document, text, label))
    schema = document["tableSchema"]
    inherited = {name: each[name] for each in (document, schema) for name in INHERITED if name in each}
    key = schema.get("primaryKey", [])
    return TableSchema(
        file=file,
        description=document.get("dc:description", ""),
        columns=tuple(_column(inherited | column) for column in schema["columns"]),
        primary_key=(key,) if isinstance(key, str) else tuple(key),
        type=document.get("mld:type"),
    )


def _column(description: dict[str, Any]) -> Column:
    datatype: Any = description.get("datatype", "string")
    pattern = None
    limits: tuple[tuple[str, str], ...] = ()
    if isinstance(datatype, dict):
        form = datatype.get("format")
        pattern = form if isinstance(form, str) else None
        limits = tuple((name, str(datatype[name])) for name in (*LENGTHS, *LIMITS) if name in datatype)
        datatype = "edtf" if datatype.get("@id") == EDTF else datatype.get("base", "string")
    null = description.get("null", "")
    path = description.get("mld:path", ())
    return Column(
        name=description["name"],
        description=description.get("dc:description", ""),
        required=bool(description.get("required", False)),
        separator=description.get("separator"),
        null=(null,) if isinstance(null, str) else tuple(null),
        datatype=datatype,
        pattern=pattern,
        limits=limits,
        key=description.get("mld:key"),
        path=(path,) if isinstance(path, str) else tuple(path),
        concept=description.get("mld:concept"),
        occurs=description.get("mld:occurs"),
    )
