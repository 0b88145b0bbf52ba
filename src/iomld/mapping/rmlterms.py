"""Term maps of RML documents to the model, with joins, collections and targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from iomld.errors import MappingError, nearest
from iomld.mapping.model import (
    Call,
    Constant,
    Expression,
    Gather,
    Join,
    Reference,
    RefObjectMap,
    Target,
    TermMap,
)
from iomld.mapping.rmlcalls import read_call, read_conditions
from iomld.mapping.rmlnodes import Nodes
from iomld.mapping.templates import parse_rml_template
from iomld.mapping.vocabulary import RML
from iomld.terms import blank, iri, literal, parse_term

__all__ = ["TermReader"]

_TERM_TYPES = {
    "IRI": "iri",
    "URI": "uri",
    "UnsafeIRI": "unsafe-iri",
    "UnsafeURI": "unsafe-uri",
    "BlankNode": "blank",
    "Literal": "literal",
}
_EXPRESSIONS = ("constant", "reference", "template", "functionExecution", "functionValue")


class TermReader(Nodes):
    """Reads the term maps of one document; mistakes gather in ``errors``."""

    def constant(self, value: Any, node: Any) -> TermMap:
        """A term map of one value, at the place of a node."""
        import rdflib

        place = self.placed.place(node)
        if isinstance(value, rdflib.URIRef):
            return TermMap(Constant(iri(str(value))), "iri", place)
        if isinstance(value, rdflib.BNode):
            self.wrong(
                "mapping-malformed",
                "a blank node is no constant: its name means nothing outside of the mapping",
                node,
                "give an IRI, or a map of rml:termType rml:BlankNode with a template",
            )
            return TermMap(Constant(blank("b")), "blank", place)
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
        place = self.placed.place(node, self.iri(local), value)
        match local:
            case "constant":
                return self.constant(value, node).expression
            case "reference":
                return Reference(str(value))
            case "template":
                try:
                    return parse_rml_template(str(value), place)
                except MappingError as error:
                    self.errors.append(error)
                    return None
        return read_call(self, node, value)

    def term(self, node: Any, role: str) -> TermMap | None:
        """Read a term map; ``role`` is subject, predicate, object, graph, language, datatype or text."""
        import rdflib

        place = self.placed.place(node)
        gather = self.gather(node)
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
            conditions=read_conditions(self, node),
            gather=gather,
            targets=tuple(each for node in self.all(node, "logicalTarget") if (each := self.target(node)) is not None),
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
            return self.term(map_node, local)
        if value is None:
            return None
        return self.constant(value, node)

    def target(self, node: Any) -> Target | None:
        """Read a logical target."""
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
        folder = self.folder if root == self.iri("MappingDirectory") else Path.cwd()
        if isinstance(root, rdflib.Literal):
            folder = self.folder / str(root)
        local = None if compression is None else str(compression).removeprefix(RML)
        return Target(
            str(path),
            folder,
            "N-Quads" if serialization is None else str(serialization).rpartition("/")[2],
            self.placed.place(node),
            "utf-8" if encoding is None else str(encoding).removeprefix(RML).lower(),
            None if local == "none" else local,
        )

    def graphs(self, node: Any) -> tuple[TermMap, ...]:
        """The graph maps at a node, and the graphs themselves."""
        found = [self.term(each, "graph") for each in self.all(node, "graphMap")]
        found += [self.constant(each, node) for each in self.all(node, "graph")]
        return tuple(each for each in found if each is not None)

    def object(self, node: Any) -> TermMap | RefObjectMap | None:
        """Read an object map: a term map, or a reference to another triples map."""
        parent = self.one(node, "parentTriplesMap")
        if parent is None:
            return self.term(node, "object")
        given = [self.join(each) for each in self.all(node, "joinCondition")]
        joins = tuple(each for each in given if each is not None)
        conditions = read_conditions(self, node)
        if len(joins) < len(given):
            return None  # told already
        return RefObjectMap(f"{self.label}#{parent}", joins, self.placed.place(node), conditions)

    def join(self, node: Any) -> Join | None:
        """Read a join condition."""
        sides = []
        for side in ("child", "parent"):
            map_node = self.one(node, f"{side}Map")
            plain = self.one(node, side)
            if map_node is not None:
                sides.append(self.term(map_node, "text"))
            elif plain is not None:
                sides.append(TermMap(Reference(str(plain)), "literal", self.placed.place(node)))
            else:
                self.wrong("mapping-malformed", f"the join condition has no {side}", node)
                return None
        child, parent = sides
        return None if child is None or parent is None else Join(child, parent, self.placed.place(node))

    def gather(self, node: Any) -> Gather | None:
        """Read what gathers terms into a list or container (RML-CC); None where nothing does."""
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
        maps = [self.object(each) for each in Collection(self.graph, head)]
        allow = self.one(node, "allowEmptyListAndContainer")
        return Gather(
            tuple(each for each in maps if each is not None),
            kinds[str(kind)],
            allow is not None and str(allow) in ("true", "1"),
            self.one(node, "strategy") == self.iri("cartesianProduct"),
        )
