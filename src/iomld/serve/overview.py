"""Pages about the whole: start, lists, search, vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from iomld.serve.dataset import LANGUAGES, Dataset, term
from iomld.serve.frame import page, script
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.search import Entry, fold
from iomld.serve.tables import Shown
from iomld.terms import parse_term

if TYPE_CHECKING:
    from iomld.query import SavedQuery

__all__ = [
    "browse_page",
    "classes",
    "kinds_page",
    "message_page",
    "questions_page",
    "search_page",
    "sparql_page",
    "start_page",
    "vocabulary_page",
]


def _slug(kind: str) -> str:
    return kind.strip("<>").rpartition("#")[2].rpartition("/")[2].lower()


def classes(dataset: Dataset) -> dict[str, list[str]]:
    """The classes that things of the data are of, by the name of their list, with these things by label."""
    found: dict[str, list[str]] = {}
    for thing in dataset.named:
        for kind in dataset.types(thing):
            found.setdefault(_slug(kind), []).append(thing)
    return dict(sorted(found.items()))


def _class_name(dataset: Dataset, things: Sequence[str], slug: str) -> str:
    kind = next(kind for kind in dataset.types(things[0]) if _slug(kind) == slug)
    name = dataset.label(kind)
    return name[:1].upper() + name[1:]


def _identifier(dataset: Dataset, thing: str) -> Content:
    identifiers = ", ".join(parse_term(one).value for one in dataset.values(thing, "dcterms:identifier"))
    return tag("span", f" {identifiers}", class_="quiet") if identifiers else None


def _number(things: Sequence[str]) -> Html:
    return tag("strong", f"{len(things):,}")


def start_page(
    dataset: Dataset,
    lists: Mapping[str, Sequence[str]],
    *,
    titles: Mapping[str, str],
    descriptions: Mapping[str, str],
    files: Iterable[str],
    queries: Mapping[str, SavedQuery],
    href: Callable[[str], str],
    site: str,
) -> str:
    """What is in the dataset, with ways in.

    :param queries: saved queries that the site answers
    """
    shown = Shown(dataset, "", href)
    title = next(iter(titles.values()), site)
    cards = [
        tag(
            "li",
            link(join([tag("strong", f"{len(things):,}"), _class_name(dataset, things, slug)]), f"browse/{slug}.html"),
        )
        for slug, things in sorted(lists.items(), key=lambda item: -len(item[1]))
    ]
    count = sum(len(objects) for said in dataset.about.values() for objects in said.values())
    ways = []
    for slug in ("consultativeprocess", "document"):
        if slug in lists:
            items = [tag("li", shown.value(thing), _identifier(dataset, thing)) for thing in lists[slug]]
            ways.append(shown.section(_class_name(dataset, lists[slug], slug), tag("ul", *items, class_="columns")))
    asked = [
        tag("li", link(query.question or query.summary or name, f"api/{name}.csv"))
        for name, query in sorted(queries.items())
    ]
    all_asked = tag("p", link("All saved queries, with their parameters", "api/index.html"))
    downloads = [tag("li", link(name, name)) for name in files]
    also = [
        tag("li", tag("span", text, lang=language)) for language, text in list(titles.items())[1:] if language != "en"
    ]
    return page(
        title,
        tag("h1", title),
        tag("ul", *also, class_="also") if also else None,
        *(
            tag("p", text, lang=language if language != "en" else None)
            for language, text in list(descriptions.items())[:1]
        ),
        shown.section("What is in it", tag("ul", *cards, class_="cards")),
        *ways,
        shown.section("Questions with an answer", join([tag("ul", *asked), all_asked])) if asked else None,
        shown.section("For machines", tag("ul", *downloads)) if downloads else None,
        tag("p", f"{count:,} triples, {len(dataset.things):,} things with an address of their own."),
        root="",
        site=site,
    )


def kinds_page(dataset: Dataset, lists: Mapping[str, Sequence[str]], *, site: str) -> str:
    """All lists."""
    items = [
        tag(
            "li",
            link(_class_name(dataset, things, slug), f"{slug}.html"),
            tag("span", f" {len(things):,}", class_="count"),
        )
        for slug, things in lists.items()
    ]
    return page("Everything", tag("h1", "Everything, kind by kind"), tag("ul", *items), root="../", site=site)


def browse_page(dataset: Dataset, slug: str, things: Sequence[str], *, href: Callable[[str], str], site: str) -> str:
    """The things of a class, by letter."""
    shown = Shown(dataset, "../", href)
    name = _class_name(dataset, things, slug)
    ordered = sorted(things, key=lambda thing: (fold(dataset.label(thing)), thing))
    parts: list[Html] = []
    letters: list[str] = []
    for letter, group in groupby(ordered, key=lambda thing: (fold(dataset.label(thing))[:1] or "–").upper()):
        items = [tag("li", shown.value(thing), _other_names(dataset, thing)) for thing in group]
        letters.append(letter)
        parts += [tag("h2", letter, id=f"l-{ord(letter[0]):x}"), tag("ul", *items, class_="columns")]
    index = tag("nav", join((link(one, f"#l-{ord(one[0]):x}") for one in letters), " "), aria_label="Letters")
    return page(
        name, tag("h1", name, tag("span", f" {len(ordered):,}", class_="count")), index, *parts, root="../", site=site
    )


def _count(things: Sequence[str]) -> Html:
    return tag("span", f" {len(things):,}", class_="count")


def _other_names(dataset: Dataset, thing: str) -> Content:
    labels = list(dataset.labels(thing).items())[1:]
    if not labels:
        return None
    texts = [tag("span", text, lang=language) for language, text in labels if language]
    return tag("span", " (", join(texts, ", "), ")", class_="quiet")


def search_page(*, site: str, href: Callable[[str], str], asked: str | None = None, found: Sequence[Entry] = ()) -> str:
    """The search page; with an answer where a server makes it, else with the script that finds it.

    :param asked: what was asked; None for the page without a question
    """
    form = tag(
        "form",
        tag(
            "label",
            "Name, acronym, code or word, in English, French or Spanish ",
            tag("input", type="search", name="q", value=asked),
        ),
        " ",
        tag("button", "Search"),
        action="search.html",
    )
    if asked is None:
        hint = join(["All things stand in ", link("alphabetical lists", "browse/index.html"), " too."])
        answer = tag("div", tag("p", hint), id="found", aria_live="polite")
    else:
        items = [
            tag("li", link(entry.label, href(entry.path)), " ", tag("span", entry.kind, class_="quiet"))
            for entry in found
        ]
        said = f"{len(items)} found" if items else "Nothing found."
        lists = join(["See also the ", link("alphabetical lists", "browse/index.html"), "."])
        answer = tag("div", tag("p", said), tag("ul", *items) if items else tag("p", lists), id="found", data_done="")
    return page("Search", tag("h1", "Search"), form, answer, tag("script", Html(script())), root="", site=site)


def vocabulary_page(dataset: Dataset, *, href: Callable[[str], str], site: str) -> str:
    """Classes and properties, each with its definition in the languages it has."""
    shown = Shown(dataset, "", href)
    ontology = next((one for one in dataset.vocabulary if term("owl:Ontology") in _types(dataset, one)), None)
    parts: list[Content] = [tag("h1", dataset.label(ontology) if ontology else "Vocabulary")]
    if ontology:
        parts.append(tag("p", tag("code", ontology[1:-1]), class_="iri"))
    sections = (
        ("Classes", ("owl:Class", "rdfs:Class")),
        ("Properties", ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty", "rdf:Property")),
    )
    for heading, kinds in sections:
        wanted = set(map(term, kinds))
        terms = [one for one in dataset.vocabulary if wanted.intersection(_types(dataset, one)) and one[0] == "<"]
        # Our own terms first: those of other vocabularies are told elsewhere too.
        terms.sort(key=lambda one: (not one.startswith(f"<{dataset.base}"), dataset.label(one).casefold()))
        parts.append(shown.section(heading, join([_term(shown, one) for one in terms], "\n"), count=len(terms)))
    foot = join(
        [
            "The same as ",
            link("Turtle", "ns.ttl"),
            ", ",
            link("JSON-LD", "ns.jsonld"),
            ", ",
            link("N-Triples", "ns.nt"),
            ".",
        ]
    )
    return page("Vocabulary", *parts, root="", site=site, foot=foot)


def _types(dataset: Dataset, subject: str) -> list[str]:
    return dataset.vocabulary[subject].get(term("rdf:type"), [])


def _term(shown: Shown, subject: str) -> Html:
    dataset = shown.dataset
    labels = [tag("span", text, lang=language or None) for language, text in dataset.labels(subject).items()]
    rows = []
    order = {language: place for place, language in enumerate(LANGUAGES)}
    for heading, curies in (
        ("Definition", ("skos:definition", "rdfs:comment")),
        ("Example", ("skos:example",)),
        ("Narrower than", ("rdfs:subClassOf", "rdfs:subPropertyOf")),
        ("Of", ("rdfs:domain",)),
        ("Gives", ("rdfs:range",)),
    ):
        values = dataset.values(subject, *curies)
        texts = sorted(values, key=lambda one: order.get(parse_term(one).language or "", 9))
        if texts:
            rows.append(join([tag("dt", heading), *(tag("dd", shown.value(one)) for one in texts)]))
    iri = tag("p", tag("code", subject[1:-1]), class_="iri")
    return tag("article", tag("h3", join(labels, " · ")), iri, tag("dl", *rows), id=shown.anchor(subject))


def message_page(title: str, *content: Content, root: str, site: str) -> str:
    """A page that says something in words, such as that there is nothing here."""
    return page(title, tag("h1", title), *content, root=root, site=site)


def questions_page(queries: Mapping[str, SavedQuery], *, site: str) -> str:
    """The saved queries, each with its parameters and the addresses of its answer."""
    parts = []
    for name, query in sorted(queries.items()):
        rows = [
            join([tag("dt", tag("code", one.name)), tag("dd", one.description or one.type, f" ({one.type})")])
            for one in query.parameters
        ]
        forms = join((link(suffix.upper(), f"{name}.{suffix}") for suffix in ("csv", "json")), " · ")
        about = query.description or query.question
        parts.append(
            tag(
                "section",
                tag("h2", query.summary or name),
                tag("p", tag("code", name), " – ", forms),
                tag("p", about) if about and about != query.summary else None,
                tag("dl", *rows) if rows else None,
                id=name,
            )
        )
    intro = join(["Described for programs in ", link("openapi.json", "openapi.json"), " (OpenAPI 3.1)."])
    return page("Saved queries", tag("h1", "Saved queries"), tag("p", intro), *parts, root="../", site=site)


def sparql_page(queries: Mapping[str, SavedQuery], *, site: str) -> str:
    """A form to ask in SPARQL, with the saved queries to begin from."""
    form = tag(
        "form",
        tag("p", tag("label", "Query", for_="query")),
        tag("textarea", "SELECT * WHERE { ?s ?p ?o } LIMIT 10", id="query", name="query", rows="12", required=True),
        tag(
            "p",
            tag("label", "Answer as ", for_="format"),
            tag(
                "select",
                *(tag("option", one) for one in ("csv", "json", "tsv", "xml", "ttl", "nt")),
                id="format",
                name="format",
            ),
            " ",
            tag("button", "Ask"),
        ),
        action="sparql",
        method="post",
    )
    examples = [
        tag("details", tag("summary", query.summary or name), tag("pre", query.text))
        for name, query in sorted(queries.items())
    ]
    note = "The prefixes of the project need not be declared."
    return page(
        "SPARQL", tag("h1", "Ask in SPARQL"), form, tag("p", note), tag("h2", "Examples"), *examples, root="", site=site
    )
