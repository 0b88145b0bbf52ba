"""Which terms of the vocabulary the data uses, and which saved queries touch them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iomld.graph import Quads
from iomld.query.saved import SavedQuery
from iomld.query.sparql import named_iris, tokenize
from iomld.sources.metadata import TERMS
from iomld.terms import PrefixMap, iri, parse_term

__all__ = ["VocabularyTerm", "declared_terms", "vocabulary"]

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_OWL = "http://www.w3.org/2002/07/owl#"
_KINDS = {
    f"<{_OWL}Class>": "class",
    "<http://www.w3.org/2000/01/rdf-schema#Class>": "class",
    f"<{_OWL}ObjectProperty>": "property",
    f"<{_OWL}DatatypeProperty>": "property",
    f"<{_OWL}AnnotationProperty>": "property",
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#Property>": "property",
}


@dataclass(frozen=True)
class VocabularyTerm:
    """A class or property.

    :param name: CURIE, or the IRI where no prefix fits
    :param kind: ``class`` or ``property``
    :param declared: whether the project's own ontology coins it
    :param uses: instances of the class, triples of the property
    :param queries: names of the saved queries that touch it
    """

    name: str
    kind: str
    declared: bool
    uses: int
    queries: tuple[str, ...] = ()


def declared_terms(ontology: Quads, namespace: str) -> dict[str, str]:
    """The classes and properties (spelt) that an ontology declares in its own namespace, each with its kind.

    Terms that metadata of tables use are left out: neither data nor questions have anything to do with them.
    """
    kinds = [[kind, name] for kind, name in _KINDS.items()]
    rows = ontology.connection.execute(
        """
        SELECT DISTINCT q.subject, k.kind[2] FROM quad q JOIN (SELECT unnest($2::VARCHAR[][]) AS kind) k
        ON q.object = k.kind[1] WHERE q.predicate = $1 AND starts_with(q.subject, $3) ORDER BY ALL
        """,
        [_RDF_TYPE, kinds, f"<{namespace}"],
    ).fetchall()
    return {term: kind for term, kind in rows if term[1:-1] not in TERMS}


def vocabulary(
    quads: Quads,
    ontology: Quads,
    *,
    namespace: str,
    queries: Sequence[SavedQuery] = (),
    base: str | None = None,
    prefixes: PrefixMap,
) -> list[VocabularyTerm]:
    """The terms that the ontology declares and those that the data uses, sorted by kind and name.

    :param namespace: of the terms that the ontology coins
    :param queries: those whose text is searched for the terms
    """
    declared = declared_terms(ontology, namespace)
    used: dict[tuple[str, str], int] = {}
    for kind, count in (
        ("property", "SELECT predicate, count(DISTINCT (subject, object)) FROM quad GROUP BY ALL"),
        ("class", f"SELECT object, count(DISTINCT subject) FROM quad WHERE predicate = '{_RDF_TYPE}' GROUP BY ALL"),
    ):
        used |= {(kind, term): number for term, number in quads.connection.execute(count).fetchall()}
    touched: dict[str, dict[str, None]] = {}
    for query in queries:
        for named in named_iris(query.text, base=base, prefixes=prefixes):
            touched.setdefault(iri(named.iri), {})[query.name] = None
        if any(token.kind == "word" and token.text == "a" for token in tokenize(query.text)):
            touched.setdefault(_RDF_TYPE, {})[query.name] = None
    found = []
    for kind, term in sorted({*used, *((kind, term) for term, kind in declared.items())}):
        name = prefixes.compress(parse_term(term).value) or parse_term(term).value
        found.append(
            VocabularyTerm(name, kind, term in declared, used.get((kind, term), 0), tuple(touched.get(term, ())))
        )
    return sorted(found, key=lambda term: (term.kind, term.name))
