"""The embedded engine: a DuckDB connection and the SQL in which engines differ."""

from iomld.engine.connection import connect
from iomld.engine.datatypes import TEXTUAL, lexical
from iomld.engine.sql import name, prepare, text

__all__ = ["TEXTUAL", "connect", "lexical", "name", "prepare", "text"]
