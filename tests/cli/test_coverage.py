"""`iomld coverage`: what of the documents, the tables and the vocabulary is used, and what is not."""

import re
from html.parser import HTMLParser
from pathlib import Path

from tests.cli.running import Run
from tests.packaged import ROOT, edit
from tests.small import describe


def test_units_are_counted_part_by_part(project: Path, iomld: Run) -> None:
    done = iomld("coverage", cwd=project)
    assert done.code == 0
    assert re.search(r"^first +2 +1 +1 +0 +3$", done.out, re.M)
    assert re.search(r"^second +2 +2 +0 +0 +7$", done.out, re.M)


def test_a_unit_without_fact_and_note_fails(project: Path, iomld: Run) -> None:
    edit(project / "tables/units.csv", lambda text: text + "second/para-2,paragraph,\n")
    done = iomld("coverage", "-f", "json", cwd=project)
    assert (done.code, done.json["unexplained"]) == (1, ["second/para-2"])


def test_columns_never_filled_and_columns_that_no_mapping_reads(project: Path, iomld: Run) -> None:
    found = iomld("coverage", "-f", "json", cwd=project).json
    assert found["empty_columns"] == ["events.csv:remark"]
    assert found["unread_columns"] == ["events.csv:remark"]
    (pinpoint,) = [c for c in found["columns"] if (c["table"], c["column"]) == ("figures.csv", "pinpoint")]
    assert (pinpoint["rows"], pinpoint["filled"], pinpoint["readers"]) == (2, 2, ["figure"])


def test_a_filled_cell_of_which_nothing_came(project: Path, iomld: Run) -> None:
    # The period is made from the start alone; without an event there is nothing that it could be the start of.
    edit(project / "tables/events.csv", lambda text: text + ",,,2003-01,,second/para-1,\n")
    found = iomld("coverage", "-f", "json", cwd=project).json
    idle = [cell for column in found["columns"] for cell in column["idle_cells"]]
    assert idle == ["tables/events.csv:6:start", "tables/events.csv:6:pinpoint"]


def test_terms_concepts_and_shapes_that_are_never_used(project: Path, iomld: Run) -> None:
    found = iomld("coverage", "-f", "json", cwd=project).json
    assert found["idle_terms"] == ["riv:Ferry", "riv:depth"]
    assert found["shapes"] == {"rivs:Event": 2, "rivs:Ferry": 0}
    assert found["idle_shapes"] == ["rivs:Ferry"]


def test_a_concept_that_nothing_refers_to(project: Path, iomld: Run) -> None:
    mapping = """  concept:
    sources: concepts
    s: code/status/$(notation)
    po:
      - [a, skos:Concept]
      - [skos:broader, code/status/$(broader)~iri]
"""
    edit(project / "facts.yml", lambda text: text + mapping)
    edit(
        project / "facts.yml",
        lambda text: text.replace("sources:\n", "sources:\n  concepts: ['tables/concepts.csv~csv']\n", 1),
    )
    (project / "tables/concepts.csv").write_text("notation,broader\nplanned,\ncompleted,over\nover,\n")
    describe(project / "tables/concepts.csv")
    assert iomld("coverage", "-f", "json", cwd=project).json["idle_concepts"] == ["code/status/over"]


class Page(HTMLParser):
    """What a page loads and which tags it leaves open."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [f"{tag} {value}" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_is_whole(project: Path, iomld: Run) -> None:
    edit(project / "tables/units.csv", lambda text: text + "second/<b>,paragraph,\n")
    done = iomld("coverage", "-f", "html", "-o", "coverage.html", cwd=project)
    text = (project / "coverage.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert (page.loads, page.open, done.code, done.out) == ([], [], 1, "")
    assert "<script" not in text
    assert "prefers-color-scheme: dark" in text
    assert "second/&lt;b&gt;" in text
    assert "1 unit not accounted for" in text


def test_every_unit_of_the_packaged_documents_is_accounted_for(iomld: Run, tmp_path: Path) -> None:
    done = iomld("coverage", "--project", str(ROOT), "-f", "json", cwd=tmp_path)
    found = done.json
    assert (done.code, found["unexplained"]) == (0, [])
    assert [cell for column in found["columns"] for cell in column["idle_cells"]] == []
    assert found["idle_shapes"] == []


def test_links_to_things_of_which_nothing_is_said(project: Path, iomld: Run) -> None:
    edit(project / "facts.yml", lambda text: text.replace("id/state/$(member)~iri", "id/states/$(member)~iri"))
    found = {each["rule"]: each for each in iomld("coverage", "-f", "json", cwd=project).json["undescribed"]}
    assert found["member / org:member"] == {
        "rule": "member / org:member",
        "place": "facts.yml:53:22",
        "things": 2,
        "example": "id/states/FRE",
        "cell": "tables/members.csv:2:member",
    }
    line = (
        "member / org:member (facts.yml:53:22): 2 things of which nothing is said, such as id/states/FRE, "
        "made from tables/members.csv:2:member"
    )
    assert line in iomld("coverage", cwd=project).out
    assert line in iomld("coverage", "-f", "html", cwd=project).out
    assert line in iomld("build", "-v", cwd=project).err
    assert "nothing is said" not in iomld("build", cwd=project).err


def test_no_link_of_the_packaged_project_leads_into_nothing(iomld: Run) -> None:
    assert iomld("coverage", "-f", "json", cwd=ROOT).json["undescribed"] == []
