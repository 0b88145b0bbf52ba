"""Candidates, registers, review files and decisions."""

import csv
import json
import re
from pathlib import Path

import duckdb
import pytest
from tests.sparks import small_spark

from iomld.engine.cluster import Cluster
from iomld.errors import IomldError
from iomld.linking import read_reference
from iomld.linking.candidates import of_names, of_register
from iomld.linking.decisions import decisions_table, merge, read_decisions, read_review, review_table
from iomld.linking.registers import fill, load_reference, load_register
from iomld.linking.resolver import BASE
from iomld.linking.suggestion import Suggestion, suggest

NAMES = [
    "Internatonal Organization for Migration",
    "Austrlia",
    "IOM",
    "Congo",
    "Economic Community for Western African States",
]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def best(found: list[Suggestion]) -> dict[str, str]:
    return {each.name: each.candidate.partition("/id/")[2] or each.candidate for each in found if each.rank == 1}


def test_slips_of_the_pen_find_their_entry_and_acronyms_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    load_reference(connection, "register", read_reference(), kind=None, base=BASE)
    found = suggest(connection, NAMES, "register", least=0.75)
    assert best(found) == {
        "Internatonal Organization for Migration": "organisation/iom",
        "Austrlia": "state/AUS",
        "Congo": "state/COD",
        "Economic Community for Western African States": "organisation/ecowas",
    }
    assert {each.note for each in found if each.name == "Congo"} == {"homonym: 2 entries bear this name"}


def test_what_was_decided_is_not_offered_again(connection: duckdb.DuckDBPyConnection) -> None:
    load_reference(connection, "register", read_reference(), kind="state", base=BASE)
    found = suggest(connection, ["Austrlia"], "register", least=0.8, decided=[("Austrlia", f"{BASE}id/state/AUS")])
    assert f"{BASE}id/state/AUS" not in {each.candidate for each in found}


