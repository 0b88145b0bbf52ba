"""`iomld build`: what it leaves, that it is the same every time, and every kind of mistake with its message."""

import csv
import hashlib
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.packaged import copy_project, edit

FILES = {"iomld.ttl", "iomld.jsonld", "iomld.nq", "context.jsonld", "dataset.ttl", "ontology.ttl", "SHA256SUMS"}
TABLES = "mappings/tables"
PARTICIPATION = f"{TABLES}/mc-inf-266/participation.csv"


def iomld(*arguments: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "iomld", *arguments],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "IOMLD_CACHE": str(cwd / ".cache"), **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untouched copy of the project, built."""
    folder = copy_project(tmp_path_factory.mktemp("good"))
    done = iomld("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def project(good: Path, tmp_path: Path) -> Path:
    """A copy that the test may break, with the files of the last good build."""
    shutil.copytree(good, tmp_path / "project")
    return tmp_path / "project"


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_leaves_the_files_of_the_contract_with_right_checksums(good: Path) -> None:
    assert {path.name for path in (good / "build").iterdir()} == FILES
    for line in (good / "build" / "SHA256SUMS").read_text().splitlines():
        checksum, name = line.split()
        assert hashlib.sha256((good / "build" / name).read_bytes()).hexdigest() == checksum


def test_silence_in_a_pipe(good: Path, tmp_path: Path) -> None:
    done = iomld("build", "-o", str(tmp_path / "out"), cwd=good)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_line_for_each_phase_when_asked(good: Path, tmp_path: Path) -> None:
    done = iomld("build", "-v", "-o", str(tmp_path / "out"), cwd=good)
    assert re.search(r"^mapping +[\d,]+ triples +[\d.]+ s$", done.stderr, re.M)


def test_the_same_bytes_with_another_hash_seed_locale_zone_and_order_of_rows(good: Path, tmp_path: Path) -> None:
    shuffled = copy_project(tmp_path / "shuffled")
    source = random.Random(7)
    for table in (shuffled / TABLES).rglob("*.csv"):
        rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"), newline="")))
        body = rows[1:]
        source.shuffle(body)
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows([rows[0], *body])
    done = iomld("build", cwd=shuffled, PYTHONHASHSEED="77", LC_ALL="C", TZ="Asia/Tokyo")
    assert done.returncode == 0, done.stderr
    assert bytes_of(shuffled / "build") == bytes_of(good / "build")


def test_after_a_change_the_files_are_those_of_a_build_from_nothing(project: Path) -> None:
    assert iomld("build", cwd=project).returncode == 0
    kept = set((project / ".cache").rglob("*.parquet"))
    edit(project / TABLES / "mc-inf-266/activities.csv", lambda text: text.replace("Helps ", "Would help ", 1))
    assert iomld("build", cwd=project).returncode == 0
    made = set((project / ".cache").rglob("*.parquet")) - kept
    assert 0 < len(made) < len(kept) / 5
    assert iomld("build", "--fresh", "-o", "fresh", cwd=project).returncode == 0
    assert bytes_of(project / "build") == bytes_of(project / "fresh")


def test_it_builds_the_packaged_project_from_an_empty_folder(good: Path, tmp_path: Path) -> None:
    done = iomld("build", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert bytes_of(tmp_path / "build") == bytes_of(good / "build")


def cell(table: str, find: str, column: str, value: str) -> Callable[[Path], str]:
    """Plant a value in the first row that holds a text; gives the place where it must be found."""

    def plant(project: Path) -> str:
        path = project / TABLES / table
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        index = rows[0].index(column)
        number = next(n for n, row in enumerate(rows[1:], 1) if find in ",".join(row))
        rows[number][index] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return f"{TABLES}/{table}:{number + 1}:{column}"

    return plant


MISTAKES = {
    "unknown process": (
        cell("mc-inf-266/participation.csv", "Swaziland", "process", "misda"),
        "unknown-process",
        "midsa",
    ),
    "unknown country": (
        cell("mc-inf-266/participation.csv", "Swaziland", "participant", "state/SWT"),
        "unknown-state",
        "state/SWZ",
    ),
    "unknown theme": (cell("mc-inf-266/themes.csv", "asylum", "theme", "asylom"), "unknown-concept", "asylum"),
    "unknown role": (
        cell("mc-inf-266/participation.csv", "Swaziland", "role", "particpant"),
        "unknown-concept",
        "participant",
    ),
    "malformed date": (
        cell("mc-inf-266/events.csv", "2002-10", "start", "October 2002"),
        "date-malformed",
        "2002-10-16",
    ),
    "pinpoint that is not there": (
        cell("mc-inf-266/participation.csv", "Swaziland", "pinpoints", "mc-inf-266/annex-2/row-88"),
        "unknown-pinpoint",
        "row-8",
    ),
    "empty key": (cell("register/states.csv", "SWZ", "state", ""), "cell-empty", ""),
    "doubled key": (cell("register/states.csv", "ZWE", "state", "ZAF"), "key-doubled", "ZAF"),
    "no number": (cell("mc-inf-266/figures.csv", "38", "value", "thirty-eight"), "not-decimal", "38"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_cell_is_told_at_its_row_and_column(project: Path, name: str) -> None:
    plant, id, said = MISTAKES[name]
    place = plant(project)
    before = bytes_of(project / "build")
    done = iomld("build", cwd=project)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    (found,) = [n for n, line in enumerate(lines) if line.startswith(f"{place}: error:") and f"[{id}]" in line]
    assert said in "\n".join(lines[found : found + 2])
    assert bytes_of(project / "build") == before


def test_all_mistakes_are_told_in_one_run(project: Path) -> None:
    places = [MISTAKES[name][0](project) for name in ("unknown process", "malformed date", "no number")]
    done = iomld("build", cwd=project)
    assert done.returncode == 3
    assert all(f"{place}: error" in done.stderr for place in places)


def broken(path: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    return lambda project: edit(project / path, change)


def rewrite(path: str, content: bytes) -> Callable[[Path], None]:
    def plant(project: Path) -> None:
        (project / path).write_bytes(content)

    return plant


FILES_BROKEN: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "table missing": (
        lambda project: (project / TABLES / "register" / "groups.csv").unlink(),
        "table-missing",
        r"groups\.csv",
    ),
    "not UTF-8": (
        rewrite(
            f"{TABLES}/register/groups.csv", "group,label_en,label_fr,label_es,note\ncafé,x,,,\n".encode("latin-1")
        ),
        "not-utf-8",
        r"groups\.csv:2",
    ),
    "too few cells": (
        broken(PARTICIPATION, lambda text: text + "midsa,state/SWZ\n"),
        "too-few-cells",
        r"participation\.csv:\d+",
    ),
    "too many cells": (
        broken(PARTICIPATION, lambda text: text + "," * 20 + "x\n"),
        "too-many-cells",
        r"participation\.csv:\d+",
    ),
    "missing header": (
        broken(PARTICIPATION, lambda text: text.replace("process,", "proces,", 1)),
        "column-missing",
        r"participation\.csv:1:process",
    ),
    "doubled header": (
        broken(PARTICIPATION, lambda text: text.replace("until,", "since,", 1)),
        "header-doubled",
        r"participation\.csv:1:since",
    ),
    "unknown column in a mapping": (
        broken("mappings/participation.yml", lambda text: text.replace("$(as_written)", "$(as_writen)")),
        "unknown-column",
        r"participation\.yml:\d+:\d+.*as_writ",
    ),
    "YAML that is none": (
        broken("mappings/participation.yml", lambda text: text.replace("mappings:", "mappings: [", 1)),
        "yaml-syntax",
        r"participation\.yml:\d+:\d+",
    ),
    "unknown prefix in a mapping": (
        broken("mappings/participation.yml", lambda text: text.replace("[org:role,", "[orgg:role,")),
        "unknown-prefix",
        r"participation\.yml:\d+:\d+.*orgg",
    ),
    "Turtle that is none, in a shape": (
        broken("shapes/participation.ttl", lambda text: text + "\n<a> <b> \n"),
        "shapes-syntax",
        r"participation\.ttl:\d+",
    ),
    "Turtle that is none, in the ontology": (
        broken("ontology/iomld.ttl", lambda text: text + "\n<a> <b> .\n"),
        "data-syntax",
        r"iomld\.ttl:\d+",
    ),
    "a shape file that is not SHACL": (
        rewrite("shapes/participation.ttl", b"<https://e.org/a> <https://e.org/b> <https://e.org/c> .\n"),
        "shapes-none",
        r"participation\.ttl",
    ),
}


@pytest.mark.parametrize("name", FILES_BROKEN)
def test_a_broken_file_ends_in_one_clear_message(project: Path, name: str) -> None:
    plant, id, said = FILES_BROKEN[name]
    plant(project)
    before = bytes_of(project / "build")
    done = iomld("build", cwd=project)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert f"[{id}]" in done.stderr, done.stderr
    assert re.search(said, done.stderr), done.stderr
    assert bytes_of(project / "build") == before


def test_a_byte_order_mark_and_crlf_are_accepted(project: Path) -> None:
    before = bytes_of(project / "build")
    path = project / PARTICIPATION
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert iomld("build", cwd=project).returncode == 0
    assert bytes_of(project / "build") == before


def test_a_violation_of_a_shape_is_told_at_its_cell_and_keeps_the_last_good_build(project: Path) -> None:
    # Each row is well-formed; that a body has no label at all only its shape tells.
    place = cell("register/organisations.csv", "censis,", "label_en", "")(project)
    before = bytes_of(project / "build")
    done = iomld("build", cwd=project)
    assert done.returncode == 1, done.stderr
    assert f"{place.rpartition(':')[0]}:" in done.stderr
    assert "violation: Give at least one label" in done.stderr
    assert "id/organisation/censis" in done.stderr
    assert bytes_of(project / "build") == before


def test_a_clash_between_rows_names_all_of_them(project: Path) -> None:
    # The second label of one event, given by another document: neither row is wrong alone.
    first = cell("mc-inf-266/events.csv", "5-5-dialogue-first-2002", "label", "One title")(project)
    second = cell("mc-inf-259/events.csv", "5-5-dialogue-first-2002", "label", "Another title")(project)
    cell("mc-inf-259/events.csv", "5-5-dialogue-first-2002", "language", "en")(project)
    cell("mc-inf-259/events.csv", "5-5-dialogue-first-2002", "label_kind", "own")(project)
    done = iomld("build", cwd=project)
    assert done.returncode == 1, done.stderr
    assert first in done.stderr
    assert second in done.stderr


def test_a_folder_that_cannot_be_written(good: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = iomld("build", "-o", str(tmp_path / "file" / "build"), cwd=good)
    assert done.returncode == 4
    assert "[output-not-writable]" in done.stderr
    assert "-o" in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 18 MB: room for one build, not for two."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=18m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here (it takes root)")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_ends_in_a_message_and_leaves_the_last_good_build(good: Path, small_disk: Path) -> None:
    shutil.copytree(good / "build", small_disk / "build")
    before = bytes_of(small_disk / "build")
    done = iomld("build", "-o", str(small_disk / "build"), cwd=good)
    assert done.returncode == 4, done.stderr
    assert "[disk-full]" in done.stderr
    assert "Traceback" not in done.stderr
    assert bytes_of(small_disk / "build") == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_standard_output_that_is_full_ends_in_a_message(good: Path) -> None:
    command = f"{sys.executable} -m iomld query documents -f csv -q > /dev/full"
    done = subprocess.run(command, shell=True, cwd=good, capture_output=True, text=True)
    assert done.returncode == 4
    assert "disk is full" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_build_that_is_stopped_leaves_the_last_good_one(project: Path, how: signal.Signals) -> None:
    before = bytes_of(project / "build")
    edit(project / "iomld.toml", lambda text: text.replace('release = "0.1.0"', 'release = "9.9.9"'))
    for delay in (0.3, 0.9, 1.6):
        with subprocess.Popen(
            [sys.executable, "-m", "iomld", "build"], cwd=project, stderr=subprocess.PIPE, text=True
        ) as process:
            time.sleep(delay)
            process.send_signal(how)
            _, said = process.communicate()
        if process.returncode == 0:  # this machine was faster
            break
        assert "Traceback" not in said
        kept = {name: data for name, data in bytes_of_files(project / "build").items()}
        assert kept == before
    assert iomld("build", cwd=project).returncode == 0
    assert b"9.9.9" in (project / "build" / "dataset.ttl").read_bytes()
    assert {path.name for path in (project / "build").iterdir()} == FILES


def bytes_of_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
