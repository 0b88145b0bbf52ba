"""Reading mapping documents, of either language, into one model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import replace
from pathlib import Path

from iomld.errors import IomldError, MappingError, raise_all
from iomld.location import SourceLocation
from iomld.mapping.functions import FUNCTION_PREFIXES
from iomld.mapping.model import Mapping, TriplesMap
from iomld.mapping.naming import datatype_mistakes
from iomld.mapping.walking import parent_of, parent_references
from iomld.sources import LogicalSource, shown
from iomld.terms import WELL_KNOWN

__all__ = ["load"]


def load(
    paths: Sequence[Path],
    *,
    base: str | None,
    prefixes: MappingType[str, str],
    root: Path,
    database: str | None = None,
) -> Mapping:
    """Read mapping documents into one model.

    :param paths: YARRRML (``.yml``, ``.yaml``) or RML in Turtle (``.ttl``)
    :param base: base IRI of relative IRIs, where a document names none
    :param prefixes: prefixes known without being declared; the common ones and those of functions are known anyway
    :param root: folder against which paths are shown
    :param database: connection string of the database whose tables a document names without saying where they are
    :raises MappingError: every mistake of every document, with line and column
    """
    errors: list[IomldError] = []
    maps: list[TriplesMap] = []
    yarrrml: list[tuple[Path, str]] = []
    known = {**WELL_KNOWN, **FUNCTION_PREFIXES, **prefixes}
    for path in paths:
        label = shown(path, root)
        if not path.is_file():
            errors.append(MappingError("mapping-missing", "the mapping is not there", location=SourceLocation(label)))
        elif path.suffix in (".yml", ".yaml", ".yarrrml"):
            yarrrml.append((path, label))
        elif path.suffix == ".ttl":
            from iomld.mapping.rml import read_rml

            maps += read_rml(path, label, errors)
        else:
            errors.append(
                MappingError(
                    "mapping-unknown-language",
                    f"“{path.suffix}” is no mapping language",
                    location=SourceLocation(label),
                    hint="YARRRML ends in .yml, RML in .ttl",
                )
            )
    if yarrrml:
        from iomld.mapping.yarrrml import read_yarrrml

        found, declared = read_yarrrml(yarrrml, known, errors)
        maps += found
        known |= {prefix: iri for prefix, iri in declared.items() if prefix not in known}
    if database is not None:
        maps = [_at_database(each, database) for each in maps]
    mapping = Mapping(tuple(maps), known, base)
    errors += (mistake for each in mapping.triples_maps for mistake in datatype_mistakes(each))
    errors += _mistaken_references(mapping, whole=not errors)
    raise_all(errors)
    return mapping


def _at_database(triples_map: TriplesMap, database: str) -> TriplesMap:
    source = triples_map.source
    if not isinstance(source, LogicalSource) or source.access:
        return triples_map
    return replace(triples_map, source=replace(source, access=database))


def _mistaken_references(mapping: Mapping, *, whole: bool) -> Iterator[IomldError]:
    """References to triples maps that do not exist, and those that lack a join condition (RML-Core, 9.2).

    :param whole: whether no triples map is missing for its own mistakes, so that a reference to one is a mistake
    """
    for triples_map in mapping.triples_maps:
        for reference in parent_references(triples_map):
            try:
                parent = parent_of(reference, mapping)
            except MappingError as error:
                if whole:
                    yield error
                continue
            if not reference.joins and parent.source != triples_map.source:
                yield MappingError(
                    "mapping-malformed",
                    f"“{parent.name}” has another source than “{triples_map.name}”, and no join condition is given",
                    location=reference.location,
                    hint="say which values are equal: by rml:joinCondition, or by a condition in YARRRML",
                )
