"""``iomld map`` as a user meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import rdflib

MAPPING = """
prefixes: {ex: https://example.org/}
mappings:
  a: {sources: [[t.csv~csv]], s: ex:$(id), po: [[ex:p, $(v), xsd:integer]]}
"""

GATHERED = """
@prefix rml: <http://w3id.org/rml/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
<#m> rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "t.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:termType rml:BlankNode ] ;
  rml:predicateObjectMap [ rml:predicate <https://example.org/p> ; rml:objectMap [
    rml:gather ( [ rml:reference "id" ] [ rml:reference "v" ] ) ; rml:gatherAs rdf:List ] ] .
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from iomld.cli import main; main(sys.argv[1:])"
    return subprocess.run([sys.executable, "-c", code, "map", *arguments], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.yml").write_text(MAPPING)
    (tmp_path / "t.csv").write_text("id,v\n2,20\n1,10\n1,10\n")
    return tmp_path


def test_lines_to_standard_output_each_once(folder: Path) -> None:
    done = run(folder, "m.yml", "--sorted")
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert done.stdout.splitlines() == [
        f'<https://example.org/1> <https://example.org/p> "10"{integer} .',
        f'<https://example.org/2> <https://example.org/p> "20"{integer} .',
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_mistakes_end_with_3_and_no_file(folder: Path) -> None:
    (folder / "t.csv").write_text("id,v\n1,x\n2,y\n")
    done = run(folder, "m.yml", "-o", "out.nq")
    assert done.returncode == 3
    assert "t.csv:2:v: error: “x” is not a value of xsd:integer [value-ill-typed]" in done.stderr
    assert "2 mistakes; nothing was written" in done.stderr
    assert not (folder / "out.nq").exists()


def test_wrong_values_are_left_out_on_request_and_reported(folder: Path) -> None:
    (folder / "t.csv").write_text("id,v\n1,x\n2,2\n")
    done = run(folder, "m.yml", "-o", "out.nq", "--on-error", "skip", "--report", "r.json")
    assert done.returncode == 0
    assert "1 mistake;" in done.stderr
    assert len((folder / "out.nq").read_text().splitlines()) == 1
    [error] = json.loads((folder / "r.json").read_text())["errors"]
    assert (error["file"], error["row"], error["column"]) == ("t.csv", 2, "v")


@pytest.fixture
def wrong(folder: Path) -> Path:
    """A table of four rows, one value missing and one wrong."""
    (folder / "t.csv").write_text("id,v\n1,1\n2,\n3,x\n4,4\n")
    return folder


def test_the_report_counts_rows_triples_and_missing_values(wrong: Path) -> None:
    assert run(wrong, "m.yml", "-o", "out.nq", "--on-error", "skip", "--report", "r.json").returncode == 0
    report = json.loads((wrong / "r.json").read_text())
    assert (report["done"], report["triples"], report["sources"]) == (True, 2, [{"name": "t.csv", "rows": 4}])
    [rule] = report["triplesMaps"][0]["rules"]
    assert (rule["name"], rule["triples"], rule["nulls"]) == ("a / ex:p", 2, 2)
    assert [phase["name"] for phase in report["phases"]] == ["sources", "terms", "quads"]
    assert all(phase["seconds"] >= 0 and phase["memory"] > 1_000_000 for phase in report["phases"])


def test_the_report_of_a_run_that_ends_in_mistakes_is_written(wrong: Path) -> None:
    assert run(wrong, "m.yml", "-o", "out.nq", "--report", "r.json").returncode == 3
    report = json.loads((wrong / "r.json").read_text())
    assert (report["done"], [error["row"] for error in report["errors"]]) == (False, [4])
    assert not (wrong / "out.nq").exists()


def test_the_report_as_text_and_as_rdf(wrong: Path) -> None:
    assert run(wrong, "m.yml", "-o", "out.nq", "--on-error", "skip", "--report", "r.txt").returncode == 0
    text = (wrong / "r.txt").read_text()
    assert "            4  t.csv\n" in text and "t.csv:4:v: “x” is not a value of xsd:integer" in text
    assert run(wrong, "m.yml", "-o", "out.nq", "--on-error", "skip", "--report", "r.ttl").returncode == 0
    graph = rdflib.Graph().parse(wrong / "r.ttl")
    asked = graph.query(
        """
        PREFIX rer: <https://w3id.org/dre/rer#> PREFIX prov: <http://www.w3.org/ns/prov#>
        PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX csvw: <http://www.w3.org/ns/csvw#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        SELECT ?statements ?message ?row ?column {
          ?report a rer:RmlExecutionReport ; rer:generatedStatements ?statements ; rer:hasError ?error .
          ?error rer:message ?message ; prov:atLocation ?place .
          ?place oa:hasSelector/rdf:value ?row ; csvw:name ?column
        }"""
    )
    [row] = [tuple(term.toPython() for term in each) for each in asked]
    assert row == (2, "“x” is not a value of xsd:integer", "row=4", "v")


def test_lists_are_counted_for_their_rule(folder: Path) -> None:
    (folder / "m.ttl").write_text(GATHERED)
    assert run(folder, "m.ttl", "-o", "out.nq", "--report", "r.json").returncode == 0
    report = json.loads((folder / "r.json").read_text())
    assert report["triples"] == len((folder / "out.nq").read_text().splitlines()) == 3 * 5


def test_the_engine_works_with_the_threads_it_is_given(folder: Path) -> None:
    assert run(folder, "m.yml", "--jobs", "1", "--sorted").stdout == run(folder, "m.yml", "--sorted").stdout
    assert run(folder, "m.yml", "--jobs", "0").returncode == 2


def test_progress_by_rows_is_shown_on_a_terminal_only(folder: Path) -> None:
    import pty

    rows = "".join(f"{number},{number}\n" for number in range(400_000))
    (folder / "t.csv").write_text("id,v\n" + rows)
    code = "import sys; from iomld.cli import main; main(sys.argv[1:])"
    shown = {}
    for quiet in ((), ("-q",)):
        ours, theirs = pty.openpty()
        command = [sys.executable, "-c", code, "map", "m.yml", "-o", "out.nq", "--jobs", "1", "--sorted", *quiet]
        with subprocess.Popen(command, cwd=folder, stderr=theirs) as process:
            os.close(theirs)
            shown[quiet] = b""
            with suppress(OSError):  # the end of a terminal
                while read := os.read(ours, 65536):
                    shown[quiet] += read
        os.close(ours)
        assert process.returncode == 0
    assert b"of 400,000 rows" in shown[()]
    assert shown[("-q",)] == b""


def test_check_explain_and_dry_run(folder: Path) -> None:
    assert run(folder, "m.yml", "--check").returncode == 0
    assert "read once for a" in run(folder, "m.yml", "--explain").stdout
    assert " . # t.csv:2:v  a / " in run(folder, "m.yml", "--dry-run", "1").stdout


def test_a_full_disk_leaves_no_file(folder: Path) -> None:
    (folder / "t.csv").write_text("id,v\n" + "".join(f"{number},{number}\n" for number in range(20_000)))
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        "from iomld.cli import main; main(['map', 'm.yml', '-o', 'out.nq'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 4, done.stderr
    assert "engine-disk" in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["m.yml", "t.csv"]


def test_memory_that_does_not_suffice(folder: Path) -> None:
    assert run(folder, "m.yml", "--memory", "much").returncode == 2
    for size in ("1KB", "100KB"):
        done = run(folder, "m.yml", "--memory", size)
        assert done.returncode == 4, done.stderr
        assert "engine-memory" in done.stderr


def test_help_loads_no_engine(folder: Path) -> None:
    code = "import sys; from iomld.cli import cli; cli(['map', '--help'], standalone_mode=False); "
    code += "sys.exit(bool({'duckdb', 'yaml', 'rdflib', 'pyoxigraph'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True).returncode == 0


def test_output_that_cannot_be_written_ends_with_4(folder: Path) -> None:
    assert run(folder, "m.yml", "-o", "no/such/folder/out.nq").returncode == 4


def test_a_name_of_another_syntax_is_refused(folder: Path) -> None:
    done = run(folder, "m.yml", "-o", "out.jsonld")
    assert (done.returncode, (folder / "out.jsonld").exists()) == (2, False)
    assert "map-output" in done.stderr and "iomld convert out.nq -o out.jsonld" in done.stderr
    assert run(folder, "m.yml", "-o", "out.nt").returncode == 0


def test_a_folder_is_no_source(folder: Path) -> None:
    (folder / "t.csv").unlink()
    (folder / "t.csv").mkdir()
    done = run(folder, "m.yml")
    assert done.returncode == 3
    assert "the source t.csv is a folder [source-missing]" in done.stderr and "did you mean" not in done.stderr
