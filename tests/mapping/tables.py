"""Small projects for the tests of the mapping room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
import pytest
from tests.mapping.rml_suites import canonical

from iomld.engine import connect
from iomld.errors import IomldError, Mistakes
from iomld.graph import Quads
from iomld.mapping import load, materialize, write_quads

__all__ = ["TURTLE", "Case", "check", "lines", "project", "quads", "told"]

TURTLE = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix ex: <https://example.org/> .
"""


class Case(NamedTuple):
    """An RML mapping, the files that it reads, and what it makes, in TriG; prefixes are those above.

    :param targets: what the files hold that take quads in place of the output
    """

    mapping: str
    files: Mapping[str, str]
    expected: str
    targets: Mapping[str, str] = {}


def project(folder: Path, mapping: str, tables: Mapping[str, str], name: str = "m.yml") -> Path:
    """Write a mapping and its tables; the path of the mapping."""
    for file, content in tables.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(mapping.encode())
    return folder / name


def check(case: Case, folder: Path) -> None:
    """Run a case: the file and the relation of quads hold what is expected, up to the labels of blank nodes."""
    path = project(folder, TURTLE + case.mapping, case.files, "m.ttl")
    mapping = load([path], base="https://example.org/", prefixes={}, root=folder)
    write_quads(mapping, connect(threads=1), folder / "out.nq", root=folder, sort=True)
    relation = "".join(" ".join(part for part in quad if part) + " .\n" for quad in quads(path).sorted()).encode()
    made = {name: (folder / name).read_bytes() for name in ("out.nq", *case.targets)}
    assert len(set(made["out.nq"].splitlines())) == made["out.nq"].count(b"\n"), "each line once"
    for content, expected in [
        *((made[name], expected) for name, expected in {"out.nq": case.expected, **case.targets}.items()),
        (relation, case.expected + "".join(case.targets.values())),
    ]:
        wanted = canonical((TURTLE + expected).encode(), pyoxigraph.RdfFormat.TRIG)
        assert canonical(content, pyoxigraph.RdfFormat.N_QUADS) == wanted


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
