"""`iomld check-sources`: the tables proved against the texts they were read from."""

from pathlib import Path

import pytest
from tests.cli.running import Run
from tests.packaged import edit
from tests.sources.paper import write_paper

PROJECT = '[project]\nname = "crossings"\nbase = "https://example.org/"\n[paths]\ntables = "tables"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_paper(tmp_path)
    (tmp_path / "iomld.toml").write_text(PROJECT)
    return tmp_path


def test_tables_that_say_what_the_text_says(project: Path, iomld: Run) -> None:
    done = iomld("check-sources", "texts", cwd=project)
    assert (done.code, done.out, "all stands where it says it stands" in done.err) == (0, "", True)


def test_a_mistake_is_told_with_file_row_and_column(project: Path, iomld: Run) -> None:
    edit(project / "tables/crossings/events.csv", lambda text: text.replace(",Kesh,", ",Cash,"))
    done = iomld("check-sources", "texts", cwd=project)
    assert done.code == 1
    assert done.out == "tables/crossings/events.csv:3:city: “Cash” does not stand at crossings/para-1\n"
    assert "1 mistake\n" in done.err


def test_mistakes_go_to_a_file(project: Path, iomld: Run) -> None:
    edit(project / "tables/crossings/events.csv", lambda text: text.replace(",Kesh,", ",Cash,"))
    done = iomld("check-sources", "texts", "-o", "mistakes.txt", cwd=project)
    assert (done.code, done.out, "“Cash”" in (project / "mistakes.txt").read_text()) == (1, "", True)


def test_as_json(project: Path, iomld: Run) -> None:
    edit(project / "tables/crossings/outputs.csv", lambda text: text.replace("The Lower Ford", "The Upper Ford"))
    (mistake,) = iomld("check-sources", "texts", "-f", "json", cwd=project).json
    assert (mistake["id"], mistake["location"]) == ("not-at-pinpoint", "tables/crossings/outputs.csv:2:label")


def test_quiet_says_nothing_but_the_mistakes(project: Path, iomld: Run) -> None:
    assert iomld("check-sources", "-q", "texts", cwd=project) == (0, "", "")


def test_a_folder_without_the_texts_is_wrong_input(project: Path, iomld: Run) -> None:
    done = iomld("check-sources", "tables", cwd=project)
    assert (done.code, "text-missing" in done.err, "crossings.txt" in done.err) == (3, True, True)


def test_a_project_without_tables(project: Path, iomld: Run) -> None:
    edit(project / "iomld.toml", lambda text: text.replace('tables = "tables"\n', ""))
    done = iomld("check-sources", "texts", cwd=project)
    assert (done.code, "project-without-tables" in done.err) == (2, True)
