"""The dataset as Parquet, for people who work with data frames: one row a statement, terms taken apart."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from iomld.serialization.selection import Selection

__all__ = ["write_parquet"]

# The lexical form of a literal in canonical N-Quads is a string of JSON too: same quotes, same escapes.
_TEXT = """regexp_extract(object, '^(?s:".*")')"""
_COLUMNS = f"""
SELECT DISTINCT
  {{subject}} AS subject,
  predicate[2:-2] AS predicate,
  CASE object[1] WHEN '"' THEN json_extract_string({_TEXT}, '$') WHEN '<' THEN object[2:-2] ELSE object END AS object,
  CASE object[1] WHEN '"' THEN 'literal' WHEN '<' THEN 'iri' ELSE 'blank' END AS kind,
  CASE WHEN object[1] != '"' THEN NULL
    WHEN ends_with(object, '"') THEN 'http://www.w3.org/2001/XMLSchema#string'
    WHEN ends_with(object, '>') THEN object[length({_TEXT}) + 4:-2]
    ELSE 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString' END AS datatype,
  CASE WHEN object[1] = '"' AND NOT ends_with(object, '"') AND NOT ends_with(object, '>')
    THEN object[length({_TEXT}) + 2:] END AS language,
  CASE WHEN graph = '' THEN NULL ELSE {{graph}} END AS graph
FROM {{relation}} ORDER BY ALL
"""


def write_parquet(selection: Selection, output: BinaryIO) -> int:
    """Write a table of subject, predicate, object, kind, datatype, language and graph; returns the number of rows.

    IRIs are plain, blank nodes begin with ``_:``, ``object`` holds the lexical form of a literal, ``kind`` is ``iri``,
    ``blank`` or ``literal``, ``graph`` is empty for the default graph.
    """

    def plain(column: str) -> str:
        return f"CASE {column}[1] WHEN '<' THEN {column}[2:-2] ELSE {column} END"

    with tempfile.TemporaryDirectory(prefix="iomld-") as folder:
        file = Path(folder) / "quads.parquet"
        count = selection.copy(_COLUMNS, file, subject=plain("subject"), graph=plain("graph"))
        with file.open("rb") as written:
            shutil.copyfileobj(written, output, 2**20)
    return count
