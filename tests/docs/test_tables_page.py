"""docs/tables.md explains every table and column, as the metadata does."""

import csv

from docs.tables_page import PAGE, ROOT, page

from iomld.sources.tableschema import find


def test_the_page_is_that_of_the_metadata() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python docs/make.py"


def test_every_column_of_every_table_is_explained() -> None:
    text = page()
    for table in (ROOT / "mappings" / "tables").rglob("*.csv"):
        section = text.partition(f"### {table.name}\n")[2].partition("\n### ")[0]
        with table.open(encoding="utf-8", newline="") as file:
            missing = [name for name in next(csv.reader(file)) if f"| `{name}` |" not in section]
        assert not missing, table
        schema = find(table)
        assert schema is not None and schema.description and all(column.description for column in schema.columns)
