"""JSON, XML, Parquet, databases and RDF as sources; and what is told of those that cannot be read."""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import duckdb
import pytest

from iomld.engine import connect
from iomld.errors import IomldError, Mistakes, SourceError
from iomld.location import SourceLocation
from iomld.sources import LogicalSource, ReadScope, read

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


@pytest.mark.parametrize(
    ("number", "text"),
    [("1e9999999", "1.0E9999999"), ("-10.50E-9999999", "-1.05E-9999998"), ("-0.0", "-0.0E0"), ("100.0", "1.0E2")],
)
def test_numbers_of_json_beyond_those_of_python(tmp_path: Path, number: str, text: str) -> None:
    (tmp_path / "t.json").write_text(f'{{"a": {number}}}')
    assert rows(tmp_path, "json", "t.json", "a") == [(1, (text, "double"))]


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


@pytest.mark.parametrize("formulation", ["csv", "json", "jsonl", "xml"])
@pytest.mark.parametrize("compression", ["gzip", "zip", "targz", "tarxz"])
@pytest.mark.parametrize("damage", ["cut", "changed", "other"])
def test_a_damaged_archive_is_told(tmp_path: Path, formulation: str, compression: str, damage: str) -> None:
    numbers = random.Random(3).choices(range(10**9), k=20_000)
    content = {
        "csv": "a\n" + "".join(f"{number}\n" for number in numbers),
        "json": json.dumps([{"a": str(number)} for number in numbers]),
        "jsonl": "".join(json.dumps({"a": str(number)}) + "\n" for number in numbers),
        "xml": f"<t>{''.join(f'<r><a>{number}</a></r>' for number in numbers)}</t>",
    }[formulation].encode()
    file, packed = tmp_path / "t", io.BytesIO()
    file.write_bytes(content)
    if compression == "gzip":
        packed.write(gzip.compress(content))
    elif compression == "zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, "t")
    else:
        with tarfile.open(fileobj=packed, mode=f"w:{compression[3:]}") as archive:  # type: ignore[call-overload]
            archive.add(file, "t")
    whole = packed.getvalue()
    middle = len(whole) // 2
    file.write_bytes(
        {
            "cut": whole[:middle],
            "changed": whole[:middle]
            + bytes(255 - byte for byte in whole[middle : middle + 100])
            + whole[middle + 100 :],
            "other": content,
        }[damage]
    )
    iterator = {"json": "$[*]", "jsonl": "$", "xml": "/t/r"}.get(formulation)
    with pytest.raises(IomldError) as caught:
        rows(tmp_path, formulation, "t", "a", iterator=iterator, compression=compression)
    errors = caught.value.errors if isinstance(caught.value, Mistakes) else [caught.value]
    assert all(isinstance(error, SourceError) and error.location and error.location.file == "t" for error in errors)
    if damage == "other":
        assert [error.id for error in errors] == ["source-compression"]


def test_a_zip_with_a_password_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.csv.zip", "w") as archive:
        archive.writestr("t.csv", "a\nx\n")
    content = bytearray((tmp_path / "t.csv.zip").read_bytes())
    for place in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[place] |= 1  # the flag of encryption
    (tmp_path / "t.csv.zip").write_bytes(content)
    with pytest.raises(SourceError, match="encrypted") as caught:
        rows(tmp_path, "csv", "t.csv.zip", "a")
    assert caught.value.id == "source-compression"


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


def parquet(folder: Path, *values: str) -> list[str]:
    """Write a table of one row, given as SQL; the names of its columns."""
    names = [f"c{index}" for index in range(len(values))]
    columns = ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {columns}) TO '{folder}/t.parquet'")
    return names


