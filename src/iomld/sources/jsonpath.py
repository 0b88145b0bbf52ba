"""JSON and JSON Lines, asked by JSONPath (RFC 9535).

The library is loaded only where a path is more than a chain of names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from iomld.errors import SourceError
from iomld.location import SourceLocation
from iomld.sources.content import open_text
from iomld.sources.model import LogicalSource
from iomld.sources.naturals import XSD, double
from iomld.sources.records import Cell

__all__ = ["compile_path", "json_cell", "json_documents", "parse_json"]

# Compiled where a path is asked for, and then kept by the module re: its classes take a hundredth of a second.
_CHAIN = r"\$?\.?((?:[A-Za-z_À-￿][\w\-]*)(?:\.[A-Za-z_À-￿][\w\-]*)*)"

_PLAIN_NAMES = re.compile(r"[^$@\[\]*?()'\":]+")
_QUOTED_NAME = re.compile(r'"[^"]*"')

_LONG = 400  # digits before or behind the point that a number is written with
_MOST_DIGITS = 4_000  # of a number that Python converts; beyond, it takes the square of the time, and refuses

# What the reader of Python takes for numbers, and RFC 8259 (section 6) does not; strings are passed over.
_NO_NUMBER = r'"(?:[^"\\]|\\.)*"|(NaN|-?Infinity)'

#: a compiled path: gives the values that it finds in a value
Path_ = Callable[[Any], list[Any]]


class _Digits(str):
    """An integer that is too long to be converted."""


def _integer(digits: str) -> int | _Digits:
    return int(digits) if len(digits) <= _MOST_DIGITS else _Digits(digits)


def _refuse(name: str) -> Any:
    raise ValueError(name)


class _Names:
    """A chain of names: ``$.a.b``."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def __call__(self, value: Any) -> list[Any]:
        for name in self.names:
            if not isinstance(value, dict) or name not in value:
                return []
            value = value[name]
        return [value]


@cache
def compile_path(path: str) -> Path_:
    """Compile a JSONPath.

    :raises SourceError: ``path-syntax``, without its place
    """
    chain = re.fullmatch(_CHAIN, path)
    if chain:
        return _Names(chain[1].split("."))
    if _PLAIN_NAMES.fullmatch(path):
        # a bare name with a blank or a comma in it, as older mappings write members
        return _Names(path.split("."))
    if _QUOTED_NAME.fullmatch(path):
        return _Names([path[1:-1]])
    if path in ("$", "@"):
        return lambda value: [value]
    import jsonpath

    try:
        # "$.[*]" is no JSONPath by the standard, and stands in many mappings
        compiled = jsonpath.compile(path.replace("$.[", "$["))
    except jsonpath.JSONPathError as error:
        raise SourceError("path-syntax", f"“{path}” is not JSONPath: {str(error).splitlines()[0]}") from None
    return lambda value: list(compiled.findall(value))


def json_cell(values: Sequence[Any], nulls: tuple[str, ...] | None = None, *, natural: bool = True) -> Cell:
    """The values of a reference as text with their natural datatypes; null gives none.

    :param nulls: texts that stand for no value, numbers as in the file
    :param natural: whether numbers and truth values have their datatypes, or are plain text in the digits of the file
    :raises ValueError: where a value is an object or an array
    :raises SourceError: ``json-surrogate``, without its place
    """
    cell: list[tuple[str, str | None]] = []
    for value in values:
        if value is None:
            continue
        if isinstance(value, _Digits):
            text, kind = str(value), "integer"
        elif isinstance(value, str):
            if not value.isascii():
                _check_surrogates(value)
            text, kind = value, None
        elif isinstance(value, bool):
            text, kind = "true" if value else "false", "boolean"
        elif isinstance(value, int):
            text, kind = str(value), "integer"
        elif isinstance(value, Decimal):
            text, kind = _digits(value), "double"
        else:
            raise ValueError("an object" if isinstance(value, dict) else "an array")
        if nulls is not None and text in nulls:
            continue
        if kind is None or not natural:
            cell.append((text, None))
        else:
            cell.append((double(value) if kind == "double" else text, XSD + kind))
    return cell


def _digits(value: Decimal) -> str:
    """A number without exponent; one whose digits could fill the memory keeps it."""
    return f"{value:f}" if abs(value.adjusted()) < _LONG else str(value)


def _check_surrogates(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise SourceError(
            "json-surrogate",
            f"character {error.start + 1} of the text is \\u{ord(value[error.start]):04x}, half a surrogate pair",
            hint="write the character itself, or both halves",
        ) from None


def json_documents(path: Path, label: str, source: LogicalSource) -> Iterator[Any]:
    """The JSON values of a file: one, or one a line of JSON Lines."""
    with open_text(path, label, source) as stream:
        if source.formulation == "json":
            yield parse_json(stream.read(), label)
            return
        for number, line in enumerate(stream):
            if line.strip():
                yield parse_json(line, label, before=number)


def parse_json(content: str, label: str, *, before: int = 0) -> Any:
    """Parse JSON; numbers with a point keep their digits.

    :param before: lines of the file that stand before the content
    :raises SourceError: ``json-syntax``
    """
    try:
        return json.loads(content, parse_float=Decimal, parse_int=_integer, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = SourceLocation(label, line=error.lineno + before, column=error.colno)
        what = "it ends too early" if error.pos >= len(content.rstrip()) else error.msg
        raise SourceError("json-syntax", f"not well-formed JSON: {what}", location=place) from None
    except ValueError as error:
        found = next(each for each in re.finditer(_NO_NUMBER, content, re.DOTALL) if each[1])
        line = content.count("\n", 0, found.start())
        place = SourceLocation(
            label, line=before + line + 1, column=found.start() - content.rfind("\n", 0, found.start())
        )
        hint = "write null where there is no number, or the word in quotes"
        raise SourceError(
            "json-syntax", f"not well-formed JSON: {error} is no number", location=place, hint=hint
        ) from None
    except RecursionError:
        place = SourceLocation(label, line=before + 1)
        raise SourceError("json-syntax", "the JSON is nested too deeply to be read", location=place) from None
