"""``iomld map`` as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

MAPPING = """
prefixes: {ex: https://example.org/}
mappings:
  a: {sources: [[t.csv~csv]], s: ex:$(id), po: [[ex:p, $(v), xsd:integer]]}
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
    assert "1 mistakes" in done.stderr
    assert len((folder / "out.nq").read_text().splitlines()) == 1
    [error] = json.loads((folder / "r.json").read_text())["errors"]
    assert (error["file"], error["row"], error["column"]) == ("t.csv", 2, "v")


def test_check_explain_and_dry_run(folder: Path) -> None:
    assert run(folder, "m.yml", "--check").returncode == 0
    assert "read once for a" in run(folder, "m.yml", "--explain").stdout
    assert " . # t.csv:2:v  a / " in run(folder, "m.yml", "--dry-run", "1").stdout


def test_the_engine_that_is_not_there_ends_with_4(folder: Path) -> None:
    done = run(folder, "m.yml", "--engine", "spark")
    assert done.returncode == 4
    assert "engine-missing" in done.stderr


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
    done = run(folder, "m.yml", "--memory", "1KB")
    assert done.returncode == 4
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
