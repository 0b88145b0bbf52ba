"""The page docs/tables.md: every kind of table and column, from the CSVW metadata."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iomld.sources.tableschema import SUFFIX, Column, TableSchema, read

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tables.md"

_INTRODUCTION = """\
# The tables

This page is made from the CSVW metadata beside the tables (`mappings/tables/*.csv-metadata.json`) by `make docs`; edit
the metadata, not this page. How to describe a table, and what may be said of its columns, stands in
[tables of your own](your-own-tables.md).

The register says what things *are*: their identities and labels, shared by all documents. A folder of the name of a
document holds what that document *says*: facts, each with the pinpoints that it rests on. A new document is a new
folder; a table that would be empty is left out.

All tables are CSV in UTF-8, with commas, a header, and one record a line. An empty cell means that the document does
not say. Cells that may hold several values part them by `|`. Dates are [EDTF](https://www.loc.gov/standards/datetime/):
`2002`, `2002-10`, `2002-10-16`, `2002-23` (autumn), `2002/..` (since 2002). Rows stand in the order of the document.

How to read the columns below:

| says | means |
| --- | --- |
| key | the cell is the bare slug or code of a thing of that type: `midsa`, `SWZ` |
| path | the cell names a thing with its type: `process/midsa`, `state/SWZ` |
| concept | the cell is the notation of a concept in that scheme of `concepts.csv` |
| proof | how `iomld check-sources` looks for it at the row's pinpoints; see [keeping it true](keeping-it-true.md) |

`iomld build` checks all of this before any mapping runs, and tells every mistake at its row and column.
"""

_PROOFS = {
    "text": "these words",
    "quoted": "these words, where `label_kind` is `quoted`",
    "date": "this date",
    "number": "this number, in digits or in words",
    "name": "a name of the thing",
    "within": "a name of the thing, here or where that is told which the row's thing is part of",
}


def page() -> str:
    """The text of the page."""
    folder = ROOT / "mappings" / "tables"
    parts = [_INTRODUCTION, *_part("What documents say", folder.glob(f"*{SUFFIX}"))]
    parts += _part("The register", (folder / "register").glob(f"*{SUFFIX}"))
    return "\n".join(parts)


def _part(title: str, files: Iterator[Path]) -> Iterator[str]:
    yield f"## {title}\n"
    for file in sorted(files):
        yield from _table(read(file))


def _table(schema: TableSchema) -> Iterator[str]:
    yield f"### {schema.name}\n"
    yield schema.description
    if schema.type:
        yield f"Declares things of the type `{schema.type}`."
    if schema.primary_key:
        names = ", ".join(f"`{name}`" for name in schema.primary_key)
        yield f"No two rows have the same {names}." if len(schema.primary_key) > 1 else f"Its key is {names}."
    yield "\n| column | holds | form | proof |\n| --- | --- | --- | --- |"
    for column in schema.columns:
        required = " Required." if column.required else ""
        proof = _PROOFS[column.occurs] if column.occurs else ""
        yield f"| `{column.name}` | {column.description}{required} | {_form(column)} | {proof} |"
    yield ""


def _form(column: Column) -> str:
    if column.key:
        form = f"key: `{column.key}`"
    elif column.path:
        types = ", ".join(f"`{type}`" for type in column.path)
        form = "path of any type" if column.path == ("*",) else f"path: {types}"
    elif column.concept:
        form = f"concept: `{column.concept}`"
    elif column.pattern:
        escaped = column.pattern.replace("|", "\\|")
        form = f"`{escaped}`"
    else:
        form = {"edtf": "date", "string": "text", "anyURI": "IRI", "language": "language tag"}.get(
            column.datatype, column.datatype
        )
    return f"{form}, several" if column.separator else form
