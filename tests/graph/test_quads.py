"""The relation of quads, and keeping it between runs."""

from pathlib import Path

import duckdb
import pytest

from iomld.graph import Quads, Rule, keep, reopen, undescribed
from iomld.location import SourceLocation

RULE = Rule("person / foaf:name", SourceLocation("m.yml", line=3, column=5), ("id",), ("name",))


@pytest.fixture
def quads() -> Quads:
    relation = Quads(duckdb.connect(), rules=[RULE], sources=["people.csv"])
    relation.insert_made(
        [
            ("<b>", "<p>", '"x"', "", 0, 0, 3),
            ("<a>", "<p>", '"é\\n"@fr', "", 0, 0, 2),
            ("<a>", "<p>", '"é\\n"@fr', "", 0, 0, 7),
            ("<a>", "<p>", '"é\\n"@fr', "<g>", None, None, None),
        ]
    )
    return relation


def test_a_quad_made_twice_is_one_quad_with_two_origins(quads: Quads) -> None:
    assert len(quads) == 3
    assert list(quads.sorted()) == [
        ("<a>", "<p>", '"é\\n"@fr', ""),
        ("<a>", "<p>", '"é\\n"@fr', "<g>"),
        ("<b>", "<p>", '"x"', ""),
    ]
    rows = [origin.row for quad, origin in quads.origins("<a>") if not quad[3]]
    assert rows == [2, 7]


def test_an_origin_is_the_cell_that_made_the_object(quads: Quads) -> None:
    ((_, origin),) = quads.origins("<b>", "<p>", '"x"')
    assert str(origin.location) == "people.csv:3:name"


def test_a_kept_relation_comes_back_with_its_origins(quads: Quads, tmp_path: Path) -> None:
    keep(quads, tmp_path / "it's.duckdb")
    again = reopen(tmp_path / "it's.duckdb")
    assert list(again.sorted()) == list(quads.sorted())
    assert again.origins("<b>") == quads.origins("<b>")
    assert again.rules == [RULE]


def test_links_into_nothing_are_counted_by_rule() -> None:
    quads = Quads(
        duckdb.connect(), rules=[Rule("a / p", SourceLocation("m.yml", line=3), (), ("x",))], sources=["t.csv"]
    )
    own = "<https://e.org/{}>".format
    rows = [("s", "o1", 0, 3), ("s", "o1", 0, 2), ("s", "o2", 0, 4), ("s", "s", 0, 2), ("s", "term", 0, 2)]
    quads.insert_made([(own(s), own("p"), own(o), "", rule, 0, row) for s, o, rule, row in rows])
    quads.insert([(own("s"), own("p"), "<https://other.org/o>", ""), (own("s"), own("p"), own("hand"), "")])
    ontology = Quads(duckdb.connect())
    ontology.insert([(own("term"), own("p"), own("x"), "")])
    assert [str(each) for each in undescribed(quads, "https://e.org/", ontology=ontology)] == [
        "a / p (m.yml:3): 2 things of which nothing is said, such as o1, made from t.csv:2:x",
        "no rule: 1 thing of which nothing is said, such as hand",
    ]
