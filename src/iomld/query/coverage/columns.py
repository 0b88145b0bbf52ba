"""The columns of the tables: which are filled, which a mapping reads, and which filled cells nothing came of."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from iomld.graph import Quads
from iomld.mapping import Mapping
from iomld.mapping.model import RefObjectMap, TriplesMap
from iomld.mapping.walking import parent_of, references_of
from iomld.sources import LogicalSource, find_files, shown
from iomld.sources.tableschema import find

__all__ = ["ColumnUse", "columns_used"]


@dataclass(frozen=True)
class ColumnUse:
    """A column of a kind of table (the tables of one name that one metadata file describes), or of a single table.

    :param table: file name of the kind, path of a table that no metadata describes
    :param rows: records of these tables
    :param filled: cells that say something
    :param readers: triples maps that read the column
    :param idle_cells: filled cells of a column that rules read, of which nothing came, as ``file:row:column``; not of
        reference tables, which hold more than a project describes
    """

    table: str
    column: str
    description: str
    rows: int
    filled: int
    readers: tuple[str, ...]
    idle_cells: tuple[str, ...] = ()


def columns_used(folder: Path | None, mapping: Mapping, quads: Quads, *, root: Path) -> list[ColumnUse]:
    """Every column of the CSV tables below a folder and of those that the mapping reads, in the order of the tables.

    :param quads: what the mapping made, with origins
    :param root: paths are shown relative to it
    """
    readers = _readers(mapping, root)
    own = {path.resolve() for path in folder.rglob("*.csv")} if folder else set()
    made, possible = _made(quads)
    rows: dict[tuple[str, str], int] = defaultdict(int)
    filled: dict[tuple[str, str], int] = defaultdict(int)
    idle: dict[tuple[str, str], list[str]] = defaultdict(list)
    read_by: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    about: dict[tuple[str, str], str] = {}
    for path in sorted(own | set(readers)):
        schema = find(path)
        kind, place = (schema.name if schema else shown(path, root)), shown(path, root)
        header, records = _records(path)
        for name in header:
            column = schema.column(name) if schema else None
            key = kind, name
            about.setdefault(key, column.description if column else "")
            rows[key] += len(records)
            read_by[key].update(dict.fromkeys(readers.get(path, {}).get(name, ())))
            for number, cells in records:
                if cells.get(name):
                    filled[key] += 1
                    if path in own and (place, name) in possible and (place, number, name) not in made:
                        idle[key].append(f"{place}:{number}:{name}")
    return [
        ColumnUse(*key, about[key], rows[key], filled[key], tuple(sorted(read_by[key])), tuple(idle[key]))
        for key in about
    ]


def _records(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        records = list(enumerate(reader, 2))
        return list(reader.fieldnames or ()), records


def _readers(mapping: Mapping, root: Path) -> dict[Path, dict[str, list[str]]]:
    """By table and column, the triples maps that read it."""
    found: dict[Path, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triples_map in mapping.triples_maps:
        for source, reference in _references(triples_map, mapping):
            if isinstance(source, LogicalSource) and source.formulation == "csv":
                for path in find_files(source, root):
                    found[path.absolute().resolve()][reference].append(triples_map.name)
    return found


def _references(triples_map: TriplesMap, mapping: Mapping) -> Iterator[tuple[object, str]]:
    for reference, _ in references_of(triples_map):
        yield triples_map.source, reference
    for pom in triples_map.predicate_objects:
        for each in pom.objects:
            if isinstance(each, RefObjectMap):
                parent = parent_of(each, mapping)
                yield from ((parent.source, reference) for reference, _ in references_of(parent))


def _made(quads: Quads) -> tuple[set[tuple[str, int, str]], set[tuple[str, str]]]:
    """The cells that some quad is made from, and the columns (of each table) that rules make terms from."""
    made: set[tuple[str, int, str]] = set()
    possible: set[tuple[str, str]] = set()
    for rule, source, row in quads.connection.execute(
        "SELECT DISTINCT rule, source, row FROM quad WHERE rule IS NOT NULL AND row IS NOT NULL"
    ).fetchall():
        for field in {*quads.rules[rule].subject_fields, *quads.rules[rule].object_fields}:
            made.add((quads.sources[source], row, field))
            possible.add((quads.sources[source], field))
    return made, possible
