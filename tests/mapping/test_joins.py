"""Joins that may be meant otherwise are told before they run."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.mapping.tables import lines, project, told

from iomld.engine import connect
from iomld.mapping import check, load, write_quads

JOIN = """
mappings:
  a:
    sources: {left}
    s: ex:a/$(id)
    po: [{{p: ex:of, o: {{mapping: b{condition}}}}}]
  b: {{sources: {right}, s: ex:b/$(id)}}
"""
EQUAL = ", condition: {function: equal, parameters: [[str1, $(c), s], [str2, $(c), o]]}"


def mapping(folder: Path, left: str, right: str, condition: str, tables: dict[str, str]) -> object:
    path = project(folder, JOIN.format(left=left, right=right, condition=condition), tables)
    return load([path], base=None, prefixes={"ex": "https://example.org/"}, root=folder)


def warned(folder: Path, condition: str, tables: dict[str, str]) -> list[str]:
    model = mapping(folder, "t.csv", "u.csv", condition, tables)
    told: list[str] = []

    def warn(place: object, note: str) -> None:
        assert not (folder / "out.nq").exists()
        told.append(f"{place}: {note}")

    write_quads(model, connect(threads=1), folder / "out.nq", root=folder, warn=warn)  # type: ignore[arg-type]
    return told


def table(count: int, values: int) -> str:
    return "id,c\n" + "".join(f"{number},v{number % values}\n" for number in range(count))


def test_a_join_that_explodes_is_told_with_the_numbers(tmp_path: Path) -> None:
    tables = {"t.csv": table(1500, 1), "u.csv": table(1000, 1)}
    assert warned(tmp_path, EQUAL, tables) == [
        "m.yml:6:34: the join of a with b makes 1,500,000 pairs from 1,500 and 1,000 records: "
        "one value of “c” stands in 1,000 of them"
    ]
    assert (tmp_path / "out.nq").read_bytes().count(b"\n") == 1_500_000


def test_a_reference_to_another_source_needs_a_condition(tmp_path: Path) -> None:
    path = project(tmp_path, JOIN.format(left="[t.csv]", right="u.csv", condition=""), {})
    path.write_text(path.read_text() + "  c: {sources: [t.csv], s: nowhere:$(id)}\n")
    # beside all other mistakes, before a table is read
    assert told(path) == ["m.yml:8:28 unknown-prefix", "m.yml:6:34 mapping-malformed"]


def test_within_a_record_no_condition_is_needed(tmp_path: Path) -> None:
    sources = "[t.csv, [u.csv~csv]]"  # each of them a source of both mappings
    path = project(
        tmp_path, JOIN.format(left=sources, right=sources, condition=""), {"t.csv": "id\n1\n", "u.csv": "id\n2\n"}
    )
    assert lines(path) == ["<a/1> <of> <b/1>", "<a/2> <of> <b/2>"]


def test_a_mapping_with_a_source_more_than_the_other_needs_a_condition(tmp_path: Path) -> None:
    assert told(project(tmp_path, JOIN.format(left="[t.csv, u.csv]", right="u.csv", condition=""), {})) == [
        "m.yml:6:34 mapping-malformed"
    ]


def test_a_condition_that_is_a_mistake_is_not_missed(tmp_path: Path) -> None:
    wrong = ", condition: {function: notEqual, parameters: [[str1, $(c), s], [str2, $(c), o]]}"
    path = project(tmp_path, JOIN.format(left="t.csv", right="u.csv", condition=wrong), {})
    assert told(path) == ["m.yml:6:59 join-unsupported"]


@pytest.mark.parametrize(("left", "right"), [(5000, 5000), (5000, 50)])
def test_a_join_on_a_key_or_of_a_few_pairs_is_not(tmp_path: Path, left: int, right: int) -> None:
    assert warned(tmp_path, EQUAL, {"t.csv": table(5000, left), "u.csv": table(5000, right)}) == []


def notes(folder: Path, condition: str = EQUAL) -> list[str]:
    model = mapping(folder, "t.parquet", "u.parquet", condition, {})
    return [f"{place}: {note}" for place, note in check(model, connect(), root=folder)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("1::INTEGER", "1.0::DOUBLE", ["an xsd:integer, with “c” of b, an xsd:double"]),
        ("DATE '2002-10-16'", "1::BIGINT", ["an xsd:date, with “c” of b, an xsd:integer"]),
        ("1::INTEGER", "1::BIGINT", []),
        ("'1'", "1::BIGINT", []),
    ],
)
def test_a_join_of_columns_of_different_kinds_is_noted(tmp_path: Path, left: str, right: str, told: list[str]) -> None:
    with duckdb.connect() as connection:
        for name, value in (("t", left), ("u", right)):
            connection.execute(f"COPY (SELECT 1 AS id, {value} AS c) TO '{tmp_path}/{name}.parquet'")
    found = notes(tmp_path)
    assert len(found) == len(told)
    for note, part in zip(found, told, strict=True):
        assert note.startswith("m.yml:6:48: the join compares “c” of a, ") and part in note


def test_a_join_of_two_constants_that_differ_never_makes_a_triple(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        for name in "tu":
            connection.execute(f"COPY (SELECT 1 AS id) TO '{tmp_path}/{name}.parquet'")
    [note] = notes(tmp_path, ", condition: {function: equal, parameters: [[str1, x, s], [str2, y, o]]}")
    assert note == 'm.yml:6:48: the join compares "x" with "y": it never makes a triple'
