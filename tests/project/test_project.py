"""The project file, and every mistake in it at its line."""

from pathlib import Path

import pytest

from iomld.errors import IomldError, Mistakes
from iomld.project import open_project, packaged, start

GOOD = '[project]\nname = "x"\nbase = "https://e.org/"\n'


def write(folder: Path, text: str) -> Path:
    (folder / "iomld.toml").write_text(text)
    return folder


def test_the_nearest_project_file_above_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert open_project().root == tmp_path


def test_without_one_the_packaged_project_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_project().root == packaged()
    assert open_project().base == "https://w3id.org/iomld/"


def test_a_missing_project_file(tmp_path: Path) -> None:
    with pytest.raises(IomldError) as caught:
        open_project(tmp_path)
    assert caught.value.id == "project-missing"


def test_toml_that_is_none_is_told_at_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(IomldError) as caught:
        open_project(write(tmp_path, '[project]\nname = "x\n'))
    assert caught.value.id == "project-malformed"
    assert caught.value.location is not None
    assert (caught.value.location.file, caught.value.location.line) == ("iomld.toml", 2)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = '[project]\nbase = "e.org"\nnmae = "x"\n[paths]\ntables = "nowhere"\nmappings = "*.yml"\n[prefixs]\n'
    with pytest.raises(Mistakes) as caught:
        open_project(write(tmp_path, text))
    found = {(error.id, error.location.line if error.location else None) for error in caught.value.errors}
    assert found == {
        ("project-base", 2),
        ("project-unknown-member", 3),
        ("project-path-missing", 5),
        ("project-path-missing", 6),
        ("project-unknown-member", 7),
    }
    hints = {error.hint for error in caught.value.errors}
    assert {"did you mean name?", "did you mean prefixes?"} <= hints


def test_what_programs_leave_in_folders_of_data_is_no_input(tmp_path: Path) -> None:
    start(tmp_path)
    before = open_project(tmp_path)
    for name in (
        "__pycache__/make.cpython-311.pyc",
        "make.py",
        ".DS_Store",
        ".git/x.csv",
        "~$a.xlsx",
        "a.csv~",
        "#a.csv#",
    ):
        (tmp_path / "tables" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "tables" / name).write_text("x")
    assert open_project(tmp_path).inputs() == before.inputs()
    (tmp_path / "tables" / "a.json").write_text("{}")
    assert tmp_path / "tables" / "a.json" in open_project(tmp_path).inputs()


def test_two_projects_of_one_folder_are_two(tmp_path: Path) -> None:
    start(tmp_path)
    text = (tmp_path / "iomld.toml").read_text()
    (tmp_path / "other.toml").write_text(text)
    one, other = open_project(tmp_path), open_project(tmp_path / "other.toml")
    assert other.file in other.inputs() and one.file not in other.inputs()
    assert one.digest() != other.digest()
    (tmp_path / "iomld.toml").unlink()
    assert other.digest() == open_project(tmp_path / "other.toml").digest()


def test_a_folder_of_links_without_a_link_table(tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "states.tsv").write_text("")
    with pytest.raises(IomldError) as caught:
        open_project(write(tmp_path, GOOD + '[paths]\nlinks = "links"\n'))
    assert (caught.value.id, str(caught.value.location)) == ("project-path-missing", "iomld.toml:5")
    assert caught.value.message == "links: no *.sssom.tsv in links"
    assert "states.sssom.tsv" in (caught.value.hint or "")
    (tmp_path / "links" / "states.tsv").rename(tmp_path / "links" / "states.sssom.tsv")
    assert open_project(tmp_path).links == tmp_path / "links"


def test_the_digest_changes_with_every_input_and_with_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, GOOD + '[paths]\nmappings = "m/*.yml"\n')
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.yml").write_text("a")
    before = open_project(tmp_path).digest()
    (tmp_path / "other.txt").write_text("")
    assert open_project(tmp_path).digest() == before
    (tmp_path / "m" / "a.yml").write_text("b")
    assert open_project(tmp_path).digest() != before


def test_values_that_would_break_the_published_description_are_told(tmp_path: Path) -> None:
    text = (
        '[project]\nbase = "https://e.org/"\nrelease = "one two"\n[project.title]\nenglisch_ = "x"\n'
        '[dataset]\nlicence = "CC BY"\nissued = "yesterday"\nmodified = "2026-02-30"\nkeywords = "a"\n'
    )
    with pytest.raises(Mistakes) as caught:
        open_project(write(tmp_path, text))
    found = [(error.id, error.location.line) for error in caught.value.errors if error.location]
    assert found == [("project-value", line) for line in (3, 7, 8, 9, 10, 5)]


def test_a_date_may_stand_without_quotes(tmp_path: Path) -> None:
    assert open_project(write(tmp_path, GOOD + "[dataset]\nissued = 2026-11-21\n")).root == tmp_path


@pytest.mark.parametrize(
    ("text", "id", "line"),
    [
        ("project = 3", "project-value", 1),
        ("prefixes = 3\n" + GOOD, "project-value", 1),
        (GOOD + "title = 3", "project-value", 4),
        (GOOD + 'description = ["x"]', "project-value", 4),
        (GOOD + "title = {en = 3}", "project-value", 4),
        (GOOD + "[dataset]\npublisher = 3", "project-value", 5),
        (GOOD + "[paths]\nmappings = 3", "project-value", 5),
        (GOOD + '[paths]\nmappings = ["/etc/*.yml"]', "project-value", 5),
        (GOOD + '[paths]\nmappings = ["../*.yml"]', "project-value", 5),
        (GOOD + '[paths]\nmappings = [""]', "project-value", 5),
        (GOOD + '[paths]\nmappings = ["."]', "project-value", 5),
        (GOOD + '[paths]\nmappings = ["**.yml"]', "project-value", 5),
        (GOOD + '[paths]\nmappings = ["folder"]', "project-path-missing", 5),
        (GOOD + '[paths]\ntables = "/etc"', "project-value", 5),
        (GOOD + "[paths]\ntables = 3", "project-value", 5),
        (GOOD + "[prefixes]\nex = 3", "project-prefix", 5),
        (GOOD + '[prefixes]\nex = "https://a b/"', "project-prefix", 5),
        (GOOD + '[prefixes]\nex = "example"', "project-prefix", 5),
        ('mappings = "x"\n' + GOOD, "project-unknown-member", 1),
        ('[project]\nname = "x"\nbase = "https://e.org/"\n[name]\nx = 1', "project-unknown-member", 4),
        (GOOD + 'title = "x"\n[dataset]\ntitle = "x"', "project-unknown-member", 6),
    ],
)
def test_values_of_the_wrong_kind_are_told_at_their_line(tmp_path: Path, text: str, id: str, line: int) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IomldError) as caught:
        open_project(write(tmp_path, text))
    errors = caught.value.errors if isinstance(caught.value, Mistakes) else (caught.value,)
    assert (id, line) in [(error.id, error.location.line) for error in errors if error.location]


def test_values_of_the_wrong_kind_are_told_together(tmp_path: Path) -> None:
    text = GOOD + "title = 3\n[dataset]\npublisher = 3\n[paths]\nmappings = 3\ntables = 3\n[prefixes]\nex = 3\n"
    with pytest.raises(Mistakes) as caught:
        open_project(write(tmp_path, text))
    assert sorted(error.location.line or 0 for error in caught.value.errors if error.location) == [4, 6, 8, 9, 11]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert open_project(write(tmp_path, "\ufeff" + GOOD)).name == "x"
