"""Logical sources to relations with the number of each record."""

from iomld.sources.addresses import is_database, shown_access
from iomld.sources.files import find_files, local_files, shown
from iomld.sources.iteration import Item, JsonItem, RowItem, items_of, items_of_text
from iomld.sources.model import WHOLE, Column, Dialect, LogicalSource, ReadScope, Relation
from iomld.sources.reading import read
from iomld.sources.records import Record, load_records

__all__ = [
    "WHOLE",
    "Column",
    "Dialect",
    "Item",
    "JsonItem",
    "LogicalSource",
    "ReadScope",
    "Record",
    "Relation",
    "RowItem",
    "find_files",
    "is_database",
    "items_of",
    "items_of_text",
    "load_records",
    "local_files",
    "read",
    "shown",
    "shown_access",
]
