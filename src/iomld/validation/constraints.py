"""The constraints of one shape, read from the shapes graph, with the syntax rules of each.

Source: SHACL, section 4 (core constraint components) and section 5 (SPARQL-based constraints).
"""

from __future__ import annotations

from collections.abc import Callable

from iomld.terms import parse_term
from iomld.validation.model import (
    Class,
    Closed,
    Constraint,
    Count,
    Datatype,
    HasValue,
    In,
    LanguageIn,
    Length,
    Logic,
    NodeKind,
    Pair,
    Pattern,
    Property,
    Qualified,
    Range,
    Sparql,
    UniqueLang,
)
from iomld.validation.parameters import Idle, IllFormed, Parameters, Refused
from iomld.validation.paths import Path, text
from iomld.validation.patterns import ForeignDialect, NotTranslatable, translate
from iomld.validation.prebinding import CustomFunction, NotAllowed, constraint_query
from iomld.validation.triples import Triples
from iomld.validation.vocabulary import SH, TRUE, XSD, rdf, sh

__all__ = ["read_constraints"]

_KINDS = {
    "IRI": {"iri"},
    "BlankNode": {"blank"},
    "Literal": {"literal"},
    "BlankNodeOrIRI": {"blank", "iri"},
    "BlankNodeOrLiteral": {"blank", "literal"},
    "IRIOrLiteral": {"iri", "literal"},
}
_ONLY_WITH_PATH = (
    "minCount",
    "maxCount",
    "uniqueLang",
    "lessThan",
    "lessThanOrEquals",
    "qualifiedValueShape",
    "qualifiedMinCount",
    "qualifiedMaxCount",
)


def read_constraints(
    triples: Triples, node: str, path: Path | None
) -> tuple[list[Constraint], list[Idle | IllFormed | Refused]]:
    """The constraints of a shape, and what is wrong with them."""
    reader = _Reader(triples, node, path)
    reader.read()
    return reader.constraints, reader.mistakes


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


