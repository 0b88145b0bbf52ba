"""Prove tables against the texts they were read from: what a row says stands where it says it stands.

What is looked for is declared in the metadata of the table, by the column's ``mld:occurs``:

``text``
    the words of the cell
``quoted``
    the words of the cell, in rows whose ``label_kind`` is ``quoted``
``date``
    year, month by name, day, season by name
``number``
    the number, in digits or in words (see :mod:`iomld.sources.numerals`)
``name``
    some name of the thing that the cell refers to: a label of its register, or a name the documents give it
``within``
    likewise, at a pinpoint of the row, in the paragraph that holds the item cited, or at a pinpoint of what the row's
    thing is part of (its ``parent`` or ``activity``, and so on): a round table of a project in a country is held there

Every such value must stand at one of the row's pinpoints, and every pinpoint must hold one of them or a name of
something that the row refers to. A date, number or name that the text does not hold to the letter rests on the row's
``as_written``, which then must stand there. Numbers in ``as_written`` are held against the row's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iomld.errors import IomldError, SourceError, raise_all
from iomld.location import SourceLocation
from iomld.sources.files import shown
from iomld.sources.numerals import numerals, whole, written
from iomld.sources.tables import read_table
from iomld.sources.tableschema import SUFFIX, Column, TableSchema, read
from iomld.sources.texts import normalize, readings
from iomld.sources.units import cut

__all__ = ["check_sources"]

_MONTHS = {
    1: "january janvier enero jan", 2: "february février febrero feb", 3: "march mars marzo mar",
    4: "april avril abril apr", 5: "may mai mayo", 6: "june juin junio jun", 7: "july juillet julio jul",
    8: "august août agosto aug", 9: "september septembre septiembre sept sep", 10: "october octobre octubre oct",
    11: "november novembre noviembre nov", 12: "december décembre diciembre dec",
}  # fmt: skip
_SEASONS = {
    21: "spring printemps primavera", 22: "summer été verano", 23: "autumn fall automne otoño",
    24: "winter hiver invierno",
}  # fmt: skip
#: What half of a year begins or ends with the month.
_FIRST = ("first half", "first semester", "premier semestre", "primer semestre")
_SECOND = ("second half", "second semester", "deuxième semestre", "segundo semestre")
_DECIMAL_COMMA = ("fr", "es")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_HALVES = {1: _FIRST, 6: _FIRST, 7: _SECOND, 12: _SECOND}


@dataclass
class _Texts:
    """The readings of the units by pinpoint, their languages, and what things are called."""

    units: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)  # of the units, where their table tells
    names: dict[str, set[str]] = field(default_factory=dict)
    above: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict)  # its parents and its pinpoints
    bearers: dict[str, set[str]] = field(default_factory=dict)  # normalized name to those whose declared name it is

    def holds(self, pinpoint: str, words: str) -> bool:
        wanted = normalize(words)
        return bool(wanted) and re.search(whole(re.escape(wanted)), self.units.get(pinpoint, "")) is not None

    def where(self, words: str, document: str) -> list[str]:
        units = (pinpoint for pinpoint in self.units if pinpoint.startswith(f"{document}/"))
        return [pinpoint for pinpoint in units if self.holds(pinpoint, words)]


def check_sources(tables: Path, texts: Path, *, root: Path) -> list[IomldError]:
    """Every value of the tables that does not stand at its pinpoint.

    :param tables: folder of tables in which :func:`iomld.sources.check.check_tables` finds nothing; each document
        that they cite has a ``structure.toml``
    :param texts: folder of the documents as plain text
    :returns: documents that cannot be checked, then mistakes in the order of files and rows
    :raises SourceError: where a text, its structure or a table cannot be read
    """
    schemas = [read(file.absolute(), root=root) for file in sorted(tables.rglob(f"*{SUFFIX}"))]
    wrong: list[IomldError] = []
    rows = [row for schema in schemas for row in _rows(schema, root, wrong)]
    listed = {row.cells["pinpoint"]: row for row in rows if row.schema.name == "units.csv"}
    known = _Texts()
    structures = sorted(tables.rglob("structure.toml"))
    for structure in structures:
        document = structure.parent.name
        expected = [pinpoint.removeprefix(f"{document}/") for pinpoint in listed if pinpoint.startswith(f"{document}/")]
        try:
            for unit, text in cut(structure, texts, root=root, listed=expected).items():
                known.units[f"{document}/{unit}"] = readings(text)
        except IomldError as error:
            wrong.append(error)
    raise_all(wrong)
    for row in rows:
        _learn(row, known)
    for path, names in known.names.items():
        for name in names:
            known.bearers.setdefault(normalize(name), set()).add(path)
    for row in rows:
        _learn_wording(row, known)
    documents = {structure.parent.name for structure in structures}
    errors: list[IomldError] = [*_without_structure(rows, documents)]
    missing = {
        pinpoint for pinpoint, row in listed.items() if row.document in documents and pinpoint not in known.units
    }
    for row in rows:
        pinpoints = row.pinpoints()
        # What rests on a unit that is not found cannot be judged: that it is not found is told once, below.
        if all(each.partition("/")[0] in documents for each in pinpoints) and not missing.intersection(pinpoints):
            errors += _check(row, known)
    errors += _check_units(structures, known, listed, missing, root)
    return errors


@dataclass(frozen=True)
class _Row:
    schema: TableSchema
    shown: str
    document: str
    number: int
    cells: Mapping[str, str]

    def values(self, column: Column) -> list[str]:
        cell = self.cells.get(column.name, "")
        if not cell:
            return []
        return [cell] if column.separator is None else [part.strip() for part in cell.split(column.separator)]

    def pinpoints(self) -> list[str]:
        column = self.schema.column("pinpoints")
        return self.values(column) if column else []

    def location(self, field: str) -> SourceLocation:
        return SourceLocation(self.shown, row=self.number, field=field)


def _rows(schema: TableSchema, root: Path, errors: list[IomldError]) -> Iterator[_Row]:
    for path in schema.tables():
        if table := read_table(path, schema, root, errors):
            for number, cells in table.records:
                yield _Row(schema, table.shown, path.parent.name, number, dict(zip(table.header, cells, strict=True)))


def _learn(row: _Row, known: _Texts) -> None:
    """What things are called: labels and acronyms of the tables that declare them, names that documents give."""
    kind = row.schema.type
    if kind and row.schema.primary_key:
        names = known.names.setdefault(f"{kind}/{row.cells[row.schema.primary_key[0]]}", set())
        called = [cell for name, cell in row.cells.items() if name.startswith("label_") and name != "label_kind"]
        if column := row.schema.column("pinpoints"):
            parents, pinpoints = known.above.setdefault(
                f"{kind}/{row.cells[row.schema.primary_key[0]]}", (set(), set())
            )
            parents.update(filter(None, [row.cells.get("parent")]))
            pinpoints.update(row.values(column))
        names.update(cell for cell in (*called, *map(row.cells.get, ("label", "acronym", "title"))) if cell)
    if row.schema.name == "units.csv" and (language := row.cells.get("language")):
        known.languages[row.cells["pinpoint"]] = language.partition("-")[0].lower()
    if row.schema.name == "names.csv":
        known.names.setdefault(row.cells["subject"], set()).add(row.cells["name"])


def _learn_wording(row: _Row, known: _Texts) -> None:
    """What things are called in the rows that tell of them; not by what is the name of something else."""
    wording = row.cells.get("as_written")
    bearers = known.bearers.get(normalize(wording), ()) if wording else ()
    for name in ("participant", "agent", "grouping"):
        path = row.cells.get(name)
        if wording and path and (not bearers or path in bearers):
            known.names.setdefault(path, set()).add(wording)


def _without_structure(rows: list[_Row], documents: set[str]) -> Iterator[IomldError]:
    """The documents that are cited and of which nothing tells how their text falls into units, where first cited."""
    told = set(documents)
    for row in rows:
        for pinpoint in row.pinpoints():
            document = pinpoint.partition("/")[0]
            if document not in told:
                told.add(document)
                yield SourceError(
                    "structure-missing",
                    f"nothing that rests on {document} is checked: it has no structure.toml",
                    location=row.location("pinpoints"),
                    hint="write one beside its tables: it tells what the units of its text begin with",
                )


def _check(row: _Row, known: _Texts) -> Iterator[IomldError]:
    pinpoints = row.pinpoints()
    if not pinpoints:
        return
    supported: set[str] = set()
    # Words to the letter first: they show on which of the pinpoints the rest may rest.
    wording = row.cells.get("as_written", "")
    rests_on = {pinpoint for pinpoint in pinpoints if wording and known.holds(pinpoint, wording)}
    demanded = 0
    for checked in row.schema.columns:
        if checked.occurs is None or (checked.occurs == "quoted" and row.cells.get("label_kind") != "quoted"):
            continue
        for value in row.values(checked):
            demanded += checked.occurs != "within"
            found = {pinpoint for pinpoint in pinpoints if _stands(value, checked, known, pinpoint)}
            if not found and checked.occurs in ("date", "number", "name") and _may_rest(value, checked, wording, known):
                found = rests_on
            supported |= found
            if not found and not (checked.occurs == "within" and _stands_above(row, value, checked, known, pinpoints)):
                yield _missing(row, checked, value, pinpoints, known)
            elif checked.occurs == "number" and (others := _other_numbers(row, value, pinpoints, known)):
                yield SourceError(
                    "not-as-written",
                    f"“{value}” is not what as_written says: {' and '.join(f'“{other}”' for other in others)}",
                    location=row.location(checked.name),
                    hint="correct the number, or put the words that say it into as_written",
                )
    for referring in row.schema.columns:
        for value in row.values(referring) if referring.path or referring.key not in (None, "pinpoint") else ():
            path = value if referring.path else f"{referring.key}/{value}"
            for name in known.names.get(path, ()):
                supported |= {pinpoint for pinpoint in pinpoints if known.holds(pinpoint, name)}
    for pinpoint in pinpoints:
        if demanded and pinpoint not in supported:
            yield SourceError(
                "pinpoint-unsupported",
                f"nothing of the row stands at {pinpoint}",
                location=row.location("pinpoints"),
                hint=_cure(row, "correct the pinpoint", where=" in a row of its own"),
            )


def _stands(value: str, column: Column, known: _Texts, pinpoint: str) -> bool:
    text = known.units.get(pinpoint, "")
    match column.occurs:
        case "date":
            return all(_date_stands(part, text) for part in value.split("/") if part not in ("", ".."))
        case "number":
            return written(value, text, decimal_comma=known.languages.get(pinpoint) in _DECIMAL_COMMA)
        case "name" | "within":
            path = value if column.path else f"{column.key}/{value}"
            return any(known.holds(pinpoint, name) for name in known.names.get(path, ()))
        case _:
            return known.holds(pinpoint, value)


def _stands_above(row: _Row, value: str, column: Column, known: _Texts, pinpoints: list[str]) -> bool:
    """Whether a name stands in the paragraphs that hold the units, or where that is told which the thing is part of."""
    if any(_stands(value, column, known, _holder(pinpoint)) for pinpoint in pinpoints):
        return True
    seen: set[str] = set()
    front = [row.cells.get("parent") or row.cells.get("activity") or ""]
    for path in front:
        if path and path not in seen:
            seen.add(path)
            parents, places = known.above.get(path, (set(), set()))
            if any(_stands(value, column, known, pinpoint) for pinpoint in places):
                return True
            front += sorted(parents)
    return False


def _other_numbers(row: _Row, value: str, pinpoints: list[str], known: _Texts) -> list[str]:
    """The numbers of ``as_written`` that no cell of the row says, where a value is none of those that it says."""
    words = normalize(row.cells.get("as_written", ""))
    comma = any(known.languages.get(pinpoint) in _DECIMAL_COMMA for pinpoint in pinpoints)
    if written(value, words, decimal_comma=comma):
        return []
    said = [each for column in row.schema.columns if column.occurs == "number" for each in row.values(column)]
    return [
        found
        for found in numerals(words)
        if not _YEAR.fullmatch(found) and not any(written(each, found, decimal_comma=comma) for each in said)
    ]


def _may_rest(value: str, column: Column, wording: str, known: _Texts) -> bool:
    """Whether a value may rest on words that do not say it to the letter: they say no other number, date or name."""
    words = normalize(wording)
    match column.occurs:
        case "number":
            return not re.search(r"\d", words) and not numerals(words)
        case "date":
            return not re.search(r"\d{4}", words)
        case _:
            bearers = known.bearers.get(words, ())
            return not bearers or (value if column.path else f"{column.key}/{value}") in bearers


def _date_stands(date: str, text: str) -> bool:
    """Whether year, month and day stand together, as dates are written: “16 and 17 October 2002”, “May 3, 2001”."""
    year, *rest = date.rstrip("?~%").split("-")
    digits = year.rstrip("X")
    years = rf"(?<!\d){digits}" + (r"(?!\d)" if digits == year else "")
    if not rest:
        return re.search(years, text) is not None
    number = int(rest[0])
    names = (*(_MONTHS.get(number) or _SEASONS.get(number) or "").split(), *_HALVES.get(number, ()))
    month = rf"\b(?:{'|'.join(names)})\b"
    near = r"[^.;]{0,40}?"  # “from 5 June to 3 October 2002”: the year may be said once for both
    if not re.search(rf"{month}{near}{years}|{years}{near}{month}", text):
        return False
    if len(rest) == 1:
        return True
    day = whole(rf"0?{int(rest[1])}(?:st|nd|rd|th|er|º)?")
    return re.search(rf"{day}[^.;]{{0,30}}?{month}|{month}[^.;a-z]{{0,12}}?{day}", text) is not None


def _missing(row: _Row, column: Column, value: str, pinpoints: list[str], known: _Texts) -> SourceError:
    elsewhere = known.where(value, row.document) if column.occurs in ("text", "quoted") else []
    hint = None
    if elsewhere:
        hint = f"it stands at {', '.join(elsewhere[:3])}"
    elif column.occurs in ("date", "number", "name"):
        hint = _cure(row, "correct it or the pinpoint")
    return SourceError(
        "not-at-pinpoint",
        f"“{value}” does not stand at {' or '.join(pinpoints)}",
        location=row.location(column.name),
        hint=hint,
    )


def _cure(row: _Row, mend: str, *, where: str = "") -> str:
    """What to do about a value: as_written is a way out only where the table has such a column."""
    wording = f", or put the words on which it rests into as_written{where}"
    return mend + (wording if row.schema.column("as_written") else "")


def _check_units(
    structures: list[Path], known: _Texts, listed: dict[str, _Row], missing: set[str], root: Path
) -> Iterator[IomldError]:
    """The units of the table and those of the text are the same."""
    documents = {structure.parent.name: structure.parent for structure in structures}
    for pinpoint in listed:
        holder = _holder(pinpoint)
        if pinpoint in missing and (holder == pinpoint or holder not in missing):  # else that one is told
            yield SourceError(
                "unit-not-in-text",
                f"the text has no unit {pinpoint}",
                location=listed[pinpoint].location("pinpoint"),
                hint="correct the row, the text, or what structure.toml says that units begin with; "
                "what rests on the unit is not checked",
            )
    for pinpoint in known.units:
        if pinpoint not in listed:
            table = documents[pinpoint.partition("/")[0]] / "units.csv"
            yield SourceError(
                "unit-not-listed",
                f"the text has a unit {pinpoint} that units.csv does not list",
                location=SourceLocation(shown(table, root)),
                hint="every part of a document is accounted for: add its row, with a note if no fact rests on it",
            )


def _holder(pinpoint: str) -> str:
    """The paragraph that holds an item or sub-paragraph; of others the pinpoint itself."""
    return re.sub(r"(/[ivx]+|\.\d+)$", "", pinpoint)
