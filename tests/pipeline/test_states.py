"""What is kept for questions is that of the files as they are now, whatever a mapping reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomld.api import Opened
from iomld.mapping import Function, Parameter, file_sources, load
from iomld.mapping.functions import registry
from iomld.pipeline import files_beside
from iomld.pipeline.states import state
from iomld.project import open_project, start

MAPPING = """
prefixes: {ex: https://example.org/data/ns#}
mappings:
  thing: {sources: [["../data/*.csv~csv"]], s: id/thing/$(id), po: [[rdfs:label, $(label)]]}
"""
LABELS = "SELECT ?l { ?t rdfs:label ?l } ORDER BY ?l"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IOMLD_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    start(folder)
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("id,label\n1,one\n")
    (folder / "mappings" / "beside.yml").write_text(MAPPING)
    return folder


def labels(folder: Path) -> list[str]:
    return [row["l"] for row in Opened(open_project(folder)).query(LABELS)]


def test_a_table_beside_the_tables_is_read_again_when_it_changes(project: Path) -> None:
    assert labels(project) == ["one"]
    (project / "data" / "x.csv").write_text("id,label\n1,two\n")
    assert labels(project) == ["two"]
    (project / "data" / "y.csv").write_text("id,label\n2,three\n")
    assert labels(project) == ["three", "two"]
    found = files_beside(open_project(project), project.parent / "kept")
    assert [path.name for path in found or ()] == ["x.csv", "y.csv"]


def test_what_follows_from_more_than_files_has_no_state(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, file = project.parent / "kept", project / "mappings" / "beside.yml"
    assert state(open_project(project), kept) == state(open_project(project), kept) is not None
    own = Function("https://example.org/data/ns#own", (Parameter(("value",)),), "string", str.upper)
    monkeypatch.setitem(registry(), own.iri, own)
    for old, new in (
        ("[rdfs:label, $(label)]", "{p: rdfs:label, o: {function: ex:own, parameters: [[ex:value, $(label)]]}}"),
        ('["../data/*.csv~csv"]', "{access: 'postgresql://127.0.0.1:9/x', type: postgresql, query: SELECT 1}"),
    ):
        file.write_text(MAPPING.replace(old, new))
        opened = open_project(project)
        mapping = load(opened.mappings, base=opened.base, prefixes=opened.prefixes, root=opened.root)
        assert file_sources(mapping) is None
        assert state(opened, kept) is None
