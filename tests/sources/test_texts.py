"""Texts taken from pages: the damage that extraction does, and how a text falls into units."""

from pathlib import Path

import pytest

from iomld.errors import IomldError, Mistakes, SourceError
from iomld.sources.texts import normalize, readings, repair
from iomld.sources.units import cut

#: Footnotes stand below a line of blanks, and the page after them begins with a blank.
PAPER = """ PAPER OF THE RIVER COUNCIL
I. CROSSINGS

1. The Council met in Tarn with twelve ferrymen and their
{cut}
1 Resolution No. 12 (IV) of 9 June 1999.
2 See the Crossing Papers, 7.
 families.1  The moorings were mended.2

II. TOLLS (“ LOW WATER” )

2. Tolls fell in 2001.  Three causes were named:

(i) floods;

(ii) a new bridge (see paragraph 1).

Page 1

River Office U.K.

3. The office looks at the following:

- 3.1. dams and
- 3.2. weirs.
""".replace("{cut}", " " * 58)
STRUCTURE = r"""
text = "paper.txt"
noise = ['^Page \d+$']
[footnotes]
block = '(?ms)^ {20,}\n.*?(?=^ \S|\Z)'
unit = 'body/footnote-{}'
begin = '(?m)^{} '
[[part]]
begin = ''
unit = 'body/para-{}'
number = '(?m)^(?:- )?{}\. '
item = '(?m)^\({}\) '
sub = true
"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    (tmp_path / "paper.txt").write_text(PAPER)
    (tmp_path / "structure.toml").write_text(STRUCTURE)
    return tmp_path


def units(folder: Path) -> dict[str, str]:
    return cut(folder / "structure.toml", folder, root=folder)


def test_a_byte_order_mark_is_no_text(paper: Path) -> None:
    plain = units(paper)
    (paper / "paper.txt").write_bytes(b"\xef\xbb\xbf" + PAPER.encode())
    assert units(paper) == plain


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("l’ écluse et d’ un bac", "l’écluse et d’un bac"),
        ("the Council’ s ferry", "the Council’s ferry"),
        ("qu' ils passent", "qu'ils passent"),
        ("the ferrymen’  wages and the crews’ rest", "the ferrymen’ wages and the crews’ rest"),
        ("la manœ uvre et l’ œ uvre", "la manœuvre et l’œuvre"),
        ("“ Low Water” and ( see below )", "“Low Water” and (see below)"),
        ("the ferry is a flat-\nbottomed boat", "the ferry is a flat-bottomed boat"),
        ("two\n   lines  and a tab\there", "two lines and a tab here"),
    ],
)
def test_damage_is_repaired(damaged: str, whole: str) -> None:
    assert repair(damaged) == whole


def test_a_plural_that_owns_is_not_drawn_to_the_next_word() -> None:
    assert repair("the pilots’ rest") == "the pilots’ rest"


def test_quotes_dashes_case_and_markup_do_not_count() -> None:
    assert normalize("**The** “Low–Water” [Rule 4 \\(2001\\)](#)") == normalize('the "low-water" rule 4 (2001)')


def test_a_hyphen_at_the_end_of_a_line_is_read_both_ways() -> None:
    read = readings("a flat-\nbottomed boat")
    assert "a flat-bottomed boat" in read
    assert "a flatbottomed boat" in read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mended the moorings.2 Then", "moorings. then"),
        ("the Council1 met", "the council met"),
        ("the Council<sup>1</sup> met", "the council met"),
        ("Rule 4 (2001)¹", "rule 4 (2001)"),
        ("as the “Rule”3, they", "as the rule , they"),
    ],
)
def test_marks_of_footnotes_are_left_out_of_one_reading(text: str, words: str) -> None:
    assert words in readings(text)


@pytest.mark.parametrize("text", ["paragraph 7.1 says", "document RC(2001)76", "the B2 road", "16 May"])
def test_figures_that_are_no_marks_stay_in_a_reading(text: str) -> None:
    assert normalize(text) in readings(text)


def test_a_paragraph_that_a_footnote_cuts_is_whole(paper: Path) -> None:
    assert "twelve ferrymen and their families." in repair(units(paper)["body/para-1"])


def test_footnotes_are_units_of_their_own(paper: Path) -> None:
    found = units(paper)
    assert "Resolution No. 12" in found["body/footnote-1"]
    assert "Crossing Papers, 7" in found["body/footnote-2"]
    assert "Resolution" not in found["body/para-1"]


def test_a_number_that_begins_a_line_is_a_unit_only_in_its_turn(paper: Path) -> None:
    found = [name.removeprefix("body/para-") for name in units(paper) if "footnote" not in name]
    assert found == ["1", "2", "3", "2/i", "2/ii", "3.1", "3.2"]


def test_items_are_cut_out_of_their_paragraph_and_stay_in_it(paper: Path) -> None:
    found = units(paper)
    assert "floods" in found["body/para-2/i"]
    assert "bridge" not in found["body/para-2/i"]
    assert "bridge" in found["body/para-2"]


@pytest.mark.parametrize(
    ("heading", "unit", "before"),
    [
        ("TOLLS (“ LOW WATER” )", "body/para-2", "body/para-1"),  # ends in a quote mark and a bracket
        ("River Office U.K.", "body/para-3", "body/para-2"),  # ends in an abbreviation
    ],
)
def test_a_heading_belongs_to_the_unit_below_it(paper: Path, heading: str, unit: str, before: str) -> None:
    found = units(paper)
    assert heading in found[unit]
    assert heading not in found[before]


def test_page_furniture_is_no_text(paper: Path) -> None:
    assert not any("Page 1" in text for text in units(paper).values())


def test_a_text_that_is_not_there(paper: Path) -> None:
    (paper / "paper.txt").unlink()
    with pytest.raises(SourceError) as caught:
        units(paper)
    assert caught.value.id == "text-missing"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('text = "paper.txt"', "", ""),
        ('text = "paper.txt"', "text = 3", ":2"),
        ("noise = ['^Page \\d+$']", "noise = 3", ":3"),
        ("'^Page \\d+$'", "'(Page'", ":3"),
        ("'^Page \\d+$'", "3", ":3"),
        ("[footnotes]", "[footnote]", ":4"),
        ("begin = '(?m)^{} '", "begin = 3", ":7"),
        ("[[part]]", "[part]", ":8"),
        ("begin = ''", "begin = 3", ":9"),
        ("begin = ''", "beginn = ''", ":9"),
        ("unit = 'body/para-{}'", "", ":8"),
        ("unit = 'body/para-{}'", "unit = 'body/para-{'", ":10"),
        ("unit = 'body/para-{}'", "unit = 'body/para-{}", ":10:21"),
        ("'(?m)^(?:- )?{}\\. '", "'(?m)^{'", ":11"),
        ("'(?m)^(?:- )?{}\\. '", "'(?m)^\\d{2}{}'", ":11"),
        ("'(?m)^\\({}\\) '", "'(?m)^({'", ":12"),
        ("sub = true", "sub = 'yes'", ":13"),
        ("sub = true", "starts = 'a'", ":13"),
        ("sub = true", "starts = ['a', 'b']\nnames = ['a']", ":14"),
    ],
)
def test_a_structure_that_cannot_be_read_is_told(paper: Path, old: str, new: str, place: str) -> None:
    assert old in STRUCTURE
    (paper / "structure.toml").write_text(STRUCTURE.replace(old, new))
    with pytest.raises(IomldError) as caught:
        units(paper)
    errors = caught.value.errors if isinstance(caught.value, Mistakes) else (caught.value,)
    assert {error.id for error in errors} == {"structure-malformed"}
    assert f"structure.toml{place}" in [str(error.location) for error in errors]


def test_mistakes_of_a_structure_are_told_together(paper: Path) -> None:
    text = STRUCTURE.replace("text = ", "txt = ").replace("begin = ''", "begin = 3").replace("true", "3")
    (paper / "structure.toml").write_text("\ufeff" + text)
    with pytest.raises(Mistakes) as caught:
        units(paper)
    assert len(caught.value.errors) == 4


def test_a_part_that_the_text_does_not_have(paper: Path) -> None:
    (paper / "structure.toml").write_text(
        STRUCTURE + "[[part]]\nbegin = 'ANNEX'\nunit = 'annex/para-{}'\nnumber = '{}'\n"
    )
    with pytest.raises(SourceError) as caught:
        units(paper)
    assert caught.value.id == "text-unit-missing"


def test_units_without_numbers_that_the_text_does_not_have_are_told_together(paper: Path) -> None:
    (paper / "structure.toml").write_text(
        "text = 'paper.txt'\n[[part]]\nbegin = ''\nunit = '{}'\nstarts = ['I', 'ANNEX', 'II', 'END']\n"
    )
    with pytest.raises(Mistakes) as caught:
        units(paper)
    assert ["ANNEX" in caught.value.errors[0].message, "END" in caught.value.errors[1].message] == [True, True]


def test_behind_a_unit_that_is_not_found_the_next_listed_one_is_looked_for(paper: Path) -> None:
    (paper / "paper.txt").write_text(PAPER.replace("2. Tolls", "2) Tolls").replace("3. The office", "4. The office"))
    found = cut(paper / "structure.toml", paper, root=paper, listed=["body/para-1", "body/para-2", "body/para-4"])
    assert [name for name in found if "footnote" not in name] == ["body/para-1", "body/para-4"]
    assert "weirs" in found["body/para-4"]
    assert "Council" not in found["body/para-4"]
    assert [name for name in units(paper) if "footnote" not in name][:1] == ["body/para-1"]
    assert "body/para-4" not in units(paper)
