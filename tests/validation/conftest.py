"""What the tests of validation share: small graphs written in Turtle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.validation.turtle import PREFIXES

from iomld.graph import Quads
from iomld.validation import Report, Shapes, load_shapes, validate
from iomld.validation.reading import open_relation, read_files


@pytest.fixture
def shapes_of(tmp_path: Path) -> Callable[[str], Shapes]:
    """Shapes from Turtle text; the prefixes ex, rdf, rdfs, sh and xsd are declared in front, on six lines."""

    def make(text: str) -> Shapes:
        path = tmp_path / "shapes.ttl"
        path.write_text(PREFIXES + text, encoding="utf-8")
        return load_shapes([path], root=tmp_path)

    return make


@pytest.fixture
def data_of(tmp_path: Path) -> Callable[[str], Quads]:
    """A relation from Turtle text, prefixes as for the shapes."""

    def make(text: str) -> Quads:
        path = tmp_path / "data.ttl"
        path.write_text(PREFIXES + text, encoding="utf-8")
        return read_files([path], open_relation(), root=tmp_path)

    return make


@pytest.fixture
def check(shapes_of: Callable[[str], Shapes], data_of: Callable[[str], Quads]) -> Callable[[str, str], Report]:
    """Validate data by shapes, both as Turtle text."""

    def make(data: str, shapes: str) -> Report:
        return validate(data_of(data), shapes_of(shapes))

    return make
