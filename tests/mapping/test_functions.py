"""Functions of mappings: those of installed packages, dates, names; each run once for each set of arguments."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.mapping.tables import lines, project, told

PACKAGE = """
from iomld.mapping import Function, Parameter

CALLS = []


def _swap(text, times):
    CALLS.append(text)
    if text == "boom":
        raise ValueError("no such thing")
    return text[::-1] * times, f"{len(CALLS)}"


SWAP = Function(
    "https://example.org/fn#swap", (Parameter(("text",)), Parameter(("times",), type="integer")), "list", _swap
)
PLAIN = _swap
"""
MAPPING = """
prefixes: {ex: https://example.org/, my: https://example.org/fn#}
mappings:
  a:
    sources: t.csv
    s: ex:$(id)
    po: [{p: ex:p, o: {function: my:NAME, parameters: [[my:text, $(v)], [my:times, $(n)]]}}]
"""


def installed(folder: Path, points: str, name: str, table: str) -> subprocess.CompletedProcess[str]:
    """Run a mapping where a package is installed, as pip leaves one behind: a module and its metadata."""
    site = folder / "site"
    metadata = site / "reversed-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "reversed_.py").write_text(PACKAGE)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: reversed\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[iomld.functions]\n{points}\n")
    project(folder, MAPPING.replace("NAME", name), {"t.csv": table})
    code = "import sys; from iomld.cli import main; main(['map', 'm.yml', '--sorted'])"
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )


def test_a_function_of_an_installed_package_runs_once_for_each_value(tmp_path: Path) -> None:
    table = "id,v,n\n1,ab,2\n2,cd,1\n3,ab,2\n"
    done = installed(tmp_path, "swap = reversed_:SWAP", "swap", table)
    assert done.stderr == ""
    assert [line.split(" ", 2)[2] for line in done.stdout.splitlines()] == [
        '"1" .', '"baba" .', '"2" .', '"dc" .', '"1" .', '"baba" .',
    ]  # fmt: skip


def test_what_a_function_raises_and_wrong_arguments_are_told_at_their_cells(tmp_path: Path) -> None:
    done = installed(tmp_path, "swap = reversed_:SWAP", "swap", "id,v,n\n1,boom,1\n2,ab,many\n")
    assert done.returncode == 3
    assert "the function swap fails: ValueError: no such thing [function-failed]" in done.stderr
    assert "t.csv:3" in done.stderr and "“many” is not an integer [function-argument]" in done.stderr


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("swap = nowhere_:SWAP", "nowhere_:SWAP: ModuleNotFoundError"),
        ("swap = reversed_:PLAIN", "reversed_:PLAIN is no iomld.mapping.Function"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_told_where_its_function_is_missed(
    tmp_path: Path, points: str, said: str
) -> None:
    done = installed(tmp_path, points, "swap", "id,v,n\n1,a,1\n")
    assert done.returncode == 3
    assert "unknown-function" in done.stderr and said in done.stderr


def call(function: str, *parameters: str) -> str:
    listed = ", ".join(f"[{each}]" for each in parameters)
    return (
        "mappings:\n  a: {sources: t.csv, s: ex:$(id), "
        f"po: [{{p: ex:p, o: {{function: iomldf:{function}, parameters: [{listed}]}}}}]}}\n"
    )


def test_bounds_of_partial_dates_are_dates(tmp_path: Path) -> None:
    tables = {"t.csv": "id,v\n1,2002-10\n2,2002-02/..\n3,2001-23\n"}
    assert lines(project(tmp_path, call("latestEnd", "date, $(v)"), tables)) == [
        '<1> <p> "2002-10-31"^^<xsd:date>',
        '<3> <p> "2001-11-30"^^<xsd:date>',
    ]
    tables["t.csv"] += "4,soon\n"
    assert told(project(tmp_path, call("latestEnd", "date, $(v)"), tables)) == ["t.csv:5:v date-malformed"]


def test_names_are_resolved_by_the_reference_tables_at_a_date(tmp_path: Path) -> None:
    tables = {"t.csv": "id,v,day\n1,Swaziland,2003\n2,Serbia and Montenegro,2005-01-01\n3,,2005\n"}
    parameters = ("name, $(v)", "kind, state", "at, $(day)")
    assert lines(project(tmp_path, call("code", *parameters), tables)) == ['<1> <p> "SWZ"', '<2> <p> "SCG"']
    iris = [line.rpartition("/id/")[2] for line in lines(project(tmp_path, call("resolve", *parameters), tables))]
    assert iris == ['state/SWZ"', 'state/SCG"']
    tables["t.csv"] = "id,v,day\n1,Serbia and Montenegro,2010\n2,Swazilnd,2003\n"
    assert told(project(tmp_path, call("code", *parameters), tables)) == [
        "t.csv:2 name-not-at-date",
        "t.csv:3 name-unknown",
    ]


def test_numbers_of_functions_are_spelt_as_those_of_sources(tmp_path: Path) -> None:
    mapping = """
mappings:
  a:
    sources: t.csv
    s: ex:$(id)
    po: [[ex:n, {function: grel:string_toNumber, parameters: [[valueParam, $(n)]]}]]
"""
    path = project(tmp_path, mapping, {"t.csv": "id,n\n1,5\n2,NaN\n3,120.5\n4,-inf\n5,1e-7\n6,-0\n"})
    texts = ["5.0E0", "NaN", "1.205E2", "-INF", "1.0E-7", "-0.0E0"]
    assert lines(path) == [f'<{index}> <n> "{text}"^^<xsd:double>' for index, text in enumerate(texts, 1)]


@pytest.mark.parametrize("other", ['["a"]', '["a", "b"]'])
def test_an_empty_list_is_one_whatever_other_records_hold(tmp_path: Path, other: str) -> None:
    mapping = """
mappings:
  a:
    sources: [[t.json~jsonpath, "$[*]"]]
    s: ex:$(id)
    po:
      - [ex:n, {function: grel:array_length, parameters: [[list, $(t)]]}]
      - [ex:t, {function: grel:array_join, parameters: [[list, $(t)], [sep, "-"]]}]
      - [ex:u, {function: grel:array_uniques, parameters: [[list, $(t)]]}]
"""
    path = project(tmp_path, mapping, {"t.json": f'[{{"id": "e", "t": []}}, {{"id": "x", "t": {other}}}]'})
    found = [line for line in lines(path) if line.startswith("<e>")]
    assert found == ['<e> <n> "0"^^<xsd:integer>', '<e> <t> ""']
