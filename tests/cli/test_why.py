"""`iomld why`: from a fact to its paragraph, file, row, column and mapping rule."""

from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import Run
from tests.packaged import ROOT


def reasons(iomld: Run, project: Path, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = iomld("why", *arguments, "-f", "json", cwd=project).json
    return found


def test_a_fact_has_its_cell_its_rule_and_its_pinpoint(project: Path, iomld: Run) -> None:
    done = iomld("why", "id/event/kesh", "mld:status", "code/status/planned", cwd=project)
    assert done.code == 0
    assert "event / mld:status (facts.yml:" in done.out
    assert "from      tables/events.csv:4:status" in done.out
    assert "rests on  first/para-1" in done.out
    assert "completed" not in done.out


def test_each_value_has_the_pinpoint_of_the_row_that_made_it(project: Path, iomld: Run) -> None:
    found = reasons(iomld, project, "id/event/kesh", "mld:status")
    assert {(reason["object"].rpartition("/")[2].strip(">"), *reason["pinpoints"]) for reason in found} == {
        ("planned", "first/para-1"),
        ("completed", "second/para-1"),
    }


@pytest.mark.parametrize(
    "subject",
    ["id/event/tarn", "<https://example.org/rivers/id/event/tarn>", "https://example.org/rivers/id/event/tarn"],
)
@pytest.mark.parametrize("predicate", ["a", "rdf:type"])
def test_names_may_be_relative_absolute_or_compact(project: Path, iomld: Run, subject: str, predicate: str) -> None:
    (reason,) = reasons(iomld, project, subject, predicate)
    assert reason["object"] == "riv:Event"


def test_a_value_made_by_two_rows_names_both(project: Path, iomld: Run) -> None:
    (reason,) = reasons(iomld, project, "id/event/tarn", "skos:prefLabel", "Meeting in Tarn")
    assert [origin["location"] for origin in reason["origins"]] == [
        "tables/events.csv:2:label",
        "tables/events.csv:3:label",
    ]
    assert reason["pinpoints"] == ["first/para-1", "second/para-1"]


def test_the_answer_goes_to_a_file(project: Path, iomld: Run) -> None:
    shown = iomld("why", "id/event/kesh", cwd=project).out
    done = iomld("why", "id/event/kesh", "-o", "why.txt", cwd=project)
    assert (done.code, done.out, (project / "why.txt").read_text()) == (0, "", shown)


def test_nothing_is_said_of_it(project: Path, iomld: Run) -> None:
    done = iomld("why", "id/event/never", cwd=project)
    assert (done.code, done.out, "nothing is said of id/event/never" in done.err) == (1, "", True)


def test_a_fact_of_the_packaged_project(iomld: Run, tmp_path: Path) -> None:
    done = iomld(
        "why", "id/participation/midwa-organisation-iom-secretariat", "org:role", "--project", str(ROOT), cwd=tmp_path
    )
    assert done.code == 0
    assert "mappings/tables/mc-inf-266/participation.csv:5:role" in done.out
    assert "rests on  mc-inf-266/body/para-6" in done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["id/event/kash"], "nothing is said of id/event/kash; did you mean id/event/kesh?"),
        (
            ["id/event/kesh", "skos:prefLable"],
            "nothing is said of id/event/kesh by skos:prefLable; did you mean skos:pref",
        ),
        (["id/event/kesh", "org:member"], "nothing is said of id/event/kesh by org:member; it has "),
        (["id/event/tarn", "skos:prefLabel", "Meeting in Tern"], 'did you mean "Meeting in Tarn"@en?'),
    ],
)
def test_the_nearest_of_what_is_said_is_named(project: Path, iomld: Run, arguments: list[str], told: str) -> None:
    done = iomld("why", *arguments, cwd=project)
    assert (done.code, done.out) == (1, "")
    assert told in done.err
    as_json = iomld("why", *arguments, "-f", "json", cwd=project)
    assert (as_json.code, as_json.json, told in as_json.err) == (1, [], True)


@pytest.mark.parametrize("arguments", [["nope:x"], ["id/event/kesh", "skoss:prefLabel"]])
def test_an_unknown_prefix_is_told(project: Path, iomld: Run, arguments: list[str]) -> None:
    done = iomld("why", *arguments, cwd=project)
    assert (done.code, "unknown prefix" in done.err) == (3, True)
    assert "unknown prefix" not in iomld("why", "urn:x:y", cwd=project).err
