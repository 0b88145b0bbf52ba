"""Tables that Spark reads itself give the records that DuckDB reads, or are left to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sparks import small_spark

from iomld.engine import connect
from iomld.engine.cluster import Cluster
from iomld.location import SourceLocation
from iomld.sources import Dialect, LogicalSource, read
from iomld.sources.distributed import LARGE, read_distributed

PLACE = SourceLocation("m.ttl")
PLAIN = 'id,name,note\n1,"a, ""b""",\n2,,"x"\n3,é水😀," y "\n'


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(small_spark(), connect(threads=1), f"file://{tmp_path}")
    yield cluster
    cluster.close()


def records(
    cluster: Cluster, folder: Path, content: bytes | dict[str, bytes], *wanted: str, **options: object
) -> object:
    """The records as Spark reads them, which must be those of DuckDB; None where Spark leaves them to it."""
    files = content if isinstance(content, dict) else {"t.csv": content}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    source = LogicalSource("*.csv", folder, "csv", PLACE, **options)  # type: ignore[arg-type]
    references = dict.fromkeys(wanted, PLACE)
    names = [path.name for path in sorted(folder.glob("*.csv"))]

    def number(label: str) -> int:
        return names.index(Path(label).name)

    mine = read_distributed(cluster, source, references, table="iomld_s0", root=folder, number=number, large=0)
    if mine is None:
        return None
    query = f"SELECT source, row{''.join(f', r{index}' for index in range(len(wanted)))} FROM iomld_s0 ORDER BY 1, 2"
    rows = cluster.rows(query)
    with connect(threads=1) as connection:
        read(connection, source, references, table="iomld_s0", root=folder, number=number)
        assert rows == connection.execute(query).fetchall()
    return rows


def test_cells_and_rows_are_those_of_duckdb(cluster: Cluster, tmp_path: Path) -> None:
    assert records(cluster, tmp_path, PLAIN.encode(), "name", "id") == [
        (0, 2, 'a, "b"', "1"),
        (0, 3, None, "2"),
        (0, 4, "é水😀", "3"),
    ]


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ({"dialect": Dialect(delimiter="\t")}, b"id\tname\n1\ta,b\n"),
        ({"dialect": Dialect(delimiter="|")}, b'id|name\n1|"a|b"\n'),
        ({"dialect": Dialect(delimiter="^")}, b"id^name\n1^b\n"),
        ({"nulls": ()}, b"id,name\n1,\n"),
        ({"nulls": ("n/a", "it's")}, b"id,name\n1,n/a\n2,it's\n3,\n"),
        ({}, b"\xef\xbb\xbfid,name\r\n1,x\r\n"),
        ({}, b"id,name\n1,x"),
        ({}, b"id,name\n"),
    ],
)
def test_dialects_and_nulls(cluster: Cluster, tmp_path: Path, options: dict[str, object], content: bytes) -> None:
    assert records(cluster, tmp_path, content, "id", "name", **options) is not None


def test_rows_count_on_through_the_parts_of_a_file(cluster: Cluster, tmp_path: Path) -> None:
    cluster.session.conf.set("spark.sql.files.maxPartitionBytes", "2000")
    try:
        content = "id,name\n" + "".join(f"{number},{'x' * (number % 40)}\n" for number in range(900))
        assert len(records(cluster, tmp_path, content.encode(), "id", "name")) == 900  # type: ignore[arg-type]
    finally:
        cluster.session.conf.unset("spark.sql.files.maxPartitionBytes")


def test_several_files_are_one_source(cluster: Cluster, tmp_path: Path) -> None:
    files = {"a.csv": b"id,name\n1,x\n", "b.csv": b"name,id\ny,2\nz,3\n"}
    assert records(cluster, tmp_path, files, "id") == [(0, 2, "1"), (1, 2, "2"), (1, 3, "3")]


@pytest.mark.parametrize(
    "content",
    [
        b'id,name\n1,"two\nlines"\n',  # no mistake, but no line is a record
        b"id,name\n1,x\n\n2,y\n",  # blank lines are counted and skipped
        b"id,name\n1\n",
        b"id,name\n1,2,3\n",
        b'id,name\n1,"x"y\n',
        b'id,name\n1,x"y"\n',
        b'id,name\n1,"x\n',
        b"id,name\n" + b"1,x\n" * 20_000 + b"1,\xff\n",
        b"id,other\n1,2\n",
    ],
)
def test_what_is_not_plain_is_left_to_duckdb(cluster: Cluster, tmp_path: Path, content: bytes) -> None:
    assert records(cluster, tmp_path, content, "id", "name") is None


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "latin-1"}, {"dialect": Dialect(comment="#")}, {"dialect": Dialect(skip=1)},
        {"dialect": Dialect(trim=True)}, {"dialect": Dialect(quote="'")}, {"compression": "gzip"},
    ],
)  # fmt: skip
def test_unusual_tables_are_left_to_duckdb(cluster: Cluster, tmp_path: Path, options: dict[str, object]) -> None:
    assert records(cluster, tmp_path, PLAIN.encode(), "id", **options) is None


def test_small_tables_are_left_to_duckdb(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(PLAIN)
    source = LogicalSource("t.csv", tmp_path, "csv", PLACE)
    assert len(PLAIN) < LARGE
    read_small = read_distributed(cluster, source, {"id": PLACE}, table="t", root=tmp_path, number=lambda _: 0)
    assert read_small is None
