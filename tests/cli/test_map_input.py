"""``iomld map`` with input that is bad, large or comes through a pipe: the output is whole or absent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MAPPING = """
prefixes: {ex: https://example.org/}
mappings:
  a: {sources: [[SOURCE]], s: ex:$(id), po: [[ex:p, $(v)]]}
"""
COMMAND = [sys.executable, "-c", "import sys; from iomld.cli import main; main(sys.argv[1:])", "map"]


def run(
    folder: Path, *arguments: str, source: str = "t.csv~csv", given: bytes = b""
) -> subprocess.CompletedProcess[str]:
    (folder / "m.yml").write_text(MAPPING.replace("SOURCE", source))
    done = subprocess.run([*COMMAND, "m.yml", *arguments], cwd=folder, input=given, capture_output=True)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    for source in ("'-~csv'", "/dev/stdin~csv"):
        done = run(tmp_path, source=source, given=b"id,v\n1,x\n")
        assert done.stdout == '<https://example.org/1> <https://example.org/p> "x" .\n', done.stderr
    done = run(tmp_path, source="'-~jsonpath', '$[*]'", given=b'[{"id": 1, "v": "x"}]')
    assert done.stdout == '<https://example.org/1> <https://example.org/p> "x" .\n', done.stderr
    done = run(tmp_path, source="'-~csv'", given=b"id,v\n1,x\n2\n")
    assert done.returncode == 3 and "<stdin>:3: error: line 3 has 1 cell" in done.stderr


def test_a_pipe_is_a_source_that_two_maps_may_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    both = "pipe.csv~csv]], s: ex:$(id), po: [[ex:q, $(v)]]}\n  b: {sources: [[./pipe.csv~csv"
    for content, code in (("id,v\n1,x\n", 0), ("id,v\n1\n", 3)):
        writer = subprocess.Popen(["sh", "-c", f"printf '{content}' > pipe.csv"], cwd=tmp_path)
        done = run(tmp_path, source=both)
        assert writer.wait() == 0 and done.returncode == code, done.stderr
        assert len(done.stdout.splitlines()) == (0 if code else 2)
    assert "pipe.csv:2: error: line 2 has 1 cell" in done.stderr


def test_a_missing_quote_in_the_middle_of_a_million_rows(tmp_path: Path) -> None:
    rows = [f"{number},text {number}" for number in range(1_000_000)]
    rows[500_000] = '500000,"text'
    (tmp_path / "t.csv").write_text("id,v\n" + "\n".join(rows) + "\n")
    done = run(tmp_path, "-o", "out.nq")
    assert done.returncode == 3
    assert "t.csv:500002: error: a quote that opens in line 500002 is never closed" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.yml", "t.csv"]


def test_mixed_encodings_are_told_line_by_line(tmp_path: Path) -> None:
    lines = [b"id,v"] + [f"{number},ö".encode("latin-1" if number in (3, 7) else "utf-8") for number in range(10)]
    (tmp_path / "t.csv").write_bytes(b"\n".join(lines) + b"\n")
    done = run(tmp_path, "-o", "out.nq")
    assert done.returncode == 3 and not (tmp_path / "out.nq").exists()
    assert [line.partition(": ")[0] for line in done.stderr.splitlines() if "UTF-8 [" in line] == ["t.csv:5", "t.csv:9"]


def test_a_cell_of_100_megabytes(tmp_path: Path) -> None:
    with open(tmp_path / "t.csv", "wb") as stream:
        stream.write(b"id,v\n1,x\n2,")
        for _ in range(100):
            stream.write(b"a" * 1_000_000)
        stream.write(b"\n3,y\n")
    done = run(tmp_path, "-o", "out.nq")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out.nq").read_bytes().splitlines()
    assert sorted(map(len, lines))[-1] == 100_000_000 + len('<https://example.org/2> <https://example.org/p> "" .')
    assert len(lines) == 3


def test_a_disk_that_is_full_while_a_table_is_read(tmp_path: Path) -> None:
    rows = "".join(f"{number},{number}\n" for number in range(50_000))
    (tmp_path / "t.csv").write_text(f"id,v\n\n{rows}")  # the blank line has it copied
    (tmp_path / "m.yml").write_text(MAPPING.replace("SOURCE", "t.csv~csv"))
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        "from iomld.cli import main; main(['map', 'm.yml', '-o', 'out.nq'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 4 and "engine-disk" in done.stderr, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.yml", "t.csv"]


def test_json_that_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"id": 1, "v": "x"}, {"id": 2, "v"')
    done = run(tmp_path, "-o", "out.nq", source="t.json~jsonpath, '$[*]'")
    assert done.returncode == 3 and not (tmp_path / "out.nq").exists()
    assert "t.json:1:36: error: not well-formed JSON: it ends too early [json-syntax]" in done.stderr


def test_a_template_that_makes_an_illegal_iri(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,v\n1,x\n")
    mapping = MAPPING.replace("SOURCE", "t.csv~csv").replace("ex:$(id)", '"http://exa mple.org/$(id)"')
    (tmp_path / "m.yml").write_text(mapping)
    done = subprocess.run([*COMMAND, "m.yml", "-o", "out.nq"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 3 and "iri-illegal" in done.stderr and not (tmp_path / "out.nq").exists()


@pytest.mark.parametrize(("choice", "code", "lines"), [("stop", 3, None), ("skip", 0, 1), ("report", 0, 1)])
def test_a_value_that_is_not_of_its_datatype_is_never_silent(
    tmp_path: Path, choice: str, code: int, lines: int | None
) -> None:
    (tmp_path / "t.csv").write_text("id,v\n1,2001-02-30\n2,2001-02-28\n")
    mapping = MAPPING.replace("SOURCE", "t.csv~csv").replace("$(v)]", "$(v), xsd:date]")
    (tmp_path / "m.yml").write_text(mapping)
    done = subprocess.run(
        [*COMMAND, "m.yml", "-o", "out.nq", "--on-error", choice], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == code
    assert ("t.csv:2:v" in done.stderr) == (choice != "skip")
    assert "1 mistake" in done.stderr or choice == "stop"
    output = tmp_path / "out.nq"
    assert (len(output.read_text().splitlines()) if output.exists() else None) == lines


def test_an_interruption_leaves_no_file(tmp_path: Path) -> None:
    mapping = MAPPING.replace("SOURCE", "t.csv~csv").replace("$(v)]", "$(v)], [ex:q, $(v)-$(id)], [ex:r, $(id)]")
    (tmp_path / "m.yml").write_text(mapping)
    with open(tmp_path / "t.csv", "w") as stream:
        stream.write("id,v\n")
        stream.writelines(f"{number},{number}{'x' * 100}\n" for number in range(1_000_000))
    for _ in range(5):
        process = subprocess.Popen(
            [*COMMAND, "m.yml", "-o", "out.nq", "--sorted"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        while not list(tmp_path.glob(".iomld-*")) and process.poll() is None:  # until it writes
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        if process.returncode:
            break
        (tmp_path / "out.nq").unlink()  # on a busy machine it may be done before the signal comes
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.yml", "t.csv"]
