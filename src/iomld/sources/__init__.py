"""Logical sources to relations with the number of each record."""

from iomld.sources.files import shown
from iomld.sources.model import Column, Dialect, LogicalSource, Relation
from iomld.sources.reading import read

__all__ = ["Column", "Dialect", "LogicalSource", "Relation", "read", "shown"]
