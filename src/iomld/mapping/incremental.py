"""Making again only what has changed.

What the triples maps of one source make follows from their model, from the bytes of the files that they read, and from
the code that reads and maps them. The digest of all these names a Parquet file of the quads; a run makes the quads of
those sources whose file is not there, and keeps them. The name of a file also holds the digest of its bytes, so that
one which is damaged is made anew.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import text
from iomld.errors import IomldError
from iomld.graph import Quads, Rule
from iomld.mapping.functions import built_in, registry
from iomld.mapping.materialize import insert
from iomld.mapping.model import Call, Mapping, TriplesMap, View
from iomld.mapping.planning import Kept, Plan, planned
from iomld.mapping.walking import calls_of, logical_sources, needed_by, parent_calls, parent_references, term_maps
from iomld.sources import LogicalSource, find_files, local_files, shown
from iomld.sources.tableschema import find

if TYPE_CHECKING:
    import duckdb

__all__ = ["file_sources", "materialize_changed"]

_FILES = frozenset({"csv", "json", "jsonl", "xml", "parquet", "sheet"})  # formulations that read files and nothing else
_DAY = 24 * 60 * 60
_ROOMS = ("terms", "graph", "engine", "sources", "mapping")  # whose code decides which quads are made


@dataclass(frozen=True)
class _Unit:
    """A source with the triples maps that draw on it, by their numbers in the mapping."""

    source: LogicalSource | View
    maps: tuple[int, ...]
    digest: str | None  # None where the quads depend on more than is known


@dataclass(frozen=True)
class _Entry:
    """A file of quads, with what its numbers of rules and sources mean."""

    path: Path
    rules: Sequence[Sequence[Rule]]  # of each triples map of the unit
    sources: Sequence[str]


def materialize_changed(
    mapping: Mapping,
    connection: duckdb.DuckDBPyConnection,
    *,
    root: Path,
    folder: Path,
    progress: Callable[[int, int | None], None] | None = None,
) -> Quads:
    """Run a mapping into the relation of quads, as :func:`iomld.mapping.materialize` does; take what is kept.

    :param connection: holds the relation, which must be empty
    :param folder: keeps the quads of each source; made where it is not there. What no run used for a day is deleted.
    :param progress: told how many sources are done, and of how many
    :raises MappingError: what is wrong whatever the data say
    :raises SourceError: every mistake of every source, every value that makes no legal term
    """
    import duckdb

    sources = _sources(mapping, root)
    units = _units(mapping, root, sources)
    entries = {unit: entry for unit in units if (entry := _find(connection, folder, unit)) is not None}
    kept = Kept(
        sources,
        {
            number: rules
            for unit, entry in entries.items()
            for number, rules in zip(unit.maps, entry.rules, strict=True)
        },
    )
    with planned(mapping, connection, root=root, kept=kept) as plan:
        for done, unit in enumerate(units, 1):
            numbers = [number for index in unit.maps for number in plan.rules[index]]
            if unit in entries:
                _take(connection, entries[unit], numbers, plan.quads.sources)
            else:
                insert(connection, [emit for index in unit.maps for emit in plan.emits[index]], origins=True)
                with suppress(OSError, duckdb.IOException):  # a full disk there is no reason not to build
                    _keep(connection, folder, unit, plan, numbers)
            if progress:
                progress(done, len(units))
    _forget(folder)
    return plan.quads


def file_sources(mapping: Mapping) -> list[LogicalSource] | None:
    """The sources of a mapping whose quads follow from files and iomld's code; None where they follow from more.

    That is a database, an endpoint, or a function that comes by an entry point, which may read what it likes.
    """
    calls = [*itertools.chain.from_iterable(map(calls_of, mapping.triples_maps))]
    for each in mapping.triples_maps:
        calls += itertools.chain.from_iterable(map(parent_calls, parent_references(each)))
    if not all(_is_own(function) for call in calls for function in _functions(call)):
        return None
    found = dict.fromkeys(source for each in mapping.triples_maps for source in logical_sources(each.source))
    known = all(source.formulation in _FILES or local_files(source) for source in found)
    return list(found) if known else None


def _is_own(function: str) -> bool:
    return function not in registry() or registry()[function] in built_in()


def _files(source: LogicalSource | View, root: Path) -> list[Path] | None:
    """The files that a source reads; None where it reads something else, or where one is not there."""
    files: list[Path] = []
    for each in logical_sources(source):
        try:
            files += find_files(each, root) if each.formulation in _FILES else [Path()]
        except IomldError:  # told when it is read
            return None
    return files if all(path.is_file() for path in files) else None


def _sources(mapping: Mapping, root: Path) -> list[str]:
    """The names of all files in the order of the mapping, so that their numbers do not depend on what is kept."""
    each = dict.fromkeys(triples_map.source for triples_map in mapping.triples_maps)
    return list(dict.fromkeys(shown(path, root) for source in each for path in _files(source, root) or ()))


def _units(mapping: Mapping, root: Path, sources: Sequence[str]) -> list[_Unit]:
    maps: dict[LogicalSource | View, list[int]] = {}
    for number, triples_map in enumerate(mapping.triples_maps):
        maps.setdefault(triples_map.source, []).append(number)
    return [_Unit(source, tuple(numbers), _digest(mapping, numbers, root, sources)) for source, numbers in maps.items()]


def _functions(call: Call) -> Iterator[str]:
    """The functions of a call and of those within it."""
    yield call.function
    for _, term in call.inputs:
        if isinstance(term.expression, Call):
            yield from _functions(term.expression)


def _digest(mapping: Mapping, numbers: Sequence[int], root: Path, sources: Sequence[str]) -> str | None:
    """The digest of all that the quads of a source follow from."""
    own = [mapping.triples_maps[number] for number in numbers]
    read: dict[TriplesMap, None] = dict.fromkeys(own)
    try:
        parents = needed_by(own, mapping)
    except IomldError:  # told when the plan is made
        return None
    read.update((parent, None) for parent, _ in parents)
    calls = [*map(calls_of, read), *(parent_calls(reference) for _, reference in parents)]
    if not all(_is_own(name) for call in itertools.chain.from_iterable(calls) for name in _functions(call)):
        return None  # functions that come by an entry point may read what they like
    # blank nodes are labelled by the number of the triples map that makes them, be it a parent
    ids = {each.id for each in read}
    places = [number for number, each in enumerate(mapping.triples_maps) if each.id in ids]
    parts = [_code(), repr((numbers, places)), repr((mapping.base, sorted(mapping.prefixes.items()), list(read)))]
    for each in read:
        files = _files(each.source, root)
        if files is None:
            return None
        for path in files:
            schema = find(path)
            parts += [shown(path, root), _of_file(path), _of_file(schema.file) if schema else ""]
        if any(term.expression is None for term in term_maps(each)):
            parts.append(repr(sources))  # the labels of blank nodes hold the number of the source
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _code() -> str:
    """The digest of the code that makes quads, the engine's version included."""
    import duckdb

    digest = hashlib.sha256(duckdb.__version__.encode())
    package = Path(__file__).parents[1]
    for path in sorted(path for room in _ROOMS for path in (package / room).rglob("*.py")):
        digest.update(f"\0{path.relative_to(package)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _of_file(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _find(connection: duckdb.DuckDBPyConnection, folder: Path, unit: _Unit) -> _Entry | None:
    """The file of a unit, if it is there and whole."""
    for path in sorted(folder.glob(f"{unit.digest}-*.parquet")) if unit.digest else ():
        with suppress(OSError):
            if path.stem.rpartition("-")[2] == _of_file(path):
                os.utime(path)
                query = f"SELECT value FROM parquet_kv_metadata({text(str(path))}) WHERE key = 'origins'"
                row = connection.execute(query).fetchone()
                assert row is not None
                origins = json.loads(row[0])
                rules = [[Rule.from_json(each) for each in group] for group in origins["rules"]]
                return _Entry(path, rules, origins["sources"])
    return None


def _numbers(numbers: Iterable[int]) -> str:
    return f"([{', '.join(map(str, numbers))}]::INTEGER[])"


def _take(connection: duckdb.DuckDBPyConnection, entry: _Entry, rules: Sequence[int], sources: Sequence[str]) -> None:
    """Add kept quads, with the numbers that rules and sources have in this run."""
    source = _numbers(map(sources.index, entry.sources))
    connection.execute(
        f"INSERT INTO quad SELECT subject, predicate, object, graph, {_numbers(rules)}[rule], {source}[source], row "
        f"FROM read_parquet({text(str(entry.path))})"
    )


def _keep(connection: duckdb.DuckDBPyConnection, folder: Path, unit: _Unit, plan: Plan, numbers: Sequence[int]) -> None:
    """Write the quads of a unit to its file, if they follow from what is known."""
    if unit.digest is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    own = f"FROM quad WHERE list_contains({_numbers(numbers)}, rule)"
    # only those that the quads come from: the others may be gone when the quads are taken
    used = [number for (number,) in connection.execute(f"SELECT DISTINCT source {own} ORDER BY source").fetchall()]
    rules = [[plan.quads.rules[number].to_json() for number in plan.rules[index]] for index in unit.maps]
    origins = json.dumps({"rules": rules, "sources": [plan.quads.sources[number] for number in used]})
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as name:
        part = Path(name) / "quads.parquet"
        connection.execute(
            f"COPY (SELECT * REPLACE (list_position({_numbers(numbers)}, rule) AS rule, "
            f"list_position({_numbers(used)}, source) AS source) {own}) "
            f"TO {text(str(part))} (FORMAT parquet, KV_METADATA {{origins: {text(origins)}}})"
        )
        os.replace(part, folder / f"{unit.digest}-{_of_file(part)}.parquet")


def _forget(folder: Path) -> None:
    """Delete what no run used for a day; one that goes on beside this one used its files a moment ago."""
    for path in folder.glob("*.parquet"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _DAY:
                path.unlink()
