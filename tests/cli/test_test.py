"""`iomld test`: saved queries against the rows they expect, and what the documents say twice and differently."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from tests.cli.running import Run
from tests.packaged import ROOT, edit

MEMBERS = "queries/questions/members.rq"


def expect(project: Path, expected: str) -> None:
    right = "{rows: [{member: id/state/FRE}, {member: id/state/SYL}]}"
    edit(project / MEMBERS, lambda text: text.replace(right, expected))


def test_queries_that_answer_what_is_expected_pass(project: Path, iomld: Run) -> None:
    done = iomld("test", cwd=project)
    assert done.code == 0
    assert "passed  members (oxigraph)  Who takes part in the tolls?" in done.out
    assert "2 of 2 passed, 0 failed" in done.out


@pytest.mark.parametrize(
    "expected",
    [
        "{rows: 2}",
        "{contains: [{member: id/state/SYL}]}",
        "{rows: [{member: 'https://example.org/rivers/id/state/SYL'}, {member: id/state/FRE}]}",
        "{rows: [{}, {member: id/state/FRE}]}",
        "{rows: 1, params: {role: code/role/secretariat}}",
    ],
)
def test_other_ways_to_say_what_is_expected(project: Path, iomld: Run, expected: str) -> None:
    expect(project, expected)
    assert iomld("test", "--query", "members", cwd=project).code == 0


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("{rows: 3}", "2 rows, expected were 3"),
        ("{rows: [{member: id/state/FRE}]}", "surplus: member = id/state/SYL"),
        ("{rows: [{member: id/state/FRE}, {member: id/state/KLO}]}", "missing: member = id/state/KLO"),
        ("{rows: [{member: id/state/FRE}, {member: id/state/FRE}]}", "missing: member = id/state/FRE"),
        ("{rows: []}", "surplus: member = id/state/FRE"),
        ("{contains: [{member: id/state/KLO}]}", "missing: member = id/state/KLO"),
        ("{contains: [{state: id/state/FRE}]}", "the answer has no column state; it has member"),
        ("{ask: true}", "the answer is no answer to ASK, expected was yes"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_the_one_expected_is_told_in_words(
    project: Path, iomld: Run, expected: str, told: str
) -> None:
    expect(project, expected)
    done = iomld("test", "--query", "members", cwd=project)
    assert done.code == 1
    assert told in done.out
    assert "FAILED  members" in done.out


def test_the_answer_to_ask(project: Path, iomld: Run) -> None:
    edit(project / "queries/questions/both.rq", lambda text: text.replace("ask: true", "ask: false"))
    done = iomld("test", "--query", "both", cwd=project)
    assert (done.code, "the answer is yes, expected was no" in done.out) == (1, True)


def test_a_query_that_cannot_be_read_fails_alone(project: Path, iomld: Run) -> None:
    edit(project / MEMBERS, lambda text: text.replace("SELECT", "SELCT"))
    done = iomld("test", cwd=project)
    assert done.code == 1
    assert "passed  both" in done.out
    assert "1 of 2 passed, 1 failed" in done.out


@pytest.mark.parametrize("expected", ["{row: 2}", "{rows: many}", "{contains: 2}", "{ask: 1}", "{params: {role: x}}"])
def test_a_header_that_expects_nothing_sensible_is_wrong_input(project: Path, iomld: Run, expected: str) -> None:
    expect(project, expected)
    done = iomld("test", cwd=project)
    assert (done.code, "expect-malformed" in done.err, MEMBERS in done.err) == (3, True, True)


def test_several_engines_answer_every_query_alike(project: Path, iomld: Run) -> None:
    done = iomld("test", "--engines", "oxigraph,rdflib", "-f", "json", cwd=project)
    assert done.code == 0
    asked = [(outcome["query"], outcome["engine"]) for outcome in done.json["outcomes"]]
    assert asked == [(query, engine) for query in ("events", "both", "members") for engine in ("oxigraph", "rdflib")]


def test_engines_that_differ_are_told_by_the_cells(project: Path, iomld: Run) -> None:
    # rdflib lets the error of an expression in an aggregate through as text; Oxigraph leaves the value out.
    edit(
        project / "queries/events.rq",
        lambda text: text.replace("DISTINCT ?edtf;", 'DISTINCT IF(CONTAINS(?none, "x"), "y", "z");'),
    )
    done = iomld("test", "--engines", "oxigraph,rdflib", cwd=project)
    assert done.code == 1
    assert "differs from oxigraph: event = https://example.org/rivers/id/event/kesh, dates = " in done.out


@pytest.mark.parametrize("arguments", [["--engines", "jenna"], ["--engines", ","], ["--query", "events"]])
def test_wrong_usage(project: Path, iomld: Run, arguments: list[str]) -> None:
    assert iomld("test", *arguments, cwd=project).code == 2


def test_an_unknown_query_comes_with_the_nearest(project: Path, iomld: Run) -> None:
    done = iomld("test", "--query", "membres", cwd=project)
    assert (done.code, "did you mean members?" in done.err) == (3, True)


def conflicts(project: Path, iomld: Run) -> dict[tuple[str, str], list[tuple[str, list[str]]]]:
    found = iomld("test", "-f", "json", cwd=project).json["conflicts"]
    return {
        (conflict["kind"], conflict["subject"]): [(side["value"], side["pinpoints"]) for side in conflict["sides"]]
        for conflict in found
        if conflict["kind"] != "order"
    }


def test_conflicts_are_told_with_the_place_of_each_side_and_fail_nothing(project: Path, iomld: Run) -> None:
    assert iomld("test", cwd=project).code == 0
    assert conflicts(project, iomld) == {
        ("date", "id/event/kesh"): [("2002-09", ["first/para-1"]), ("2002-10-01", ["second/para-1"])],
        ("label", "id/event/kesh"): [("Kesh meeting", ["second/para-1"]), ("Meeting in Kesh", ["first/para-1"])],
        ("status", "id/event/kesh"): [("completed", ["second/para-1"]), ("planned", ["first/para-1"])],
        ("role", "id/process/tolls"): [
            ("id/state/FRE is its joint secretariat", ["second/para-1"]),
            ("id/state/FRE is its secretariat", ["first/para-1"]),
        ],
        ("total", "id/process/tolls"): [("3 states stated", ["second/list"]), ("2 states listed", ["second/list"])],
    }


def test_a_part_that_is_over_before_its_whole_begins(project: Path, iomld: Run) -> None:
    found = iomld("test", "-f", "json", cwd=project).json["conflicts"]
    told = [[side["value"] for side in conflict["sides"]] for conflict in found if conflict["kind"] == "order"]
    assert [end for end, _ in told] == ["2001-05", "2001-05", "2001-05-03", "2001-05-03"]
    assert {start for _, start in told} == {"id/event/kesh 2002-09", "id/event/kesh 2002-10-01"}


def test_a_more_exact_date_is_no_conflict(project: Path, iomld: Run) -> None:
    assert ("date", "id/event/tarn") not in conflicts(project, iomld)


def test_a_total_that_fits_the_list_is_no_conflict(project: Path, iomld: Run) -> None:
    edit(project / "tables/figures.csv", lambda text: text.replace("stated-total,3", "stated-total,2"))
    assert ("total", "id/process/tolls") not in conflicts(project, iomld)


def test_rows_are_named_as_a_spreadsheet_counts_them(project: Path, iomld: Run) -> None:
    sides = [c["sides"] for c in iomld("test", "-f", "json", cwd=project).json["conflicts"] if c["kind"] == "status"]
    assert [side["rows"] for side in sides[0]] == [["tables/events.csv:5"], ["tables/events.csv:4"]]


def test_terms_that_no_query_touches_and_shapes_with_nothing_to_check(project: Path, iomld: Run) -> None:
    done = iomld("test", cwd=project)
    untouched = done.out.partition("no saved query touches")[2]
    assert "riv:Ferry" in untouched
    assert "riv:depth" in untouched
    assert "riv:Event" not in untouched
    assert "org:role" not in untouched
    assert "rivs:Ferry has no focus node" in done.out


def test_junit_has_a_case_for_each_query_and_tells_failures(project: Path, iomld: Run) -> None:
    expect(project, "{rows: 3}")
    done = iomld("test", "-f", "junit", cwd=project)
    suites = ET.fromstring(done.out)
    assert (suites.get("tests"), suites.get("failures"), done.code) == ("2", "1", 1)
    failure = suites.find(".//failure")
    assert failure is not None and failure.get("message") == "2 rows, expected were 3"


def test_the_packaged_project_answers_its_questions(iomld: Run, tmp_path: Path) -> None:
    done = iomld("test", "--project", str(ROOT), "-o", str(tmp_path / "report.txt"), cwd=tmp_path)
    report = (tmp_path / "report.txt").read_text()
    assert done.code == 0, report
    assert "role    id/process/midwa" in report


def test_damage_that_no_shape_notices_is_listed(project: Path, iomld: Run) -> None:
    done = iomld("test", "--mutate", "--sample", "20", "--seed", "3", cwd=project)
    assert done.code == 0
    assert "damages noticed" in done.out
    assert iomld("test", "--mutate", "--sample", "20", "--seed", "3", cwd=project).out == done.out
    assert iomld("test", "--mutate", "--sample", "5", "--at-least", "100", cwd=project).code == 1
    assert iomld("test", "--mutate", "-f", "junit", cwd=project).code == 2
