"""The documentation of the vocabulary: each term with its definition, examples, and place among the others."""

from __future__ import annotations

from collections.abc import Sequence

from iomld.serve.dataset import LANGUAGES, TYPE, term
from iomld.serve.frame import FORMATS, page
from iomld.serve.markup import Content, Html, join, link, outside, tag
from iomld.serve.shown import Shown, by_label, capital
from iomld.terms import parse_term

__all__ = ["vocabulary_page"]

#: heading, id and classes of a part of the page
_PARTS = (
    ("Classes", "classes", ("owl:Class", "rdfs:Class")),
    ("Properties between things", "object-properties", ("owl:ObjectProperty",)),
    ("Properties with a value", "datatype-properties", ("owl:DatatypeProperty",)),
    ("Other properties", "annotation-properties", ("owl:AnnotationProperty", "rdf:Property")),
)


def vocabulary_page(shown: Shown) -> str:
    """Classes and properties, ours in full, those of other vocabularies after them."""
    dataset = shown.dataset
    ontology = next((one for one in dataset.vocabulary if term("owl:Ontology") in _types(shown, one)), None)
    title = shown.label(ontology) if ontology else shown.say("Vocabulary")
    contents, parts = [], []
    seen: set[str] = set()
    for heading, id, kinds in _PARTS:
        wanted = set(map(term, kinds))
        terms = [
            one
            for one in dataset.vocabulary
            if one[0] == "<" and one not in seen and wanted.intersection(_types(shown, one))
        ]
        seen.update(terms)
        ours = sorted((one for one in terms if _is_ours(shown, one)), key=by_label(shown))
        others = sorted((one for one in terms if not _is_ours(shown, one)), key=by_label(shown))
        name = shown.say(heading)
        index = join([_index(shown, ours), _index(shown, others, quiet=True)])
        contents.append(join([tag("p", tag("strong", link(name, f"#{id}")), shown.count(len(terms))), index]))
        articles = [_term(shown, one) for one in [*ours, *others]]
        parts.append(shown.section(name, join(articles, "\n"), count=len(terms), id=id))
    same = [link(text, f"ns.{suffix}") for suffix, text in FORMATS]
    foot = join([shown.say("The same statements as"), " ", join(same, ", "), "."])
    return page(
        shown,
        title,
        tag("h1", title),
        _about(shown, ontology) if ontology else None,
        tag("nav", *contents, aria_label=shown.say("Terms"), class_="contents"),
        *parts,
        foot=foot,
    )


def _types(shown: Shown, subject: str) -> Sequence[str]:
    return shown.dataset.vocabulary[subject].get(TYPE, [])


def _is_ours(shown: Shown, subject: str) -> bool:
    return subject.startswith(f"<{shown.dataset.base}")


def _about(shown: Shown, ontology: str) -> Html:
    """What the vocabulary says of itself."""
    rows = [
        _row(shown.say(heading), shown.said(ontology, curie))
        for heading, curie in (
            ("Definition", "dcterms:description"),
            ("Version", "owl:versionInfo"),
            ("Address of the version", "owl:versionIRI"),
            ("Prefix", "vann:preferredNamespacePrefix"),
            ("Creator", "dcterms:creator"),
            ("Modified", "dcterms:modified"),
            ("Licence", "dcterms:license"),
        )
    ]
    return join([tag("p", tag("code", ontology[1:-1]), class_="iri"), tag("dl", *rows)])


def _index(shown: Shown, terms: Sequence[str], *, quiet: bool = False) -> Html | None:
    if not terms:
        return None
    items = (tag("li", link(shown.name(one), f"#{shown.anchor(one)}")) for one in terms)
    return tag("ul", *items, class_="index quiet" if quiet else "index")


def _row(heading: str, *values: Content) -> Html | None:
    found = [value for value in values if value]
    return join([tag("dt", heading), *(tag("dd", value) for value in found)]) if found else None


def _term(shown: Shown, subject: str) -> Html:
    said = shown.dataset.values
    labels = [
        tag("span", text, lang=language or None)
        for language, text in shown.dataset.labels(subject).items()
        if text != shown.label(subject)
    ]
    rows = [
        _row(shown.say("Definition"), _texts(shown, subject, "skos:definition", "rdfs:comment")),
        _row(shown.say("Example"), *(shown.value(one) for one in said(subject, "skos:example"))),
        _row(shown.say("Note"), *(shown.value(one) for one in said(subject, "skos:scopeNote", "skos:note"))),
        _row(shown.say("Narrower than"), shown.values(said(subject, "rdfs:subClassOf", "rdfs:subPropertyOf"))),
        _row(shown.say("Wider than"), _turned(shown, subject, "rdfs:subClassOf", "rdfs:subPropertyOf")),
        _row(shown.say("Said of"), shown.values(said(subject, "rdfs:domain"))),
        _row(shown.say("Leads to"), shown.values(said(subject, "rdfs:range"))),
        _row(shown.say("Turned round"), shown.values(said(subject, "owl:inverseOf"))),
        _row(shown.say("Properties said of it"), _turned(shown, subject, "rdfs:domain")),
        _row(shown.say("Properties that lead to it"), _turned(shown, subject, "rdfs:range")),
        _row(shown.say("Close to"), shown.values([*said(subject, "skos:closeMatch"), *said(subject, "rdfs:seeAlso")])),
        _row(shown.say("State of the term"), shown.said(subject, "vs:term_status")),
        _row(shown.say("In the data"), _used(shown, subject)),
    ]
    iri = tag("p", outside(subject[1:-1]) if not _is_ours(shown, subject) else tag("code", subject[1:-1]), class_="iri")
    id = shown.anchor(subject)
    text, language = shown.text(subject)
    old = tag("strong", " ", shown.say("deprecated")) if said(subject, "owl:deprecated") else None
    own = link("#", f"#{id}", class_="quiet", aria_label=shown.say("Address of {term}", term=text))
    heading = tag("h3", tag("span", capital(text), lang=language), old, " ", own)
    also = tag("p", join(labels, " · "), class_="also") if labels else None
    return tag("article", heading, also, iri, tag("dl", *rows), id=id)


def _texts(shown: Shown, subject: str, *curies: str) -> Html | None:
    """A text in the language of the page, else in the first that there is."""
    values = shown.dataset.values(subject, *curies)
    order = {language: place for place, language in enumerate((shown.language, *LANGUAGES))}
    best = sorted(values, key=lambda one: order.get(parse_term(one).language or "", 9))
    return shown.value(best[0]) if best else None


def _turned(shown: Shown, subject: str, *curies: str) -> Html | None:
    wanted = list(map(term, curies))
    vocabulary = shown.dataset.vocabulary
    found = [one for one in vocabulary if any(subject in vocabulary[one].get(each, ()) for each in wanted)]
    return shown.values(sorted((one for one in found if one[0] == "<"), key=by_label(shown)))


def _used(shown: Shown, subject: str) -> Content:
    """How many things of the data are of a class, with the way to them."""
    things = shown.dataset.of_class(subject)
    if not things:
        return None
    slug = subject.strip("<>").rpartition("#")[2].rpartition("/")[2].lower()
    listed = subject in shown.site.kinds
    number = f"{len(things):,}"
    return link(number, shown.page(f"browse/{slug}")) if listed else number
