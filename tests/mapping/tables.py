"""Small projects for the tests of the mapping room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from iomld.engine import connect
from iomld.errors import IomldError, Mistakes
from iomld.graph import Quads
from iomld.mapping import load, materialize

__all__ = ["lines", "project", "quads", "told"]


def project(folder: Path, mapping: str, tables: Mapping[str, str], name: str = "m.yml") -> Path:
    """Write a mapping and its tables; the path of the mapping."""
    for file, content in tables.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(mapping.encode())
    return folder / name


def quads(path: Path, **options: object) -> Quads:
    """Run a mapping."""
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=path.parent)
    return materialize(mapping, connect(threads=1), root=path.parent, **options)  # type: ignore[arg-type]


def lines(path: Path) -> list[str]:
    """What a mapping makes, with the base IRI and the common namespaces shortened."""
    return [
        " ".join(part for part in quad if part)
        .replace("<https://example.org/", "<")
        .replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
        .replace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:")
        for quad in quads(path).sorted()
    ]


def told(path: Path) -> list[str]:
    """Place and id of each mistake of a mapping that must fail."""
    with pytest.raises(IomldError) as caught:
        quads(path)
    errors = caught.value.errors if isinstance(caught.value, Mistakes) else (caught.value,)
    return [f"{error.location} {error.id}" for error in errors]
