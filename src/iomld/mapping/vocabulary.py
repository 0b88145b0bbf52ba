"""The RML vocabulary, and the older ones brought onto it."""

from __future__ import annotations

from iomld.errors import IomldError, MappingError, nearest
from iomld.mapping.turtle import PlacedGraph

__all__ = ["RML", "check_terms", "modernize"]

RML = "http://w3id.org/rml/"
_OLD_RML = "http://semweb.mmlab.be/ns/rml#"
_R2RML = "http://www.w3.org/ns/r2rml#"
_QL = "http://semweb.mmlab.be/ns/ql#"
_FNML = "http://semweb.mmlab.be/ns/fnml#"

_RENAMED = {
    _R2RML + "logicalTable": RML + "logicalSource",
    _R2RML + "column": RML + "reference",
    _OLD_RML + "query": RML + "query",
    _FNML + "functionValue": RML + "functionValue",
}

#: properties of RML that this engine reads
_PROPERTIES = frozenset(
    [
        "logicalSource",
        "subjectMap",
        "subject",
        "class",
        "predicateObjectMap",
        "predicateMap",
        "predicate",
        "objectMap",
        "object",
        "graphMap",
        "graph",
        "reference",
        "template",
        "constant",
        "termType",
        "language",
        "languageMap",
        "datatype",
        "datatypeMap",
        "baseIRI",
        "parentTriplesMap",
        "joinCondition",
        "child",
        "childMap",
        "parent",
        "parentMap",
        "source",
        "referenceFormulation",
        "iterator",
        "path",
        "root",
        "null",
        "encoding",
        "compression",
        "query",
        "tableName",
        "sqlQuery",
        "sqlVersion",
        "logicalTarget",
        "target",
        "serialization",
        "mode",
        "inverseExpression",
        "strategy",
        "namespace",
        "namespacePrefix",
        "namespaceURL",
        "functionExecution",
        "function",
        "functionMap",
        "input",
        "parameter",
        "parameterMap",
        "inputValue",
        "inputValueMap",
        "inputValueConstant",
        "return",
        "returnMap",
        "functionValue",
        "condition",
        "viewOn",
        "field",
        "fieldName",
        "leftJoin",
        "innerJoin",
        "parentLogicalView",
        "structuralAnnotation",
        "onFields",
        "targetView",
        "targetFields",
        "gather",
        "gatherAs",
        "allowEmptyListAndContainer",
    ]
)


def modernize(placed: PlacedGraph) -> bool:
    """Rewrite R2RML and older RML terms into the current ones, with the places of their triples.

    :returns: whether the document is in the older RML, in which the values of JSON have no datatypes
    """
    import rdflib

    def current(term: object) -> object:
        if not isinstance(term, rdflib.URIRef):
            return term
        iri = str(term)
        if iri in _RENAMED:
            return rdflib.URIRef(_RENAMED[iri])
        for old in (_OLD_RML, _R2RML, _FNML, _QL):
            if iri.startswith(old):
                return rdflib.URIRef(RML + iri[len(old) :])
        return term

    older = any(str(predicate).startswith(_OLD_RML) for predicate in placed.graph.predicates())
    for triple in list(placed.graph):
        renamed = tuple(map(current, triple))
        if renamed != triple:
            placed.graph.remove(triple)
            placed.graph.add(renamed)  # type: ignore[arg-type]
            placed.move(triple, renamed)
    return older


def check_terms(placed: PlacedGraph, errors: list[IomldError]) -> None:
    """Add an error for every property in the RML namespace that does not exist."""
    for subject, predicate, object_ in placed.graph:
        local = str(predicate).removeprefix(RML)
        if local != str(predicate) and local not in _PROPERTIES:
            errors.append(
                MappingError(
                    "unknown-term",
                    f"rml:{local} is no property of RML",
                    location=placed.place(subject, predicate, object_),
                    hint=nearest(local, _PROPERTIES),
                )
            )
