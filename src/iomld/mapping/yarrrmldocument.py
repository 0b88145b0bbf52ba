"""One YARRRML document to the model.

Source: YARRRML specification (rml.io/yarrrml/spec). Keys may be written in full, in the singular, or as their initial.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from pathlib import Path

from iomld.errors import IomldError, MappingError, nearest
from iomld.location import SourceLocation
from iomld.mapping.model import (
    Constant,
    PredicateObjectMap,
    RefObjectMap,
    TermMap,
    TriplesMap,
)
from iomld.mapping.yamlnodes import Node
from iomld.mapping.yarrrmlsources import SourceReader
from iomld.mapping.yarrrmltargets import TargetReader
from iomld.mapping.yarrrmlterms import CONDITIONS, RDF_TYPE, TARGETS, TermReader
from iomld.sources import LogicalSource
from iomld.terms import is_absolute_iri

__all__ = ["Document", "Shared"]

_DOCUMENT = {"prefixes", "base", "sources", "targets", "mappings", "mapping", "m", "authors", "author", "a", "external"}
_MAPPING = {
    "sources", "source", "subjects", "subject", "s", "predicateobjects", "predicateobject", "po", "graphs", "graph",
    "g", "base", *CONDITIONS, *TARGETS,
}  # fmt: skip
_PREDICATE_OBJECT = {
    "predicates", "predicate", "p", "objects", "object", "o", "graphs", "graph", "g", "type", *CONDITIONS,
    "inversepredicates", "inversepredicate", "i", "iv", "ip",
}  # fmt: skip
_TERM = {"value", "v", "function", "fn", "f", "parameters", "pms", "type", *CONDITIONS, *TARGETS}
_OBJECT = {*_TERM, "datatype", "language", "lang", "mapping", "m"}


@dataclass(frozen=True)
class Shared:
    """What the documents that are given together may name of each other; a document's own names go first.

    :param sources: sources by their names, with the folder of the document
    :param labels: the document of each mapping, by its name
    """

    sources: dict[str, tuple[Node, Path]]
    targets: dict[str, Node]
    labels: dict[str, str]


class Document:
    """One YARRRML document on its way to triples maps; mistakes gather in ``errors``."""

    def __init__(
        self,
        root: Node,
        path: Path,
        label: str,
        prefixes: MappingType[str, str],
        shared: Shared,
        errors: list[IomldError],
    ) -> None:
        self.root = root
        self.label = label
        self.errors = errors
        mappings = root.get("mappings", "mapping", "m")
        self.labels = {**shared.labels, **dict.fromkeys((mappings.entries or {}) if mappings else (), label)}
        self.declared = {**prefixes, **self._prefixes()}
        self.targets = TargetReader({**shared.targets, **dict(root.get("targets") or ())}, Path.cwd(), errors)
        self.terms = TermReader(self.declared, self.targets, errors)
        self.base = self._base(root)
        own = {name: (node, path.parent) for name, node in root.get("sources") or ()}
        self.sources = SourceReader({**shared.sources, **own}, path.parent, errors)

    def _prefixes(self) -> dict[str, str]:
        found = {}
        for prefix, node in self.root.get("prefixes") or ():
            if node.text is None:
                self._wrong(f"the prefix “{prefix}” has no IRI", node.place)
            else:
                found[prefix] = node.text
        return found

    def _base(self, node: Node) -> str | None:
        """The base IRI that a document or a mapping names."""
        base = node.get("base")
        if base is None or (base.is_scalar and not base.text):
            return None
        if base.text is None or not is_absolute_iri(base.text):
            found = f"“{base.text}”" if base.is_scalar else base.kind
            message = f"the base {found} is no absolute IRI"
            self.errors.append(
                MappingError("iri-illegal", message, location=base.place, hint="write it in full: https://example.org/")
            )
        return base.text

    def _wrong(self, message: str, place: SourceLocation, hint: str | None = None) -> None:
        self.errors.append(MappingError("mapping-malformed", message, location=place, hint=hint))

    def _known(self, node: Node, keys: set[str], where: str) -> None:
        for key, _ in node:
            if key not in keys:
                hint = nearest(key, keys) or f"its keys are {', '.join(sorted(key for key in keys if len(key) > 2))}"
                self.errors.append(
                    MappingError(
                        "unknown-key", f"“{key}” is no key of {where}", location=node.key_places[key], hint=hint
                    )
                )

    def read(self) -> list[TriplesMap]:
        self._known(self.root, _DOCUMENT, "a YARRRML document")
        mappings = self.root.get("mappings", "mapping", "m")
        if mappings is None or mappings.entries is None:
            self._wrong(
                "the document has no mappings", (mappings or self.root).place, "write them under the key mappings"
            )
            return []
        return [each for name, node in mappings for each in self._triples_maps(name, node, mappings.key_places[name])]

    def _triples_maps(self, name: str, node: Node, place: SourceLocation) -> list[TriplesMap]:
        if node.entries is None:
            self._wrong(f"the mapping “{name}” is {node.kind}, not a mapping", node.place)
            return []
        self._known(node, _MAPPING, "a mapping")
        sources: list[LogicalSource] = []
        sources_node = node.get("sources", "source")
        if sources_node is None:
            self._wrong(f"the mapping “{name}” has no sources", place)
        else:
            sources = self.sources.read(sources_node)
        subjects = self._subjects(node.get("subjects", "subject", "s"), place)
        conditions = self.terms.conditions(node.get(*CONDITIONS))
        targets = self.targets.read(node.get(*TARGETS))
        graphs = self._graphs(node)
        predicate_objects: list[PredicateObjectMap] = []
        po = node.get("predicateobjects", "predicateobject", "po")
        for item in po.each() if po is not None and (po.text is not None or not po.is_scalar) else ():
            predicate_objects += self._predicate_object(item)
        base = self._base(node) or self.base
        maps = []
        for source_index, source in enumerate(sources):
            for subject_index, subject in enumerate(subjects):
                suffix = f"#{source_index}.{subject_index}" if source_index or subject_index else ""
                subject = replace(
                    subject,
                    conditions=(*subject.conditions, *conditions),
                    targets=tuple(dict.fromkeys((*subject.targets, *targets))),
                )
                maps.append(
                    TriplesMap(
                        id=f"{self.label}#{name}{suffix}",
                        name=name,
                        source=source,
                        subject=subject,
                        classes=(),
                        graphs=graphs,
                        predicate_objects=tuple(predicate_objects),
                        base=base,
                        location=place,
                    )
                )
        return maps

    def _subjects(self, node: Node | None, place: SourceLocation) -> list[TermMap]:
        if node is None or (node.is_scalar and node.text is None):
            # "If no subject is given, a blank node is generated for each record."
            return [TermMap(None, "blank", node.place if node else place)]
        found = []
        for item in node.each():
            if item.entries is not None:
                self._known(item, _TERM, "a subject")
            term = self.terms.term(item, default="iri")
            if term is not None:
                found.append(term)
        return found

    def _graphs(self, node: Node) -> tuple[TermMap, ...]:
        graphs = node.get("graphs", "graph", "g")
        if graphs is None:
            return ()
        return self._iris(graphs, "a graph")

    def _iris(self, node: Node, what: str) -> tuple[TermMap, ...]:
        for item in node.each():
            if item.entries is not None:
                self._known(item, _TERM, what)
        return tuple(term for each in node.each() if (term := self.terms.term(each, default="iri")) is not None)

    def _predicate_object(self, node: Node) -> list[PredicateObjectMap]:
        if node.items is not None:
            if len(node.items) not in (2, 3):
                self._wrong(
                    f"a predicate and object in brackets are 2 or 3 values, not {len(node.items)}",
                    node.place,
                    "write [predicate, object] or [predicate, object, datatype]",
                )
                return []
            predicates_node, objects_node = node.items[0], node.items[1]
            predicates = self._predicates(predicates_node)
            extra = node.items[2] if len(node.items) == 3 else None
            objects = self._objects(objects_node, predicates, extra)
            return [PredicateObjectMap(predicates, objects, (), node.place)]
        if node.entries is None:
            self._wrong(f"“{node.text}” is neither a list of predicate and object nor a mapping", node.place)
            return []
        self._known(node, _PREDICATE_OBJECT, "predicateobjects")
        p = node.get("predicates", "predicate", "p")
        inverse = node.get("inversepredicates", "inversepredicate", "i", "iv", "ip")
        o = node.get("objects", "object", "o")
        if (p is None and inverse is None) or o is None:
            self._wrong("predicates or objects are missing", node.place)
            return []
        conditions = self.terms.conditions(node.get(*CONDITIONS))
        graphs = self._graphs(node)
        type_ = node.get("type")
        default = "object" if type_ is None else self.terms.kind(type_)
        found = []
        if p is not None:
            predicates = self._predicates(p)
            objects = self._objects(o, predicates, default=default)
            found.append(PredicateObjectMap(predicates, objects, graphs, node.place, conditions))
        if inverse is not None:
            # what an inverse predicate points from is a subject there, so never a literal
            objects = self._objects(o, (), default="iri")
            predicates = self._predicates(inverse)
            found.append(PredicateObjectMap(predicates, objects, graphs, node.place, conditions, inverse=True))
        return found

    def _predicates(self, node: Node) -> tuple[TermMap, ...]:
        found = []
        for item in node.each():
            if item.text == "a":
                found.append(TermMap(Constant(f"<{RDF_TYPE}>"), "iri", item.place))
            else:
                found += self._iris(item, "a predicate")
        return tuple(found)

    def _objects(
        self, node: Node, predicates: tuple[TermMap, ...], extra: Node | None = None, default: str = "object"
    ) -> tuple[TermMap | RefObjectMap, ...]:
        if predicates and all(each.expression == Constant(f"<{RDF_TYPE}>") for each in predicates):
            default = "iri"
        found: list[TermMap | RefObjectMap] = []
        for item in node.each():
            if item.items is not None:
                # [value, datatype or language] within a list of objects
                value = item.items[0] if item.items else item
                more = item.items[1] if len(item.items) > 1 else None
                term = self.terms.term(value, default=default, extra=more)
            elif item.entries is not None:
                self._known(item, _OBJECT, "an object")
                reference = item.get("mapping", "m")
                if reference is not None:
                    found += self._reference(reference, item)
                    continue
                term = self.terms.term(item, default=default, extra=extra)
            else:
                term = self.terms.term(item, default=default, extra=extra)
            if term is not None:
                found.append(term)
        return tuple(found)

    def _reference(self, node: Node, item: Node) -> list[RefObjectMap]:
        conditions = item.get(*CONDITIONS)
        given = [self.terms.join(condition) for condition in (conditions.each() if conditions is not None else ())]
        joins = [each for each in given if each is not None]
        if node.text is None:
            self._wrong("the name of a mapping is missing", node.place)
            return []
        if len(joins) < len(given):
            return []  # told already
        return [RefObjectMap(f"{self.labels.get(node.text, self.label)}#{node.text}", tuple(joins), node.place)]
