"""Logical sources of RML documents, of every vocabulary that describes access to data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from iomld.errors import IomldError, MappingError, nearest
from iomld.mapping.turtle import PlacedGraph
from iomld.mapping.vocabulary import RML
from iomld.sources import Dialect, LogicalSource, is_database

__all__ = ["SourceReader"]

_CSVW = "http://www.w3.org/ns/csvw#"
_D2RQ = "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#"
_DCAT = "http://www.w3.org/ns/dcat#"
_FORMATS = "http://www.w3.org/ns/formats/"
_SD = "http://www.w3.org/ns/sparql-service-description#"

_FORMULATIONS = {
    "CSV": "csv",
    "JSONPath": "json",
    "XPath": "xml",
    "XPathReferenceFormulation": "xml",
    "SQL2008Table": "sql",
    "SQL2008Query": "sql",
    "SQL2008": "sql",
    "SPARQL_Results_CSV": "sparql",
    "SPARQL_Results_TSV": "sparql",
    "SPARQL_Results_JSON": "sparql",
    "SPARQL_Results_XML": "sparql",
    "Parquet": "parquet",
    "Excel": "sheet",
    "Spreadsheet": "sheet",
}


class SourceReader:
    """Reads logical sources of one document; mistakes go to ``errors``."""

    def __init__(self, placed: PlacedGraph, path: Path, errors: list[IomldError], *, natural: bool) -> None:
        self.natural = natural
        self.placed = placed
        self.graph = placed.graph
        self.folder = path.parent
        self.errors = errors

    def one(self, subject: Any, *predicates: str) -> Any:
        """The only value of the first property that has one; None where there is none."""
        import rdflib

        for predicate in predicates:
            for value in self.graph.objects(subject, rdflib.URIRef(predicate)):
                return value
        return None

    def _wrong(self, id: str, message: str, node: Any, hint: str | None = None) -> None:
        self.errors.append(MappingError(id, message, location=self.placed.place(node), hint=hint))

    def read(self, node: Any) -> LogicalSource | None:
        """Read the logical source that a triples map or view names."""
        import rdflib

        source = self.one(node, RML + "source")
        table = self.one(node, RML + "tableName")
        query = self.one(node, RML + "query", RML + "sqlQuery")
        iterator = self.one(node, RML + "iterator")
        formulation_node = self.one(node, RML + "referenceFormulation")
        if source is None and table is None and query is None:
            self._wrong("mapping-malformed", "the logical source has no rml:source", node)
            return None
        formulation = self._formulation(formulation_node, node, sql=source is None)
        if formulation is None:
            return None
        found: dict[str, Any] = {
            "natural": self.natural,
            "unfold": not self.natural,
            "iterator": None if iterator is None else str(iterator),
            "query": None if query is None else str(query),
            "table": None if table is None else str(table),
        }
        access, folder = "", self.folder
        if isinstance(source, rdflib.Literal):
            access = str(source)
        elif source is not None:
            described = self._access(source, found)
            if described is None:
                return None
            access, folder = described
        if access.startswith(("http://", "https://")) and formulation != "sparql":
            message = "files elsewhere are not fetched while a mapping runs"
            self._wrong("source-unsupported", message, node, "download it, and name the file here")
            return None
        if is_database(access) and formulation == "csv":
            formulation = "sql"  # a connection string says enough
        if formulation == "sql" and found["query"] is None and found["table"] is None:
            # RML-IO: the iterator is the query, or the name of the table
            local = str(formulation_node).rpartition("#")[2].rpartition("/")[2]
            whole = str(iterator or "")
            is_table = local == "SQL2008Table" or (local != "SQL2008Query" and not re.search(r"\s", whole.strip()))
            found["table" if is_table else "query"] = whole
        if formulation == "json" and Path(access).suffix.lower() in (".jsonl", ".ndjson"):
            formulation = "jsonl"
        if formulation == "csv" and Path(access).suffix.lower() in (".xlsx", ".ods"):
            formulation = "sheet"
        if formulation == "sheet":
            found |= {"table": found["table"] or found["iterator"], "iterator": None}
        if formulation_node is not None:
            found["namespaces"] = self._namespaces(formulation_node)
        return LogicalSource(access, folder, formulation, self.placed.place(node), **found)

    def _formulation(self, node: Any, source: Any, *, sql: bool) -> str | None:
        import rdflib

        if node is None:
            return "sql" if sql else "csv"
        candidates: list[Any] = [node] if isinstance(node, rdflib.URIRef) else []
        candidates += list(self.graph.objects(node, rdflib.RDF.type))
        for each in candidates:
            local = str(each).removeprefix(RML).removeprefix(_FORMATS)
            if local in _FORMULATIONS:
                return _FORMULATIONS[local]
        local = str(node).removeprefix(RML)
        self._wrong(
            "unknown-formulation",
            f"“{local}” is no reference formulation",
            source,
            nearest(local, _FORMULATIONS) or f"known are {', '.join(_FORMULATIONS)}",
        )
        return None

    def _namespaces(self, node: Any) -> tuple[tuple[str, str], ...]:
        import rdflib

        found = []
        for each in self.graph.objects(node, rdflib.URIRef(RML + "namespace")):
            prefix = self.one(each, RML + "namespacePrefix")
            url = self.one(each, RML + "namespaceURL")
            found.append((str(prefix), str(url)))
        return tuple(sorted(found))

    def _access(self, source: Any, found: dict[str, Any]) -> tuple[str, Path] | None:
        import rdflib

        nulls = [str(each) for each in self.graph.objects(source, rdflib.URIRef(RML + "null"))]
        encoding = self.one(source, RML + "encoding")
        if encoding is not None:
            found["encoding"] = str(encoding).removeprefix(RML)
        compression = self.one(source, RML + "compression")
        if compression is not None and str(compression) != RML + "none":
            found["compression"] = str(compression).removeprefix(RML)
        folder = self.folder
        path = self.one(source, RML + "path")
        url = self.one(source, _CSVW + "url", _DCAT + "downloadURL", _DCAT + "accessURL")
        if path is not None:
            access = str(path)
            root = self.one(source, RML + "root")
            if root == rdflib.URIRef(RML + "CurrentWorkingDirectory"):
                folder = Path.cwd()
            elif isinstance(root, rdflib.Literal):
                folder = self.folder / str(root)
        elif url is not None:
            access = str(url).removeprefix("file://")
            nulls += [str(each) for each in self.graph.objects(source, rdflib.URIRef(_CSVW + "null"))]
            dialect = self.one(source, _CSVW + "dialect")
            if dialect is not None:
                found["dialect"] = self._dialect(dialect, found)
        elif (dsn := self.one(source, _D2RQ + "jdbcDSN")) is not None:
            access = str(dsn)
            for key, local in (("user", "username"), ("password", "password")):
                if (value := self.one(source, _D2RQ + local)) is not None and str(value):
                    found[key] = str(value)
        elif (endpoint := self.one(source, _SD + "endpoint")) is not None:
            access = str(endpoint)
        else:
            self._wrong("mapping-malformed", "the source names neither a file nor a database nor an endpoint", source)
            return None
        if nulls:
            found["nulls"] = tuple(sorted(nulls))
        elif path is not None:
            # RML-IO: a source has no other null values than those it declares; the empty cell is a value.
            found["nulls"] = ()
        return access, folder

    def _dialect(self, node: Any, found: dict[str, Any]) -> Dialect:
        def value(name: str, default: str | None) -> str | None:
            term = self.one(node, _CSVW + name)
            return default if term is None else str(term)

        encoding = value("encoding", None)
        if encoding:
            found["encoding"] = encoding
        return Dialect(
            delimiter=value("delimiter", ",") or ",",
            quote=value("quoteChar", '"') or None,
            header=value("header", "true") in ("true", "1"),
            comment=value("commentPrefix", None),
            skip=int(value("skipRows", "0") or 0),
            trim=value("trim", "false") in ("true", "1"),
        )
