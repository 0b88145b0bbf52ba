"""`iomld init`: the example builds, answers, and is never written over something."""

import csv
import io
import json
import re
from pathlib import Path

from tests.cli.test_build import iomld
from tests.packaged import ROOT, edit


def test_the_example_builds_and_answers(tmp_path: Path) -> None:
    assert iomld("init", "mine", "--ci", "github", cwd=tmp_path).returncode == 0
    project = tmp_path / "mine"
    built = iomld("build", cwd=project)
    assert built.returncode == 0, built.stderr
    asked = iomld("query", "meetings", "-f", "csv", cwd=project)
    rows = list(csv.DictReader(io.StringIO(asked.stdout)))
    assert [row["date"] for row in rows] == ["2024-10-16/2024-10-17"]
    assert iomld("test", cwd=project).returncode == 0
    cited = iomld("query", "meetings", "--cite", "--as-of", "2024-10-16", cwd=project)
    assert "[1] “Report on the Example Dialogue”, ED/1, 2024-12-02, para. 1" in cited.stdout
    assert cited.stdout.splitlines()[2].split()[-2:] == ["yes", "[1]"], cited.stdout
    assert (project / ".github" / "workflows" / "dataset.yml").is_file()


def test_the_tutorial_names_what_the_example_holds(tmp_path: Path) -> None:
    iomld("init", ".", cwd=tmp_path)
    listed = re.search(r"```text\n(iomld.toml.*?)```", (ROOT / "docs/tutorial.md").read_text(encoding="utf-8"), re.S)
    assert listed
    named = {line.split()[0] for line in listed[1].splitlines()}
    found = (path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file() and path.name[0] != ".")
    assert {f"{path.parent}/" if len(path.parts) > 2 else str(path) for path in found} == named


def test_a_paper_without_a_row_of_its_own_is_cited_by_its_slug(tmp_path: Path) -> None:
    iomld("init", ".", cwd=tmp_path)
    edit(tmp_path / "tables/paper-1/documents.csv", lambda text: text.replace("paper-1,", "paper-2,"))
    assert "[1] paper-1, para. 1\n" in iomld("query", "meetings", "--cite", cwd=tmp_path).stdout


def test_a_mistake_in_the_example_is_told_at_its_cell(tmp_path: Path) -> None:
    iomld("init", ".", cwd=tmp_path)
    with (tmp_path / "tables" / "paper-1" / "meetings.csv").open("a") as file:
        file.write("second-meeting,Second Meeting,2025-23,paper-1/para-7\n")
    done = iomld("build", cwd=tmp_path)
    assert done.returncode == 3
    assert "tables/paper-1/meetings.csv:3:pinpoints: error: unknown pinpoint “paper-1/para-7”" in done.stderr


def test_coverage_of_the_example(tmp_path: Path) -> None:
    iomld("init", ".", cwd=tmp_path)
    assert iomld("coverage", cwd=tmp_path).returncode == 0
    with (tmp_path / "tables" / "paper-1" / "units.csv").open("a") as file:
        file.write("paper-1/para-3,\n")
    done = iomld("coverage", "-f", "json", cwd=tmp_path)
    assert done.returncode == 1
    assert json.loads(done.stdout)["unexplained"] == ["paper-1/para-3"]
    assert "no units" not in done.stderr


def test_coverage_says_where_no_units_are_found(tmp_path: Path) -> None:
    iomld("init", ".", cwd=tmp_path)
    edit(tmp_path / "mappings" / "meetings.yml", lambda text: text.replace("[a, mld:DocumentPart]", "[a, ex:Part]"))
    edit(tmp_path / "ontology" / "example.ttl", lambda text: text + "ex:Part a owl:Class .\n")
    done = iomld("coverage", cwd=tmp_path)
    assert (done.returncode, "no units of documents were found" in done.stderr) == (0, True)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "meetings.rq").write_text("mine")
    done = iomld("init", ".", cwd=tmp_path)
    assert done.returncode == 3
    assert "[project-exists]" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["queries"]
    assert (tmp_path / "queries" / "meetings.rq").read_text() == "mine"