NATURAL = {
    "TIMESTAMPTZ '2020-01-01 10:00:00+00'": ("2020-01-01T10:00:00Z", "dateTime"),
    "TIMESTAMPTZ '2020-07-01 00:30:00.5+02'": ("2020-06-30T22:30:00.5Z", "dateTime"),
    "TIMESTAMP_NS '2020-01-01 12:00:00.123456789'": ("2020-01-01T12:00:00.123456789", "dateTime"),
    "TIMESTAMP_S '2020-01-01 12:00:00'": ("2020-01-01T12:00:00", "dateTime"),
    "TIMESTAMP_MS '2020-01-01 12:00:00.25'": ("2020-01-01T12:00:00.25", "dateTime"),
    "TIMETZ '10:00:00+00'": ("10:00:00Z", "time"),
    "TIMETZ '12:00:00.5+02'": ("10:00:00.5Z", "time"),
    "TIME '10:00:00'": ("10:00:00", "time"),
    "'\\xAB\\x00'::BLOB": ("AB00", "hexBinary"),
    "''::BLOB": ("", "hexBinary"),
    "'NaN'::DOUBLE": ("NaN", "double"),
    "'NaN'::FLOAT": ("NaN", "double"),
    "'-Infinity'::DOUBLE": ("-INF", "double"),
    "'Infinity'::FLOAT": ("INF", "double"),
    "'-0'::DOUBLE": ("-0.0E0", "double"),
    "DATE '0044-03-15 (BC)'": ("-0043-03-15", "date"),
    "DATE '0001-12-31 (BC)'": ("0000-12-31", "date"),
    "DATE '0001-01-01'": ("0001-01-01", "date"),
    "DATE '10001-01-01'": ("10001-01-01", "date"),
    "TIMESTAMP '0044-03-15 (BC) 10:00:00.5'": ("-0043-03-15T10:00:00.5", "dateTime"),
    "TIMESTAMPTZ '0044-03-15 (BC) 10:00:00+00'": ("-0043-03-15T10:00:00Z", "dateTime"),
    "[1, NULL, 3]": (["1", "3"], "integer"),
    "['a', NULL, '']": ["a", ""],
    "[NULL::INTEGER]": ([], "integer"),
    "NULL::VARCHAR[]": None,
    "[DATE '2020-01-01', NULL, DATE '0044-03-15 (BC)']": (["2020-01-01", "-0043-03-15"], "date"),
    "[TIMESTAMPTZ '2020-01-01 10:00:00+00']": (["2020-01-01T10:00:00Z"], "dateTime"),
    "['\\x01'::BLOB]": (["01"], "hexBinary"),
    "[[DATE '2020-01-01']]": ["[2020-01-01]"],
}


def test_parquet_values_have_their_natural_datatypes(tmp_path: Path) -> None:
    names = parquet(tmp_path, *NATURAL)
    [(_, *found)] = rows(tmp_path, "parquet", "t.parquet", *names)
    assert dict(zip(NATURAL, found, strict=True)) == NATURAL


def test_moments_of_parquet_are_the_same_on_every_machine(tmp_path: Path) -> None:
    [name] = parquet(tmp_path, "TIMESTAMPTZ '2020-01-01 10:00:00+00'")
    with connect(threads=1) as connection:
        connection.execute("SET TimeZone = 'America/New_York'")
        source = LogicalSource("t.parquet", tmp_path, "parquet", PLACE)
        relation = read(connection, source, {name: PLACE}, table="s", root=tmp_path, number=lambda name: 0)
        found = connection.execute(f"SELECT {relation.columns[name].sql} FROM {relation.table}").fetchall()
    assert found == [("2020-01-01T10:00:00Z",)]


def test_nanoseconds_with_a_time_zone(tmp_path: Path) -> None:
    # as data frames of Polars and pandas write them
    polars = pytest.importorskip("polars")
    moment = polars.Series("m", [1_577_872_800_123_456_789]).cast(polars.Datetime("ns", "Europe/Berlin"))
    polars.DataFrame([moment]).write_parquet(tmp_path / "t.parquet")
    assert rows(tmp_path, "parquet", "t.parquet", "m") == [(1, ("2020-01-01T10:00:00.123456789Z", "dateTime"))]


def test_nulls_of_parquet_as_the_mapping_says(tmp_path: Path) -> None:
    names = parquet(tmp_path, "'n/a'", "'x'", "''", "['n/a', 'x', NULL]", "-999", "[-999, 1]")
    assert rows(tmp_path, "parquet", "t.parquet", *names, nulls=("n/a", "-999")) == [
        (1, None, "x", "", ["x"], None, (["1"], "integer"))
    ]


