"""The page of one thing: what it is called, what is said of it, and where that is said."""

from __future__ import annotations

from urllib.parse import quote

from iomld.serialization import in_html
from iomld.serve.coverage import paragraphs
from iomld.serve.dataset import term
from iomld.serve.frame import FORMATS, page
from iomld.serve.kinds import KINDS, NAMING
from iomld.serve.markup import Content, Html, join, link, outside, tag
from iomld.serve.portraits import portrait
from iomld.serve.shown import Shown, capital
from iomld.serve.tables import column, fact_sections, incoming_sections, own_facts
from iomld.serve.themes import by_theme

__all__ = ["thing_page"]

_PARTICIPATION = term("mld:Participation")
_LANGUAGE_NAMES = {"en": "English", "fr": "français", "es": "español"}
_LINKS = (
    ("owl:sameAs", "The same thing in"),
    ("skos:exactMatch", "The same in"),
    ("skos:closeMatch", "Much the same in"),
)


def thing_page(shown: Shown, thing: str, *, json_ld: str) -> str:
    """The HTML document of a thing.

    :param json_ld: its statements, which the page carries along
    """
    types = shown.dataset.types(thing)
    label, language = _title(shown, thing)
    labels = shown.dataset.labels(thing)
    others = [
        tag("li", tag("span", text, lang=one), f" ({_LANGUAGE_NAMES.get(one, one)})")
        for one, text in labels.items()
        if one and text.casefold() != label.casefold()
    ]
    name = shown.stem.rpartition("/")[2]
    head: list[Content] = [
        tag("p", join([_class(shown, one) for one in types], ", "), class_="kind") if types else None,
        tag("h1", label, lang=language),
        tag("ul", *others, class_="also") if others else None,
        tag("p", tag("code", thing[1:-1]), class_="iri"),
    ]
    # A process lists its members by role; a country its processes by what it is in them.
    grouped = {_PARTICIPATION: "org:role"} if term("mld:Dialogue") in types else {}
    sections = [
        own_facts(shown, thing),
        *([paragraphs(shown, thing)] if term("mld:Document") in types else []),
        *portrait(shown, thing),
        *([by_theme(shown, thing)] if term("skos:Concept") in types else []),
        *fact_sections(shown, thing, KINDS.keys() - set(NAMING), grouped=grouped),
        *incoming_sections(shown, thing),
        *fact_sections(shown, thing, NAMING),
        _links_out(shown, thing),
    ]
    same = (link(title, _quoted(f"{name}.{suffix}"), rel="alternate") for suffix, title in FORMATS)
    foot = join([shown.say("The same statements as"), " ", join(list(same), ", "), "."])
    alternates = [
        tag("link", rel="alternate", type=type, href=_quoted(f"{name}.{suffix}"))
        for suffix, type in (("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("nt", "application/n-triples"))
    ]
    extra = join([*alternates, Html(in_html(json_ld))], "\n")
    return page(shown, label, *head, *sections, head=extra, foot=foot)


def _quoted(name: str) -> str:
    return "./" + quote(name)


def _title(shown: Shown, thing: str) -> tuple[str, str | None]:
    types = shown.dataset.types(thing)
    if term("mld:DocumentPart") in types or term("mld:Citation") in types:
        source = next(iter(shown.dataset.values(thing, "oa:hasSource")), thing)
        return shown.place(source), None
    for kind, how in KINDS.items():
        if kind in types and kind not in NAMING and not shown.dataset.labels(thing):
            # A fact has no name of its own: it is told by the things that it joins.
            ends = [one for _, curie in how.columns[:3] for one in column(shown.dataset, thing, curie)[:1]]
            joined = " – ".join(shown.label(one) for one in ends if one[0] == "<")
            return joined or shown.dataset.label(thing), None
    label, language = shown.text(thing)
    return (capital(label) if term("skos:Concept") in types else label), language


def _class(shown: Shown, kind: str) -> Html:
    return shown.value(kind) if kind in shown.dataset.vocabulary else outside(kind[1:-1], shown.dataset.label(kind))


def _links_out(shown: Shown, thing: str) -> Html | None:
    items = []
    mapped = {
        object
        for _, node in shown.dataset.pointing.get(thing, ())
        for object in shown.dataset.values(node, "sssom:object_id")
    }
    for curie, how in _LINKS:
        for object in shown.dataset.values(thing, curie):
            if object in mapped:  # told with its reason in the table of links
                continue
            iri = object[1:-1]
            host = iri.partition("://")[2].partition("/")[0].removeprefix("www.")
            items.append(tag("li", f"{shown.say(how)} {host}: ", outside(iri)))
    if not items:
        return None
    return shown.section(shown.say("Elsewhere"), tag("ul", *items), count=len(items), id="elsewhere")
