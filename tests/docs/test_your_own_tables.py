"""docs/your-own-tables.md: its files make a project that builds and is proved; what may be said is all there."""

import re
from pathlib import Path

import pytest
from tests.cli.running import runner
from tests.packaged import ROOT

from iomld.project import _MEMBERS
from iomld.sources.metadata import _COLUMN, _OCCURS
from iomld.sources.structure import _FOOTNOTES, _PART
from iomld.sources.structure import _MEMBERS as _STRUCTURE
from iomld.sources.values import LENGTHS, LIMITS, TEXTUAL

PAGE = (ROOT / "docs" / "your-own-tables.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.M | re.S))


def test_the_files_make_a_project_that_builds_and_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    iomld = runner(capsys, monkeypatch, tmp_path / "cache")
    assert iomld("init", "dialogue", cwd=tmp_path).code == 0
    project = tmp_path / "dialogue"
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    assert {"iomld.toml", "tables/paper-1/structure.toml", "tables/figures.csv-metadata.json"} <= set(FILES)
    assert iomld("check-sources", "papers", cwd=project) == (0, "", "all stands where it says it stands\n")
    built = iomld("build", cwd=project)
    assert built.code == 0, built.err
    for file, old, new in (
        ("tables/paper-1/figures.csv", ",1200,", ",12000,"),
        ("tables/paper-1/figures.csv", ",12,", ",13,"),
        ("tables/states.csv", "Portugal,Portugal", "Spain,Espagne"),
        ("papers/paper-1.txt", "Page 1\n", "(iii) for more.\n"),
    ):
        (project / file).write_text(FILES[file].replace(old, new), encoding="utf-8")
        assert iomld("check-sources", "papers", cwd=project).code == 1, new
        (project / file).write_text(FILES[file], encoding="utf-8")


def test_all_that_may_be_said_is_explained() -> None:
    reference = PAGE.partition("## iomld.toml")[2].partition("`iomld.toml`:")[0]
    for section, members in _MEMBERS.items():
        assert f"`[{section}]`" in reference
        assert [member for member in members if f"`{member}`" not in reference] == []
    names = [name for name in _COLUMN if name.startswith("mld:")]
    wanted = (*names, *_OCCURS, *LENGTHS, *LIMITS, *TEXTUAL)
    assert [each for each in wanted if f"`{each}`" not in PAGE and f"{each}`" not in PAGE] == []
    structure = FILES["tables/paper-1/structure.toml"]
    members = ({*_STRUCTURE} - {"footnotes", "part"}) | {*_FOOTNOTES} | {*_PART}
    assert [member for member in members if not re.search(rf"^{member} = ", structure, re.M)] == []
