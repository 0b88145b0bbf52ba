"""The files of a build, read back by the tools that people use: all find one and the same graph."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from tests.packaged import copy_project
from tests.serialization.test_compaction_suite import nodes
from tests.serialization.test_other_readers import READ_JSON_LD, node_with_jsonld

from iomld.graph import SYNTAXES


def statements(data: bytes, syntax: str = "ntriples") -> set[str]:
    """Statements as pyoxigraph spells them; there are no blank nodes whose labels could differ."""
    parsed = pyoxigraph.parse(data, getattr(pyoxigraph.RdfFormat, SYNTAXES[syntax].parser))
    return {str(quad) for quad in parsed}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("project"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", "from iomld.cli import main; main()", "build", "-q", "-o", "out"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def expected(built: Path) -> set[str]:
    """What the canonical N-Quads say, line by line."""
    lines = (built / "iomld.nq").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 10_000 and not any(line.startswith("_:") or " _:" in line.split('"')[0] for line in lines)
    return {line.removesuffix(" .") for line in lines}


@pytest.mark.parametrize(
    ("name", "syntax"), [("iomld.nq", "nquads"), ("iomld.ttl", "turtle"), ("iomld.jsonld", "jsonld")]
)
def test_pyoxigraph_reads_the_graph(built: Path, expected: set[str], name: str, syntax: str) -> None:
    assert statements((built / name).read_bytes(), syntax) == expected


@pytest.mark.parametrize(("name", "format"), [("iomld.ttl", "turtle"), ("iomld.jsonld", "json-ld")])
def test_rdflib_reads_the_graph(
    built: Path, expected: set[str], name: str, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # lexical forms are compared to the letter
    graph = rdflib.Graph().parse(built / name, format=format)
    assert statements(graph.serialize(format="nt", encoding="utf-8")) == expected


def test_rapper_reads_the_graph(built: Path, expected: set[str]) -> None:
    if shutil.which("rapper") is None:
        pytest.skip("rapper is not installed: apt-get install raptor2-utils")
    command = ["rapper", "-q", "-i", "turtle", "-o", "ntriples", str(built / "iomld.ttl")]
    assert statements(subprocess.run(command, capture_output=True, check=True).stdout) == expected


def test_pyld_reads_the_graph(built: Path, expected: set[str]) -> None:
    from pyld import jsonld  # type: ignore[import-untyped]

    document = json.loads((built / "iomld.jsonld").read_text(encoding="utf-8"))
    lines = jsonld.to_rdf(document, {"format": "application/n-quads"})
    assert statements(lines.encode(), "nquads") == expected


def test_jsonld_js_reads_the_graph(built: Path, expected: set[str]) -> None:
    with (built / "iomld.jsonld").open("rb") as file:
        done = subprocess.run([node_with_jsonld(), "-e", READ_JSON_LD], stdin=file, capture_output=True, check=True)
    assert statements(done.stdout, "nquads") == expected


def test_pyld_compacts_to_the_same_json(built: Path) -> None:
    from pyld import jsonld

    document = json.loads((built / "iomld.jsonld").read_text(encoding="utf-8"))
    document["@graph"] = document["@graph"][::10]  # some hundreds of all kinds
    compacted = jsonld.compact(jsonld.expand(document), {"@context": document["@context"]})
    assert len(document["@graph"]) > 500 and nodes(compacted) == nodes(document)
