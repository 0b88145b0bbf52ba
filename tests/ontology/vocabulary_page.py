"""Write docs/vocabulary.md from the ontology: ``python tests/ontology/vocabulary_page.py``."""

import re
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "vocabulary.md"
MLD = "https://w3id.org/iomld/ns#"
STATUS = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
KINDS = {
    OWL.Class: "class",
    OWL.ObjectProperty: "property to a thing",
    OWL.DatatypeProperty: "property to a value",
    OWL.AnnotationProperty: "annotation",
}
INTRODUCTION = """\
# The vocabulary

Made from `ontology/` by `python tests/ontology/vocabulary_page.py`; edit the ontology, not this page.

| | |
| --- | --- |
| namespace | `https://w3id.org/iomld/ns#`, prefix `mld` |
| ontology, this version | `https://w3id.org/iomld/ns`, `https://w3id.org/iomld/ns/{version}` |
| licence | [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/) |
| our terms | `ontology/iomld.ttl` |
| terms of others that we use | `ontology/external.ttl` |
| nearest terms elsewhere | `ontology/alignments.ttl` |

It is OWL 2 DL, consistent, and every class can have members (checked with HermiT). It imports nothing: the terms of
others are declared with the axioms that matter here. It has no blank nodes. Concepts (roles, themes, kinds, status)
are data, not ontology: they stand in `mappings/tables/register/concepts.csv` and have IRIs like
`https://w3id.org/iomld/code/role/observer`.

## How a fact looks

```turtle
@base <https://w3id.org/iomld/> .

<id/participation/midsa-state-zmb-participant> a mld:Participation ;
    org:organization <id/process/midsa> ;
    org:member <id/state/ZMB> ;
    org:role <code/role/participant> ;
    mld:asWritten "Zambia"@en ;
    prov:wasDerivedFrom <id/citation/mc-inf-266-annex-2-row-8> .

<id/citation/mc-inf-266-annex-2-row-8> a mld:Citation ;
    oa:hasSource <id/document/mc-inf-266/annex-2/row-8> ;
    mld:pinpoint "mc-inf-266/annex-2/row-8" .
```

Every fact is a node of its own with an IRI, its period where it has one, and the places it is cited from. A date is a
period:

```turtle
<id/period/event-x-2002-10> a mld:Period ;
    mld:edtf "2002-10" ;
    mld:earliestStart "2002-10-01"^^xsd:date ; mld:latestStart "2002-10-31"^^xsd:date ;
    mld:earliestEnd   "2002-10-01"^^xsd:date ; mld:latestEnd   "2002-10-31"^^xsd:date .
```

Whether it may lie in a span is then a comparison of `xsd:date` in any engine. An end without bounds is open or
unknown (`2001/..`).

## What may change, and how

A term's IRI never holds a version and is never given another meaning. `stable` terms keep their meaning for good;
`testing` terms may be narrowed or replaced in the next minor version, which the change log says. A term that is given
up stays in the file as `archaic`, with `owl:deprecated true` and `dcterms:isReplacedBy` or a `skos:changeNote`, and
is built beside its successor for one minor version. Versions of the ontology follow semantic versioning: a patch
mends labels and definitions, a minor version adds or deprecates terms, a major version removes deprecated ones from
the data. See [decision 0153](decisions/0153-versions-and-deprecation.md).

Inverse properties are not coined: SPARQL writes `^mld:scopeOf` and JSON-LD `@reverse`."""


def load(*names: str) -> Graph:
    graph = Graph()
    for name in names:
        graph.parse(ROOT / "ontology" / name)
    return graph


def groups() -> list[tuple[str, list[str]]]:
    """Headings of the ontology file with the terms below each, in the order of the file."""
    found: list[tuple[str, list[str]]] = []
    for title, term in re.findall(
        r"^#\n# (.+)\n#$|^mld:(\w+) a ", (ROOT / "ontology/iomld.ttl").read_text("utf-8"), re.M
    ):
        if title:
            found.append((title, []))
        else:
            found[-1][1].append(term)
    return [(title, terms) for title, terms in found if terms]


