"""Mappings on Spark: part files, whole or absent; what is wrong is told as on DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.mapping import test_collections, test_views
from tests.mapping.tables import TURTLE, Case, project
from tests.sparks import small_spark

from iomld.engine import connect
from iomld.engine.hadoop import SharedFiles
from iomld.errors import IomldError, Mistakes, OutsideError, UsageError
from iomld.mapping import Written, load, write_quads
from iomld.mapping.distributing import write_distributed

MAPPING = """
mappings:
  person:
    sources: [[people.csv~csv]]
    s: ex:$(id)
    po:
      - [a, ex:Person]
      - [ex:name, $(name), en~lang]
      - [ex:born, $(born), xsd:date]
      - [ex:knows, $(knows)~iri]
      - p: ex:worksFor
        o: {mapping: body, condition: {function: equal, parameters: [[str1, $(body)], [str2, $(key)]]}}
  body:
    sources: [[bodies.json~jsonpath, "$[*]"]]
    s: ex:body/$(key)
    po: [[ex:part, "$(parts[*])"], [ex:size, $(size)]]
"""
BODIES = '[{"key": "a b", "parts": ["x", "y", "x"], "size": 3}, {"key": "ç", "parts": [], "size": 1.5}]'
PEOPLE = (
    "id,name,born,knows,body\n"
    '1,"a ""quoted"" \\ name",2002-02-28,2,a b\n'
    '2,"two\nlines",,1,ç\n'
    "2,é 水,2004-02-29,,nowhere\n"
    "3/x,'single',,\U0001f600,a b\n"
)
CASES = test_views.CASES | test_collections.CASES


def on_spark(path: Path, output: str | None, **options: int) -> Written:
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=path.parent)
    return write_distributed(mapping, connect(threads=1), small_spark(), output, root=path.parent, **options)  # type: ignore[arg-type]


def on_duckdb(path: Path, output: Path, **options: bool) -> Written:
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=path.parent)
    return write_quads(mapping, connect(threads=1), output, root=path.parent, **options)


def told(error: IomldError) -> list[str]:
    errors = error.errors if isinstance(error, Mistakes) else (error,)
    return [f"{each.location} {each.id} {each.message}" for each in errors]


def test_sorted_part_files_one_after_the_other_are_the_file_of_duckdb(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"people.csv": PEOPLE, "bodies.json": BODIES})
    on_duckdb(path, tmp_path / "one.nq", sort=True)
    on_spark(path, f"file://{tmp_path}/many", sort=True)
    parts = sorted((tmp_path / "many").glob("part-*.nq"))
    assert b"".join(part.read_bytes() for part in parts) == (tmp_path / "one.nq").read_bytes()
    assert not list(tmp_path.glob(".iomld-*")), "nothing is left behind"


def test_a_join_on_several_values_makes_each_line_once(tmp_path: Path) -> None:
    mapping = """
mappings:
  a:
    sources: [[bodies.json~jsonpath, "$[*]"]]
    s: ex:$(key)
    po: [{p: ex:in, o: {mapping: b, condition: {function: equal, parameters: [[str1, "$(parts[*])"], [str2, $(id)]]}}}]
  b: {sources: [[people.csv~csv]], s: ex:b/$(name)}
"""
    tables = {"people.csv": "id,name\nx,one\ny,one\n", "bodies.json": BODIES}
    path = project(tmp_path, mapping, tables)
    on_spark(path, f"file://{tmp_path}/many", sort=True)
    [line] = b"".join(part.read_bytes() for part in (tmp_path / "many").glob("part-*.nq")).splitlines()
    assert line.endswith(b"<https://example.org/in> <https://example.org/b/one> .")


def test_conditions_of_graphs_and_on_several_values(tmp_path: Path) -> None:
    mapping = """
mappings:
  body:
    sources: [[bodies.json~jsonpath, "$[*]"]]
    s: ex:$(key)
    graphs:
      - {value: ex:g, condition: {function: notEqual, parameters: [[str1, $(key)], [str2, ç]]}}
      - {value: "http://w3id.org/rml/defaultGraph", c: {f: equal, parameters: [[str1, $(key)], [str2, ç]]}}
      - ex:all
    po: [{p: ex:has, o: y, condition: {function: equal, parameters: [[str1, "$(parts[*])"], [str2, y]]}}, [ex:is, it]]
