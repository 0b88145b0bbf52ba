"""What CSVW metadata must be, and every mistake in it at its line.

A property that is misspelt would switch off what it asks for, so one that neither the standard nor we know is a
mistake. Names with a prefix, such as ``dc:title``, are notes of whoever wrote them.

Source: Metadata Vocabulary for Tabular Data (W3C, 2015), sections 5.3 to 5.11.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from iomld.errors import SourceError, nearest
from iomld.location import SourceLocation
from iomld.sources.values import DATATYPES, LENGTHS, LIMITS, has_limits, wrong_datatype

__all__ = ["INHERITED", "TERMS", "check_metadata", "line_of", "type_undeclared"]

_Path = tuple[str | int, ...]

#: what a table or its schema may say for all columns
INHERITED = (
    "aboutUrl", "datatype", "default", "lang", "null", "ordered", "propertyUrl", "required", "separator",
    "textDirection", "valueUrl",
)  # fmt: skip
_ANYWHERE = ("@id", "@type", "notes")
_TABLE = (
    "@context", "dialect", "suppressOutput", "tableDirection", "tableSchema", "transformations", "url", "mld:type",
    *INHERITED, *_ANYWHERE,
)  # fmt: skip
_SCHEMA = ("columns", "foreignKeys", "primaryKey", "rowTitles", *INHERITED, *_ANYWHERE)
_COLUMN = (
    "name", "suppressOutput", "titles", "virtual", "mld:concept", "mld:key", "mld:occurs", "mld:path",
    *INHERITED, *_ANYWHERE,
)  # fmt: skip
_DATATYPE = ("base", "format", *LENGTHS, *LIMITS, *_ANYWHERE)
# What would change the meaning of a table, and what to do instead: it must not be passed over without a word.
_NOT_READ = {
    "default": "write the value into the cells",
    "foreignKeys": "mld:key says which things a cell refers to",
    "virtual": "leave the column out; a mapping says what is the same for all rows",
}
#: terms of our vocabulary that stand in the metadata of tables, and not in data
TERMS = frozenset(f"https://w3id.org/iomld/ns#{name[4:]}" for name in (*_TABLE, *_COLUMN) if name.startswith("mld:"))
_OCCURS = ("text", "quoted", "date", "number", "name", "within")

# The form that tables of a project have (section 5.9); another one is not read.
_DIALECT = {
    "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True, "headerRowCount": 1, "skipColumns": 0,
    "skipRows": 0, "skipInitialSpace": False, "trim": False,
}  # fmt: skip

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def line_of(text: str, path: _Path) -> int | None:
    """The line of a member of a JSON document, or of what would hold it.

    :param path: names of members and positions in arrays
    """
    here: list[str | int] = []
    deepest, place = 0, 0
    before = 0
    for token in _TOKEN.finditer(text):
        mark, start = token[0], token.start()
        if mark in ("}", "]"):
            here = here[:-1]
        elif mark == ",":
            if here and isinstance(position := here[-1], int):
                here[-1] = position + 1
        elif mark == ":":
            here[-1], start = json.loads(text[before : token.start()]), before
        if mark not in ("}", "]", ",") and len(here) > deepest and tuple(here) == path[: len(here)]:
            deepest, place = len(here), start
        if mark in ("{", "["):
            here.append("" if mark == "{" else 0)
        before = token.start()
    return text.count("\n", 0, place) + 1 if deepest else None


def check_metadata(document: object, text: str, file: str) -> list[SourceError]:
    """Every mistake in the metadata of a table, read as JSON from a text."""
    return [
        SourceError("metadata-malformed", message, location=SourceLocation(file, line=line_of(text, path)), hint=hint)
        for path, message, hint in _mistakes(document)
    ]


def type_undeclared(file: Path, label: str, column: int, name: str, type: str, types: set[str]) -> SourceError:
    """The mistake of a column that refers to things of a type that no table declares.

    :param label: the path of the metadata as messages show it
    :param column: its position in the metadata
    :param name: the property that names the type
    :param types: the types that are declared
    """
    path = ("tableSchema", "columns", column, name)
    return SourceError(
        "metadata-malformed",
        f"{name}: no table declares things of the type “{type}”",
        location=SourceLocation(label, line=line_of(file.read_text(encoding="utf-8-sig"), path)),
        hint=nearest(type, types) or f"a table declares one by its mld:type; there are {', '.join(sorted(types))}",
    )


_Mistake = tuple[_Path, str, str | None]


def _mistakes(document: object) -> Iterator[_Mistake]:
    form = "a metadata file holds {tableSchema: {columns: [{name: …}, …]}}"
    if not isinstance(document, dict):
        yield (), f"{_shown(document)} is not an object", form
        return
    yield from _unknown(document, _TABLE, "a table", ())
    if "mld:type" in document and not _is_text(document["mld:type"]):
        yield ("mld:type",), f"mld:type: {_shown(document['mld:type'])} is not the name of a type", None
    yield from _of_columns(document, ())
    dialect = document.get("dialect", {})
    for name in _DIALECT if isinstance(dialect, dict) else ():
        if dialect.get(name, _DIALECT[name]) != _DIALECT[name]:
            hint = "save the table as CSV with commas, double quotes and a header of one row"
            yield ("dialect", name), f"dialect: tables of a project have {name} {_shown(_DIALECT[name])}", hint
    schema = document.get("tableSchema")
    if not isinstance(schema, dict):
        found = "is missing" if "tableSchema" not in document else f"is {_shown(schema)}, not an object"
        yield ("tableSchema",), f"tableSchema {found}", form
        return
    yield from _unknown(schema, _SCHEMA, "a schema", ("tableSchema",))
    yield from _of_columns(schema, ("tableSchema",))
    columns = schema.get("columns")
    if not isinstance(columns, list):
        found = "is missing" if "columns" not in schema else f"is {_shown(columns)}, not an array"
        yield ("tableSchema", "columns"), f"columns {found}", form
        return
    names: list[str] = []
    for index, column in enumerate(columns):
        path: _Path = ("tableSchema", "columns", index)
        if not isinstance(column, dict):
            yield path, f"column {index + 1} is {_shown(column)}, not an object", form
        elif not _is_text(column.get("name")):
            yield path, f"column {index + 1} has no name", "its name is the header of the column, to the letter"
        else:
            names.append(column["name"])
            yield from _column(column, path)
    key = schema.get("primaryKey", [])
    for name in key if isinstance(key, list) else [key]:
        if name not in names:
            hint = nearest(str(name), names) or f"the columns are {', '.join(names)}"
            yield ("tableSchema", "primaryKey"), f"primaryKey: {_shown(name)} is no column of the table", hint
    if document.get("mld:type") == "concept":
        for name in ("scheme", "notation"):
            if name not in names:
                yield ("mld:type",), f"a table of concepts has a column “{name}”, this one lacks it", None


def _column(column: dict[str, Any], path: _Path) -> Iterator[_Mistake]:
    yield from _unknown(column, _COLUMN, "a column", path)
    yield from _of_columns(column, path)
    kinds: list[_Kind] = [
        ("mld:key", _is_text, "the name of a type"),
        ("mld:path", _are_texts, "the name of a type, or an array of them"),
        ("mld:concept", _is_text, "the name of a concept scheme"),
    ]
    yield from _unkind(column, kinds, path)
    if "mld:occurs" in column and column["mld:occurs"] not in _OCCURS:
        yield _unlisted(column["mld:occurs"], _OCCURS, "way in which a value stands in a text", (*path, "mld:occurs"))


def _of_columns(described: dict[str, Any], path: _Path) -> Iterator[_Mistake]:
    """The mistakes in what a column says, or a table or schema for all its columns."""
    if "datatype" in described:
        yield from _datatype(described["datatype"], (*path, "datatype"))
    kinds: list[_Kind] = [
        ("required", lambda value: isinstance(value, bool), "true or false"),
        ("separator", lambda value: value is None or _is_text(value), "the text between the values of a cell"),
        ("null", lambda value: _are_texts(value, empty=True), "a text, or an array of texts"),
    ]
    yield from _unkind(described, kinds, path)
    for name, hint in _NOT_READ.items():
        if described.get(name):
            yield (*path, name), f"{name}: tables of a project do without it", hint


_Kind = tuple[str, Callable[[object], bool], str]


def _unkind(described: dict[str, Any], kinds: list[_Kind], path: _Path) -> Iterator[_Mistake]:
    for name, holds, expected in kinds:
        if name in described and not holds(described[name]):
            yield (*path, name), f"{name}: {_shown(described[name])} is not {expected}", None


def _datatype(datatype: object, path: _Path) -> Iterator[_Mistake]:
    if not isinstance(datatype, dict):
        if datatype not in DATATYPES:
            yield _unlisted(datatype, tuple(DATATYPES), "datatype", path)
        return
    yield from _unknown(datatype, _DATATYPE, "a datatype", path)
    base = datatype.get("base", "string")
    if base not in DATATYPES:
        yield _unlisted(base, tuple(DATATYPES), "datatype", (*path, "base"))
        return
    pattern = datatype.get("format")
    try:
        if "format" in datatype and not isinstance(pattern, str):
            yield (*path, "format"), f"format: {_shown(pattern)} is not a regular expression", None
        elif isinstance(pattern, str):
            re.compile(pattern)
            if has_limits(base) or base == "boolean":
                hint = "write values as XML Schema has them, or as a string that a mapping converts"
                yield (*path, "format"), f"format: values of the datatype {base} have one form only", hint
    except re.error as error:
        message = f"format: {_shown(pattern)} is not a regular expression: {error}"
        yield (*path, "format"), message, "a bracket that is meant to the letter stands behind a backslash"
    for name in LENGTHS:
        limit = datatype.get(name, 0)
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
            yield (*path, name), f"{name}: {_shown(limit)} is not a number of characters", None
    for name in LIMITS:
        if name in datatype and (not has_limits(base) or "@id" in datatype):
            yield (*path, name), f"{name}: values of the datatype {base} have no order", None
        elif name in datatype and wrong_datatype(str(datatype[name]), base):
            yield (*path, name), f"{name}: {_shown(datatype[name])} is no value of the datatype {base}", None


def _unknown(described: dict[str, Any], known: tuple[str, ...], what: str, path: _Path) -> Iterator[_Mistake]:
    for name in described:
        if name not in known and (":" not in name or name.startswith("mld:")):
            hint = nearest(name, known) or "a note of your own has a prefix, such as dc:description"
            yield (*path, name), f"“{name}” is no property of {what}", hint


def _unlisted(value: object, known: tuple[str, ...], what: str, path: _Path) -> _Mistake:
    hint = nearest(value, known) if isinstance(value, str) else None
    return path, f"{path[-1]}: {_shown(value)} is no {what}", hint or f"one of {', '.join(known)}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _are_texts(value: object, *, empty: bool = False) -> bool:
    return all(isinstance(each, str) and (each or empty) for each in (value if isinstance(value, list) else [value]))


def _shown(value: object) -> str:
    """A value as the file has it, short."""
    if isinstance(value, str):
        return f"“{value}”"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
