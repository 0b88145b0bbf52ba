"""The sources of a YARRRML document."""

from __future__ import annotations

from pathlib import Path

from iomld.errors import IomldError, MappingError, nearest
from iomld.mapping.yamlnodes import Node
from iomld.sources import Dialect, LogicalSource

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
    "sqlite": "sqlite",
    "parquet": "parquet",
    "sparql": "sparql",
}
_KEYS = {
    "access", "type", "referenceFormulation", "iterator", "query", "queryFormulation", "delimiter", "encoding", "null",
    "compression", "credentials", "table",
}  # fmt: skip
_BY_SUFFIX = {".tsv": "tsv", ".json": "json", ".jsonl": "jsonl", ".xml": "xml", ".parquet": "parquet",
              ".db": "sqlite", ".sqlite": "sqlite"}  # fmt: skip


class SourceReader:
    """Named and inline sources; mistakes go to ``errors``."""

    def __init__(self, named: Node | None, folder: Path, errors: list[IomldError]) -> None:
        self.folder = folder
        self.errors = errors
        self.named = {name: node for name, node in named} if named is not None else {}

    def _wrong(self, message: str, node: Node, hint: str | None = None) -> None:
        self.errors.append(MappingError("mapping-malformed", message, location=node.place, hint=hint))

    def read(self, node: Node) -> list[LogicalSource]:
        """The logical sources that the value of a mapping's key ``sources`` names."""
        found = []
        for item in node.each():
            if item.is_scalar and item.text in self.named:
                # A named source may itself be a list: the members are what it says, not alternatives.
                source = self._source(self.named[item.text])
            elif item.is_scalar and "~" not in (item.text or "") and not self._looks_like_file(item.text or ""):
                hint = nearest(item.text or "", self.named) or "declare it under sources"
                self.errors.append(
                    MappingError("unknown-source", f"no source is named “{item.text}”", location=item.place, hint=hint)
                )
                continue
            else:
                source = self._source(item)
            if source is not None:
                found.append(source)
        return found

    @staticmethod
    def _looks_like_file(text: str) -> bool:
        return Path(text).suffix in (".csv", *_BY_SUFFIX)

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
        return self._made(node, access, kind, iterator=iterator)

    def _made(
        self,
        node: Node,
        access: str,
        kind: str,
        *,
        iterator: str | None = None,
        query: str | None = None,
        delimiter: str | None = None,
        encoding: str | None = None,
        nulls: tuple[str, ...] | None = None,
        compression: str | None = None,
    ) -> LogicalSource | None:
        kind = (kind or _BY_SUFFIX.get(Path(access).suffix, "csv")).lower()
        if kind not in FORMULATIONS:
            self.errors.append(
                MappingError(
                    "unknown-formulation",
                    f"“{kind}” is no reference formulation",
                    location=node.place,
                    hint=nearest(kind, FORMULATIONS) or f"known are {', '.join(FORMULATIONS)}",
                )
            )
            return None
        formulation = FORMULATIONS[kind]
        if formulation == "tsv":
            formulation, delimiter = "csv", delimiter or "\t"
        return LogicalSource(
            access,
            self.folder,
            formulation,
            node.place,
            iterator=iterator,
            query=query,
            encoding=encoding,
            nulls=nulls,
            compression=compression,
            dialect=Dialect(delimiter=delimiter) if delimiter else Dialect(),
        )

    def _described(self, node: Node) -> LogicalSource | None:
        for key, _ in node:
            if key not in _KEYS:
                self.errors.append(
                    MappingError(
                        "unknown-key",
                        f"“{key}” is no key of a source",
                        location=node.key_places[key],
                        hint=nearest(key, _KEYS) or f"its keys are {', '.join(sorted(_KEYS))}",
                    )
                )

        def value(name: str) -> str | None:
            found = node.get(name)
            return found.text if found is not None else None

        access = value("access")
        if not access:
            self._wrong("a source names its file under the key access", node)
            return None
        null = node.get("null")
        kind = value("referenceFormulation") or ""
        if (value("type") or "").lower() in ("sqlite", "postgresql", "mysql"):
            kind = value("type") or ""
        return self._made(
            node,
            access,
            kind,
            iterator=value("iterator"),
            query=value("query") or value("table"),
            delimiter=value("delimiter"),
            encoding=value("encoding"),
            nulls=None if null is None else tuple(each.text or "" for each in null.each()),
            compression=value("compression"),
        )
