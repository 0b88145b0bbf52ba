"""`iomld where-used`: from a table or a row to the triples made from it."""

import csv
from pathlib import Path

from tests.cli.running import Run
from tests.packaged import ROOT


def test_a_row_tells_the_triples_made_from_it_and_their_rules(project: Path, iomld: Run) -> None:
    done = iomld("where-used", "tables/units.csv:3", cwd=project)
    assert done.code == 0
    assert (
        '3\t<https://example.org/rivers/id/part/first%2Fpara-2> skos:note "Thanks to the host."@en\tpart / skos:note'
        in done.out
    )
    assert {line.partition("\t")[0] for line in done.out.splitlines()} == {"3"}


def test_a_table_tells_the_triples_of_all_its_rows(project: Path, iomld: Run) -> None:
    used = iomld("where-used", "events.csv", "-f", "json", cwd=project).json
    assert {use["row"] for use in used} == {2, 3, 4, 5}
    assert ("riv:Event", 5) in {(use["object"], use["row"]) for use in used}


def test_the_answer_goes_to_a_file(project: Path, iomld: Run) -> None:
    shown = iomld("where-used", "events.csv", cwd=project).out
    done = iomld("where-used", "events.csv", "-o", "used.txt", cwd=project)
    assert (done.code, done.out, (project / "used.txt").read_text()) == (0, "", shown)


def test_a_table_may_be_named_by_its_absolute_path(project: Path, iomld: Run) -> None:
    shown = iomld("where-used", "tables/units.csv:3", cwd=project).out
    for folder in (project, project.parent):
        done = iomld("where-used", f"{project}/tables/units.csv:3", "--project", str(project), cwd=folder)
        assert (done.code, done.out) == (0, shown), done.err
    done = iomld("where-used", "/elsewhere/tables/units.csv", cwd=project)
    assert (done.code, "/elsewhere/tables/units.csv" in done.err) == (3, True)


def test_a_row_that_is_not_there(project: Path, iomld: Run) -> None:
    done = iomld("where-used", "tables/events.csv:99", cwd=project)
    assert (done.code, done.out, "nothing is made from tables/events.csv:99" in done.err) == (1, "", True)


def test_an_unknown_table_comes_with_the_nearest(project: Path, iomld: Run) -> None:
    done = iomld("where-used", "tables/evens.csv:2", cwd=project)
    assert (done.code, "tables/events.csv" in done.err) == (3, True)


def test_every_row_of_the_packaged_documents_is_used(iomld: Run, tmp_path: Path) -> None:
    """A row of which nothing came would be a fact that got lost."""
    for document in ("pace-doc-11549", "pace-rec-1806"):
        for table in sorted((ROOT / "mappings/tables" / document).glob("*.csv")):
            with table.open(encoding="utf-8", newline="") as file:
                rows = {number for number, _ in enumerate(csv.DictReader(file), 2)}
            if rows:
                used = iomld(
                    "where-used", f"{document}/{table.name}", "--project", str(ROOT), "-f", "json", cwd=tmp_path
                ).json
                assert {use["row"] for use in used} == rows, table
