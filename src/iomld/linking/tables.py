"""Reading the CSV tables of this room: every mistake of a file in one go, each at its row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from iomld.errors import IomldError, LinkError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.sources.delimiters import NAMES, other_delimiter

__all__ = ["Row", "read_table", "read_text", "write_table"]


class Row(NamedTuple):
    """One record: its number as a spreadsheet counts (the header is row 1), and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read_text(path: Path, shown: str | None = None) -> str:
    """The text of a UTF-8 file, without a byte-order mark.

    :param shown: the path as messages show it
    :raises LinkError: ``link-file-missing``, ``link-file-not-utf8``
    """
    shown = shown or str(path)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise LinkError(
            "link-file-missing", f"there is no file {shown}", hint="check the path", location=SourceLocation(shown)
        ) from None
    except IsADirectoryError:
        raise LinkError(
            "link-file-missing", f"{shown} is a folder, not a file", location=SourceLocation(shown)
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise LinkError(
            "link-file-not-utf8",
            f"byte {error.object[error.start]:#04x} is not UTF-8",
            location=SourceLocation(shown, line=line),
            hint="save the file as UTF-8",
        ) from None


def read_table(
    path: Path,
    required: Collection[str],
    *,
    delimiter: str = ",",
    text: str | None = None,
    shown: str | None = None,
    first: int = 1,
) -> list[Row]:
    """The records of a table.

    :param required: columns that must be there; further ones are read as well
    :param text: the content where it was read already
    :param shown: the path as messages show it
    :param first: the number of the header's row, where something stands above it
    :raises LinkError: ``link-table-empty``, ``link-table-delimiter``, ``link-table-header``, ``link-table-row``, and
        those of :func:`read_text`
    """
    shown = shown or str(path)
    content = read_text(path, shown) if text is None else text
    if other := other_delimiter(content.partition("\n")[0].rstrip("\r"), required, delimiter):
        raise LinkError(
            "link-table-delimiter",
            f"the file is parted by {NAMES[other]}, not by {NAMES[delimiter]}",
            location=SourceLocation(shown, row=first),
            hint=f"save it with {NAMES[delimiter]}",
        )
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    errors: list[IomldError] = []
    rows: list[Row] = []
    number = first
    try:
        header = next(reader, None)
        if not header:
            raise LinkError("link-table-empty", "the table is empty", location=SourceLocation(shown))
        place = SourceLocation(shown, row=first)
        for column in dict.fromkeys(name for name in header if header.count(name) > 1):
            errors.append(LinkError("link-table-header", f"the column “{column}” stands twice", location=place))
        for column in required:
            if column not in header:
                hint = nearest(column, header) or f"columns found: {', '.join(header)}"
                errors.append(
                    LinkError("link-table-header", f"there is no column “{column}”", location=place, hint=hint)
                )
        raise_all(errors)
        for number, cells in enumerate(reader, start=first + 1):
            if not cells:
                continue
            if len(cells) != len(header):
                errors.append(
                    LinkError(
                        "link-table-row",
                        f"{len(cells)} cells under {len(header)} columns",
                        location=SourceLocation(shown, row=number),
                        hint="quote a cell that holds a comma",
                    )
                )
                continue
            rows.append(Row(number, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        errors.append(
            LinkError(
                "link-table-row",
                f"not a legal record: {error}",
                location=SourceLocation(shown, row=number + 1),
                hint="a quote is left open, or the file is cut off",
            )
        )
    raise_all(errors)
    return rows


def write_table(columns: Iterable[str], rows: Iterable[Mapping[str, object]], *, delimiter: str = ",") -> str:
    """A table as text, lines ended by LF."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), delimiter=delimiter, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
