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


def test_a_document_without_structure_is_told_where_it_is_cited(project: Path, iomld: Run) -> None:
    events = project / "tables/crossings/events.csv"
    columns = events.read_text().splitlines()[0].split(",")
    cells = {"event": "elsewhere", "label": "Elsewhere", "label_kind": "quoted", "pinpoints": "tolls/para-1"}
    (project / "tables/tolls").mkdir()
    for name in ("events.csv", "activities.csv"):
        (project / "tables/tolls" / name).write_text((project / "tables/crossings" / name).read_text().splitlines()[0])
    (project / "tables/tolls/units.csv").write_text(
        "pinpoint,kind,number,language,heading,note\ntolls/para-1,,,,,\ntolls/para-2,,,,,\n"
    )
    row = ",".join(cells.get(column, "") for column in columns)
    (project / "tables/tolls/events.csv").write_text(f"{','.join(columns)}\n{row}\n{row.replace('-1', '-2')}\n")
    done = iomld("check-sources", "texts", cwd=project)
    assert done.code == 1
    assert done.out.startswith("tables/tolls/events.csv:2:pinpoints: nothing that rests on tolls is checked: ")
    assert done.out.count("\n") == 1
    (project / "tables/crossings/structure.toml").unlink()
    (*_, first, second) = iomld("check-sources", "texts", "-f", "json", cwd=project).json
    assert [first["id"], second["id"]] == ["structure-missing"] * 2
    assert ("rests on crossings" in first["message"], "rests on tolls" in second["message"]) == (True, True)


def test_a_table_beside_those_of_the_document_is_checked(project: Path, iomld: Run) -> None:
    (project / "tables/crossings/outputs.csv").rename(project / "tables/outputs.csv")
    edit(project / "tables/outputs.csv", lambda text: text.replace("The Lower Ford", "The Upper Ford"))
    done = iomld("check-sources", "texts", cwd=project)
    assert (done.code, done.out.startswith("tables/outputs.csv:2:label: ")) == (1, True)


def test_a_folder_that_is_not_there(project: Path, iomld: Run) -> None:
    done = iomld("check-sources", "nowhere", cwd=project)
    assert (done.code, "'nowhere' does not exist" in done.err) == (2, True)


def test_tables_that_cannot_be_judged_are_not_said_to_be_proved(project: Path, iomld: Run) -> None:
    (project / "tables/events.csv-metadata.json").rename(project / "events")
    done = iomld("check-sources", "texts", cwd=project)
    assert (done.code, done.out) == (3, "")
    assert "tables/crossings/events.csv: error: no metadata speaks for a table named events.csv" in done.err
    (project / "events").rename(project / "tables/events.csv-metadata.json")
    edit(project / "tables/activities.csv-metadata.json", lambda text: text.replace('"state"', '"country"'))
    edit(project / "tables/crossings/events.csv", lambda text: text.replace(",Kesh,", ",Cash,"))
    done = iomld("check-sources", "texts", cwd=project)
    assert (done.code, "no table declares things of the type “country”" in done.err, done.out) == (3, True, "")
    assert "/tables/activities" not in done.err.replace(" tables/activities", "")


def test_a_project_without_tables(project: Path, iomld: Run) -> None:
    edit(project / "iomld.toml", lambda text: text.replace('tables = "tables"\n', ""))
    done = iomld("check-sources", "texts", cwd=project)
    assert (done.code, "project-without-tables" in done.err) == (2, True)
