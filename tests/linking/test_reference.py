"""The reference tables that come with iomld, and tables with mistakes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.suites import ROOT

from iomld.errors import IomldError
from iomld.linking import packaged_reference, read_reference

FACTS = ROOT.parent / "reference"  # the collected facts lie beside the suites


def test_every_identifier_says_where_it_comes_from() -> None:
    for entity in read_reference().entities.values():
        for identifier in entity.identifiers:
            assert identifier.sources, (entity.path, identifier)
            assert identifier.chosen or identifier.note, (entity.path, identifier)


def test_where_sources_disagree_both_values_are_on_record() -> None:
    denmark = read_reference().entities["state", "DNK"]
    found = {each.identifier: each.chosen for each in denmark.identifiers if each.authority == "wikidata"}
    assert found == {"Q35": True, "Q756617": False}


def test_the_current_and_the_former_entry_of_one_code_are_two() -> None:
    entities = read_reference().entities
    assert entities["state", "ATF"].status == "current"
    assert entities["state", "ATF-former"].status == "former"


def test_a_name_date_is_not_taken_for_the_life_of_a_state() -> None:
    entities = read_reference().entities
    assert entities["state", "SWZ"].period.start == ""
    assert entities["state", "MKD"].period.start == "1992"
    assert entities["state", "SRB"].period.start == "2006-06-05"


@pytest.mark.skipif(not FACTS.is_dir(), reason=f"the collected facts are not in {FACTS}")
def test_making_the_tables_again_gives_the_same_bytes(tmp_path: Path) -> None:
    source = packaged_reference()
    for name in ("make.py", "curation.csv"):
        shutil.copy(source / name, tmp_path / name)
    subprocess.run([sys.executable, tmp_path / "make.py", FACTS], check=True, timeout=60)
    for file in sorted(source.glob("*.csv")):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in packaged_reference().glob("*.csv"):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path


def damage(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_table_that_is_not_there(folder: Path) -> None:
    (folder / "names.csv").unlink()
    with pytest.raises(IomldError, match=r"there is no file .*names\.csv"):
        read_reference(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IomldError, match="there is no folder"):
        read_reference(tmp_path / "none")


def test_a_missing_column_and_the_nearest_one(folder: Path) -> None:
    damage(folder / "names.csv", "key,name,language", "key,names,language")
    with pytest.raises(IomldError, match="no column “name”") as caught:
        read_reference(folder)
    assert "did you mean names" in str(caught.value)


def test_rows_of_the_wrong_width_are_told_together(folder: Path) -> None:
    with (folder / "names.csv").open("a", encoding="utf-8") as file:
        file.write("PER,Peru\nPER,Peru,,,,,,,,,,,\n")
    with pytest.raises(IomldError) as caught:
        read_reference(folder)
    assert "2 cells under 9 columns" in str(caught.value)
    assert "13 cells under 9 columns" in str(caught.value)


def test_an_open_quote_is_a_cut_off_file(folder: Path) -> None:
    with (folder / "names.csv").open("a", encoding="utf-8") as file:
        file.write('PER,"Peru')
    with pytest.raises(IomldError, match="not a legal record"):
        read_reference(folder)


def test_latin_1_is_refused_with_its_line(folder: Path) -> None:
    with (folder / "names.csv").open("ab") as file:
        file.write(b"PER,Per\xfa,es,other,name,,,x,\n")
    with pytest.raises(IomldError, match="not UTF-8"):
        read_reference(folder)


def test_unknown_and_doubled_keys_and_bad_dates(folder: Path) -> None:
    with (folder / "names.csv").open("a", encoding="utf-8") as file:
        file.write("QQQ,Nowhere,en,other,name,,,x,\nPER,Peru,en,other,name,20x3,,x,\n")
    states = folder / "states.csv"
    lines = states.read_text(encoding="utf-8").splitlines(keepends=True)
    states.write_text("".join([*lines, lines[5]]), encoding="utf-8")
    with pytest.raises(IomldError) as caught:
        read_reference(folder)
    for said in ("“QQQ” is no key", "20x3", "stands twice"):
        assert said in str(caught.value)


def test_a_byte_order_mark_is_no_mistake(folder: Path) -> None:
    names = folder / "names.csv"
    names.write_bytes(b"\xef\xbb\xbf" + names.read_bytes())
    assert read_reference(folder).entities
