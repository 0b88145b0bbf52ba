"""A folder changes as a whole, whatever happens in between."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from iomld.errors import OutsideError
from iomld.publish import Staging


def publish(folder: Path, text: str) -> None:
    with Staging(folder) as staging:
        for name in ("a", "b"):
            (staging.path / name).write_text(text)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir()) if path.is_file()}


def test_files_appear_when_all_are_written_and_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "build"
    publish(folder, "one")
    (folder / "mine").write_text("kept")
    publish(folder, "two")
    assert contents(folder) == {"a": "two", "b": "two", "mine": "kept"}
    assert sorted(os.listdir(folder)) == ["a", "b", "mine"]


def test_an_error_in_between_leaves_the_old_files(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    with pytest.raises(RuntimeError), Staging(tmp_path) as staging:
        (staging.path / "a").write_text("two")
        raise RuntimeError
    assert contents(tmp_path) == {"a": "one", "b": "one"}
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_an_error_leaves_no_folder_that_was_not_there_before(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there/new")
    for folder in ("there/deep/build", "link"):
        with pytest.raises(RuntimeError), Staging(tmp_path / folder) as staging:
            (staging.path / "a").write_text("one")
            raise RuntimeError
    with pytest.raises(OutsideError), Staging(tmp_path / "build") as staging:
        (staging.path / "a").mkdir()  # which no file can take the place of
        (tmp_path / "build" / "a").mkdir()
    assert sorted(os.listdir(tmp_path)) == ["build", "link", "there"] and os.listdir(tmp_path / "there") == []
    with pytest.raises(RuntimeError), Staging(tmp_path / "there"):
        raise RuntimeError
    assert (tmp_path / "there").is_dir()


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    for text in ("one", "two"):  # the first time, it leads to nothing yet
        publish(tmp_path / "link", text)
    assert (tmp_path / "link").is_symlink() and contents(tmp_path / "real") == {"a": "two", "b": "two"}


def test_a_folder_in_the_place_of_a_file_leaves_all_files_as_they_were(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    (tmp_path / "b").unlink()
    (tmp_path / "b").mkdir()
    with pytest.raises(OutsideError) as caught:
        publish(tmp_path, "two")
    assert caught.value.id == "output-not-writable" and "b is a folder" in caught.value.message
    assert contents(tmp_path) == {"a": "one"} and sorted(os.listdir(tmp_path)) == ["a", "b"]


KILLED = """
import sys, time
from pathlib import Path
from iomld.publish import Staging
with Staging(Path(sys.argv[1])) as staging:
    (staging.path / "a").write_text("two")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_a_run_that_is_killed_leaves_the_old_files_and_does_not_block_the_next(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(OutsideError) as caught:  # while the other is at work, there is no way in
            publish(tmp_path, "three")
        assert caught.value.id == "output-in-use"
        process.send_signal(signal.SIGKILL)
    assert contents(tmp_path) == {"a": "one", "b": "one"}
    publish(tmp_path, "three")
    assert contents(tmp_path) == {"a": "three", "b": "three"}


def test_a_run_that_was_killed_between_two_renames_is_finished_by_the_next(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    staging = tmp_path / ".iomld-next"
    staging.mkdir()
    (staging / "b").write_text("two")  # "a" has been moved already
    (tmp_path / "a").write_text("two")
    (staging / ".complete").touch()
    with Staging(tmp_path):
        assert contents(tmp_path) == {"a": "two", "b": "two"}


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError) as caught:
        publish(tmp_path / "file", "one")
    assert caught.value.id == "output-not-writable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutsideError) as caught:
        publish(tmp_path / "build", "one")
    assert caught.value.id == "output-not-writable"


def test_time_is_not_what_tells_a_dead_run(tmp_path: Path) -> None:
    staging = tmp_path / ".iomld-next"
    staging.mkdir()
    os.utime(staging, (time.time(), time.time()))
    publish(tmp_path, "one")
    assert contents(tmp_path) == {"a": "one", "b": "one"}


@pytest.mark.parametrize("moment", ["mkdir", "fsync", "replace"])
def test_of_two_runs_the_second_is_refused_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The second begins while the first makes its hidden folder, brings files to the disk, moves them."""
    publish(tmp_path, "one")
    place = Path if moment == "mkdir" else os
    original = getattr(place, moment)
    told: list[str] = []

    def meanwhile(*arguments: object, **options: object) -> object:
        monkeypatch.setattr(place, moment, original)
        with pytest.raises(OutsideError) as caught:
            publish(tmp_path, "three")
        told.append(caught.value.id)
        return original(*arguments, **options)

    if moment == "mkdir":
        calls = iter((original, meanwhile))  # the target comes first
        monkeypatch.setattr(Path, "mkdir", lambda *rest, **options: next(calls)(*rest, **options))
    else:
        monkeypatch.setattr(os, moment, meanwhile)
    publish(tmp_path, "two")
    assert told == ["output-in-use"]
    assert contents(tmp_path) == {"a": "two", "b": "two"}
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]
