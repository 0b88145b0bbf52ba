"""The reference tables as values: entities, their names, codes, identifiers and successions."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iomld.errors import IomldError, LinkError, TermError, raise_all
from iomld.linking.tables import read_table
from iomld.location import SourceLocation
from iomld.terms import bounds

__all__ = ["Entity", "Identifier", "Name", "Period", "Reference", "packaged_reference", "read_reference"]


@dataclass(frozen=True, slots=True)
class Period:
    """From and to as EDTF text, either empty where it is open or not known."""

    start: str = ""
    end: str = ""

    def overlaps(self, first: datetime.date, last: datetime.date) -> bool:
        """Whether any day between the two lies within the period, taken as wide as its ends allow."""
        begins = bounds(self.start).earliest_start if self.start else None
        ends = bounds(self.end).latest_end if self.end else None
        return (begins is None or begins <= last) and (ends is None or first <= ends)

    def __str__(self) -> str:
        if self.start and self.end:
            return f"{self.start} to {self.end}"
        return f"from {self.start}" if self.start else f"until {self.end}" if self.end else "at any time"


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an entity; ``use`` is name, acronym, context, contested or no (see docs/linking.md)."""

    text: str
    language: str
    kind: str
    use: str
    period: Period
    note: str
    row: int


@dataclass(frozen=True, slots=True)
class Identifier:
    """What an authority calls an entity; ``chosen`` is False for the other value where sources disagree."""

    authority: str
    identifier: str
    iri: str
    sources: str
    chosen: bool
    note: str
    row: int


@dataclass(frozen=True)
class Entity:
    """A state, territory, organisation, process or event of the reference tables.

    :param path: the IRI without its base: ``state/SWZ``
    :param period: its life, as far as a source tells
    """

    key: str
    path: str
    group: str
    kind: str
    label: str
    status: str
    code: str
    period: Period
    note: str
    row: int
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    codes: Mapping[str, tuple[str, Period]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reference:
    """All entities by ``(group, key)``, where group is ``state`` or ``organisation``, and who followed whom."""

    folder: Path
    entities: Mapping[tuple[str, str], Entity]
    successors: Mapping[str, tuple[str, ...]]
    predecessors: Mapping[str, tuple[str, ...]]


_NAMES = ["key", "name", "language", "kind", "use", "from", "to", "source", "note"]
_IDENTIFIERS = ["key", "authority", "identifier", "iri", "sources", "chosen", "note"]


def packaged_reference() -> Path:
    """The folder of the reference tables that come with iomld (in a checkout: ``mappings/reference``)."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "packaged" / "mappings" / "reference"
    return installed if installed.is_dir() else package.parents[1] / "mappings" / "reference"


def read_reference(folder: Path | None = None) -> Reference:
    """Read the reference tables of a folder.

    :param folder: holds the tables of states, of organisations, or both; default: those that come with iomld
    :raises LinkError: all mistakes of all tables
    """
    folder = folder or packaged_reference()
    if not folder.is_dir():
        raise LinkError("link-file-missing", f"there is no folder {folder}", hint="it should hold the reference tables")
    entities: dict[tuple[str, str], Entity] = {}
    errors: list[IomldError] = []
    successors: dict[str, list[str]] = defaultdict(list)
    predecessors: dict[str, list[str]] = defaultdict(list)
    try:
        if (folder / "states.csv").exists() or not (folder / "organisations.csv").exists():
            entities |= _group(folder, "state", "states.csv", "names.csv", "identifiers.csv", errors)
            for _, cells in read_table(folder / "successions.csv", ["predecessor", "successor"]):
                successors[cells["predecessor"]].append(cells["successor"])
                predecessors[cells["successor"]].append(cells["predecessor"])
        if (folder / "organisations.csv").exists():
            entities |= _group(
                folder,
                "organisation",
                "organisations.csv",
                "organisation_names.csv",
                "organisation_identifiers.csv",
                errors,
            )
    except IomldError as error:
        errors.append(error)
    raise_all(errors)
    return Reference(
        folder,
        entities,
        {key: tuple(values) for key, values in successors.items()},
        {key: tuple(values) for key, values in predecessors.items()},
    )


def _period(path: Path, number: int, cells: Mapping[str, str], errors: list[IomldError]) -> Period:
    for column in ("from", "to"):
        if cells[column]:
            try:
                bounds(cells[column])
            except TermError as error:
                place = SourceLocation(str(path), row=number, field=column)
                errors.append(LinkError("link-date", error.message, location=place, hint=error.hint))
                return Period()
    return Period(cells["from"], cells["to"])


def _group(
    folder: Path, group: str, main: str, names_file: str, identifiers_file: str, errors: list[IomldError]
) -> dict[tuple[str, str], Entity]:
    names: dict[str, list[Name]] = defaultdict(list)
    for number, cells in read_table(folder / names_file, _NAMES):
        period = _period(folder / names_file, number, cells, errors)
        names[cells["key"]].append(
            Name(cells["name"], cells["language"], cells["kind"], cells["use"], period, cells["note"], number)
        )
    identifiers: dict[str, list[Identifier]] = defaultdict(list)
    for number, cells in read_table(folder / identifiers_file, _IDENTIFIERS):
        identifiers[cells["key"]].append(
            Identifier(
                cells["authority"],
                cells["identifier"],
                cells["iri"],
                cells["sources"],
                cells["chosen"] == "yes",
                cells["note"],
                number,
            )
        )
    codes: dict[str, dict[str, tuple[str, Period]]] = defaultdict(dict)
    if group == "state":
        for number, cells in read_table(folder / "codes.csv", ["key", "scheme", "code", "from", "to"]):
            period = _period(folder / "codes.csv", number, cells, errors)
            codes[cells["key"]][cells["scheme"]] = (cells["code"], period)
    found: dict[tuple[str, str], Entity] = {}
    for number, cells in read_table(folder / main, ["key", "path", "kind", "label", "from", "to", "note"]):
        key = cells["key"]
        if (group, key) in found:
            place = SourceLocation(str(folder / main), row=number, field="key")
            errors.append(LinkError("link-key-doubled", f"the key “{key}” stands twice", location=place))
            continue
        found[group, key] = Entity(
            key=key, path=cells["path"], group=group, kind=cells["kind"], label=cells["label"],
            status=cells.get("status", ""), code=codes[key].get("iso3166-1-alpha-3", ("", Period()))[0],
            period=_period(folder / main, number, cells, errors), note=cells["note"], row=number,
            names=tuple(names.pop(key, ())), identifiers=tuple(identifiers.pop(key, ())), codes=codes[key],
        )  # fmt: skip
    for file, left in ((names_file, names), (identifiers_file, identifiers)):
        for key, values in left.items():
            place = SourceLocation(str(folder / file), row=values[0].row, field="key")
            errors.append(LinkError("link-key-unknown", f"“{key}” is no key of {main}", location=place))
    return found
