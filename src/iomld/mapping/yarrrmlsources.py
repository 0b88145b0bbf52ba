"""The sources of a YARRRML document (specification, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from iomld.errors import IomldError, MappingError, nearest
from iomld.mapping.yamlnodes import Node
from iomld.sources import Dialect, LogicalSource, is_database

__all__ = ["FORMULATIONS", "SourceReader"]

#: names of reference formulations, as YARRRML writes them after "~"
FORMULATIONS = {
    "csv": "csv",
    "tsv": "tsv",
    "jsonpath": "json",
    "json": "json",
    "jsonl": "jsonl",
    "xpath": "xml",
    "xml": "xml",
    "sql": "sql",
    "sqlite": "sqlite",
    "parquet": "parquet",
    "sheet": "sheet",
    "xlsx": "sheet",
    "ods": "sheet",
    "sparql": "sparql",
}
_KEYS = {
    "access", "type", "referenceFormulation", "iterator", "query", "queryFormulation", "delimiter", "encoding", "null",
    "compression", "credentials", "table", "sheet", "skip",
}  # fmt: skip
_BY_SUFFIX = {".tsv": "tsv", ".json": "json", ".jsonl": "jsonl", ".xml": "xml", ".parquet": "parquet",
              ".db": "sqlite", ".sqlite": "sqlite", ".xlsx": "sheet", ".ods": "sheet"}  # fmt: skip
_FILES = {"localfile", "file"}
_DATABASES = {"mysql", "mariadb", "postgresql", "sqlite"}
#: what the specification names and is not read
_ELSEWHERE = {
    "oracle", "hsql", "db2", "informix", "ingres", "sapase", "sapsqlanywhere", "firebird", "mssqlserver", "virtuoso",
    "wot", "remotefile",
}  # fmt: skip
_WEB_OF_THINGS = {"contentType", "operationType", "security"}
_QUERIES = {"sql2008", "sql2011", "sql2016", "sparql11", *_DATABASES, *_ELSEWHERE}


class SourceReader:
    """Named and inline sources; mistakes go to ``errors``."""

    def __init__(self, named: Mapping[str, tuple[Node, Path]], folder: Path, errors: list[IomldError]) -> None:
        self.folder = folder
        self.errors = errors
        self.named = named

    def _wrong(self, message: str, node: Node, hint: str | None = None, id: str = "mapping-malformed") -> None:
        self.errors.append(MappingError(id, message, location=node.place, hint=hint))

    def read(self, node: Node) -> list[LogicalSource]:
        """The logical sources that the value of a mapping's key ``sources`` names; none where one is a mistake.

        To go on with the others would tell consequences of it.
        """
        found = []
        for item in node.each():
            if item.text is not None and item.text in self.named:
                # A named source may itself be a list: the members are what it says, not alternatives.
                named, folder = self.named[item.text]
                source = self._source(named)
                source = source and replace(source, folder=folder)
            elif item.is_scalar and "~" not in (item.text or "") and not self._looks_like_file(item.text or ""):
                hint = nearest(item.text or "", self.named) or "declare it under sources"
                self._wrong(f"no source is named “{item.text}”", item, hint, "unknown-source")
                continue
            else:
                source = self._source(item)
            if source is not None:
                found.append(source)
        return found if len(found) == len(node.each()) else []

    @staticmethod
    def _looks_like_file(text: str) -> bool:
        return text == "-" or Path(text).suffix in (".csv", *_BY_SUFFIX)

    def _source(self, node: Node) -> LogicalSource | None:
        if node.entries is not None:
            return self._described(node)
        items = node.each()
        if not items or not items[0].text:
            self._wrong("a source names its file", node, "write ['table.csv~csv']")
            return None
        access, tilde, kind = items[0].text.rpartition("~")
        if not tilde:
            access, kind = items[0].text, ""
        iterator = items[1].text if len(items) > 1 else None
        if (kind or _BY_SUFFIX.get(Path(access).suffix, "")).lower() in ("sheet", "xlsx", "ods"):
            return self._made(node, access, kind, table=iterator)
        return self._made(node, access, kind, iterator=iterator)

    def _made(
        self,
        node: Node,
        access: str,
        kind: str,
        *,
        delimiter: str | None = None,
        skip: str | None = None,
        **found: object,
    ) -> LogicalSource | None:
        by_name = "sql" if is_database(access) else _BY_SUFFIX.get(Path(access).suffix, "csv")
        kind = (kind or by_name).lower()
        if kind not in FORMULATIONS:
            hint = nearest(kind, FORMULATIONS) or f"known are {', '.join(FORMULATIONS)}"
            self._wrong(f"“{kind}” is no reference formulation", node, hint, "unknown-formulation")
            return None
        formulation = FORMULATIONS[kind]
        if formulation == "tsv":
            formulation, delimiter = "csv", delimiter or "\t"
        if formulation in ("sql", "sqlite") and found.get("table") is None:
            # the short form has one place for both
            query = str(found.get("query") or found.get("iterator") or "").strip()
            found |= {"query": query, "iterator": None} if " " in query else {"table": query, "query": None}
        dialect = Dialect(delimiter=delimiter or ",", skip=int(skip or 0))
        found["unfold"] = True
        return LogicalSource(access, self.folder, formulation, node.place, dialect=dialect, **found)  # type: ignore[arg-type]

    def _described(self, node: Node) -> LogicalSource | None:
        for key, _ in node:
            if key in _WEB_OF_THINGS:
                message = f"“{key}” belongs to the Web of Things, which is not read"
                self.errors.append(MappingError("source-unsupported", message, location=node.key_places[key]))
            elif key not in _KEYS:
                hint = nearest(key, _KEYS) or f"its keys are {', '.join(sorted(_KEYS))}"
                message = f"“{key}” is no key of a source"
                self.errors.append(MappingError("unknown-key", message, location=node.key_places[key], hint=hint))

        def value(name: str) -> str | None:
            found = node.get(name)
            return found.text if found is not None else None

        skip = value("skip")
        if skip is not None and not skip.isdecimal():
            self._wrong("the key skip is a number of lines before the header", node.get("skip") or node)
            return None
        type_ = (value("type") or "").lower()
        access = value("access") or ""
        formulation = value("queryFormulation")
        by_query = formulation is not None and formulation.lower() != "sparql11"
        is_sql = type_ in _DATABASES or by_query or node.get("table") is not None
        if not access and not is_sql:
            self._wrong("a source names its file under the key access", node)
            return None
        if formulation is not None and formulation.lower() not in _QUERIES:
            self._wrong(f"“{formulation}” is no query formulation", node, nearest(formulation, _QUERIES))
            return None
        if not self._is_read(type_, access, node):
            return None
        kind = value("referenceFormulation") or ""
        if type_ == "sparql":
            kind = "sparql"
        elif is_sql:
            # what a database answers is a table, whatever the reference formulation says
            kind = "sqlite" if type_ == "sqlite" else "sql"
            access = self._connection(type_, access)
        null, credentials = node.get("null"), node.get("credentials")
        user, password = (credentials.get("username"), credentials.get("password")) if credentials else (None, None)
        return self._made(
            node,
            access,
            kind,
            delimiter=value("delimiter"),
            skip=skip,
            iterator=value("iterator"),
            query=value("query"),
            table=value("table") or value("sheet"),
            user=user.text if user else None,
            password=password.text if password else None,
            encoding=value("encoding"),
            nulls=None if null is None else tuple(each.text or "" for each in null.each()),
            compression=value("compression"),
        )

    def _is_read(self, type_: str, access: str, node: Node) -> bool:
        if type_ and type_ not in _FILES | _DATABASES | _ELSEWHERE | {"sparql"}:
            known = _FILES | _DATABASES | {"sparql"}
            self._wrong(f"“{type_}” is no type of a source", node.get("type") or node, nearest(type_, known))
            return False
        if type_ in _ELSEWHERE - {"remotefile"}:
            message = f"sources of the type “{type_}” are not read"
            self._wrong(message, node.get("type") or node, id="source-unsupported")
            return False
        elsewhere = access.startswith(("http://", "https://")) and not node.get("query")
        if type_ == "remotefile" or (not type_ and elsewhere):
            message, hint = (
                "files elsewhere are not fetched while a mapping runs",
                "download it, and name the file here",
            )
            self._wrong(message, node.get("access") or node, hint, "source-unsupported")
            return False
        return True

    @staticmethod
    def _connection(type_: str, access: str) -> str:
        """The specification writes the address of a database as ``http://localhost/example`` beside its type."""
        if not access or type_ in ("", "sqlite") or is_database(access):
            return access
        return f"{type_}://{access.removeprefix('http://').removeprefix('https://')}"
