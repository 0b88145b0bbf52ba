"""``iomld convert`` as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.serialization.roundtrip import canonical

from iomld.cli import convert as command
from iomld.graph import SYNTAXES
from iomld.serialization import FORMATS
from iomld.serialization.selection import BLANK_NODES

TURTLE = '@prefix my: <http://my.example/> .\nmy:s my:p 01, [ my:q "x" ] .\n'


def run(*arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "NO_COLOR": "1"}
    code = "from iomld.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "convert", *arguments], input=stdin, cwd=cwd, env=environment, capture_output=True
    )


def test_choices_of_the_command_are_those_of_the_rooms() -> None:
    choices = {option.name: getattr(option.type, "choices", None) for option in command.command.params}
    assert list(choices["syntax"] or ()) == list(SYNTAXES)
    assert set(choices["format"] or ()) == set(FORMATS)
    assert tuple(choices["blank_nodes"] or ()) == BLANK_NODES


def test_from_standard_input_to_standard_output() -> None:
    done = run("-", "--from", "turtle", "-f", "turtle", stdin=TURTLE.encode())
    assert done.returncode == 0 and done.stderr == b""
    assert done.stdout.decode() == (
        "@prefix my: <http://my.example/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n"
        'my:s my:p\n        "01"^^xsd:integer ,\n        [\n            my:q "x"\n        ] .\n'
    )


@pytest.mark.parametrize("extension", [format.extensions[0] for name, format in FORMATS.items() if name in SYNTAXES])
def test_the_names_of_files_tell_the_syntax(tmp_path: Path, extension: str) -> None:
    (tmp_path / "in.ttl").write_text(TURTLE)
    done = run("in.ttl", "-o", f"out{extension}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    back = run(f"out{extension}", cwd=tmp_path)
    assert canonical(back.stdout) == canonical(TURTLE, "turtle")


def test_several_files_are_merged_without_repetition(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text('<http://a/s> <http://a/p> "1" .\n')
    (tmp_path / "b.nq").write_text('<http://a/s> <http://a/p> "1" .\n<http://a/s> <http://a/p> "2" <http://a/g> .\n')
    done = run("a.nt", "b.nq", cwd=tmp_path)
    assert done.stdout == b'<http://a/s> <http://a/p> "1" .\n<http://a/s> <http://a/p> "2" <http://a/g> .\n'


def test_mistakes_of_all_files_are_told_at_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://a/s> <http://a/p>\n  x:y .\n")
    (tmp_path / "b.nt").write_text("<http://a/s> <b> <http://a/o> .\n")
    done = run("a.ttl", "b.nt", "absent.ttl", "-o", "out.nq", cwd=tmp_path)
    text = done.stderr.decode()
    assert done.returncode == 3
    for place in ("a.ttl:2:3: error", "b.nt:1:14: error", "absent.ttl: error"):
        assert place in text
    assert "Traceback" not in text
    assert not (tmp_path / "out.nq").exists()


def test_what_stood_there_stays_when_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "in.nq").write_text('<http://a/s> <http://a/p> "1" <http://a/g> .\n')
    (tmp_path / "out.ttl").write_text("before")
    done = run("in.nq", "-o", "out.ttl", cwd=tmp_path)
    assert done.returncode == 3 and b"--graph" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.nq", "out.ttl"]
    assert (tmp_path / "out.ttl").read_text() == "before"
    assert run("in.nq", "-o", "out.ttl", "--graph", "union", cwd=tmp_path).returncode == 0
    assert "before" not in (tmp_path / "out.ttl").read_text()


def test_a_link_is_followed_and_a_device_stays_one(tmp_path: Path) -> None:
    (tmp_path / "target.nq").write_text("before")
    (tmp_path / "link.nq").symlink_to("target.nq")
    assert run("-", "--from", "turtle", "-o", "link.nq", stdin=TURTLE.encode(), cwd=tmp_path).returncode == 0
    assert (tmp_path / "link.nq").is_symlink() and "before" not in (tmp_path / "target.nq").read_text()
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE)
    done = run("-", "--from", "turtle", "-f", "nquads", "-o", "pipe", stdin=TURTLE.encode(), cwd=tmp_path)
    assert done.returncode == 0 and (tmp_path / "pipe").is_fifo()
    assert canonical(reader.communicate()[0]) == canonical(TURTLE, "turtle")


def test_a_folder_that_is_not_there_is_a_matter_of_the_outside_world(tmp_path: Path) -> None:
    done = run("-", "--from", "turtle", "-o", "absent/out.nq", cwd=tmp_path)
    assert done.returncode == 4 and b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-",), b"name one with --from: nquads"),
        (("-", "--from", "turtle", "-o", "x.foo"), b"format-unknown"),
        (("-", "--from", "turtle", "--prefix", "x"), b"prefix-malformed"),
        (("-", "--from", "turtle", "-f", "jsonld", "--context", "absent.json"), b"data-file-missing"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], said: bytes, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode in (2, 3)
    assert said in done.stderr and b"Traceback" not in done.stderr


def test_help_loads_no_rdf_library() -> None:
    code = (
        "import sys\nfrom iomld.cli import main\ntry: main(['convert', '--help'])\nexcept SystemExit: pass\n"
        "print([name for name in ('rdflib', 'duckdb', 'pyoxigraph', 'pyshacl') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert done.stdout.decode().rstrip().endswith("[]")
