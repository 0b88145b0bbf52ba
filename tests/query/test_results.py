"""Forms of answers: read back by others, and fit for a terminal."""

import csv
import io
import json
from typing import Any

import pytest
from rdflib import BNode, Literal, URIRef
from rdflib.query import Result
from tests.query.conftest import BASE, PREFIXES

from iomld.query import FORMATS, Solutions, render, render_boolean
from iomld.query.tables import table

XSD = "http://www.w3.org/2001/XMLSchema#"
ROWS = Solutions(
    ("a", "b"),
    (
        (f"<{BASE}id/x>", '"plain, \\"quoted\\"\\nand <more> & more"'),
        ('"texte"@fr', f'"2"^^<{XSD}integer>'),
        ("_:b0", None),
    ),
)


@pytest.mark.parametrize("format", ["json", "xml"])
def test_others_read_what_we_write(format: str) -> None:
    text = render(ROWS, format, prefixes=PREFIXES)
    result = Result.parse(io.BytesIO(text.encode()), format=format)
    assert [str(variable) for variable in result.vars or []] == ["a", "b"]
    rows: list[Any] = list(result)
    assert rows[0] == (URIRef(f"{BASE}id/x"), Literal('plain, "quoted"\nand <more> & more'))
    assert rows[1] == (Literal("texte", lang="fr"), Literal("2", datatype=URIRef(f"{XSD}integer")))
    assert isinstance(rows[2][0], BNode)
    assert rows[2][1] is None


def test_csv_holds_plain_text_and_tsv_whole_terms() -> None:
    rows = list(csv.reader(io.StringIO(render(ROWS, "csv", prefixes=PREFIXES), newline="")))
    assert rows[:3] == [["a", "b"], [f"{BASE}id/x", 'plain, "quoted"\nand <more> & more'], ["texte", "2"]]
    lines = render(ROWS, "tsv", prefixes=PREFIXES).splitlines()
    assert lines[0] == "?a\t?b"
    assert lines[2] == f'"texte"@fr\t"2"^^<{XSD}integer>'


def test_tables_show_iris_relative_to_the_base_and_as_curies() -> None:
    rows = Solutions(("x", "y"), ((f"<{BASE}id/process/talks>", "<http://www.w3.org/2004/02/skos/core#Concept>"),))
    assert table(rows, PREFIXES, BASE).splitlines()[2].split() == ["id/process/talks", "skos:Concept"]
    assert "| id/process/talks | skos:Concept |" in render(rows, "md", prefixes=PREFIXES, base=BASE)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("columns", [1, 3, 12])
def test_a_table_fits_its_width(width: int, columns: int) -> None:
    names = tuple(f"name{number}" for number in range(columns))
    rows = tuple(tuple('"日本 ' + "x" * (7 * number) + '"' for number in range(columns)) for _ in range(3))
    from iomld.query.tables import _width

    for line in table(Solutions(names, rows), PREFIXES, columns=width).splitlines():
        assert _width(line) <= width


def test_a_narrow_column_leaves_its_room_to_the_others() -> None:
    rows = Solutions(("a", "b"), (('"1"', '"' + "x" * 60 + '"'),))
    assert table(rows, PREFIXES, columns=64).splitlines()[2] == "1  " + "x" * 60


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in table(Solutions(("a",), (('"red \\u001B[31m"',),)), PREFIXES)


def test_no_row_and_no_column_are_shown_too() -> None:
    for format in FORMATS:
        assert render(Solutions(("a",), ()), format, prefixes=PREFIXES)
    assert render(Solutions((), ((),)), "table", prefixes=PREFIXES) == "1 row\n"


def test_ask_in_the_forms_of_the_specification() -> None:
    assert json.loads(render_boolean(True, "json")) == {"head": {}, "boolean": True}
    assert Result.parse(io.BytesIO(render_boolean(False, "xml").encode()), format="xml").askAnswer is False
    assert render_boolean(True, "table") == "yes\n"


def test_several_values_of_a_cell_are_sorted_and_said_once() -> None:
    rows = Solutions(("a", "b"), (('"2"', '"z|a|z|"'), ('"1"', None))).arranged(["b"])
    assert rows.texts() == [("1", ""), ("2", "a|z")]
