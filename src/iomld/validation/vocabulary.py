"""The vocabulary of SHACL: which terms there are, and which of them the compiler understands.

The set of terms is closed on purpose: a term that stands in no list is a mistake in the shapes,
never something to pass over.

Source: SHACL (W3C Recommendation, 20 July 2017), Appendix A; SHACL Advanced Features; SHACL JavaScript Extensions.
"""

from __future__ import annotations

__all__ = [
    "ADVANCED",
    "CORE",
    "FALSE",
    "JAVASCRIPT",
    "KNOWN",
    "OBSOLETE",
    "PARAMETERS",
    "RDF",
    "RDFS",
    "SH",
    "SHAPE_EXPECTING",
    "TARGETS",
    "TRUE",
    "XSD",
    "rdf",
    "rdfs",
    "sh",
    "xsd",
]

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def sh(name: str) -> str:
    """A term of SHACL, spelt."""
    return f"<{SH}{name}>"


def rdf(name: str) -> str:
    """A term of RDF, spelt."""
    return f"<{RDF}{name}>"


def rdfs(name: str) -> str:
    """A term of RDF Schema, spelt."""
    return f"<{RDFS}{name}>"


def xsd(name: str) -> str:
    """A datatype of XML Schema, spelt."""
    return f"<{XSD}{name}>"


# SHACL says "true" and means this very literal: "1"^^xsd:boolean switches nothing on (suite: uniqueLang-002).
TRUE = f'"true"^^<{XSD}boolean>'
FALSE = f'"false"^^<{XSD}boolean>'

TARGETS = frozenset({"targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf"})

#: parameters of the constraint components of SHACL Core and of sh:sparql
PARAMETERS = frozenset(
    [
        "and",
        "class",
        "closed",
        "datatype",
        "disjoint",
        "equals",
        "flags",
        "hasValue",
        "ignoredProperties",
        "in",
        "languageIn",
        "lessThan",
        "lessThanOrEquals",
        "maxCount",
        "maxExclusive",
        "maxInclusive",
        "maxLength",
        "minCount",
        "minExclusive",
        "minInclusive",
        "minLength",
        "node",
        "nodeKind",
        "not",
        "or",
        "pattern",
        "property",
        "qualifiedMaxCount",
        "qualifiedMinCount",
        "qualifiedValueShape",
        "qualifiedValueShapesDisjoint",
        "sparql",
        "uniqueLang",
        "xone",
    ]
)

#: parameters whose values are shapes, and those whose values are lists of shapes
SHAPE_EXPECTING = (("property", "node", "not", "qualifiedValueShape"), ("and", "or", "xone"))

#: properties that may stand on a shape and are understood
CORE = (
    PARAMETERS
    | TARGETS
    | frozenset(
        [
            "path",
            "severity",
            "message",
            "deactivated",
            "name",
            "description",
            "order",
            "group",
            "defaultValue",
            "shapesGraph",
        ]
    )
)

#: on a shape, these send it to pySHACL
ADVANCED = frozenset(["target", "rule", "expression", "values", "reifierShape", "reificationRequired"])

#: on a shape, these can be done by nobody here
JAVASCRIPT = frozenset(["js", "jsFunctionName", "jsLibrary", "jsLibraryURL"])

KNOWN = (
    CORE
    | ADVANCED
    | JAVASCRIPT
    | frozenset(
        [
            "AbstractResult",
            "AndConstraintComponent",
            "BlankNode",
            "BlankNodeOrIRI",
            "BlankNodeOrLiteral",
            "ClassConstraintComponent",
            "ClosedConstraintComponent",
            "ConstraintComponent",
            "DatatypeConstraintComponent",
            "DisjointConstraintComponent",
            "EqualsConstraintComponent",
            "ExpressionConstraintComponent",
            "Function",
            "HasValueConstraintComponent",
            "IRI",
            "IRIOrLiteral",
            "InConstraintComponent",
            "Info",
            "JSConstraint",
            "JSConstraintComponent",
            "JSExecutable",
            "JSFunction",
            "JSLibrary",
            "JSRule",
            "JSTarget",
            "JSTargetType",
            "JSValidator",
            "LanguageInConstraintComponent",
            "LessThanConstraintComponent",
            "LessThanOrEqualsConstraintComponent",
            "Literal",
            "MaxCountConstraintComponent",
            "MaxExclusiveConstraintComponent",
            "MaxInclusiveConstraintComponent",
            "MaxLengthConstraintComponent",
            "MinCountConstraintComponent",
            "MinExclusiveConstraintComponent",
            "MinInclusiveConstraintComponent",
            "MinLengthConstraintComponent",
            "NodeConstraintComponent",
            "NodeKind",
            "NodeKindConstraintComponent",
            "NodeShape",
            "NotConstraintComponent",
            "OrConstraintComponent",
            "Parameter",
            "Parameterizable",
            "PatternConstraintComponent",
            "PrefixDeclaration",
            "PropertyConstraintComponent",
            "PropertyGroup",
            "PropertyShape",
            "QualifiedMaxCountConstraintComponent",
            "QualifiedMinCountConstraintComponent",
            "ResultAnnotation",
            "Rule",
            "SPARQLAskExecutable",
            "SPARQLAskValidator",
            "SPARQLConstraint",
            "SPARQLConstraintComponent",
            "SPARQLConstructExecutable",
            "SPARQLExecutable",
            "SPARQLFunction",
            "SPARQLRule",
            "SPARQLSelectExecutable",
            "SPARQLSelectValidator",
            "SPARQLTarget",
            "SPARQLTargetType",
            "SPARQLUpdateExecutable",
            "Severity",
            "Shape",
            "Target",
            "TargetType",
            "TripleRule",
            "UniqueLangConstraintComponent",
            "ValidationReport",
            "ValidationResult",
            "Validator",
            "Violation",
            "Warning",
            "XoneConstraintComponent",
            "alternativePath",
            "annotationProperty",
            "annotationValue",
            "annotationVarName",
            "ask",
            "condition",
            "conforms",
            "construct",
            "count",
            "declare",
            "detail",
            "distinct",
            "else",
            "entailment",
            "exists",
            "filterShape",
            "focusNode",
            "groupBy",
            "having",
            "if",
            "intersection",
            "inversePath",
            "labelTemplate",
            "limit",
            "max",
            "min",
            "minus",
            "namespace",
            "nodeValidator",
            "nodes",
            "object",
            "offset",
            "oneOrMorePath",
            "optional",
            "orderBy",
            "desc",
            "parameter",
            "predicate",
            "prefix",
            "prefixes",
            "propertyValidator",
            "qualifiedMaxCountConstraintComponent",
            "result",
            "resultAnnotation",
            "resultMessage",
            "resultPath",
            "resultSeverity",
            "returnType",
            "select",
            "shapesGraphWellFormed",
            "sourceConstraint",
            "sourceConstraintComponent",
            "sourceShape",
            "subject",
            "sum",
            "union",
            "update",
            "validator",
            "value",
            "zeroOrMorePath",
            "zeroOrOnePath",
        ]
    )
)

#: terms of drafts, which stand in old shapes (and in the suite); they mean nothing and earn a warning
OBSOLETE = frozenset({"nodeShape"})