class _Reader(Parameters):
    def __init__(self, triples: Triples, node: str, path: Path | None) -> None:
        super().__init__(triples, node)
        self.path = path
        self.constraints: list[Constraint] = []

    def add(self, constraint: Constraint) -> None:
        self.constraints.append(constraint)

    def read(self) -> None:
        if self.path is None:
            for name in _ONLY_WITH_PATH:
                if name.startswith("qualified") and not self.values("qualifiedValueShape"):
                    continue
                if self.values(name):
                    self.wrong(
                        name,
                        "may not stand on a node shape",
                        hint="it speaks of the values of a path: put it into sh:property",
                    )
        readers: tuple[Callable[[], None], ...] = (
            self.counts,
            self.kinds,
            self.texts,
            self.comparisons,
            self.sets,
            self.logic,
            self.qualified,
            self.closed,
            self.sparql,
        )
        for reader in readers:
            reader()

    def counts(self) -> None:
        for name in ("minCount", "maxCount"):
            limit = self.count(name)
            if limit is not None:
                self.add(Count(_capital(name), limit))

    def kinds(self) -> None:
        datatypes = self.iris("datatype")
        if len(datatypes) > 1:
            self.wrong(
                "datatype", "stands more than once; a value has one datatype", hint="for either of two, write sh:or"
            )
        elif datatypes:
            self.add(Datatype(datatypes[0][1:-1]))
        for term in self.iris("class"):
            self.add(Class(term))
        kind = self.single("nodeKind")
        if kind is not None:
            kinds = _KINDS.get(kind[len(SH) + 1 : -1]) if kind.startswith(f"<{SH}") else None
            if kinds is None:
                self.wrong("nodeKind", f"is one of sh:{', sh:'.join(_KINDS)}, not {self.triples.label(kind)}")
            else:
                self.add(NodeKind(kind, frozenset(kinds)))

    def texts(self) -> None:
        for name in ("minLength", "maxLength"):
            limit = self.count(name)
            if limit is not None:
                self.add(Length(_capital(name), limit))
        flags = self.single("flags")
        for term in self.values("pattern"):
            parsed = parse_term(term)
            if parsed.datatype != f"{XSD}string":
                self.wrong("pattern", "is a plain string")
                continue
            switches = parse_term(flags).value if flags else ""
            try:
                self.add(Pattern(parsed.value, switches, translate(parsed.value, switches)))
            except ForeignDialect as error:
                self.wrong(
                    "pattern",
                    f"“{parsed.value}” is no regular expression of SPARQL: {error}",
                    id="shapes-pattern",
                    hint="SHACL takes the regular expressions of XPath; those of other languages mean other things",
                )
            except NotTranslatable as error:
                self.mistakes.append(Refused(f"sh:pattern with {error}"))
        head = self.single("languageIn")
        if head is not None:
            ranges = [parse_term(member) for member in self.members("languageIn", head)]
            if any(term.datatype != f"{XSD}string" for term in ranges):
                self.wrong("languageIn", 'lists plain strings such as "en"')
            self.add(LanguageIn(tuple(term.value for term in ranges)))
        if self.switch("uniqueLang"):
            self.add(UniqueLang())

    def comparisons(self) -> None:
        for name in ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"):
            bound = self.single(name)
            if bound is not None and not bound.startswith('"'):
                self.wrong(name, f"is a literal, not {self.triples.label(bound)}")
            elif bound is not None:
                self.add(Range(_capital(name), bound))
        for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
            for predicate in self.iris(name):
                self.add(Pair(_capital(name), predicate))

    def sets(self) -> None:
        for term in self.values("hasValue"):
            self.add(HasValue(term))
        members = self.single("in")
        if members is not None:
            self.add(In(tuple(dict.fromkeys(self.members("in", members)))))

    def logic(self) -> None:
        for shape in self.values("node"):
            if self.triples.objects(shape, sh("path")):
                self.wrong("node", f"leads to {self.triples.label(shape)}, a property shape", hint="write sh:property")
        for name in ("node", "not"):
            for shape in self.values(name):
                self.add(Logic(_capital(name), (shape,)))
        for name in ("and", "or", "xone"):
            for head in self.values(name):
                self.add(Logic(_capital(name), tuple(self.members(name, head))))
        for shape in self.values("property"):
            if self.triples.objects(shape, sh("path")):
                self.add(Property(shape))
            elif any(predicate.startswith(f"<{SH}") for predicate in self.triples.predicates(shape)):
                self.wrong("property", f"leads to {self.triples.label(shape)}, which has no sh:path")
            else:
                # Published profiles refer to shapes that a file beside them describes, or none (DCAT-AP 3.0.1).
                message = f"sh:property leads to {self.triples.label(shape)}, described in no file; it checks nothing"
                self.mistakes.append(Idle(message, sh("property")))

    def qualified(self) -> None:
        shape = self.single("qualifiedValueShape")
        least, most = self.count("qualifiedMinCount"), self.count("qualifiedMaxCount")
        disjoint = self.switch("qualifiedValueShapesDisjoint")
        if shape is None:
            if least is not None or most is not None:
                name = "qualifiedMinCount" if least is not None else "qualifiedMaxCount"
                self.mistakes.append(Idle(f"sh:{name} without sh:qualifiedValueShape checks nothing", sh(name)))
            return
        if least is None and most is None:
            message = "sh:qualifiedValueShape without sh:qualifiedMinCount or sh:qualifiedMaxCount checks nothing"
            self.mistakes.append(Idle(message, sh("qualifiedValueShape")))
        siblings: dict[str, None] = {}
        if disjoint:
            for parent in self.triples.subjects(sh("property"), self.node):
                for sibling in self.triples.objects(parent, sh("property")):
                    siblings.update(dict.fromkeys(self.triples.objects(sibling, sh("qualifiedValueShape"))))
            siblings.pop(shape, None)
        for component, limit in (("QualifiedMinCount", least), ("QualifiedMaxCount", most)):
            if limit is not None:
                self.add(Qualified(component, shape, limit, tuple(siblings)))

    def closed(self) -> None:
        head = self.single("ignoredProperties")
        ignored = self.members("ignoredProperties", head) if head is not None else []
        if any(not term.startswith("<") for term in ignored):
            self.wrong("ignoredProperties", "lists IRIs")
        if self.switch("closed"):
            paths = [path for shape in self.values("property") for path in self.triples.objects(shape, sh("path"))]
            self.add(
                Closed(frozenset(path for path in [*paths, *ignored] if path.startswith("<") and path != rdf("nil")))
            )

    def sparql(self) -> None:
        for constraint in self.values("sparql"):
            if TRUE in self.triples.objects(constraint, sh("deactivated")):
                continue
            path = None if self.path is None else text(self.path)
            try:
                query = constraint_query(self.triples, constraint, path)
            except NotAllowed as error:
                self.wrong("sparql", f"of {self.triples.label(constraint)}: {error}", id="shapes-sparql")
                continue
            except CustomFunction as error:
                # Where the shapes declare it, it is one of SHACL Advanced Features.
                self.mistakes.append(Refused(f"sh:sparql with a function of SHACL Advanced Features: {error}"))
                continue
            own, of_shape = (self.triples.texts(node, sh("message")) for node in (constraint, self.node))
            self.add(Sparql(constraint, query, own or of_shape))