"""
    path = project(tmp_path, mapping, {"bodies.json": BODIES})
    on_duckdb(path, tmp_path / "one.nq", sort=True)
    on_spark(path, f"file://{tmp_path}/many", sort=True)
    parts = sorted((tmp_path / "many").glob("part-*.nq"))
    made = b"".join(part.read_bytes() for part in parts)
    assert made == (tmp_path / "one.nq").read_bytes() and made.count(b"\n") == 6


@pytest.mark.parametrize("case", [pytest.param(each, id=name) for name, each in CASES.items()])
def test_views_and_collections_make_the_same_bytes(case: Case, tmp_path: Path) -> None:
    path = project(tmp_path, TURTLE + case.mapping, case.files, "m.ttl")
    on_duckdb(path, tmp_path / "out.nq", sort=True)
    made = {name: (tmp_path / name).read_bytes() for name in ("out.nq", *case.targets)}
    on_spark(path, f"file://{tmp_path}/many", sort=True)
    parts = sorted((tmp_path / "many").glob("part-*.nq"))
    (tmp_path / "out.nq").write_bytes(b"".join(part.read_bytes() for part in parts))
    assert {name: (tmp_path / name).read_bytes() for name in made} == made


def test_lines_go_to_standard_output(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project(tmp_path, MAPPING, {"people.csv": PEOPLE, "bodies.json": BODIES})
    monkeypatch.chdir(tmp_path)
    on_duckdb(path, tmp_path / "one.nq")
    on_spark(path, None)
    made = capsysbinary.readouterr().out
    assert sorted(made.splitlines()) == sorted((tmp_path / "one.nq").read_bytes().splitlines())


def test_records_name_the_files_that_take_their_quads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = """
mappings:
  person:
    sources: [[people.csv~csv]]
    s: {value: ex:$(id), targets: [["born/$(born)/$(name).nq"]]}
    po: [[ex:name, $(name)], [ex:knows, {value: $(knows), targets: [[knows.nt, ntriples]]}]]
