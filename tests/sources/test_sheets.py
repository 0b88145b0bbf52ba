"""Excel and OpenDocument sheets as sources."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from tests.mapping.tables import lines, project
from tests.sources.test_items import mistakes, rows

from iomld.engine import connect
from iomld.errors import IomldError
from iomld.location import SourceLocation
from iomld.sources import LogicalSource, ReadScope, read
from iomld.sources.model import Dialect

openpyxl = pytest.importorskip("openpyxl", reason="needs iomld[sheets]")

COLUMNS = ["id", "n", "day", "at", "t", "long", "b"]
VALUES = [
    (
        2, "a", ("7", "integer"), ("2002-10-16", "date"), ("2002-10-16T09:30:00", "dateTime"), ("09:30:00", "time"),
        ("PT30H", "duration"), ("true", "boolean"),
    )
]  # fmt: skip


def excel(path: Path, *table: list[object], sheet: str = "People", merge: str | None = None) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    page = book.create_sheet(sheet)
    for row in table:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    book.save(path)


CELL = '<table:table-cell office:value-type="{}" {}/>'
TEXT = '<table:table-cell office:value-type="string" {1}><text:p>{0}</text:p></table:table-cell>'


def text(content: str, more: str = "") -> str:
    return TEXT.format(content, more)


def ods(path: Path, *table: str, sheet: str = "People") -> None:
    """As LibreOffice writes it: repeated rows and cells, empty ones up to the end of the sheet."""
    rows_ = "".join(f"<table:table-row>{row}</table:table-row>" for row in table)
    content = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
  xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
  xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
<table:table table:name="Cover"><table:table-row><table:table-cell/></table:table-row></table:table>
<table:table table:name="{sheet}">{rows_}
<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)


def test_values_of_excel_have_their_types(tmp_path: Path) -> None:
    values = ["a", 7, date(2002, 10, 16), datetime(2002, 10, 16, 9, 30), time(9, 30), timedelta(hours=30), True]
    excel(tmp_path / "t.xlsx", list(COLUMNS), values)
    assert rows(tmp_path, "sheet", "t.xlsx", *COLUMNS, table="People") == VALUES


def test_values_of_opendocument_have_their_types(tmp_path: Path) -> None:
    cells = [
        text("a"), CELL.format("float", 'office:value="7"'), CELL.format("date", 'office:date-value="2002-10-16"'),
        CELL.format("date", 'office:date-value="2002-10-16T09:30:00"'),
        CELL.format("time", 'office:time-value="PT09H30M00S"'), CELL.format("time", 'office:time-value="PT30H"'),
        CELL.format("boolean", 'office:boolean-value="true"'),
    ]  # fmt: skip
    ods(tmp_path / "t.ods", "".join(map(text, COLUMNS)), "".join(cells))
    assert rows(tmp_path, "sheet", "t.ods", *COLUMNS, table="People") == VALUES


def test_numbers_to_the_letter(tmp_path: Path) -> None:
    numbers = {
        "0.1": "0.1", "1e30": "1" + "0" * 30, "-2.5e-7": "-0.00000025", "-0.0": "0", "1.5E2": "150",
        "0.30000000000000004": "0.30000000000000004", "12345678901234567890": "12345678901234567890",
    }  # fmt: skip
    told = list(numbers.values())
    excel(tmp_path / "as-excel.xlsx", ["n"], *[[row] for row in range(1001, 1001 + len(numbers))])
    with zipfile.ZipFile(tmp_path / "as-excel.xlsx") as good, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as changed:
        for name in good.namelist():
            content = good.read(name).decode()
            for row, number in enumerate(numbers, 1001):
                content = content.replace(f"<v>{row}</v>", f"<v>{number}</v>")
            changed.writestr(name, content)
    assert [value for _, value in rows(tmp_path, "sheet", "t.xlsx", "n", table="People")] == told
    cells = [CELL.format("float", f'office:value="{number}"') for number in numbers]
    ods(tmp_path / "t.ods", text("n"), *cells)
    assert [value for _, value in rows(tmp_path, "sheet", "t.ods", "n", table="People")] == told


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_empty_and_merged_cells(tmp_path: Path, suffix: str) -> None:
    file = f"t.{suffix}"
    if suffix == "xlsx":
        table: list[list[object]] = [[], ["c", "", "n"], ["x", "", "1"], [], [None, None, "2"], ["y", "", None]]
        excel(tmp_path / file, *table, merge="A3:A5")
    else:
        header = text("c") + "<table:table-cell/>" + text("n")
        ods(
            tmp_path / file,
            '<table:table-cell table:number-columns-repeated="3"/>',
            header,
            text("x", 'table:number-rows-spanned="3"') + "<table:table-cell/>" + text("1"),
            '<table:covered-table-cell/><table:table-cell table:number-columns-repeated="2"/>',
            "<table:covered-table-cell/><table:table-cell/>" + text("2"),
            text("y") + '<table:table-cell table:number-columns-repeated="16383"/>',
        )
    assert rows(tmp_path, "sheet", file, "c", "n", table="People") == [
        (3, "x", "1"),
        (4, "x", None),
        (5, "x", "2"),
        (6, "y", None),
    ]


def test_repeated_rows_and_text_with_blanks(tmp_path: Path) -> None:
    repeated = '<table:table-row table:number-rows-repeated="2">' + text("x<text:s text:c='2'/>y<text:line-break/>z")
    ods(tmp_path / "t.ods", text("a") + "</table:table-row>" + repeated)
    assert rows(tmp_path, "sheet", "t.ods", "a", table="People") == [(2, "x  y\nz"), (3, "x  y\nz")]


def test_cells_in_error_and_formulas_without_a_value_are_mistakes(tmp_path: Path) -> None:
    excel(tmp_path / "t.xlsx", ["a", "b"], ["#REF!", "x"], ["=1+1", "y"], ["z", "#N/A"])
    assert mistakes(tmp_path, "sheet", "t.xlsx", "a", table="People") == [
        "t.xlsx:2:a cell-error",
        "t.xlsx:3:a cell-error",
    ]
    ods(tmp_path / "t.ods", text("a"), text("#REF!", 'calcext:value-type="error"'))
    assert mistakes(tmp_path, "sheet", "t.ods", "a", table="People") == ["t.ods:2:a cell-error"]


def test_wrong_cells_can_be_left_out(tmp_path: Path) -> None:
    excel(tmp_path / "t.xlsx", ["a"], ["#DIV/0!"], ["x"])
    skipped: list[IomldError] = []
    place = SourceLocation("m.yml", line=1)
    source = LogicalSource("t.xlsx", tmp_path, "sheet", place, table="People")
    with connect(threads=1) as connection:
        relation = read(
            connection, source, {"a": place}, table="t", root=tmp_path, number=lambda _: 0,
            scope=ReadScope(skipped=skipped),
        )  # fmt: skip
        assert connection.execute(f"SELECT r0 FROM {relation.table}").fetchall() == [(None,), ("x",)]
    assert [error.id for error in skipped] == ["cell-error"]


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_sheets_and_columns_that_are_not_there(tmp_path: Path, suffix: str) -> None:
    file = f"t.{suffix}"
    if suffix == "xlsx":
        excel(tmp_path / file, ["a", "a", "b"])
    else:
        ods(tmp_path / file, text("a") + text("a") + text("b"))
    assert mistakes(tmp_path, "sheet", file, "a", table="Peple") == ["m.yml:1 sheet-missing"]
    assert mistakes(tmp_path, "sheet", file, "c", table="People") == [
        f"{file}:1:a header-doubled",
        "m.yml:1 unknown-column",
    ]
    assert mistakes(tmp_path, "sheet", file, "a") == [f"{file} source-empty"]  # the first sheet
    (tmp_path / file).write_bytes(b"PK no archive")
    assert mistakes(tmp_path, "sheet", file, "a") == [f"{file} source-unreadable"]


def test_a_title_above_the_header_is_skipped(tmp_path: Path) -> None:
    excel(tmp_path / "t.xlsx", ["Report of 2002", None], ["a", "b"], ["x", "y"], merge="A1:B1")
    found = rows(tmp_path, "sheet", "t.xlsx", "a", "b", table="People", dialect=Dialect(skip=1))
    assert found == [(3, "x", "y")]


def test_rml_and_yarrrml_name_a_sheet(tmp_path: Path) -> None:
    excel(tmp_path / "t.xlsx", ["id"], [1], [2.5])
    yarrrml = "mappings:\n  a: {sources: [[t.xlsx~sheet, People]], s: ex:s, po: [[ex:n, $(id)]]}\n"
    made = ['<s> <n> "1"^^<xsd:integer>', '<s> <n> "2.5"^^<xsd:decimal>']
    assert lines(project(tmp_path, yarrrml, {})) == made
    described = "mappings:\n  a: {sources: {access: t.xlsx, sheet: People}, s: ex:s, po: [[ex:n, $(id)]]}\n"
    assert lines(project(tmp_path, described, {})) == made
    rml = """
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://example.org/> .
<#m> rml:logicalSource [ rml:source [ a rml:RelativePathSource; rml:root rml:MappingDirectory; rml:path "t.xlsx" ];
    rml:referenceFormulation rml:Excel; rml:iterator "People" ];
  rml:subject ex:s; rml:predicateObjectMap [ rml:predicate ex:n; rml:objectMap [ rml:reference "id" ] ] .
"""
    assert lines(project(tmp_path, rml, {}, "m.ttl")) == made


def test_an_entity_bomb_in_a_sheet(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    with zipfile.ZipFile(tmp_path / "t.ods", "w") as archive:
        archive.writestr("content.xml", f"{bomb}]><b>&j;</b>")
    assert mistakes(tmp_path, "sheet", "t.ods", "a") == ["t.ods source-unreadable"]
    excel(tmp_path / "good.xlsx", ["a"], ["x"])
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name.endswith("sheet2.xml"):
                content = f"{bomb}]>".encode() + content.replace(b"<sheetData>", b"<sheetData>&j;")
            bad.writestr(name, content)
    assert mistakes(tmp_path, "sheet", "t.xlsx", "a", table="People") == ["t.xlsx source-unreadable"]
