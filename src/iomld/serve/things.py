"""The page of one thing: what it is called, what is said of it, and where that is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import quote

from iomld.serialization import in_html
from iomld.serve.dataset import Dataset, term
from iomld.serve.frame import FORMATS, page
from iomld.serve.markup import Content, Html, join, link, outside, tag
from iomld.serve.tables import KINDS, NAMING, Shown, fact_sections, incoming_sections, own_facts
from iomld.terms import parse_term

__all__ = ["thing_page"]

_PARTICIPATION = term("mld:Participation")
_LANGUAGE_NAMES = {"en": "English", "fr": "français", "es": "español"}
_LINKS = (
    ("owl:sameAs", "The same thing in"),
    ("skos:exactMatch", "The same in"),
    ("skos:closeMatch", "Much the same in"),
)


def thing_page(
    dataset: Dataset, thing: str, *, root: str, href: Callable[[str], str], site: str, json_ld: str, name: str
) -> str:
    """The HTML document of a thing.

    :param json_ld: its statements, which the page carries along
    :param name: last segment of the address of the document, to which the suffixes of other syntaxes are put
    """
    shown = Shown(dataset, root, href)
    types = dataset.types(thing)
    label = _title(shown, thing, types)
    others = [
        tag("li", tag("span", text, lang=language), f" ({_LANGUAGE_NAMES.get(language, language)})")
        for language, text in list(dataset.labels(thing).items())[1:]
        if language
    ]
    first = next(iter(dataset.labels(thing)), "")
    kinds = join([_class(shown, one) for one in types], ", ")
    head = [
        tag("p", kinds, class_="kind") if types else None,
        tag("h1", label, lang=first if first not in ("", "en") else None),
        tag("ul", *others, class_="also") if others else None,
        tag("p", tag("code", thing[1:-1]), class_="iri"),
    ]
    # A process lists its members by role; a country its processes by what it is in them.
    grouped = {_PARTICIPATION: "org:role"} if term("mld:Dialogue") in types else None
    sections = [
        own_facts(shown, thing),
        *([_paragraphs(shown, thing)] if term("mld:Document") in types else []),
        *([_by_theme(shown, thing)] if term("skos:Concept") in types else []),
        *fact_sections(shown, thing, KINDS.keys() - set(NAMING), grouped=grouped),
        *incoming_sections(shown, thing),
        *fact_sections(shown, thing, NAMING),
        _links_out(shown, thing),
    ]
    same = (link(title, _quoted(f"{name}.{suffix}"), rel="alternate") for suffix, title in FORMATS)
    foot = join(["The same statements as ", join(same, ", "), "."])
    alternates = [
        tag("link", rel="alternate", type=type, href=_quoted(f"{name}.{suffix}"))
        for suffix, type in (("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("nt", "application/n-triples"))
    ]
    extra = join([*alternates, Html(in_html(json_ld))], "\n")
    return page(label, *head, *sections, root=root, site=site, head=extra, foot=foot)


def _quoted(name: str) -> str:
    return "./" + quote(name)


def _title(shown: Shown, thing: str, types: Sequence[str]) -> str:
    if term("mld:DocumentPart") in types or term("mld:Citation") in types:
        source = next(iter(shown.dataset.values(thing, "oa:hasSource")), thing)
        return shown.place(source)
    return shown.dataset.label(thing)


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
            items.append(tag("li", f"{how} {host}: ", outside(iri)))
    return shown.section("Elsewhere", tag("ul", *items), count=len(items)) if items else None


def _paragraphs(shown: Shown, document: str) -> Html:
    """The parts of a document, each with what rests on it; or why nothing does."""
    dataset, part_of = shown.dataset, term("dcterms:isPartOf")
    parts: list[str] = []

    def below(above: str) -> None:
        children = [s for p, s in dataset.pointing.get(above, ()) if p == part_of]
        for child in sorted(children, key=lambda one: _in_order(dataset, one)):
            if term("mld:DocumentPart") in dataset.types(child):
                parts.append(child)
                below(child)

    below(document)
    rows: list[list[Content]] = []
    empty = 0
    for part in parts:
        facts = _facts_resting_on(dataset, part)
        empty += not facts
        notes = join([parse_term(one).value for one in dataset.values(part, "skos:note")], " ")
        path = dataset.path(part)
        heading = join(map(shown.value, dataset.values(part, "mld:heading")), "; ")
        what = link(shown.place(part), shown.to(shown._href(path))) if path else shown.value(part)
        rows.append([what, heading, f"{len(facts):,}" if facts else "none", notes])
    table = shown.table("Coverage of each paragraph", ["Part", "Under the heading", "Facts", "Why none"], rows)
    note = tag("p", f"{len(parts) - empty} of {len(parts)} parts have facts that rest on them.")
    return shown.section("Paragraph by paragraph", join([note, table]), count=len(parts))


def _in_order(dataset: Dataset, part: str) -> tuple[int, list[tuple[int, str]]]:
    """The place of a part: the one that the data gives, else by the numbers in its name."""
    place = next((parse_term(one).value for one in dataset.values(part, "mld:position")), "")
    runs = re.split(r"(\d+)", part[1:-1])
    numbers = [(int(run), "") if run.isdecimal() else (-1, run) for run in runs if run]
    return int(place) if place.isdecimal() else 0, numbers


def _facts_resting_on(dataset: Dataset, part: str) -> set[str]:
    derived, source = term("prov:wasDerivedFrom"), term("oa:hasSource")
    citations = [s for p, s in dataset.pointing.get(part, ()) if p == source] + [part]
    return {s for citation in citations for p, s in dataset.pointing.get(citation, ()) if p == derived}


def _by_theme(shown: Shown, concept: str) -> Html | None:
    """What has a concept as its subject, kind by kind."""
    dataset, subject = shown.dataset, term("dcterms:subject")
    kinds: dict[str, list[str]] = {}
    for predicate, thing in dataset.pointing.get(concept, ()):
        if predicate == subject:
            kinds.setdefault(dataset.label(next(iter(dataset.types(thing)), thing)), []).append(thing)
    if not kinds:
        return None
    parts = []
    for kind in sorted(kinds):
        things = sorted(kinds[kind], key=lambda one: dataset.label(one).casefold())
        count = tag("span", f" {len(things):,}", class_="count")
        parts += [
            tag("h3", kind[:1].upper() + kind[1:], count),
            tag("ul", *(tag("li", shown.value(one)) for one in things), class_="columns"),
        ]
    return shown.section("What has this theme", join(parts, "\n"))