def shape_files() -> dict[str, str]:
    """The file of shapes that judges each class."""
    return {
        str(target): path.name
        for path in sorted((ROOT / "shapes").glob("*.ttl"))
        for target in Graph().parse(path).objects(None, SH.targetClass)
    }


def page() -> str:
    """The text of the page."""
    own, external, alignments = load("iomld.ttl"), load("external.ttl"), load("alignments.ttl")
    names = load("iomld.ttl", "external.ttl", "alignments.ttl")
    files = shape_files()
    version = str(own.value(URIRef("https://w3id.org/iomld/ns"), OWL.versionInfo))

    def code(term: Node) -> str:
        curie = names.namespace_manager.normalizeUri(str(term))
        if curie.startswith("mld:"):
            return f"[`{curie}`](#{curie[4:]})"
        return f"`{curie}`"

    def text(term: URIRef, predicate: URIRef, language: str) -> str:
        return next(
            str(value)
            for value in own.objects(term, predicate)
            if isinstance(value, Literal) and value.language == language
        )

    def listed(values: list[Node]) -> str:
        return ", ".join(code(value) for value in sorted(values, key=str))

    lines = [INTRODUCTION.replace("{version}", version)]
    for title, terms in groups():
        lines += [f"## {title.rstrip('.')}", ""]
        for name in terms:
            term = URIRef(MLD + name)
            kind = next(words for iri, words in KINDS.items() if (term, RDF.type, iri) in own)
            once = ", one value at most" if (term, RDF.type, OWL.FunctionalProperty) in own else ""
            labels = " · ".join(text(term, RDFS.label, language) for language in ("en", "fr", "es"))
            lines += [
                f'<a id="{name}"></a>',
                "",
                f"### mld:{name}",
                "",
                f"**{labels}** ({kind}{once}; {own.value(term, STATUS)})",
                "",
            ]
            lines += [f"{text(term, SKOS.definition, 'en')}  "]
            lines += [f"*fr* {text(term, SKOS.definition, 'fr')}  ", f"*es* {text(term, SKOS.definition, 'es')}", ""]
            facts = [f"Example: {text(term, SKOS.example, 'en').rstrip('.')}."]
            for predicate, words in (
                (RDFS.subClassOf, "Narrower than"),
                (RDFS.subPropertyOf, "Narrower than"),
                (RDFS.domain, "Of a"),
                (RDFS.range, "Value:"),
                (URIRef("http://purl.org/dc/dcam/rangeIncludes"), "As:"),
                (DCTERMS.isReplacedBy, "Replaced by"),
            ):
                if values := list(own.objects(term, predicate)):
                    facts.append(f"{words} {listed(values)}.")
            if properties := list(own.subjects(RDFS.domain, term)):
                facts.append(f"Properties of its own: {listed(properties)}.")
            if str(term) in files:
                facts.append(f"Judged by `shapes/{files[str(term)]}`.")
            lines += ["\n".join(f"- {fact}" for fact in facts), ""]
    lines += ["## Terms of other vocabularies", "", "| term | kind | defined by |", "| --- | --- | --- |"]
    for foreign in sorted(set(external.subjects(RDFS.isDefinedBy)), key=str):
        kind = next(words for iri, words in KINDS.items() if (foreign, RDF.type, iri) in external)
        lines.append(f"| {code(foreign)} | {kind} | <{external.value(foreign, RDFS.isDefinedBy)}> |")
    lines += ["", "## Nearest terms elsewhere", "", "| term | how near | there |", "| --- | --- | --- |"]
    for near, match, other in sorted(alignments, key=str):
        if str(match).startswith(str(SKOS)):
            lines.append(f"| {code(near)} | {code(match)} | {code(other)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
