"""Tables against the texts they were read from: every planted error is found at its row and column."""

import os
from pathlib import Path

import pytest
from tests.packaged import ROOT, edit
from tests.sources.paper import write_paper

from iomld.errors import IomldError, Mistakes
from iomld.project import open_project
from iomld.sources.proof import check_sources

Paper = tuple[Path, Path]


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return write_paper(tmp_path)


def check(paper: Paper) -> list[IomldError]:
    tables, texts = paper
    return check_sources(tables, texts, root=tables)


def test_tables_that_say_what_the_paper_says_are_proved(paper: Paper) -> None:
    assert [str(error) for error in check(paper)] == []


# table, what stands there, what is planted instead, row and column at which it must be found
PLANTED = {
    "a name misspelt": ("names", "River Council,en", "River Counsel,en", "2:name"),
    "a name at a paragraph that does not have it": ("names", "fr,,crossings/para-1", "fr,,crossings/para-2", "4:name"),
    "one of two pinpoints wrong": (
        "names",
        "para-1|crossings/footnote-1",
        "para-1|crossings/footnote-2",
        "2:pinpoints",
    ),
    "an acronym altered": ("names", ",RC,", ",RCO,", "3:name"),
    "a title misquoted": ("activities", "manœuvre of ferries", "maneuver of ferries", "2:label"),
    "a title from another footnote": ("outputs", "footnote-2", "footnote-1", "2:label"),
    "a year": ("events", "2001-05-03", "2002-05-03", "2:start"),
    "a month": ("events", "2002-09-30", "2002-08-30", "3:start"),
    "a day that stands elsewhere in the paragraph": ("events", "2001-05-03", "2001-05-12", "2:start"),
    "a day beside the wrong month": ("events", "2002-09-30", "2002-09-03", "3:start"),
    "a season": ("activities", "2001-23", "2001-21", "2:start"),
    "a town of another paragraph": ("activities", ",Kesh,", ",Tarn,", "3:city"),
    "a country": ("activities", "FRE,,,,,,,crossings/para-2\n", "SYL,,,,,,,crossings/para-2\n", "4:countries"),
    "a country that nothing above names": ("activities", "FRE,,Kesh", "SYL,,Kesh", "3:countries"),
    "a region": ("activities", "Upper Valley", "Lower Valley", "2:region"),
    "an item for its paragraph": ("activities", "para-2/ii", "para-2/i", "3:label"),
    "a number": ("figures", ",28,", ",29,", "4:value"),
    "a number in words": ("figures", ",12,", ",13,", "2:value"),
    "a part of a larger number": ("figures", "1200,", "200,", "3:value"),
    "a wording altered": ("figures", "twelve States", "twelve of the States", "2:as_written"),
    "a wording that is part of a word": ("figures", "28 clerks", "28 clerk", "4:as_written"),
    "the name of another": ("participation", "state/SYL,,", "state/FRE,Sylvania,", "3:participant"),
    "a participant that is not named": ("participation", "state/SYL", "state/FRE", "3:participant"),
    "a date of an instrument": ("instruments", "1999-06-09", "1999-06-19", "2:date"),
    "a number of an instrument": ("instruments", ",12 (IV),", ",12 (VI),", "2:number"),
    "a legal basis": ("mandates", "paragraph 4", "paragraph 5", "2:legal_basis"),
    "a number of a recommendation": ("recommendations", ",3.1,", ",3.2,", "2:number"),
    "a whole number for its part": ("recommendations", ",3.1,", ",3,", "2:number"),
    "a unit left out": ("units", "crossings/para-3.2,paragraph,,,,\n", "", "crossings/units.csv"),
    "a unit that the text does not have": ("units", "crossings/para-3.2", "crossings/para-3.3", "10:pinpoint"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_error_is_found_at_its_row_and_column(paper: Paper, kind: str) -> None:
    table, right, wrong, place = PLANTED[kind]
    edit(paper[0] / "crossings" / f"{table}.csv", lambda text: text.replace(right, wrong, 1))
    found = [str(error.location) for error in check(paper)]
    assert (place if "/" in place else f"crossings/{table}.csv:{place}") in found


def test_a_name_stands_at_a_pinpoint_also_where_it_bears_a_footnote(paper: Paper) -> None:
    edit(paper[1] / "crossings.txt", lambda text: text.replace("Tarn on", "Tarn3 on"))
    assert check(paper) == []


def test_a_hint_tells_where_the_words_do_stand(paper: Paper) -> None:
    edit(paper[0] / "crossings" / "outputs.csv", lambda text: text.replace("footnote-2", "para-3"))
    (error,) = [error for error in check(paper) if str(error.location).endswith(":label")]
    assert error.hint == "it stands at crossings/footnote-2, crossings/para-2"


def test_a_translated_name_rests_on_the_words_beside_it(paper: Paper) -> None:
    tables, texts = paper
    edit(texts / "crossings.txt", lambda text: text.replace("Sylvania should", "The Sylvan State should"))
    assert "crossings/participation.csv:3:participant" in [str(error.location) for error in check(paper)]
    edit(
        tables / "crossings" / "participation.csv", lambda text: text.replace("state/SYL,,", "state/SYL,Sylvan State,")
    )
    assert check(paper) == []


def test_a_number_rests_on_words_that_say_no_other(paper: Paper) -> None:
    tables, texts = paper
    edit(texts / "crossings.txt", lambda text: text.replace("twelve States", "a dozen States"))
    edit(tables / "crossings" / "figures.csv", lambda text: text.replace("twelve States", "a dozen States"))
    assert check(paper) == []


def test_a_number_is_proved_whole(paper: Paper) -> None:
    tables, texts = paper
    edit(texts / "crossings.txt", lambda text: text.replace("1,200 families", "1,200,000 families"))
    edit(tables / "crossings" / "figures.csv", lambda text: text.replace('"some 1,200 families"', ""))
    assert [str(error.location) for error in check(paper)] == [
        "crossings/figures.csv:3:value",
        "crossings/figures.csv:3:pinpoints",
    ]


def test_a_decimal_is_proved_in_the_spelling_of_its_text(paper: Paper) -> None:
    tables, texts = paper
    edit(texts / "crossings.txt", lambda text: text.replace("1,200 families", "1,200.5 families"))
    edit(
        tables / "crossings" / "figures.csv",
        lambda text: text.replace(",1200,", ",1200.5,").replace("1,200 families", "1,200.5 families"),
    )
    assert check(paper) == []
    edit(texts / "crossings.txt", lambda text: text.replace("1,200.5 families", "1,200 families, 3,217 souls"))
    edit(
        tables / "crossings" / "figures.csv",
        lambda text: text.replace(",1200.5,", ",3.217,").replace("some 1,200.5 families", "3,217 souls"),
    )
    assert [str(error.location) for error in check(paper)] == ["crossings/figures.csv:3:value"]
    edit(tables / "crossings" / "units.csv", lambda text: text.replace("para-1,paragraph,,,", "para-1,paragraph,,fr,"))
    assert check(paper) == []


def test_a_number_is_held_against_the_wording_beside_it(paper: Paper) -> None:
    table = paper[0] / "crossings" / "figures.csv"
    edit(table, lambda text: text.replace(",12,", ",3,"))  # “3 and 4 May”
    (error,) = check(paper)
    assert (error.id, str(error.location)) == ("not-as-written", "crossings/figures.csv:2:value")
    assert error.message == "“3” is not what as_written says: “twelve”"
    edit(table, lambda text: text.replace("twelve States", "3 and 4 May 2001"))
    assert check(paper) == []


def test_as_written_is_a_way_out_only_where_the_table_has_it(paper: Paper) -> None:
    tables, _ = paper
    edit(tables / "crossings" / "events.csv", lambda text: text.replace("2001-05-03", "2002-05-03"))
    edit(tables / "crossings" / "figures.csv", lambda text: text.replace(",28,", ",29,"))
    hints = {str(error.location): error.hint or "" for error in check(paper)}
    assert "as_written" not in hints["crossings/events.csv:2:start"]
    assert "as_written" in hints["crossings/figures.csv:4:value"]


def test_a_half_of_a_year_is_said_by_its_first_and_last_month(paper: Paper) -> None:
    tables, texts = paper
    edit(texts / "crossings.txt", lambda text: text.replace("autumn 2001", "the second half of 2001"))
    edit(tables / "crossings" / "activities.csv", lambda text: text.replace("2001-23", "2001-07"))
    assert check(paper) == []
    edit(tables / "crossings" / "activities.csv", lambda text: text.replace("2001-07", "2001-08"))
    assert [str(error.location) for error in check(paper)] == ["crossings/activities.csv:2:start"]


def test_labels_of_our_own_need_not_stand_in_the_text(paper: Paper) -> None:
    edit(
        paper[0] / "crossings" / "events.csv", lambda text: text.replace("Meeting of the River Council", "May meeting")
    )
    assert check(paper) == []


def test_all_errors_are_told_at_once_in_the_order_of_files_and_rows(paper: Paper) -> None:
    edit(paper[0] / "crossings" / "events.csv", lambda text: text.replace("Tarn", "Turn").replace("Kesh", "Cash"))
    edit(paper[0] / "crossings" / "activities.csv", lambda text: text.replace("Kesh", "Cash"))
    assert [str(error.location) for error in check(paper)] == [
        "crossings/activities.csv:3:city",
        "crossings/events.csv:2:city",
        "crossings/events.csv:3:city",
    ]


@pytest.mark.parametrize(
    ("damaged", "unit", "row"),
    [
        ("1. The River", "para-1", 2),
        ("2. The man", "para-2", 5),
        ("(i) the Toll", "para-2/i", 6),
        ("- 3.1.", "para-3.1", 9),
    ],
)
def test_a_unit_that_is_not_found_is_told_once_and_those_behind_it_stand(
    paper: Paper, damaged: str, unit: str, row: int
) -> None:
    edit(paper[1] / "crossings.txt", lambda text: text.replace(damaged, damaged.replace(".", ")").replace("i)", "x)")))
    assert [(error.id, str(error.location), error.message) for error in check(paper)] == [
        ("unit-not-in-text", f"crossings/units.csv:{row}:pinpoint", f"the text has no unit crossings/{unit}")
    ]


def test_texts_and_structures_that_cannot_be_read_are_told_together(paper: Paper) -> None:
    tables, _ = paper
    (tables / "tolls").mkdir()
    (tables / "tolls" / "structure.toml").write_text("text = 3\n[[part]]\n")
    edit(tables / "crossings" / "structure.toml", lambda text: text.replace("begin = ''", "begin = 'ANNEX'"))
    with pytest.raises(Mistakes) as caught:
        check(paper)
    assert {error.id for error in caught.value.errors} == {"text-unit-missing", "structure-malformed"}


def test_rows_are_counted_as_a_spreadsheet_does_and_broken_ones_told(paper: Paper) -> None:
    table = paper[0] / "crossings" / "events.csv"
    edit(table, lambda text: text.replace("\n", "\n\n", 1).replace("2001-05-03", "2002-05-03"))
    assert [str(error.location) for error in check(paper)] == ["crossings/events.csv:3:start"]
    edit(table, lambda text: text.replace("event,", "evnt,", 1))
    with pytest.raises(Mistakes) as caught:
        check(paper)
    assert {error.id for error in caught.value.errors} == {"unknown-column", "column-missing"}


def test_the_packaged_tables_are_proved_by_their_texts() -> None:
    texts = Path(os.environ.get("IOMLD_SOURCES") or ROOT.parent / "shared" / "sources")
    if not texts.is_dir():
        pytest.skip(f"no texts in {texts}: set IOMLD_SOURCES")
    project = open_project(ROOT)
    assert project.tables is not None
    assert [str(error) for error in check_sources(project.tables, texts, root=project.root)] == []
