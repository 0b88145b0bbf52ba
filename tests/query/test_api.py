"""The data from Python."""

import datetime
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import iomld
from iomld.api import Opened
from iomld.errors import QueryError, UsageError

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def data() -> Opened:
    return iomld.open(Path(__file__).parents[2])


def test_a_saved_query_gives_rows(data: Opened) -> None:
    rows = data.query("participation", process="id/process/midsa", participant="id/state/SWZ")
    assert [(row["iso3166"], row["role"], row["pinpoints"]) for row in rows] == [
        ("SWZ", "participant", "mc-inf-266/annex-2/row-8")
    ]
    assert "participation" in data.names


def test_text_and_parameters_give_rows_in_pythons_own_types(data: Opened) -> None:
    values = "1 1.5 true 1e0 'x' '2003-11-10'^^xsd:date <http://e/>"
    rows = data.query(f"SELECT ?x ?unbound {{ VALUES ?x {{ {values} }} }}")
    found = {row["x"] for row in rows}
    assert found == {1, Decimal("1.5"), "x", datetime.date(2003, 11, 10), "http://e/"}
    assert all(row["unbound"] is None for row in rows)
    assert data.query("SELECT ?x { BIND(?given AS ?x) }", given='"} #') == [{"x": '"} #'}]


def test_ask_and_graph(data: Opened) -> None:
    assert data.ask("ASK { <id/process/midsa> a mld:Dialogue }") is True
    graph = data.graph("CONSTRUCT WHERE { <id/process/midsa> mld:acronym ?a }")
    assert [str(o) for _, _, o in graph] == ["MIDSA"]
    for wrong in (lambda: data.ask("SELECT * { ?s a mld:Document }"), lambda: data.query("ASK { ?s a mld:Document }")):
        with pytest.raises(QueryError):
            wrong()


def test_a_name_that_is_not_there_is_told_with_the_nearest(data: Opened) -> None:
    with pytest.raises(QueryError, match="did you mean participation"):
        data.query("particpation")


@pytest.mark.parametrize("library", ["polars", "pandas", None])
def test_a_frame_has_the_columns_and_values_of_the_query(data: Opened, library: str | None) -> None:
    pytest.importorskip(library or "polars")
    frame = data.frame("documents", library=library)
    assert type(frame).__module__.partition(".")[0] == (library or "polars")
    rows = data.query("documents")
    assert list(frame.columns) == list(rows[0])
    assert [list(row) for row in (frame.rows() if library != "pandas" else frame.itertuples(index=False))] == [
        list(row.values()) for row in rows
    ]


def test_a_frame_keeps_the_kinds_of_values(data: Opened) -> None:
    pytest.importorskip("polars")
    frame = data.frame('SELECT * { VALUES (?n ?d ?t) { (3 "2003-11-10"^^xsd:date true) (4 UNDEF false) } } ORDER BY ?n')
    assert dict(zip(frame.columns, map(str, frame.dtypes), strict=True)) == {"n": "Int64", "d": "Date", "t": "Boolean"}


def test_a_library_that_makes_no_frames_is_refused(data: Opened) -> None:
    with pytest.raises(UsageError, match="name polars or pandas"):
        data.frame("documents", library="arrow")


def test_the_dataset_is_rdflibs(data: Opened) -> None:
    dataset = data.dataset()
    base = data.project.base
    found = dataset.query(f"SELECT ?a {{ <{base}id/process/midsa> mld:acronym ?a }}")
    assert [str(row[0]) for row in found] == ["MIDSA"]  # type: ignore[index]


def test_importing_the_package_loads_next_to_nothing() -> None:
    program = "import iomld, sys; sys.exit(bool({'rdflib', 'duckdb', 'click', 'pyoxigraph'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
    with pytest.raises(AttributeError):
        iomld.nothing  # type: ignore[attr-defined]  # noqa: B018
