"""What a logical source is, and the relation that reading it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iomld.errors import IomldError
from iomld.location import SourceLocation

__all__ = ["WHOLE", "Column", "Dialect", "LogicalSource", "ReadScope", "Relation"]


@dataclass(frozen=True)
class ReadScope:
    """How much of a source is read.

    :param nothing: only what is known without reading records; the relation is empty
    :param skipped: takes the mistakes of records that are left out; None where such a mistake ends the reading
    """

    nothing: bool = False
    skipped: list[IomldError] | None = None


#: all records, none of them wrong
WHOLE = ReadScope()


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written (CSV on the Web, section 6.1.1).

    :param delimiter: character between cells
    :param quote: character around cells, or None where none is used
    :param header: whether the first record holds the names of the columns
    :param comment: records that begin with it are skipped
    :param skip: physical lines before the header
    :param trim: whether blanks around cells are dropped
    """

    delimiter: str = ","
    quote: str | None = '"'
    header: bool = True
    comment: str | None = None
    skip: int = 0
    trim: bool = False


@dataclass(frozen=True)
class LogicalSource:
    """Where records come from, as the mapping says it.

    :param access: path, glob, connection string or address; empty for the database that the mapping leaves open
    :param folder: folder against which a relative path is read
    :param formulation: ``csv``, ``json``, ``jsonl``, ``xml``, ``sql``, ``sqlite``, ``sparql``, ``sheet``, ``parquet``
    :param iterator: JSONPath or XPath of one record
    :param query: SQL or SPARQL query
    :param table: name of a table of a database, or of a sheet; in place of a query
    :param user: name at a database or endpoint, where the connection string holds none
    :param password: the same; ``${NAME}`` is a variable of the environment
    :param nulls: texts that stand for "no value"; None for the format's own (the empty cell of a table)
    :param encoding: character encoding; None for UTF-8
    :param compression: ``gzip``, ``zip``, ``targz``, ``tarxz``; None for none
    :param namespaces: prefixes of an XPath
    :param natural: whether numbers and truth values of JSON have their datatypes, or are plain text as RML once had it
    :param unfold: whether a path of JSON that gives an array gives its members, as YARRRML and the older RML have it
    :param location: where the mapping says it
    """

    access: str
    folder: Path
    formulation: str
    location: SourceLocation = field(compare=False)
    iterator: str | None = None
    query: str | None = None
    table: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    nulls: tuple[str, ...] | None = None
    encoding: str | None = None
    compression: str | None = None
    dialect: Dialect = Dialect()
    namespaces: tuple[tuple[str, str], ...] = ()
    natural: bool = True
    unfold: bool = False

    def __post_init__(self) -> None:
        """Two spellings of one path are one source, which is read once."""
        object.__setattr__(self, "access", self.access.removeprefix("./"))


@dataclass(frozen=True)
class Column:
    """What a reference gives.

    :param sql: SQL expression on the relation: text, or a list of texts where ``many``, none of them NULL
    :param many: whether a record may have several values
    :param datatype: datatype IRI that all values have by nature, or None for text
    :param datatypes: SQL expression of a list of datatype IRIs beside the values, where they differ
    """

    sql: str
    many: bool = False
    datatype: str | None = None
    datatypes: str | None = None


@dataclass(frozen=True)
class Relation:
    """A table or view with the columns ``source`` and ``row`` (origin of the record), and one for each reference.

    :param key: columns of whole numbers that tell records apart and put them in order; the origin comes first
    """

    table: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ("source", "row")
