"""Places a person can open: a file, and a line or a row in it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SourceLocation"]


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
