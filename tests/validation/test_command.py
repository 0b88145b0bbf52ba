# ruff: noqa: E501  (Turtle and lists of cases)
"""``iomld validate`` as a user calls it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SHAPES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S a sh:NodeShape ; sh:targetClass ex:P ;
  sh:property [ sh:path ex:n ; sh:minCount 1 ] ; sh:property [ sh:path ex:m ; sh:minCount 1 ; sh:severity sh:Warning ] .
"""
HEAD = "@prefix ex: <http://example.org/> .\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / "good.ttl").write_text(HEAD + "ex:a a ex:P ; ex:n 1 ; ex:m 1 .\n")
    (tmp_path / "weak.ttl").write_text(HEAD + "ex:a a ex:P ; ex:n 1 .\n")
    (tmp_path / "bad.ttl").write_text(HEAD + "ex:a a ex:P .\n")
    return tmp_path


def run(folder: Path, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    code = "from iomld.cli import main; main()"
    command = [sys.executable, "-c", code, "validate", "--shapes", "shapes.ttl", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, input=text)


def test_exit_codes(folder: Path) -> None:
    assert run(folder, "--data", "good.ttl").returncode == 0
    assert run(folder, "--data", "bad.ttl").returncode == 1
    assert run(folder, "--data", "weak.ttl").returncode == 0
    assert run(folder, "--data", "weak.ttl", "--fail-on", "warning").returncode == 1
    assert run(folder, "--data", "bad.ttl", "--fail-on", "none").returncode == 0


def test_wrong_input_is_code_3_and_no_traceback(folder: Path) -> None:
    (folder / "cut.nt").write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn")
    (folder / "notshapes.ttl").write_text(HEAD + "ex:a a ex:P .\n")
    for arguments in (["--data", "cut.nt"], ["--data", "gone.nt"], ["--data", "good.ttl", "--shapes", "notshapes.ttl"]):
        done = run(folder, *arguments)
        assert done.returncode == 3, done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
    assert "cut.nt:2" in run(folder, "--data", "cut.nt").stderr


def test_mistakes_of_shapes_and_data_are_told_together(folder: Path) -> None:
    (folder / "broken.ttl").write_text("<urn:a> <urn:b")
    (folder / "broken.jsonld").write_text("{")
    done = run(folder, "--shapes", "broken.jsonld", "--data", "broken.ttl", "gone", "-", text="x")
    assert done.returncode == 3
    for told in ("broken.jsonld:", "broken.ttl:1:", "gone: error: there is no such file", "<stdin>: error: "):
        assert told in done.stderr
    assert "4 mistakes" in done.stderr


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gone", "gone: error: there is no such shapes file [shapes-missing]"),
        ("bare", "bare: error: the name does not tell the RDF syntax [shapes-format]"),
        ("odd.x", "odd.x: error: “.x” is no RDF syntax known here [shapes-format]"),
    ],
)
def test_a_missing_shapes_file_is_told_as_such(folder: Path, name: str, told: str) -> None:
    for other in ("bare", "odd.x"):
        (folder / other).write_text("")
    done = run(folder, "--shapes", name, "--data", "good.ttl")
    assert (done.returncode, told in done.stderr) == (3, True)


def test_results_go_to_standard_output_or_a_file_and_nothing_else_does(folder: Path) -> None:
    done = run(folder, "--data", "bad.ttl", "-f", "csv")
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr == ""
    again = run(folder, "--data", "bad.ttl", "-f", "csv", "-o", "report.csv")
    assert again.stdout == ""
    assert (folder / "report.csv").read_text() == done.stdout


def test_findings_beyond_the_maximum_are_counted(folder: Path) -> None:
    (folder / "many.ttl").write_text(HEAD + "\n".join(f"ex:a{i} a ex:P ." for i in range(100)))
    done = run(folder, "--data", "many.ttl", "--max", "10")
    assert "190 more that are not shown" in done.stdout
    assert "--max 0 shows all" in done.stderr
    assert done.returncode == 1


def test_the_compiled_path_loads_neither_rdflib_nor_pyshacl(folder: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom iomld.validation import load_shapes, render, validate\n"
        "assert not {'duckdb', 'pyoxigraph', 'rdflib', 'pyshacl'} & set(sys.modules), 'import'\n"
        "from iomld.validation.reading import open_relation, read_files\n"
        "root = Path('.')\n"
        "report = validate(read_files([Path('bad.ttl')], open_relation(), root=root), load_shapes([Path('shapes.ttl')], root=root))\n"
        "render(report, 'turtle')\n"
        "assert report.total == 2\n"
        "assert not {'rdflib', 'pyshacl'} & set(sys.modules), 'run'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_memory_bound_is_kept_to(folder: Path) -> None:
    assert run(folder, "--data", "bad.ttl", "--memory", "200MB").returncode == 1
    done = run(folder, "--data", "bad.ttl", "--memory", "much")
    assert done.returncode == 2
    assert "much" in done.stderr


def test_standard_input(folder: Path) -> None:
    done = run(folder, "--data", "-", "--from", "turtle", "-f", "csv", text=(folder / "bad.ttl").read_text())
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 3
    assert run(folder, "--data", "-", text="").returncode == 3


def test_without_data_the_project_is_checked_at_rows_and_columns(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <urn:s> a sh:NodeShape ; sh:targetClass skos:Concept ; sh:property [ sh:path skos:prefLabel ; sh:maxLength 1 ] ."""
    )
    done = run(tmp_path, "-f", "csv", "--max", "5")
    assert done.returncode == 1, done.stderr
    rows = done.stdout.splitlines()[1:]
    assert len(rows) == 5
    assert all(".csv:" in row.rpartition(",")[2] for row in rows), rows


def test_many_findings_are_counted_and_not_kept(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = (f"<http://example.org/{number}> {kind} <http://example.org/P> .\n" for number in range(200_000))
    (tmp_path / "data.nt").write_text("".join(lines))
    done = run(tmp_path, "--data", "data.nt", "--max", "3", "-f", "json")
    assert '"left_out": 399997' in done.stdout
    assert len(done.stdout) < 10_000