"""
    path = project(tmp_path, mapping, {"people.csv": PEOPLE})
    made = []
    for name in ("duckdb", "spark"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        if name == "duckdb":
            on_duckdb(path, folder / "rest.nq")
        else:
            on_spark(path, f"file://{folder}/rest")
        files = {str(each.relative_to(folder)): each.read_text() for each in folder.rglob("*.n[qt]")}
        rest = [files.pop(file) for file in list(files) if file.startswith("rest")]
        made.append((files, sorted("".join(rest).splitlines())))
    assert made[0] == made[1]
    files, rest = made[0]
    assert len(files) == 3 and len(rest) == 2


def test_what_was_written_before_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"people.csv": PEOPLE, "bodies.json": BODIES})
    output = tmp_path / "many"
    on_spark(path, f"file://{output}")
    (output / "part-99999.nq").write_text("old\n")
    on_spark(path, f"file://{output}")
    assert not (output / "part-99999.nq").exists()
    (output / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="no folder of part files"):
        on_spark(path, f"file://{output}")
    assert (output / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("refused", ["many", "-before"], ids=["the new folder", "the old folder"])
def test_what_was_written_before_stays_where_the_new_cannot_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    path = project(tmp_path, MAPPING, {"people.csv": PEOPLE, "bodies.json": BODIES})
    output = tmp_path / "many"
    on_spark(path, f"file://{output}")
    before = {each.name: each.read_bytes() for each in output.iterdir()}
    system = SharedFiles._system

    class Refusing:
        """The file system of this machine, which says no to one renaming, as one of a cluster does."""

        def __init__(self, real: Any) -> None:
            self.real = real

        def rename(self, path: Any, target: Any) -> bool:
            back = path.toString().endswith("-before")
            return (back or not target.toString().endswith(refused)) and bool(self.real.rename(path, target))

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    monkeypatch.setattr(SharedFiles, "_system", lambda self, place: Refusing(system(self, place)))
    project(tmp_path, MAPPING, {"people.csv": PEOPLE + "9,new,,,\n", "bodies.json": BODIES})
    with pytest.raises(OutsideError, match="refuses to rename") as caught:
        on_spark(path, f"file://{output}")
    assert caught.value.id == "output-not-writable"
    assert {each.name: each.read_bytes() for each in output.iterdir()} == before
    assert not list(tmp_path.glob(".iomld-*"))
    monkeypatch.undo()
    on_spark(path, f"file://{output}")
    assert {each.name: each.read_bytes() for each in output.iterdir()} != before
    assert not list(tmp_path.glob(".iomld-*"))


def test_large_tables_that_spark_reads_itself_make_the_same_lines(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"people.csv": PEOPLE.replace("two\nlines", "one line"), "bodies.json": BODIES})
    on_duckdb(path, tmp_path / "one.nq", sort=True)
    on_spark(path, f"file://{tmp_path}/many", sort=True, large=0)
    parts = sorted((tmp_path / "many").glob("part-*.nq"))
    assert b"".join(part.read_bytes() for part in parts) == (tmp_path / "one.nq").read_bytes()
    project(tmp_path, MAPPING, {"people.csv": WRONG, "bodies.json": BODIES})
    with pytest.raises(IomldError) as caught:
        on_spark(path, f"file://{tmp_path}/many", large=0)
    assert told(caught.value)[0].startswith("people.csv:2:born value-ill-typed")


WRONG = "id,name,born,knows,body\n1,x,2002-02-30,a b,\n2,y,2002,ok,\n"


def test_wrong_values_are_told_with_their_cells_and_nothing_is_written(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"people.csv": WRONG, "bodies.json": BODIES})
    found = []
    for run in (lambda: on_duckdb(path, tmp_path / "one.nq"), lambda: on_spark(path, f"file://{tmp_path}/many")):
        with pytest.raises(IomldError) as caught:
            run()
        found.append(told(caught.value))
    assert found[0] == found[1]
    assert found[1][0].startswith("people.csv:2:born value-ill-typed")
    assert not (tmp_path / "many").exists()


def test_wrong_values_can_be_left_out_and_told(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"people.csv": WRONG, "bodies.json": BODIES})
    one = on_duckdb(path, tmp_path / "one.nq", lenient=True, sort=True)
    many = on_spark(path, f"file://{tmp_path}/many", lenient=True, sort=True)
    assert [str(each) for each in many.skipped] == [str(each) for each in one.skipped] != []
    parts = sorted((tmp_path / "many").glob("part-*.nq"))
    assert b"".join(part.read_bytes() for part in parts) == (tmp_path / "one.nq").read_bytes()


def test_natural_datatypes_and_lists_are_those_of_duckdb(tmp_path: Path) -> None:
    mapping = """
mappings:
  a:
    sources: [{access: t.parquet, referenceFormulation: parquet, null: ["n/a"]}]
    s: ex:a/$(id)
    po:
      - [ex:n, $(n)]
      - [ex:t, ex:x/$(t)~iri]
      - [ex:z, $(z)]
      - [ex:d, $(d)]
      - [ex:b, $(b)]
      - [ex:f, $(f)]
      - [ex:l, {function: grel:array_length, parameters: [[list, $(t)]]}]
      - [ex:x, {function: grel:string_toNumber, parameters: [[valueParam, $(f)]]}]
  b:
    sources: [[t.csv~csv]]
    s: ex:b/$(id)
    po: [[ex:t, $(t)]]
"""
    path = project(tmp_path, mapping, {"t.csv": 'id,t\n1,"a\r\nb"\n\n2,x\n'})
    connect().execute(
        "COPY (SELECT 1 AS id, [1, NULL, 3] AS n, ['a', NULL, 'n/a'] AS t, TIMESTAMPTZ '2020-01-01 10:00:00+00' AS z, "
        "DATE '0044-03-15 (BC)' AS d, '\\xAB'::BLOB AS b, 'NaN'::DOUBLE AS f UNION ALL "
        f"SELECT 2, NULL, NULL, NULL, NULL, NULL, NULL) TO '{tmp_path}/t.parquet'"
    )
    on_duckdb(path, tmp_path / "one.nq", sort=True)
    on_spark(path, f"file://{tmp_path}/many", sort=True)
    parts = sorted((tmp_path / "many").glob("part-*.nq"))
    made = (tmp_path / "one.nq").read_bytes()
    assert b"".join(part.read_bytes() for part in parts) == made
    assert len(made.splitlines()) == 12
