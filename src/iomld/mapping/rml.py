"""RML in Turtle to the model: the current vocabulary, and the older ones once they are brought onto it.

Source: RML-Core, RML-IO, RML-FNML, RML-CC (w3id.org/rml); R2RML (W3C, 2012) for the older terms.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from iomld.errors import IomldError, MappingError, nearest
from iomld.mapping.functions import resolve_function, resolve_output, resolve_parameter
from iomld.mapping.model import (
    Call,
    Constant,
    Expression,
    Gather,
    Join,
    PredicateObjectMap,
    Reference,
    RefObjectMap,
    Target,
    TermMap,
    TriplesMap,
    View,
)
from iomld.mapping.rmlsources import SourceReader
from iomld.mapping.templates import parse_rml_template
from iomld.mapping.turtle import PlacedGraph, parse_turtle
from iomld.mapping.vocabulary import RML, check_terms, modernize
from iomld.sources import LogicalSource
from iomld.terms import blank, iri, literal, parse_term

__all__ = ["Document", "read_rml"]

_TERM_TYPES = {
    "IRI": "iri",
    "URI": "uri",
    "UnsafeIRI": "unsafe-iri",
    "UnsafeURI": "unsafe-uri",
    "BlankNode": "blank",
    "Literal": "literal",
}
_EXPRESSIONS = ("constant", "reference", "template", "functionExecution", "functionValue")
_FNO_EXECUTES = "https://w3id.org/function/ontology#executes"


def read_rml(path: Path, label: str, errors: list[IomldError]) -> list[TriplesMap]:
    """Read an RML document.

    :param label: the path as the user knows it
    :param errors: takes every mistake, with line and column
    """
    placed = parse_turtle(path, label, errors)
    if placed is None:
        return []
    older = modernize(placed)
    check_terms(placed, errors)
    return Document(placed, path, label, errors, natural=not older).read()


class Document:
    """One RML document on its way to triples maps; mistakes gather in ``errors``."""

    def __init__(self, placed: PlacedGraph, path: Path, label: str, errors: list[IomldError], *, natural: bool) -> None:
        self.placed = placed
        self.graph = placed.graph
        self.label = label
        self.errors = errors
        self.sources = SourceReader(placed, path, errors, natural=natural)
        self.views: dict[Any, View | None] = {}

    # reading nodes

    def _iri(self, local: str) -> Any:
        import rdflib

        return rdflib.URIRef(RML + local)

    def all(self, node: Any, local: str) -> list[Any]:
        values = list(self.graph.objects(node, self._iri(local)))
        return sorted(values, key=lambda value: self._order(node, local, value))

    def _order(self, node: Any, local: str, value: Any) -> tuple[int, int, str]:
        place = self.placed.place(node, self._iri(local), value)
        return place.line or 0, place.column or 0, str(value)

    def one(self, node: Any, local: str) -> Any:
        values = self.all(node, local)
        if len(values) > 1:
            self.wrong("mapping-malformed", f"rml:{local} stands {len(values)} times, once is right", node)
        return values[0] if values else None

    def wrong(self, id: str, message: str, node: Any, hint: str | None = None) -> None:
        self.errors.append(MappingError(id, message, location=self.placed.place(node), hint=hint))

    # triples maps

    def read(self) -> list[TriplesMap]:
        import rdflib

        found = set(self.graph.subjects(rdflib.RDF.type, self._iri("TriplesMap")))
        found |= set(self.graph.subjects(self._iri("subjectMap"), None))
        found |= set(self.graph.subjects(self._iri("subject"), None))
        found |= {
            node
            for node in self.graph.subjects(self._iri("logicalSource"), None)
            if (node, self._iri("predicateObjectMap"), None) in self.graph and not self._is_function(node)
        }
        if not found:
            self.wrong("mapping-malformed", "the document has no triples map", None)
        ordered = sorted(found, key=lambda node: (self._place_key(node), str(node)))
        return [each for node in ordered if (each := self._triples_map(node)) is not None]

    def _is_function(self, node: Any) -> bool:
        return any(self.graph.subjects(self._iri("functionValue"), node))

    def _place_key(self, node: Any) -> tuple[int, int]:
        place = self.placed.place(node)
        return place.line or 0, place.column or 0

    def _triples_map(self, node: Any) -> TriplesMap | None:
        source_node = self.one(node, "logicalSource")
        source: LogicalSource | View | None = None
        if source_node is None:
            self.wrong("mapping-malformed", "the triples map has no rml:logicalSource", node)
        else:
            source = self._source(source_node)
        subjects = [*self.all(node, "subjectMap"), *self.all(node, "subject")]
        if len(subjects) != 1:
            what = "no subject map" if not subjects else f"{len(subjects)} subject maps, one is right"
            self.wrong("mapping-malformed", f"the triples map has {what}", node)
            return None
        subject_node = subjects[0]
        shortcut = bool(self.all(node, "subject"))
        subject = self._constant(subject_node, node) if shortcut else self._term(subject_node, "subject")
        classes = () if shortcut else tuple(str(each) for each in self.all(subject_node, "class"))
        graphs = () if shortcut else self._graphs(subject_node)
        poms = tuple(
            pom for each in self.all(node, "predicateObjectMap") if (pom := self._predicate_object(each)) is not None
        )
        base = self.one(node, "baseIRI")
        if source is None or subject is None:
            return None
        name = str(node).rpartition("#")[2] if "#" in str(node) else str(node).rpartition("/")[2]
        return TriplesMap(
            id=f"{self.label}#{node}",
            name=name,
            source=source,
            subject=subject,
            classes=classes,
            graphs=graphs,
            predicate_objects=poms,
            base=None if base is None else str(base),
            location=self.placed.place(node),
        )

    def _source(self, node: Any) -> LogicalSource | View | None:
        if self.all(node, "viewOn"):
            from iomld.mapping.rmlviews import read_view

            return read_view(self, node)
        return self.sources.read(node)

    def _graphs(self, node: Any) -> tuple[TermMap, ...]:
        found = [self._term(each, "graph") for each in self.all(node, "graphMap")]
        found += [self._constant(each, node) for each in self.all(node, "graph")]
        return tuple(each for each in found if each is not None)

    def _predicate_object(self, node: Any) -> PredicateObjectMap | None:
        predicates = [self._term(each, "predicate") for each in self.all(node, "predicateMap")]
        predicates += [self._constant(each, node) for each in self.all(node, "predicate")]
        objects: list[TermMap | RefObjectMap | None] = [self._object(each) for each in self.all(node, "objectMap")]
        objects += [self._constant(each, node) for each in self.all(node, "object")]
        if not predicates or not objects:
            self.wrong(
                "mapping-malformed", f"the predicate-object map has no {'object' if predicates else 'predicate'}", node
            )
            return None
        return PredicateObjectMap(
            tuple(each for each in predicates if each is not None),
            tuple(each for each in objects if each is not None),
            self._graphs(node),
            self.placed.place(node),
            self._conditions(node),
        )

    def _object(self, node: Any) -> TermMap | RefObjectMap | None:
        parent = self.one(node, "parentTriplesMap")
        if parent is None:
            return self._term(node, "object")
        joins = [self.join(each) for each in self.all(node, "joinCondition")]
        return RefObjectMap(
            f"{self.label}#{parent}",
            tuple(each for each in joins if each is not None),
            self.placed.place(node),
            self._conditions(node),
        )

    def join(self, node: Any) -> Join | None:
        sides = []
        for side in ("child", "parent"):
            map_node = self.one(node, f"{side}Map")
            plain = self.one(node, side)
            if map_node is not None:
                sides.append(self._term(map_node, "text"))
            elif plain is not None:
                sides.append(TermMap(Reference(str(plain)), "literal", self.placed.place(node)))
            else:
                self.wrong("mapping-malformed", f"the join condition has no {side}", node)
                return None
        child, parent = sides
        return None if child is None or parent is None else Join(child, parent, self.placed.place(node))

    # term maps

    def _constant(self, value: Any, node: Any) -> TermMap:
        import rdflib

        place = self.placed.place(node)
        if isinstance(value, rdflib.URIRef):
            return TermMap(Constant(iri(str(value))), "iri", place)
        if isinstance(value, rdflib.BNode):
            return TermMap(Constant(blank(str(value))), "blank", place)
        spelt = literal(
            str(value), language=value.language, datatype=None if value.datatype is None else str(value.datatype)
        )
        return TermMap(Constant(spelt), "literal", place)

    def expression(self, node: Any, *, optional: bool = False) -> Expression | None:
        """The expression of an expression map; exactly one unless ``optional``."""
        given = [local for local in _EXPRESSIONS if self.all(node, local)]
        if len(given) != 1:
            if not given and optional:
                return None
            what = "no expression" if not given else f"{' and '.join('rml:' + each for each in given)} at once"
            self.wrong(
                "mapping-malformed",
                f"the term map has {what}",
                node,
                "give one of rml:constant, rml:reference, rml:template",
            )
            return None
        local = given[0]
        value = self.one(node, local)
        place = self.placed.place(node, self._iri(local), value)
        match local:
            case "constant":
                return self._constant(value, node).expression
            case "reference":
                return Reference(str(value))
            case "template":
                try:
                    return parse_rml_template(str(value), place)
                except MappingError as error:
                    self.errors.append(error)
                    return None
        return self._call(node, value)

    def _term(self, node: Any, role: str) -> TermMap | None:
        """Read a term map; ``role`` is subject, predicate, object, graph, language, datatype or text."""
        import rdflib

        place = self.placed.place(node)
        gather = self._gather(node)
        type_node = self.one(node, "termType")
        local = None if type_node is None else str(type_node).removeprefix(RML)
        if local is not None and local not in _TERM_TYPES:
            self.wrong("mapping-malformed", f"“{local}” is no term type", node, nearest(local, _TERM_TYPES))
            return None
        term_type = None if local is None else _TERM_TYPES[local]
        optional = gather is not None or term_type == "blank"
        before = len(self.errors)
        expression = self.expression(node, optional=optional)
        if expression is None and (not optional or len(self.errors) > before):
            return None
        language = self._qualifier(node, "language")
        datatype = self._qualifier(node, "datatype")
        if term_type is None:
            term_type = self._default_type(role, expression, language is not None or datatype is not None, gather)
        elif isinstance(expression, Constant):
            actual = {"<": "iri", "_": "blank", '"': "literal"}[expression.term[0]]
            wanted = "iri" if term_type in ("uri", "unsafe-iri", "unsafe-uri") else term_type
            if actual == "literal" and wanted == "iri" and "://" in expression.term:
                # as mappings translated from YARRRML have it: the text of an IRI, declared to be one
                expression = Constant(iri(parse_term(expression.term).value))
            elif actual != wanted:
                self.wrong("term-type", f"the constant {expression.term} is not of the term type {local}", node)
                return None
        if not self._allowed(role, term_type, node):
            return None
        if isinstance(type_node, rdflib.Literal):
            self.wrong("mapping-malformed", "a term type is an IRI", node)
        return TermMap(
            expression,
            term_type,
            place,
            language=language,
            datatype=datatype,
            conditions=self._conditions(node),
            gather=gather,
            targets=tuple(each for node in self.all(node, "logicalTarget") if (each := self._target(node)) is not None),
        )

    def _target(self, node: Any) -> Target | None:
        import rdflib

        target = self.one(node, "target")
        path = None if target is None else self.one(target, "path")
        if path is None:
            self.wrong("mapping-malformed", "the logical target names no file", node)
            return None
        serialization = self.one(node, "serialization")
        encoding = self.one(node, "encoding")
        compression = self.one(node, "compression")
        root = self.one(target, "root")
        folder = self.sources.folder if root == self._iri("MappingDirectory") else Path.cwd()
        if isinstance(root, rdflib.Literal):
            folder = self.sources.folder / str(root)
        local = None if compression is None else str(compression).removeprefix(RML)
        return Target(
            str(path),
            folder,
            "N-Quads" if serialization is None else str(serialization).rpartition("/")[2],
            self.placed.place(node),
            "utf-8" if encoding is None else str(encoding).removeprefix(RML).lower(),
            None if local == "none" else local,
        )

    def _default_type(self, role: str, expression: Expression | None, qualified: bool, gather: Gather | None) -> str:
        if role in ("text", "language"):
            return "literal"
        if isinstance(expression, Constant):
            return {"<": "iri", "_": "blank", '"': "literal"}[expression.term[0]]
        if gather is not None:
            return "iri" if expression is not None else "blank"
        if role == "object" and (qualified or isinstance(expression, Reference | Call)):
            return "literal"
        return "iri"

    def _allowed(self, role: str, term_type: str, node: Any) -> bool:
        wrong = {
            "subject": ("literal",),
            "graph": ("literal",),
            "predicate": ("literal", "blank"),
            "datatype": ("literal", "blank"),
        }.get(role, ())
        if term_type in wrong:
            self.wrong("term-type", f"a {role} cannot be a {term_type.replace('blank', 'blank node')}", node)
            return False
        return True

    def _qualifier(self, node: Any, local: str) -> TermMap | None:
        map_node = self.one(node, f"{local}Map")
        value = self.one(node, local)
        if map_node is not None:
            return self._term(map_node, local)
        if value is None:
            return None
        return self._constant(value, node)

    def _gather(self, node: Any) -> Gather | None:
        import rdflib
        from rdflib.collection import Collection

        head = self.one(node, "gather")
        if head is None:
            return None
        kind = self.one(node, "gatherAs")
        kinds = {str(rdflib.RDF[name]): name for name in ("List", "Bag", "Seq", "Alt")}
        if kind is None or str(kind) not in kinds:
            self.wrong("mapping-malformed", "rml:gatherAs is rdf:List, rdf:Bag, rdf:Seq or rdf:Alt", node)
            return None
        maps = [self._object(each) for each in Collection(self.graph, head)]
        allow = self.one(node, "allowEmptyListAndContainer")
        return Gather(
            tuple(each for each in maps if each is not None),
            kinds[str(kind)],
            allow is not None and str(allow) in ("true", "1"),
            self.one(node, "strategy") == self._iri("cartesianProduct"),
        )

    # functions

    def _conditions(self, node: Any) -> tuple[Call, ...]:
        calls = []
        for each in self.all(node, "condition"):
            expression = self.expression(each)
            if isinstance(expression, Call):
                calls.append(expression)
            elif expression is not None:
                self.wrong("mapping-malformed", "a condition is a function that is true or false", each)
        return tuple(calls)

    def _call(self, node: Any, execution: Any) -> Call | None:
        """Read a function execution, of the current vocabulary or of the older FNML."""
        place = self.placed.place(execution)
        inputs: list[tuple[str, TermMap]] = []
        given: list[tuple[Any, TermMap | None]] = []
        function_iri = self._shortcut(execution, "function", "functionMap")
        if function_iri is None:
            function_iri, given = self._old_call(execution)
        else:
            for each in self.all(execution, "input"):
                parameter = self._shortcut(each, "parameter", "parameterMap")
                value_map = self.one(each, "inputValueMap")
                if value_map is not None:
                    given.append((parameter, self._term(value_map, "text")))
                else:
                    value = self.one(each, "inputValue")
                    given.append((parameter, None if value is None else self._constant(value, each)))
        if function_iri is None:
            self.wrong("mapping-malformed", "the execution names no function", execution)
            return None
        function = resolve_function(str(function_iri), place, self.errors)
        if function is None:
            return None
        for parameter, term in given:
            if parameter is None or term is None:
                self.wrong("mapping-malformed", "an input names no parameter or has no value", execution)
                continue
            inputs.append((resolve_parameter(function, str(parameter), place, self.errors), term))
        output = self._shortcut(node, "return", "returnMap")
        if output is not None:
            resolve_output(function, str(output), self.placed.place(node), self.errors)
        return Call(function.iri, tuple(inputs), None if output is None else str(output), place)

    def _shortcut(self, node: Any, local: str, map_local: str) -> Any:
        value = self.one(node, local)
        if value is not None:
            return value
        map_node = self.one(node, map_local)
        return None if map_node is None else self.one(map_node, "constant")

    def _old_call(self, node: Any) -> tuple[Any, list[tuple[Any, TermMap | None]]]:
        function, given = None, []
        for pom in self.all(node, "predicateObjectMap"):
            predicate = self._shortcut(pom, "predicate", "predicateMap")
            value = self._shortcut(pom, "object", "objectMap") if str(predicate) == _FNO_EXECUTES else None
            if value is not None:
                function = value
                continue
            map_node = self.one(pom, "objectMap")
            plain = self.one(pom, "object")
            given.append(
                (predicate, self._term(map_node, "text") if map_node is not None else self._constant(plain, pom))
            )
        return function, given
