"""The embedded engine: a DuckDB connection and the SQL in which engines differ."""

from iomld.engine.connection import connect
from iomld.engine.datatypes import DATATYPES, TEXTUAL, lexical
from iomld.engine.failures import failures
from iomld.engine.sql import name, prepare, text

__all__ = ["DATATYPES", "TEXTUAL", "connect", "failures", "lexical", "name", "prepare", "text"]
