"""YARRRML documents to the model: those that are given together are one mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from iomld.errors import IomldError, MappingError
from iomld.location import SourceLocation
from iomld.mapping.model import (
    RefObjectMap,
    TermMap,
    TriplesMap,
)
from iomld.mapping.yamlnodes import Node, parse_yaml
from iomld.mapping.yarrrmldocument import Document, Shared

__all__ = ["read_yarrrml"]


def read_yarrrml(
    files: Sequence[tuple[Path, str]], prefixes: MappingType[str, str], errors: list[IomldError]
) -> tuple[list[TriplesMap], dict[str, str]]:
    """Read YARRRML documents that are one mapping: each may name what another declares.

    :param files: path of each document, and the path as the user knows it
    :param prefixes: prefixes known without those of the documents
    :param errors: takes every mistake
    :returns: triples maps, and the prefixes that the documents declare
    """
    roots = [(root, path, label) for path, label in files if (root := _parsed(path, label, errors)) is not None]
    shared = Shared({}, {}, {})
    for root, path, label in roots:
        shared.sources.update({name: (node, path.parent) for name, node in root.get("sources") or ()})
        shared.targets.update(root.get("targets") or ())
        mappings = root.get("mappings", "mapping", "m")
        shared.labels.update(dict.fromkeys((mappings.entries or {}) if mappings else (), label))
    maps: list[TriplesMap] = []
    declared: dict[str, str] = {}
    for root, path, label in roots:
        document = Document(root, path, label, {**prefixes, **declared}, shared, errors)
        maps += document.read()
        declared |= {prefix: iri for prefix, iri in document.declared.items() if prefix not in declared}
    return [_with_all_parents(each, maps) for each in maps], declared


def _parsed(path: Path, label: str, errors: list[IomldError]) -> Node | None:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        errors.append(
            MappingError("mapping-encoding", f"byte {error.start + 1} is not UTF-8", location=SourceLocation(label))
        )
        return None
    before = len(errors)
    root = parse_yaml(content, label, errors)
    if root is None or root.entries is None:
        if len(errors) == before:
            errors.append(
                MappingError("mapping-malformed", "the document is not a YAML mapping", location=SourceLocation(label))
            )
        return None
    external = root.get("external")
    if external is not None:
        values = {name: node.text or "" for name, node in external}
        for key, node in root:
            if key != "external":
                _fill_in(node, values)
    return root


def _fill_in(node: Node, values: MappingType[str, str]) -> None:
    """Put external values in the place of their references (specification, section 12)."""
    if node.text is not None:
        node.text = re.sub(r"\$\(_([^)]*)\)", lambda match: values.get(match[1], match[0]), node.text)
        node.text = node.text.replace("$(\\_", "$(_")
    for each in (*(node.items or ()), *(node.entries or {}).values()):
        _fill_in(each, values)


def _with_all_parents(triples_map: TriplesMap, maps: Sequence[TriplesMap]) -> TriplesMap:
    """A mapping of several sources or subjects is several triples maps; a reference to it is one to each of them.

    Without a condition it stays within the record, so that it is one to those of the same source.
    """

    def spread(each: TermMap | RefObjectMap) -> list[TermMap | RefObjectMap]:
        if not isinstance(each, RefObjectMap):
            return [each]
        parents = [one for one in maps if one.id == each.parent or one.id.startswith(f"{each.parent}#")]
        if not each.joins:
            parents = [one for one in parents if one.source == triples_map.source]
        return [replace(each, parent=one.id) for one in parents] or [each]

    poms = triples_map.predicate_objects
    return replace(
        triples_map,
        predicate_objects=tuple(
            replace(pom, objects=tuple(one for each in pom.objects for one in spread(each))) for pom in poms
        ),
    )
