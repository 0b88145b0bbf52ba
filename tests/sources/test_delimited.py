"""Tables: what is read, and what is told of a table that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomld.engine import connect
from iomld.errors import IomldError, Mistakes, SourceError
from iomld.location import SourceLocation
from iomld.sources import Dialect, LogicalSource, read

PLACE = SourceLocation("m.yml", line=1)


def rows(
    folder: Path, *references: str, access: str = "t.csv", threads: int = 1, **options: object
) -> list[tuple[object, ...]]:
    """Source, row and values of each record, in order."""
    source = LogicalSource(access, folder, "csv", PLACE, **options)  # type: ignore[arg-type]
    names: list[str] = []

    def number(name: str) -> int:
        names.append(name)
        return len(names) - 1

    with connect(threads=threads) as connection:
        relation = read(
            connection, source, dict.fromkeys(references, PLACE), table="iomld_s0", root=folder, number=number
        )
        columns = ", ".join(column.sql for column in relation.columns.values())
        found = connection.execute(f"SELECT source, row, {columns} FROM {relation.table} ORDER BY ALL").fetchall()
    return [(names[source], *rest) for source, *rest in found]


def mistakes(folder: Path, *references: str, **options: object) -> list[str]:
    with pytest.raises(IomldError) as caught:
        rows(folder, *(references or ("a",)), **options)  # type: ignore[arg-type]
    errors = caught.value.errors if isinstance(caught.value, Mistakes) else (caught.value,)
    assert all(isinstance(error, SourceError) for error in errors)
    return [f"{error.location} {error.id}" for error in errors]


def table(folder: Path, content: str | bytes, name: str = "t.csv") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def test_rows_count_as_a_spreadsheet_does(tmp_path: Path) -> None:
    table(tmp_path, 'a,b\n1,"x\ny"\n2,z\n')
    assert rows(tmp_path, "b") == [("t.csv", 2, "x\ny"), ("t.csv", 3, "z")]


def test_blank_lines_are_counted_and_skipped(tmp_path: Path) -> None:
    table(tmp_path, "a,b\n\n1,2\n\n\n3,4\n")
    assert rows(tmp_path, "a") == [("t.csv", 3, "1"), ("t.csv", 6, "3")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(tmp_path: Path, ending: str, mark: str) -> None:
    table(tmp_path, mark + ending.join(["a,b", "1,2", ""]))
    assert rows(tmp_path, "a", "b") == [("t.csv", 2, "1", "2")]


def test_mixed_line_ends(tmp_path: Path) -> None:
    table(tmp_path, "a,b\n1,2\r\n3,4\n")
    assert rows(tmp_path, "b") == [("t.csv", 2, "2"), ("t.csv", 3, "4")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("inner", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("blank", [False, True])
def test_line_breaks_within_the_first_cells(tmp_path: Path, ending: str, inner: str, blank: bool) -> None:
    # the end of lines is not to be taken from there; a blank line has the file read record by record
    records = [f'"a{inner}",b', f'"x{inner}y","{inner}"', *[""] * blank, "1,2", ""]
    table(tmp_path, ending.join(records))
    assert rows(tmp_path, f"a{inner}", "b") == [
        ("t.csv", 2, f"x{inner}y", inner),
        ("t.csv", 3 + blank, "1", "2"),
    ]


def test_columns_that_differ_in_case_only(tmp_path: Path) -> None:
    table(tmp_path, "a,A,source,row\n1,2,3,4\n")
    assert rows(tmp_path, "A", "a", "source", "row") == [("t.csv", 2, "2", "1", "3", "4")]


def test_empty_cells_are_null(tmp_path: Path) -> None:
    table(tmp_path, 'a,b\n,""\n')
    assert rows(tmp_path, "a", "b") == [("t.csv", 2, None, None)]


def test_nulls_as_the_mapping_says(tmp_path: Path) -> None:
    table(tmp_path, "a,b\n,n/a\n")
    assert rows(tmp_path, "a", "b", nulls=("n/a",)) == [("t.csv", 2, "", None)]


def test_files_of_a_pattern_are_one_source(tmp_path: Path) -> None:
    table(tmp_path, "b,a\n1,2\n", "y/t.csv")
    table(tmp_path, "a,b\n3,4\n", "x/t.csv")
    assert rows(tmp_path, "a", access="*/t.csv") == [("x/t.csv", 2, "3"), ("y/t.csv", 2, "2")]


def test_separator_of_the_metadata_makes_several_values(tmp_path: Path) -> None:
    table(tmp_path, "a,b\n x | y||,1\n,2\n")
    columns = (
        '{"tableSchema": {"columns": [{"titles": "a", "name": "a", "separator": "|"}, {"titles": "b", "name": "b"}]}}'
    )
    table(tmp_path, columns, "t.csv-metadata.json")
    assert rows(tmp_path, "a", "b") == [("t.csv", 2, ["x", "y"], "1"), ("t.csv", 3, None, "2")]


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        ("a\tb\n1\t2\n", Dialect(delimiter="\t")),
        ("a;b\n1;'2'\n", Dialect(delimiter=";", quote="'")),
        ("# note\na,b\n# more, of it\n1,2\n", Dialect(comment="#", skip=1)),
        ("a , b\n 1 , 2 \n", Dialect(trim=True)),
    ],
)
def test_dialects(tmp_path: Path, content: str, dialect: Dialect) -> None:
    table(tmp_path, content)
    assert [values for _, _, *values in rows(tmp_path, "a", "b", dialect=dialect)] == [["1", "2"]]


def test_declared_encoding(tmp_path: Path) -> None:
    table(tmp_path, "a\né\n".encode("utf-16"))
    assert rows(tmp_path, "a", encoding="utf-16") == [("t.csv", 2, "é")]


def test_a_cell_longer_than_the_buffer(tmp_path: Path) -> None:
    table(tmp_path, "a,b\n" + "x" * 5_000_000 + ",2\n3,4\n")
    assert [(row, len(str(value))) for _, row, value in rows(tmp_path, "a")] == [(2, 5_000_000), (3, 1)]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("length", "quoted", "before", "after"),
    [
        (4_200_000, False, 0, 0),
        (4_200_000, False, 60_000, 0),
        (4_200_000, True, 1, 1),
        (9_000_000, False, 1, 0),
        (9_000_000, True, 0, 0),
        (9_000_000, True, 60_000, 1),
        (40_000_000, False, 0, 0),
        (40_000_000, True, 1, 1),
    ],
)
def test_a_row_longer_than_the_buffer_is_read_wherever_it_stands(
    tmp_path: Path, length: int, quoted: bool, before: int, after: int, threads: int
) -> None:
    cell = '"' + ("x, y" * 24 + "xyz\n") * (length // 100) + '"' if quoted else "x" * length
    table(tmp_path, "".join(["a,b\n", "1,abcdefghijklmnop\n" * before, f"2,{cell}\n", "3,z\n" * after]))
    found = rows(tmp_path, "a", "b", threads=threads)
    assert len(found) == before + 1 + after
    _, row, name, value = found[before]
    assert (row, name, len(str(value))) == (before + 2, "2", length)


@pytest.mark.parametrize("content", ["a\n1\n{}\n", "a\tb\n1\t2\n3\t{}", 'a,b\n1,2\n{},"5"" wide"\n'])
def test_a_long_last_row_of_other_forms(tmp_path: Path, content: str) -> None:
    table(tmp_path, content.replace("{}", "x" * 5_000_000))
    dialect = Dialect(delimiter="\t") if "\t" in content else Dialect()
    assert len(rows(tmp_path, "a", dialect=dialect)) == 2


def test_a_long_last_row_whose_last_lines_look_like_rows(tmp_path: Path) -> None:
    for end in ('x\nx"\n', 'x\n5"\n', '4,5\n6,"" 7"\n', '4,5\n6,""7"\n'):
        table(tmp_path, '"a"\n"1"\n"' + "x, y\n" * 1_000_000 + end)
        assert len(rows(tmp_path, "a")) == 2
    table(tmp_path, 'a,b,c\n1,2,3\n4,"' + "x, y\n" * 1_000_000 + 'z",5" wide\n')
    assert [value for _, _, value in rows(tmp_path, "c")] == ["3", '5" wide']


def test_all_rows_of_a_wrong_width_are_told(tmp_path: Path) -> None:
    table(tmp_path, "a,b\n1\n1,2\n1,2,3\n")
    assert mistakes(tmp_path) == ["t.csv:2 row-width", "t.csv:4 row-width"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("extra", [",", ",,", ',""'])
@pytest.mark.parametrize("row", ["1,2", "1,", ",", '1,"x,y"', '"1,1","x\ny"'])
def test_an_empty_cell_too_many_is_told(tmp_path: Path, row: str, extra: str, ending: str) -> None:
    table(tmp_path, ending.join(["a,b", "3,4", row + extra, "5,", ""]))
    assert mistakes(tmp_path) == ["t.csv:3 row-width"]
    table(tmp_path, ending.join(["a,b", "3,4", row + extra]))
    assert mistakes(tmp_path) == ["t.csv:3 row-width"]


def test_an_empty_cell_too_many_of_other_dialects(tmp_path: Path) -> None:
    table(tmp_path, 'a;"b;c"\n1;2\n1;2;\n')
    assert mistakes(tmp_path, dialect=Dialect(delimiter=";")) == ["t.csv:3 row-width"]
    table(tmp_path, "1§2\n1§2§\n")
    assert mistakes(tmp_path, "1", dialect=Dialect(delimiter="§", header=False)) == ["t.csv:2 row-width"]
    table(tmp_path, 'a,b\n"1,2\n"1,2,\n')
    assert mistakes(tmp_path, dialect=Dialect(quote=None)) == ["t.csv:3 row-width"]


def test_an_empty_cell_at_the_end_is_none_too_many(tmp_path: Path) -> None:
    table(tmp_path, '"a,a",b\n1,\n"2,2,",\n"3,\n",""\n4,"x,"\n')
    assert rows(tmp_path, "a,a", "b") == [
        ("t.csv", 2, "1", None),
        ("t.csv", 3, "2,2,", None),
        ("t.csv", 4, "3,\n", None),
        ("t.csv", 5, "4", "x,"),
    ]


def test_missing_quote_in_the_middle(tmp_path: Path) -> None:
    lines = [f"{number},x" for number in range(5000)]
    lines[2500] = '2500,"x'
    table(tmp_path, "\n".join(["a,b", *lines, ""]))
    assert mistakes(tmp_path) == ["t.csv:2502 row-quote"]


def test_text_after_a_closing_quote(tmp_path: Path) -> None:
    table(tmp_path, 'a,b\n1,2\n"1"x,2\n')
    assert mistakes(tmp_path) == ["t.csv:3 row-quote"]


def test_each_line_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    table(tmp_path, b"a,b\n1,\xe9\n2,x\n\xff,3\n")
    assert mistakes(tmp_path) == ["t.csv:2 source-encoding", "t.csv:4 source-encoding"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ["t.csv source-empty"]),
        ("\n1,2\n", ["t.csv:1 header-missing"]),
        (",b\n1,2\n", ["t.csv:1 header-unnamed"]),
        ("a,b,a\n1,2,3\n", ["t.csv:1:a header-doubled"]),
        ("b,c\n1,2\n", ["m.yml:1 unknown-column"]),
    ],
)
def test_headers(tmp_path: Path, content: str, told: list[str]) -> None:
    table(tmp_path, content)
    assert mistakes(tmp_path) == told


def test_unknown_column_offers_the_nearest(tmp_path: Path) -> None:
    table(tmp_path, "participant,role\n1,2\n")
    with pytest.raises(SourceError, match="did you mean participant"):
        rows(tmp_path, "particpant")


def test_file_that_is_not_there_offers_the_nearest(tmp_path: Path) -> None:
    table(tmp_path, "a\n1\n", "people.csv")
    with pytest.raises(SourceError, match=r"did you mean people\.csv"):
        rows(tmp_path, "a", access="peple.csv")


@pytest.mark.parametrize("name", ["drafts [old] *?", "{a,b}", "it's"])
def test_the_folder_is_no_part_of_a_pattern(tmp_path: Path, name: str) -> None:
    (tmp_path / "drafts old xy").mkdir()
    table(tmp_path, "a,b\n1,2\n", f"{name}/deep/t.csv")
    assert rows(tmp_path / name, "a", access="*/?.csv") == [("deep/t.csv", 2, "1")]
    assert rows(tmp_path / name, "a", access="deep/t.csv") == [("deep/t.csv", 2, "1")]
    table(tmp_path, "a,b\n1\n", f"{name}/deep/t.csv")
    assert mistakes(tmp_path / name, access="*/?.csv") == ["deep/t.csv:2 row-width"]


def test_pattern_that_matches_nothing(tmp_path: Path) -> None:
    assert mistakes(tmp_path, access="*/t.csv") == ["m.yml:1 source-missing"]
