"""What the cache of prepared projects keeps, and what it deletes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.small import write_project

import iomld
from iomld.pipeline import prepare, site
from iomld.pipeline.holding import forget, hold
from iomld.project import open_project

HOUR = 60 * 60
DAY = 24 * HOUR
HOLDER = """
import sys, time
from pathlib import Path
from iomld.pipeline.holding import hold
held = hold(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def state(cache: Path, number: int, age: float) -> Path:
    """A prepared project that was used some seconds ago."""
    folder = cache / f"{number:032x}"
    (folder / "index").mkdir(parents=True)
    (folder / "quads.duckdb").touch()
    then = time.time() - age
    (folder / ".used").touch()
    os.utime(folder / ".used", (then, then))
    return folder


def test_what_was_not_used_for_a_month_is_deleted(tmp_path: Path) -> None:
    old, young = state(tmp_path, 1, 31 * DAY), state(tmp_path, 2, 29 * DAY)
    forget(tmp_path)
    assert sorted(tmp_path.iterdir()) == [young]
    assert not old.exists()


def test_twelve_states_are_kept_and_those_of_the_last_hour(tmp_path: Path) -> None:
    recent = [state(tmp_path, number, number) for number in range(14)]
    older = [state(tmp_path, 100 + number, (2 + number) * HOUR) for number in range(5)]
    forget(tmp_path)
    assert all(folder.exists() for folder in recent)
    assert not any(folder.exists() for folder in older)


def test_a_state_without_a_mark_of_its_use_is_as_old_as_its_folder(tmp_path: Path) -> None:
    old = state(tmp_path, 1, 0)
    (old / ".used").unlink()
    os.utime(old, (0, 0))
    forget(tmp_path)
    assert not old.exists()


def test_what_somebody_holds_stays(tmp_path: Path) -> None:
    held = state(tmp_path, 1, 0)
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, held], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        os.utime(held / ".used", (0, 0))
        forget(tmp_path)
        assert held.is_dir()
    finally:
        holder.kill()
        holder.wait()
    forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_held_here_stays_until_it_is_let_go(tmp_path: Path) -> None:
    folder = state(tmp_path, 1, 40 * DAY)
    held = hold(folder)
    assert held is not None and time.time() - (folder / ".used").stat().st_mtime < HOUR
    os.utime(folder / ".used", (0, 0))
    forget(tmp_path)
    assert folder.exists()
    del held
    forget(tmp_path)
    assert not folder.exists()
    assert hold(folder) is None


def test_what_killed_runs_left_is_deleted_and_nothing_else(tmp_path: Path) -> None:
    left, gone, working = (tmp_path / name for name in (".making-a", ".gone-b", ".making-c"))
    others = [tmp_path / "sources", tmp_path / "link", tmp_path / ("f" * 32)]
    for folder in (left, gone, working, *others):
        (folder / "index").mkdir(parents=True)
        (folder / "index" / "file").touch()
    for folder in (left, working, *others):
        os.utime(folder / "index", (0, 0))
        os.utime(folder, (0, 0))
    os.utime(left / "index" / "file", (0, 0))
    forget(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([working, *others])


def test_an_edit_deletes_what_is_old_and_never_what_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("IOMLD_CACHE", str(cache))
    root = write_project(tmp_path / "project")
    data = iomld.open(root)
    assert data.ask("ASK { ?s a riv:Event }")
    documents, served = site(open_project(root))
    folder = served.index.parent
    del served
    os.utime(folder / ".used", (0, 0))
    table = root / "tables" / "events.csv"
    table.write_text(table.read_text() + "new,New,planned,2003,,first/para-1,\n")
    new = prepare(open_project(root)).index.parent
    assert folder.is_dir() and len(data.dataset())
    del data
    os.utime(folder / ".used", (0, 0))
    table.write_text(table.read_text() + "newer,Newer,planned,2003,,first/para-1,\n")
    prepare(open_project(root))
    assert folder.is_dir() and documents.folder and documents.folder.is_dir()
    del documents
    os.utime(folder / ".used", (0, 0))
    table.write_text(table.read_text() + "newest,Newest,planned,2003,,first/para-1,\n")
    prepare(open_project(root))
    assert not folder.exists() and new.is_dir()


def test_a_cache_that_can_only_be_read_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = state(tmp_path, 1, 0)
    (folder / ".used").unlink()
    (folder / ".used").mkdir()  # no file can be opened there, whoever asks
    assert hold(folder) is not None