def register(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    fill(connection, "register", ("id", "name", "label"), ((f"r{n}", name, name) for n, name in enumerate(names)))


@pytest.mark.parametrize(
    ("name", "entry", "offered"),
    [
        ("Laboratory of Organc Chemistry", "Laboratory of Organic Chemistry", True),  # in no entry: a slip
        ("Laboratory of Inorganic Chemistry", "Laboratory of Organic Chemistry", False),  # in an entry: another word
        ("University of Montpellier", "University of Montpellier 2", False),  # a word more is no slip
        ("NationalBlood Transfusion Service", "National Blood Transfusion Service", True),  # the space is lost
        ("Agency o Migration Affairs of Peru", "Agency of Migration Affairs of Peru", True),  # debris of an "of"
        ("Affairs of Migration, Agency of Peru", "Agency of Migration Affairs of Peru", True),  # words turned round
    ],
)
def test_a_slip_is_offered_and_another_word_is_not(
    connection: duckdb.DuckDBPyConnection, name: str, entry: str, offered: bool
) -> None:
    register(connection, entry, "Institute of Inorganic Materials", "Council of the Andes", "Ministry of Labour")
    assert [each.matched for each in suggest(connection, [name], "register")] == [entry] * offered


def test_entries_that_are_equally_alike_are_marked(connection: duckdb.DuckDBPyConnection) -> None:
    register(connection, "Ministry of Education and Culture", "Ministry of Education and Culture", "Ministry of Labour")
    found = suggest(connection, ["Ministry of Education and Cultue"], "register")
    assert [each.note for each in found] == ["homonym: 2 entries are equally alike"] * 2


def test_names_taken_in_parts_get_the_same_candidates(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_reference(connection, "register", read_reference(), kind="state", base=BASE)
    whole = suggest(connection, NAMES, "register", least=0.6)
    monkeypatch.setattr("iomld.linking.suggestion._PART", 2)
    assert suggest(connection, NAMES, "register", least=0.6) == whole != []


def test_the_plan_of_candidates_names_each_relation_once_and_reads_only_what_was_made() -> None:
    made = {"ours", "ours_word", "theirs", "theirs_word", "wanted", "entry", "decided", "place"}
    for step in (*of_register(), *of_names(least=0.9, count=3)):
        read = set(re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)", step.sql))
        assert step.name not in made
        assert read <= made
        made.add(step.name)


ROR_1 = [
    {"id": "https://ror.org/05n4e2707", "name": "Council of Europe", "aliases": [], "acronyms": ["CoE"],
     "labels": [{"label": "Conseil de l'Europe", "iso639": "fr"}], "status": "active"},
    {"id": "https://ror.org/000000000", "name": "Council of Europe Office", "status": "withdrawn"},
]  # fmt: skip
ROR_2 = [
    {"id": "https://ror.org/05n4e2707", "status": "active", "names": [
        {"value": "Council of Europe", "types": ["ror_display", "label"], "lang": "en"},
        {"value": "Conseil de l'Europe", "types": ["label"], "lang": "fr"},
        {"value": "CoE", "types": ["acronym"], "lang": None}]},
]  # fmt: skip


@pytest.mark.parametrize("records", [ROR_1, ROR_2], ids=["version 1", "version 2"])
def test_a_ror_dump_is_a_register(connection: duckdb.DuckDBPyConnection, tmp_path: Path, records: list[object]) -> None:
    path = tmp_path / "ror.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    load_register(connection, "register", path)
    rows = connection.execute("SELECT name, label FROM register ORDER BY name").fetchall()
    assert rows == [("Conseil de l'Europe", "Council of Europe"), ("Council of Europe", "Council of Europe")]
    assert best(suggest(connection, ["Conseil de l’ Europe"], "register")) == {
        "Conseil de l’ Europe": "https://ror.org/05n4e2707"
    }


def test_a_skos_file_is_a_register(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "countries.ttl"
    path.write_text(
        '@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <https://example.org/PER> skos:prefLabel "Pérou"@fr, '
        '"Peru"@en ; skos:altLabel "Republic of Peru"@en .',
        encoding="utf-8",
    )
    load_register(connection, "register", path)
    assert best(suggest(connection, ["Peru, Republic of"], "register")) == {
        "Peru, Republic of": "https://example.org/PER"
    }
    assert connection.execute("SELECT DISTINCT label FROM register").fetchall() == [("Peru",)]


def test_any_csv_table_is_a_register(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "bodies.csv"
    path.write_text("code,title,other\nX1,Council of Europe,Conseil de l’Europe|Europarat\n", encoding="utf-8")
    load_register(connection, "register", path, id_column="code", name_columns=("title", "other"))
    assert best(suggest(connection, ["EUROPARAT!", "Europarat"], "register"))["Europarat"] == "X1"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.json", json.dumps(ROR_1)[:90], "cut off"),
        ("page.json", "<html>429 Too Many Requests</html>", "no ROR dump"),
        ("empty.json", "[]", "no entry with a name"),
        ("other.json", '[{"x": 1}]', "no entry with a name"),
        ("page.ttl", "<html>no</html>", "cannot be read as RDF"),
        ("none.ttl", "<http://e/a> <http://e/b> <http://e/c> .", "no entry with a name"),
        ("bodies.csv", "key,name\n1,A\n", "no column “id”"),
        ("bodies.xlsx", "PK", "cannot be read"),
        ("missing.json", None, "there is no file"),
    ],
)
def test_a_register_that_is_not_what_it_claims(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(IomldError) as caught:
        load_register(connection, "register", path)
    assert said in str(caught.value)


PAIRS = [
    Suggestion("A body", "https://example.org/1", "Body A", "Body A", 0.9, 1, ""),
    Suggestion("A body", "https://example.org/2", "Body B", "Body B", 0.88, 2, ""),
    Suggestion("Other", "https://example.org/3", "Another", "Another", 0.87, 1, ""),
]


@pytest.fixture
def review(tmp_path: Path) -> Path:
    path = tmp_path / "review.csv"
    path.write_text(review_table(PAIRS), encoding="utf-8")
    return path


def edit(path: Path, **columns: list[str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            row[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_an_edited_review_comes_back_with_who_and_why(review: Path, tmp_path: Path) -> None:
    edit(review, decision=["accept", "Reject", ""], reviewer=["Ann", "Ann", ""], reason=["same seat", "no", ""])
    kept = tmp_path / "decisions.csv"
    kept.write_text(decisions_table(merge(read_decisions(kept), read_review(review, decided="2026-11-21"))))
    again = merge(read_decisions(kept), read_review(review, decided="2026-11-22"))
    assert [(each.candidate, each.decision, each.reviewer, each.decided) for each in again] == [
        ("https://example.org/1", "accept", "Ann", "2026-11-21"),
        ("https://example.org/2", "reject", "Ann", "2026-11-21"),
    ]


def test_rows_removed_doubled_and_altered_are_told_and_nothing_is_kept(review: Path) -> None:
    text = review.read_text(encoding="utf-8").splitlines(keepends=True)
    for lines, said in [
        (text[:2] + text[3:], "1 of 3 rows are missing: 2"),
        ([*text, text[1]], "row 1 stands twice"),
        ([text[0], text[1].replace("example.org/1", "example.org/9"), *text[2:]], "was altered"),
    ]:
        review.write_text("".join(lines), encoding="utf-8")
        with pytest.raises(IomldError) as caught:
            read_review(review, decided="2026-11-21")
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("decision", "reviewer", "reason", "said"),
    [
        ("yes", "Ann", "x", "no decision"),
        ("accept", "", "x", "needs its reviewer"),
        ("accept", "Ann", " ", "needs its reason"),
    ],
)
def test_a_decision_that_is_none(review: Path, decision: str, reviewer: str, reason: str, said: str) -> None:
    edit(review, decision=[decision, "", ""], reviewer=[reviewer, "", ""], reason=[reason, "", ""])
    with pytest.raises(IomldError, match=said):
        read_review(review, decided="2026-11-21")


def test_two_matches_for_one_name_are_refused(review: Path) -> None:
    edit(review, decision=["accept", "accept", ""], reviewer=["A", "A", ""], reason=["x", "x", ""])
    with pytest.raises(IomldError, match="two candidates are accepted"):
        read_review(review, decided="2026-11-21")


def test_what_was_decided_otherwise_before_is_not_overwritten(review: Path) -> None:
    edit(review, decision=["accept", "", ""], reviewer=["A", "", ""], reason=["x", "", ""])
    before = read_review(review, decided="2026-11-20")
    edit(review, decision=["reject", "", ""], reviewer=["B", "", ""], reason=["y", "", ""])
    with pytest.raises(IomldError, match="accept by A before"):
        merge(before, read_review(review, decided="2026-11-21"))
    edit(review, decision=["", "accept", ""], reviewer=["", "B", ""], reason=["", "y", ""])
    with pytest.raises(IomldError, match="matched already"):
        merge(before, read_review(review, decided="2026-11-21"))


def test_spark_finds_the_same_candidates(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    entries = ["Laboratory of Organic Chemistry", "Agency of Migration Affairs of Peru", "Agency of Peru", "Council"]
    register(connection, *entries, "Ministry of Labour", "Ministry of Labour")
    names = ["Laboratory of Organc Chemistry", "Affairs of Migration, Agency of Peru", "Ministry of Labour", "IOM"]
    names, decided = [*names, "Agency of Peru"], [("Agency of Peru", "r2")]
    expected = suggest(connection, names, "register", least=0.5, decided=decided)
    cluster = Cluster(small_spark(), connection, f"file://{tmp_path}")
    assert suggest(connection, names, "register", least=0.5, decided=decided, engine=cluster) == expected
    assert {each.name for each in expected} == set(names[:3])
    cluster.close()
    assert not list(tmp_path.iterdir())
