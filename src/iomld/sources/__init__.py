"""Logical sources to relations with the number of each record."""

from iomld.sources.files import find_files, shown
from iomld.sources.iteration import Item, JsonItem, RowItem, items_of, items_of_text
from iomld.sources.model import Column, Dialect, LogicalSource, Relation
from iomld.sources.reading import read
from iomld.sources.records import Record, load_records

__all__ = [
    "Column",
    "Dialect",
    "Item",
    "JsonItem",
    "LogicalSource",
    "Record",
    "Relation",
    "RowItem",
    "find_files",
    "items_of",
    "items_of_text",
    "load_records",
    "read",
    "shown",
]
