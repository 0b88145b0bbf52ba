"""What is said beside results, and how a command ends whatever happens to its streams and to itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import Run

from iomld.cli.console import counted, render
from iomld.errors import DataError, Mistakes


@pytest.mark.parametrize(
    ("number", "what", "said"),
    [
        (1, "findings", "1 finding"),
        (1, "statements read", "1 statement read"),
        (1, "triples maps", "1 triples map"),
        (0, "rows", "0 rows"),
        (2000, "rows", "2,000 rows"),
        (1, "written", "1 written"),
    ],
)
def test_one_is_told_in_the_singular(number: int, what: str, said: str) -> None:
    assert counted(number, what) == said


def test_only_a_command_that_writes_says_that_nothing_was_written() -> None:
    errors = Mistakes([DataError("a", "one"), DataError("b", "two")])
    assert render(errors).endswith("\n2 mistakes")
    assert render(errors, writes=True).endswith("\n2 mistakes; nothing was written")


IOMLD = f"{sys.executable} -m iomld"


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    numbers = range(60_000)
    (tmp_path / "a.nq").write_text("".join(f'<http://x/{n}> <http://x/p> "{n}" .\n' for n in numbers))
    (tmp_path / "p.csv").write_text("id,name\n" + "".join(f"{n},{n}\n" for n in numbers))
    (tmp_path / "p.yml").write_text(
        "mappings: {p: {sources: [[p.csv~csv]], s: http://x/$(id), po: [[http://x/p, $(name)]]}}"
    )
    (tmp_path / "q.rq").write_text("SELECT * { ?s ?p ?o }")
    return tmp_path


@pytest.mark.parametrize("command", ["convert a.nq", "map p.yml", "query q.rq --data a.nq -f csv"])
def test_a_reader_that_goes_is_no_failure(many: Path, command: str) -> None:
    done = shell(f"{IOMLD} {command} | head -1; exit ${{PIPESTATUS[0]}}", many)
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


@pytest.mark.parametrize(
    "command",
    [
        "convert a.nq -o out.nq >&- && test -s out.nq",
        "convert a.nq -o out.nq <&- >&- 2>&- && test -s out.nq",
        "convert a.nq -o out.nq -v 2>&- && test -s out.nq",
        "convert a.nq <&-",
    ],
)
def test_a_closed_stream_that_nothing_needs_is_no_failure(many: Path, command: str) -> None:
    done = shell(f"{IOMLD} {command}", many)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        "convert a.nq >&-",
        "map p.yml >&-",
        "query q.rq --data a.nq -f csv >&-",
        "--help >&-",
        "convert - --from turtle <&-",
        "query - <&-",
        "query q.rq --data - --from turtle <&-",
        "link resolve - <&-",
        "validate --data - --from turtle <&-",
    ],
)
def test_a_closed_stream_that_is_needed_is_told(many: Path, command: str) -> None:
    done = shell(f"{IOMLD} {command}", many)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "error: a standard stream that the command reads or writes is closed [outside]\n"


def test_a_mistake_that_cannot_be_told_has_its_exit_code(many: Path) -> None:
    assert shell(f"{IOMLD} nonsense 2>&-", many).returncode == 2
    assert shell(f"{IOMLD} convert none.ttl 2>&-", many).returncode == 3
    assert shell(f"{IOMLD} convert none.ttl 2>/dev/full", many).returncode == 3


HALF_WRITTEN = """
import time
from iomld.serialization import formats
def half(selection, file, options):
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    time.sleep(60)
formats.FORMATS["turtle"] = formats.FORMATS["turtle"]._replace(writer=half)
from iomld.cli import main
main(["convert", "a.nq", "-o", "x.ttl"])
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_is_stopped_leaves_nothing(many: Path, number: signal.Signals, code: int) -> None:
    before = sorted(os.listdir(many))
    command = [sys.executable, "-c", HALF_WRITTEN]
    with subprocess.Popen(command, cwd=many, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        assert sorted(os.listdir(many)) != before
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, sorted(os.listdir(many))) == (code, before)
    assert said.strip() == "stopped; nothing that was there before has been changed"


def test_the_handler_of_a_caller_is_left_alone(many: Path, iomld: Run) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert iomld("convert", "a.nq", "-o", "x.nq", cwd=many).code == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_ctrl_c_while_the_command_line_is_loaded_gives_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import time; print('loading', flush=True); time.sleep(60)")
    command = [sys.executable, "-m", "iomld", "--help"]
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "")


def test_memory_that_does_not_suffice_is_no_bug(tmp_path: Path, iomld: Run) -> None:
    (tmp_path / "a.nt").write_text("<http://e.org/a> <http://e.org/b> <http://e.org/c> .\n")
    done = iomld("convert", "a.nt", "-o", "a.ttl", "--memory", "1KB", cwd=tmp_path)
    assert (done.code, "the memory does not suffice" in done.err, "SET memory_limit" in done.err) == (4, True, False)
