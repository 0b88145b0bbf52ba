"""The engines: an embedded one, a cluster, and the table of functions in which they differ."""

from iomld.engine.connection import connect, second
from iomld.engine.datatypes import DATATYPES, TEXTUAL, bounds, lexical, pattern
from iomld.engine.dialects import DUCKDB, SPARK, Dialect
from iomld.engine.failures import failures
from iomld.engine.running import Embedded, Engine
from iomld.engine.sql import name, on_term, prepare, term_functions, text, unescaped

__all__ = [
    "DATATYPES",
    "DUCKDB",
    "SPARK",
    "TEXTUAL",
    "Dialect",
    "Embedded",
    "Engine",
    "bounds",
    "connect",
    "failures",
    "lexical",
    "name",
    "on_term",
    "pattern",
    "prepare",
    "second",
    "term_functions",
    "text",
    "unescaped",
]
