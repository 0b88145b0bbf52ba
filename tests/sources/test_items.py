"""JSON, XML, Parquet, databases and RDF as sources; and what is told of those that cannot be read."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import duckdb
import pytest

from iomld.engine import connect
from iomld.errors import IomldError, Mistakes
from iomld.location import SourceLocation
from iomld.sources import LogicalSource, read

PLACE = SourceLocation("m.yml", line=1)


def rows(folder: Path, kind: str, access: str, *references: str, **options: object) -> list[tuple[object, ...]]:
    """Row and values of each record; a value of a natural datatype as (text, name of the datatype)."""
    source = LogicalSource(access, folder, kind, PLACE, **options)  # type: ignore[arg-type]
    with connect(threads=1) as connection:
        relation = read(
            connection, source, dict.fromkeys(references, PLACE), table="iomld_s0", root=folder, number=lambda name: 0
        )
        columns = list(relation.columns.values())
        selected = ", ".join(column.sql for column in columns)
        found = connection.execute(f"SELECT row, {selected} FROM {relation.table} ORDER BY row").fetchall()
    names = [column.datatype and column.datatype.rpartition("#")[2] for column in columns]
    return [
        (
            row,
            *(
                (value, kind) if kind and value is not None else value
                for value, kind in zip(values, names, strict=True)
            ),
        )
        for row, *values in found
    ]


def mistakes(folder: Path, kind: str, access: str, *references: str, **options: object) -> list[str]:
    with pytest.raises(IomldError) as caught:
        rows(folder, kind, access, *references, **options)
    errors = caught.value.errors if isinstance(caught.value, Mistakes) else (caught.value,)
    return [f"{error.location} {error.id}" for error in errors]


def test_json_values_have_their_natural_datatypes(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"r": [{"i": 1, "d": 1.50, "b": true, "s": "x", "n": null}, {"d": 120.0}]}')
    assert rows(tmp_path, "json", "t.json", "i", "$.d", "b", "s", "n", iterator="$.r[*]") == [
        (1, ("1", "integer"), ("1.5E0", "double"), ("true", "boolean"), "x", None),
        (2, None, ("1.2E2", "double"), None, None, None),
    ]


def test_json_lines_are_read_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"a": "x"}\n\n{"a": "y"}\n')
    assert rows(tmp_path, "jsonl", "t.jsonl", "a") == [(1, "x"), (2, "y")]


def test_paths_as_older_mappings_write_them(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"a b": 1, "c, d": 2, "e": [{"f": 3}]}]')
    assert rows(tmp_path, "json", "t.json", "a b", "c, d", '"a b"', iterator="$.[*]") == [
        (1, ("1", "integer"), ("2", "integer"), ("1", "integer"))
    ]


def test_json_in_gzip(tmp_path: Path) -> None:
    (tmp_path / "t.json.gz").write_bytes(gzip.compress(b'[{"a": "x"}]'))
    assert rows(tmp_path, "json", "t.json.gz", "a", iterator="$[*]") == [(1, "x")]


def test_csv_in_gzip(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"a\nx\n"))
    assert rows(tmp_path, "csv", "t.csv.gz", "a") == [(2, "x")]


def test_xml_with_namespaces(tmp_path: Path) -> None:
    (tmp_path / "t.xml").write_text('<r xmlns="http://x.org/"><e id="1">a<b>c</b></e><e/></r>')
    options = {"iterator": "/x:r/x:e", "namespaces": (("x", "http://x.org/"),)}
    assert rows(tmp_path, "xml", "t.xml", "@id", ".", "count(x:b)", **options) == [
        (1, "1", "ac", "1"),
        (2, None, "", "0"),
    ]


def test_xml_with_the_prefixes_of_the_document(tmp_path: Path) -> None:
    (tmp_path / "t.xml").write_text('<x:r xmlns:x="http://x.org/"><x:e>a</x:e></x:r>')
    assert rows(tmp_path, "xml", "t.xml", ".", iterator="/x:r/x:e") == [(1, "a")]


def test_parquet(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        query = "SELECT 'x' AS s, 7 AS i, 2.5::DOUBLE AS d, DATE '2002-10-16' AS day, ['a', 'b'] AS l, "
        query += "1.10::DECIMAL(5, 2) AS m, 0.1::DOUBLE AS x, 0.1::FLOAT AS y, 0.30000000000000004::DOUBLE AS z, "
        query += "[1e-7::DOUBLE, -120.5] AS w"
        connection.execute(f"COPY ({query}) TO '{tmp_path}/t.parquet'")
    assert rows(tmp_path, "parquet", "t.parquet", "s", "i", "d", "day", "l", "m", "x", "y", "z", "w") == [
        (
            1, "x", ("7", "integer"), ("2.5E0", "double"), ("2002-10-16", "date"), ["a", "b"], ("1.10", "decimal"),
            ("1.0E-1", "double"), ("1.0E-1", "double"), ("3.0000000000000004E-1", "double"),
            (["1.0E-7", "-1.205E2"], "double"),
        )
    ]  # fmt: skip


def test_sqlite_table_and_query(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute("CREATE TABLE people (id INTEGER, name TEXT)")
        database.execute("INSERT INTO people VALUES (1, 'x'), (2, NULL)")
    database.close()
    assert rows(tmp_path, "sqlite", "t.db", "id", "name", table="people") == [
        (1, ("1", "integer"), "x"),
        (2, ("2", "integer"), None),
    ]
    query = "SELECT id FROM people WHERE name IS NULL"
    assert rows(tmp_path, "sqlite", "t.db", "id", query=query) == [(1, ("2", "integer"))]
    assert mistakes(tmp_path, "sqlite", "t.db", "id", query="SELECT nothing FROM people") == ["m.yml:1 query-failed"]


def test_rdf_file_by_sparql(tmp_path: Path) -> None:
    (tmp_path / "t.ttl").write_text("<http://x.org/a> <http://x.org/p> 5 .")
    query = "SELECT ?s ?o WHERE { ?s ?p ?o }"
    assert rows(tmp_path, "sparql", "t.ttl", "s", "o", query=query) == [(1, "http://x.org/a", ("5", "integer"))]
    assert mistakes(tmp_path, "sparql", "t.ttl", "x", query=query) == ["m.yml:1 unknown-column"]


BOMB = """<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><r>&c;</r>"""


@pytest.mark.parametrize(
    ("kind", "content", "reference", "told"),
    [
        ("json", '[{"a": "x"}', "a", ["t:1:12 json-syntax"]),
        ("json", '[{"a": x}]', "a", ["t:1:8 json-syntax"]),
        ("json", '[{"a": [1]}, {"a": {}}]', "a", ["t:1:a value-not-simple", "t:2:a value-not-simple"]),
        ("json", "[]", "$.a[", ["m.yml:1 path-syntax"]),
        ("json", b'["\xe9"]', "a", ["t source-encoding"]),
        ("xml", "<r><a></r>", "a", ["t:1:11 xml-syntax"]),
        ("xml", BOMB, ".", ["t:1 xml-entity"]),
        ("xml", "<r/>", "a[", ["m.yml:1 path-syntax"]),
        ("parquet", "no parquet", "a", ["t source-unreadable"]),
    ],
)
def test_bad_files(tmp_path: Path, kind: str, content: str | bytes, reference: str, told: list[str]) -> None:
    (tmp_path / "t").write_bytes(content.encode() if isinstance(content, str) else content)
    assert mistakes(tmp_path, kind, "t", reference, iterator={"json": "$[*]", "xml": "/r"}.get(kind)) == told


def test_half_a_surrogate_pair_is_told_at_its_record(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"a": "\\ud83d\\ude00é"}, {"a": "b\\ud800"}, {"a": "\\udc00"}]')
    found = mistakes(tmp_path, "json", "t.json", "a", iterator="$[*]")
    assert found == ["t.json:2:a json-surrogate", "t.json:3:a json-surrogate"]


def test_json_that_is_nested_too_deeply(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text("{}\n" + "[" * 100_000 + "]" * 100_000)
    assert mistakes(tmp_path, "jsonl", "t.jsonl", "a") == ["t.jsonl:2 json-syntax"]
