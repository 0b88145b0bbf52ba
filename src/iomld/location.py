"""Places a person can open: a file, and a line or a row in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["SourceLocation", "line_in_toml"]


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A place in a file.

    Text files (mappings, Turtle, YAML, queries) use ``line`` and ``column``;
    tables use ``row`` and ``field``. All counts start at 1, as editors and
    spreadsheets count: the header of a table is row 1, its first record row 2.

    :param file: path as the user knows it (relative to the project or to the working folder)
    :param line: physical line in the file
    :param column: character in the line
    :param row: record of a table; differs from ``line`` only after a cell that holds a line break
    :param field: name of a table's column

    >>> str(SourceLocation("mapping.yml", line=41, column=9))
    'mapping.yml:41:9'
    >>> str(SourceLocation("people.csv", row=128, field="born"))
    'people.csv:128:born'
    """

    file: str
    line: int | None = None
    column: int | None = None
    row: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        first, second = (self.line, self.column) if self.row is None else (self.row, None)
        if second is None:
            second = self.field  # type: ignore[assignment]
        text = self.file
        if first is not None:
            text += f":{first}"
        elif second is not None:
            text += ":"
        if second is not None:
            text += f":{second}"
        return text


def line_in_toml(text: str, path: tuple[str | int, ...]) -> int | None:
    """The line of a member of a TOML document, or of the table that holds it.

    :param path: names of tables and of the member; behind the name of an array of tables the position in it

    >>> line_in_toml("[[part]]\\n[[part]]\\nbegin = 3", ("part", 1, "begin"))
    3
    """
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    deepest, place = 0, None
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)([^\[\]]+)\]", line):
            name = _parts(header[2])
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (*name, counts[name])
            else:
                table = name
            found = table
        elif member := re.match(r"\s*([^\s=#][^=#]*)=", line):
            found = (*table, *_parts(member[1]))
        else:
            continue
        common = min(len(found), len(path))
        if found[:common] == path[:common] and common > deepest:
            deepest, place = common, number
    return place


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))
