"""What parts the cells of a table, where it is not what should: many spreadsheets save CSV with semicolons."""

from __future__ import annotations

import csv
from collections.abc import Collection

__all__ = ["NAMES", "other_delimiter"]

#: delimiters that are met, in words
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def other_delimiter(header: str, columns: Collection[str], delimiter: str = ",") -> str | None:
    """What a header is parted by, where that is not its delimiter.

    :param header: the first line of the table
    :param columns: names that are expected
    :param delimiter: what should part them
    :returns: the delimiter under which more columns are found, if any

    >>> other_delimiter("state;name;since", ["state", "name", "note"])
    ';'
    """

    def found(delimiter: str) -> int:
        try:
            return len(set(columns).intersection(*csv.reader([header], delimiter=delimiter)))
        except csv.Error:
            return 0

    best = max(NAMES, key=lambda each: (found(each), each == delimiter))
    return best if found(best) > max(found(delimiter), min(1, len(columns) - 1)) else None