def test_dates_without_end_are_told_with_row_and_column(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        query = (
            "SELECT DATE '2020-01-01' AS d, TIMESTAMP_NS '2020-01-01 00:00:00' AS t, [DATE '2020-01-01'] AS l "
            "UNION ALL SELECT DATE 'infinity', TIMESTAMP '-infinity'::TIMESTAMP_NS, [NULL, DATE '-infinity'] ORDER BY d"
        )
        connection.execute(f"COPY ({query}) TO '{tmp_path}/t.parquet'")
    wrong = [f"t.parquet:2:{name} database-value" for name in "dtl"]
    assert mistakes(tmp_path, "parquet", "t.parquet", "d", "t", "l") == wrong
    source = LogicalSource("t.parquet", tmp_path, "parquet", PLACE)
    scope = ReadScope(skipped=[])
    with connect(threads=1) as connection:
        relation = read(
            connection, source, dict.fromkeys("dtl", PLACE), table="s", root=tmp_path, number=lambda _: 0, scope=scope
        )
        found = connection.execute(f"SELECT r0, r1, r2 FROM {relation.table} ORDER BY row").fetchall()
    assert found == [("2020-01-01", "2020-01-01T00:00:00", ["2020-01-01"]), (None, None, [])]
    assert [f"{error.location} {error.id}" for error in scope.skipped or ()] == wrong


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


def test_nulls_are_no_values_of_any_datatype(tmp_path: Path) -> None:
    nulls = ("n/a", "-9.5", "-9")
    (tmp_path / "t.json").write_text('[{"a": "n/a"}, {"a": -9}, {"a": -9.5}, {"a": true}]')
    assert rows(tmp_path, "json", "t.json", "a", iterator="$[*]", nulls=nulls) == [
        (1, None), (2, None), (3, None), (4, ("true", "boolean"))
    ]  # fmt: skip
    (tmp_path / "t.ttl").write_text('<http://x.org/a> <http://x.org/p> "n/a", -9, 1 .')
    query = "SELECT ?o WHERE { ?s ?p ?o } ORDER BY str(?o)"
    assert rows(tmp_path, "sparql", "t.ttl", "o", query=query, nulls=nulls) == [
        (1, None), (2, ("1", "integer")), (3, None)
    ]  # fmt: skip
    query = "SELECT * FROM (VALUES ('n/a', 1), (-9, 2), (1, 3)) ORDER BY 2"
    with sqlite3.connect(tmp_path / "t.db"):
        pass
    assert rows(tmp_path, "sqlite", "t.db", "column1", query=query, nulls=nulls) == [
        (1, None), (2, None), (3, ("1", "integer"))
    ]  # fmt: skip


BOMB = """<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><r>&c;</r>"""


@pytest.mark.parametrize(
    ("kind", "content", "reference", "told"),
    [
        ("json", '[{"a": "x"}', "a", ["t:1:12 json-syntax"]),
        ("json", '[{"a": x}]', "a", ["t:1:8 json-syntax"]),
        ("json", '[{"a": "NaN \\" NaN"},\n{"a": -Infinity}]', "a", ["t:2:7 json-syntax"]),
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


@pytest.mark.parametrize(("rest", "kind"), [("", "integer"), (".5", "double")])
def test_numbers_of_any_length(tmp_path: Path, rest: str, kind: str) -> None:
    long = "-" + "7" * 5_000
    (tmp_path / "t.json").write_text(f'[{{"a": {long}{rest}}}]')
    [(_, found)] = rows(tmp_path, "json", "t.json", "a", iterator="$[*]")
    assert isinstance(found, tuple) and found[1] == kind
    assert found[0] == (long if kind == "integer" else "-7." + "7" * 4_999 + "5E4999")


def test_half_a_surrogate_pair_is_told_at_its_record(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"a": "\\ud83d\\ude00é"}, {"a": "b\\ud800"}, {"a": "\\udc00"}]')
    found = mistakes(tmp_path, "json", "t.json", "a", iterator="$[*]")
    assert found == ["t.json:2:a json-surrogate", "t.json:3:a json-surrogate"]


def test_json_that_is_nested_too_deeply(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text("{}\n" + "[" * 100_000 + "]" * 100_000)
    assert mistakes(tmp_path, "jsonl", "t.jsonl", "a") == ["t.jsonl:2 json-syntax"]
