"""Where results go: links are followed, devices and pipes written to, and nothing that was there before is lost."""

import os
import stat
import threading
from pathlib import Path

import pytest
from tests.cli.running import Run

MAPPING = """
prefixes: {ex: "https://example.org/"}
mappings:
  p:
    sources: [['p.csv~csv']]
    s: id/$(id)
    po: [[ex:name, $(name)]]
"""
LINE = '<http://x/id/1> <https://example.org/name> "Ann" .\n'
MAP = ("map", "p.yml", "--base", "http://x/")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.csv").write_text("id,name\n1,Ann\n")
    (tmp_path / "p.yml").write_text(MAPPING)
    (tmp_path / "a.nq").write_text(LINE)
    (tmp_path / "n.csv").write_text("name\nSwitzerland\n")
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    "arguments",
    [
        (*MAP, "-o", "link"),
        (*MAP, "-o", "out.nq", "--report", "link"),
        ("convert", "a.nq", "-f", "nquads", "-o", "link"),
        ("diff", "a.nq", "a.nq", "-o", "link"),
        ("link", "suggest", "n.csv", "--column", "name", "-o", "link"),
    ],
    ids=" ".join,
)
def test_an_output_that_is_a_link_changes_what_it_leads_to(
    folder: Path, iomld: Run, arguments: tuple[str, ...]
) -> None:
    (folder / "kept").mkdir()
    (folder / "kept/real").write_text("old")
    (folder / "kept/real").chmod(0o640)
    (folder / "link").symlink_to("kept/real")
    done = iomld(*arguments, cwd=folder)
    assert done.code == 0, done.err
    assert (folder / "link").is_symlink() and (folder / "kept/real").read_text() != "old"
    assert stat.S_IMODE((folder / "kept/real").stat().st_mode) == 0o640
    assert names(folder / "kept") == {"real"}


def test_decisions_and_targets_follow_links(folder: Path, iomld: Run) -> None:
    for name in ("decisions", "target"):
        (folder / f"{name}.real").write_text("")
        (folder / name).symlink_to(f"{name}.real")
    (folder / "decisions.real").write_text("name,candidate,label,decision,reviewer,reason,decided\n")
    assert iomld("link", "suggest", "n.csv", "--column", "name", "-o", "review.csv", cwd=folder).code == 0
    done = iomld("link", "decide", "review.csv", "--decisions", "decisions", cwd=folder)
    assert done.code == 0, done.err
    (folder / "p.yml").write_text(MAPPING.replace("id/$(id)", '{value: id/$(id), targets: ["target~void", ntriples]}'))
    done = iomld(*MAP, cwd=folder)
    assert done.code == 0, done.err
    assert (folder / "decisions").is_symlink() and (folder / "target").is_symlink()
    assert (folder / "target.real").read_text() == LINE


@pytest.mark.parametrize("command", [MAP, ("convert", "a.nq", "-f", "nquads")], ids=["map", "convert"])
def test_an_output_that_is_a_pipe_is_written_to(folder: Path, iomld: Run, command: tuple[str, ...]) -> None:
    os.mkfifo(folder / "named")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((folder / "named").read_text()), daemon=True)
    reader.start()
    done = iomld(*command, "-o", "named", cwd=folder)
    assert done.code == 0, done.err
    reader.join(10)
    assert read == [LINE] and (folder / "named").is_fifo()
    ours, theirs = os.pipe()
    done = iomld(*command, "-o", f"/dev/fd/{theirs}", cwd=folder)
    assert done.code == 0, done.err
    assert os.read(ours, 1000).decode() == LINE
    os.close(ours), os.close(theirs)


@pytest.mark.parametrize(
    "arguments",
    [
        (*MAP, "-o", "OUT"),
        (*MAP, "-o", "out.nq", "--report", "OUT"),
        ("convert", "a.nq", "-f", "nquads", "-o", "OUT"),
        ("link", "decide", "review.csv", "--decisions", "OUT"),
        ("link", "suggest", "n.csv", "--column", "name", "-o", "OUT"),
    ],
    ids=" ".join,
)
def test_an_output_that_cannot_be_written_is_told_by_its_name(
    folder: Path, iomld: Run, arguments: tuple[str, ...]
) -> None:
    iomld("link", "suggest", "n.csv", "--column", "name", "-o", "review.csv", cwd=folder)
    (folder / "sub").mkdir()
    for name, codes, reason in (("none/x", (4,), "there is no folder none"), ("sub", (2, 3, 4), "sub")):
        done = iomld(*[name if argument == "OUT" else argument for argument in arguments], cwd=folder)
        assert done.code in codes
        assert name in done.err and reason in done.err and "part" not in done.err and ".iomld" not in done.err
    assert names(folder / "sub") == set()
