"""Slips of the pen in names, as `iomld build` tells them."""

from pathlib import Path

import pytest
from tests.cli.running import Run, runner
from tests.packaged import copy_project, edit

from iomld.project import start


@pytest.fixture
def iomld(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    return runner(capsys, monkeypatch, tmp_path / "cache")


def test_unknown_terms_of_the_vocabularies_are_told_together_with_the_nearest(tmp_path: Path, iomld: Run) -> None:
    folder = tmp_path / "project"
    start(folder)
    edit(folder / "mappings/meetings.yml", lambda text: text.replace("[a, ex:Meeting]", "[a, ex:Meting]"))
    edit(folder / "mappings/meetings.yml", lambda text: text.replace("[mld:pinpoint,", "[mld:pinpiont,"))
    (folder / "shapes" / "more.ttl").write_text(
        """
@prefix ex: <https://example.org/data/ns#> . @prefix mld: <https://w3id.org/iomld/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:MoreShape a sh:NodeShape ;
    sh:targetClass ex:Meating ;
    sh:property [ sh:path ( mld:asWriten [ sh:inversePath mld:pinpoint ] ) ; sh:class mld:Citatoin ] .
"""
    )
    done = iomld("build", cwd=folder)
    assert done.code == 3
    assert "mappings/meetings.yml:21:13: error: the vocabulary declares no ex:Meting [unknown-term]" in done.err
    assert "the vocabulary declares no mld:pinpiont" in done.err
    assert "shapes/more.ttl:5:20: error: the vocabulary declares no ex:Meating" in done.err
    assert "shapes/more.ttl:6:29: error: the vocabulary declares no mld:asWriten" in done.err
    assert "the vocabulary declares no mld:Citatoin" in done.err
    assert done.err.count("[unknown-term]") == 6
    for term in ("ex:Meeting", "mld:pinpoint", "mld:asWritten", "mld:Citation"):
        assert f"did you mean {term}" in done.err
    assert not (folder / "build").exists()


def test_terms_of_vocabularies_that_are_repeated_in_part_are_left_alone(tmp_path: Path, iomld: Run) -> None:
    start(tmp_path / "project")
    edit(tmp_path / "project/mappings/meetings.yml", lambda text: text.replace("skos:prefLabel", "skos:altLabel"))
    assert "[unknown-term]" not in iomld("build", "--no-validate", cwd=tmp_path / "project").err


def test_a_link_of_something_that_no_table_describes(tmp_path: Path, iomld: Run) -> None:
    folder = copy_project(tmp_path / "project")
    table = folder / "mappings/links/states.sssom.tsv"
    rest = "skos:exactMatch\tsssom:NoTermFound\t\tsemapv:ManualMappingCuration\t\t\t\t\n"
    edit(table, lambda text: f"{text}state:AFGG\tAfghanistan\t{rest}state:QQQ\t\t{rest}")
    done = iomld("build", "--no-validate", cwd=folder)
    assert done.code == 3
    row = len(table.read_text().splitlines()) - 1
    place = f"mappings/links/states.sssom.tsv:{row}:subject_id"
    message = "neither the dataset nor the reference tables describe state:"
    assert f"{place}: error: {message}AFGG [link-subject-unknown]\n  did you mean AFG" in done.err
    assert f"{message}QQQ" in done.err
    assert done.err.count("[link-subject-unknown]") == 2


def test_objects_of_another_kind_than_the_vocabulary_says(tmp_path: Path, iomld: Run) -> None:
    folder = tmp_path / "project"
    start(folder)
    ontology = folder / "ontology/example.ttl"
    kinds = {"country": "ObjectProperty", "count": "DatatypeProperty", "remark": "AnnotationProperty"}
    edit(ontology, lambda text: text + "".join(f"ex:{name} a owl:{kind} .\n" for name, kind in kinds.items()))
    edit(ontology, lambda text: text + "ex:both a owl:ObjectProperty, owl:DatatypeProperty .\n")
    edit(
        folder / "mappings/meetings.yml",
        lambda text: text.replace(
            "      - [mld:edtf, $(date)]\n",
            "      - [mld:edtf, $(date)]\n"
            "      - [ex:country, id/state/$(meeting)]\n"
            "      - [[ex:country, ex:count], id/state/$(meeting)~iri]\n"
            "      - [ex:count, $(meeting)]\n"
            "      - [[ex:remark, ex:both], [$(title), ex:Meeting]]\n"
            "      - {p: ex:count, o: {mapping: meeting}}\n"
            "      - {ip: ex:count, o: ex:Meeting}\n",
        ),
    )
    place = "warning: mappings/meetings.yml"
    declared = "makes no literal, and the vocabulary says that ex:count is an owl:DatatypeProperty"
    said = f"{declared}; correct the one or the other"
    for command in ("build", "validate"):
        done = iomld(command, *(("--fresh", "--no-validate") if command == "build" else ()), cwd=folder)
        assert done.code == 0
        assert [line for line in done.err.splitlines() if line.startswith("warning")] == [
            f"{place}:24:22: “meeting / ex:country” makes a literal, and the vocabulary says that ex:country is an "
            "owl:ObjectProperty; end the object in ~iri",
            f"{place}:25:34: “meeting / ex:count” {said}",
            f"{place}:28:36: “meeting / ex:count” {said}",
            f"{place}:29:27: “meeting / ex:count” {said}",
        ]
    assert "warning" not in iomld("build", "-q", "--no-validate", cwd=folder).err


def test_the_projects_that_come_with_iomld_make_the_objects_that_their_vocabulary_says(
    tmp_path: Path, iomld: Run
) -> None:
    start(tmp_path / "project")
    assert "warning" not in iomld("build", cwd=tmp_path / "project").err
    assert "warning" not in iomld("build", "--no-validate", cwd=copy_project(tmp_path / "packaged")).err
