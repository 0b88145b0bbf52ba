"""Facts as tables: one row a fact, one column a property, the places in the documents last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from iomld.serve.dataset import DETAILS, FACTS, TYPE, Dataset, term
from iomld.serve.excerpt import facts_about
from iomld.serve.markup import Content, Html, join, link, outside, tag
from iomld.terms import parse_term

__all__ = ["KINDS", "NAMING", "Shown", "fact_sections", "incoming_sections", "own_facts"]

DERIVED = term("prov:wasDerivedFrom")


class Kind(NamedTuple):
    """How facts of a class are shown.

    :param heading: of the section
    :param columns: heading of a column and CURIE of the property; ``^`` in front turns it round
    """

    heading: str
    columns: tuple[tuple[str, str], ...]


_WRITTEN = ("As written", "mld:asWritten")
_TIME = ("When", "mld:period")
_SAID = ("In short", "dcterms:description")
#: Sections in the order of a page.
KINDS: Mapping[str, Kind] = {
    term(curie): Kind(heading, columns)
    for curie, heading, columns in (
        ("mld:Participation", "Taking part in processes",
         (("Process", "org:organization"), ("Role", "org:role"), ("Participant", "org:member"), _WRITTEN, _TIME,
          _SAID)),
        ("mld:Involvement", "Involvement in events and activities",
         (("In", "^mld:involvement"), ("Role", "prov:hadRole"), ("Who", "prov:agent"), _WRITTEN, _TIME, _SAID)),
        ("mld:Relation", "Relations",
         (("Subject", "mld:relationSubject"), ("Relation", "mld:relationType"), ("Object", "mld:relationObject"),
          ("Value", "mld:value"), ("Number", "mld:count"), _TIME, _SAID, _WRITTEN)),
        ("mld:RegionalListing", "Listed by region",
         (("Region", "mld:listedRegion"), ("Grouping", "mld:grouping"), ("Focus", "mld:focus"), _WRITTEN)),
        ("mld:ThematicScope", "Themes",
         (("Theme", "mld:theme"), ("Of", "mld:scopeOf"), _WRITTEN)),
        ("mld:Beneficiary", "For whom",
         (("Activity", "mld:beneficiaryOf"), ("Group", "skos:prefLabel"), ("Number", "mld:count"),
          ("Qualifier", "mld:qualifier"), _WRITTEN)),
        ("mld:Figure", "Figures",
         (("Of", "mld:figureOf"), ("Measure", "mld:measure"), ("Value", "mld:value"), ("Unit", "mld:unit"),
          ("Qualifier", "mld:qualifier"), _TIME, _WRITTEN)),
        ("mld:Response", "Responses",
         (("To", "mld:respondsTo"), ("By", "mld:respondent"), ("Kind", "mld:responseKind"), _SAID,
          ("Action", "mld:action"))),
        ("org:ChangeEvent", "Succession",
         (("Before", "org:originalOrganization"), ("After", "org:resultingOrganization"), _TIME)),
        ("mld:Name", "Names",
         (("Name", "skosxl:literalForm"), ("Kind", "mld:nameKind"), ("Of", "mld:nameOf"), _TIME)),
        ("mld:CodeAssignment", "Codes",
         (("Code", "skos:notation"), ("Scheme", "mld:codeScheme"), ("Of", "mld:codeOf"), _TIME)),
        ("sssom:Mapping", "Links to other datasets",
         (("How", "sssom:predicate_id"), ("There", "sssom:object_id"), ("Here", "sssom:subject_id"),
          ("Confidence", "sssom:confidence"), ("Why", "rdfs:comment"))),
    )
}  # fmt: skip
#: Properties whose values stand in a table of facts already, or in the head of the page.
_SHOWN_ELSEWHERE = frozenset(
    map(term, ("skos:prefLabel", "dcterms:subject", "mld:participant", "mld:involvement", "prov:wasDerivedFrom",
               "skos:exactMatch", "skos:closeMatch", "owl:sameAs", "skos:altLabel"))
) | {TYPE}  # fmt: skip
#: What the things are that point here by a property; ``{}`` where the name of the property tells nothing turned round.
_INVERSE = {
    term(curie): heading
    for curie, heading in {
        "mld:process": "Events of the process",
        "schema:superEvent": "Parts of the event",
        "dcterms:isPartOf": "Parts",
        "mld:country": "In this country",
        "skos:broader": "Narrower concepts",
        "skos:inScheme": "Concepts",
        "mld:outcome": "Outcome of",
        "mld:outputOf": "Outputs",
        "mld:producer": "Outputs made",
        "org:subOrganizationOf": "Bodies that belong to it",
        "mld:adoptedBy": "Instruments adopted",
        "mld:adoptedAt": "Instruments adopted here",
        "mld:party": "Instruments it is party to",
        "mld:instrument": "Mandates resting on it",
        "mld:empowers": "Mandates",
        "mld:conferredBy": "Mandates conferred",
        "mld:issuedBy": "Issued",
        "mld:addressee": "Recommendations addressed to it",
        "mld:actor": "Recommendations that it is to carry out",
        "mld:repliesTo": "Replies",
        "oa:hasSource": "Cited as",
        "prov:wasDerivedFrom": "Facts that rest on this place",
    }.items()
}


class Shown:
    """The terms of a dataset as a page shows them.

    :param root: the way from the page to the root of the site, such as ``../../``
    """

    def __init__(self, dataset: Dataset, root: str, href: Callable[[str], str]) -> None:
        self.dataset = dataset
        self._root = root
        self._href = href

    def to(self, path: str) -> str:
        """The address of a file of the site."""
        return self._root + path

    def name(self, subject: str) -> Html:
        """What a thing is called, in its language."""
        labels = self.dataset.labels(subject)
        language, text = next(iter(labels.items()), ("", self.dataset.label(subject)))
        return tag("span", text, lang=language) if language not in ("", "en") else join([text])

    def value(self, spelt: str) -> Html:
        """A term: a link, or text in its language."""
        if spelt[0] == "<":
            path = self.dataset.path(spelt)
            if path is not None:
                if term("mld:Period") in self.dataset.types(spelt):
                    return join([self.dataset.label(spelt)])
                return link(self.name(spelt), self.to(self._href(path)))
            if spelt in self.dataset.vocabulary:
                return link(self.name(spelt), self.to(f"ns.html#{quote(self.anchor(spelt), safe=':/')}"))
            return outside(spelt[1:-1])
        if spelt[0] == "_":
            return join([spelt])
        literal = parse_term(spelt)
        return tag("span", literal.value, lang=literal.language if literal.language != "en" else None)

    def anchor(self, spelt: str) -> str:
        """Where a vocabulary term stands on the page of the vocabulary: ours by its name, others by their IRI."""
        iri = spelt[1:-1]
        return iri.rpartition("#")[2].rpartition("/")[2] if iri.startswith(self.dataset.base) else iri

    def property(self, predicate: str) -> str:
        """What a property is called."""
        return self.dataset.label(predicate)

    def citations(self, subject: str) -> Html | None:
        """The places that a fact rests on, as links to the paragraph."""
        found = self.dataset.about.get(subject, {}).get(DERIVED, [])
        if not found:
            return None
        return join([self._citation(one) for one in found], " · ")

    def _citation(self, citation: str) -> Html:
        source = next(iter(self.dataset.values(citation, "oa:hasSource")), citation)
        path = self.dataset.path(source)
        return tag("cite", link(self.place(source), self.to(self._href(path))) if path else self.value(source))

    def place(self, part: str) -> str:
        """A part of a document as people cite it: identifier of the document, and the number in it."""
        document = next(iter(self.dataset.values(part, "dcterms:isPartOf")), None)
        while document and (above := self.dataset.values(document, "dcterms:isPartOf")):
            document = above[0]
        pinpoint = self.dataset.label(part)
        if document is None:
            return pinpoint
        identifiers = self.dataset.values(document, "dcterms:identifier")
        start = parse_term(identifiers[0]).value if identifiers else self.dataset.label(document)
        return f"{start}, {' '.join(pinpoint.split('/')[1:]).replace('-', ' ')}"

    def table(self, caption: str, headings: Sequence[str], rows: Sequence[Sequence[Content]]) -> Html:
        """A table that scrolls by itself on a small screen; columns in which nothing stands are left out."""
        kept = [n for n in range(len(headings)) if any(row[n] for row in rows)]
        head = tag("tr", *(tag("th", headings[n], scope="col") for n in kept))
        body = [tag("tr", *(tag("td", row[n]) for n in kept)) for row in rows]
        table = tag(
            "table", tag("caption", caption, class_="unseen"), tag("thead", head), tag("tbody", join(body, "\n"))
        )
        return tag("div", table, class_="scroll", role="region", aria_label=caption, tabindex="0")

    def section(self, heading: str, content: Content, *, count: int | None = None) -> Html:
        """A part of a page under its heading."""
        id = "".join(char if char.isalnum() else "-" for char in heading.lower())
        number = tag("span", f" {count:,}", class_="count") if count is not None else None
        return tag("section", tag("h2", heading, number, id=id), content, aria_labelledby=id)


def own_facts(shown: Shown, thing: str) -> Html | None:
    """What is said of the thing itself, property by property."""
    about = shown.dataset.about[thing]
    rows = []
    for predicate in sorted(about.keys() - _SHOWN_ELSEWHERE, key=lambda one: shown.property(one).casefold()):
        values = [one for one in about[predicate] if not FACTS.intersection(shown.dataset.types(one))]
        if values:
            label = shown.property(predicate)
            items = [tag("dd", shown.value(one)) for one in values]
            rows.append(join([tag("dt", label[:1].upper() + label[1:]), *items]))
    if sources := shown.citations(thing):
        rows.append(join([tag("dt", "Sources"), tag("dd", sources)]))
    return tag("dl", *rows) if rows else None


#: Facts on what a thing is called: they come last on its page.
NAMING = tuple(map(term, ("mld:Name", "mld:CodeAssignment", "sssom:Mapping")))


def fact_sections(
    shown: Shown, thing: str, kinds: Collection[str], *, grouped: Mapping[str, str] | None = None
) -> list[Html]:
    """A table for each class of facts about a thing.

    :param kinds: the classes that are wanted
    :param grouped: for a class of facts, the property by whose values its rows are put into tables of their own
    """
    sections = []
    facts = facts_about(shown.dataset, thing)
    for kind, how in KINDS.items():
        if kind not in kinds:
            continue
        of_kind = [fact for fact in facts if kind in shown.dataset.types(fact)]
        if not of_kind:
            continue
        by = (grouped or {}).get(kind)
        if by is None:
            content: Html = _facts(shown, thing, how, how.heading, of_kind)
        else:
            groups: dict[str, list[str]] = {}
            for fact in of_kind:
                groups.setdefault(next(iter(shown.dataset.values(fact, by)), ""), []).append(fact)
            parts = []
            for group in sorted(groups, key=lambda one: (-len(groups[one]), shown.dataset.label(one))):
                title = shown.dataset.label(group) if group else "other"
                count = tag("span", f" {len(groups[group])}", class_="count")
                parts += [
                    tag("h3", title[:1].upper() + title[1:], count),
                    _facts(shown, thing, how, title, groups[group], without=by),
                ]
            content = join(parts, "\n")
        sections.append(shown.section(how.heading, content, count=len(of_kind)))
    return sections


def _facts(shown: Shown, thing: str, how: Kind, caption: str, facts: Sequence[str], without: str = "") -> Html:
    rows = []
    for fact in facts:
        cells: list[Content] = []
        for _, curie in how.columns:
            if curie.startswith("^"):
                turned = term(curie[1:])
                values = [s for p, s in shown.dataset.pointing.get(fact, ()) if p == turned]
            else:
                values = shown.dataset.values(fact, curie)
            others = [value for value in values if value != thing]
            cells.append(None if curie == without else join(map(shown.value, others), "; ") if others else None)
        path = shown.dataset.path(fact)
        source = shown.citations(fact)
        rows.append([*cells, source, link("fact", shown.to(shown._href(path)), class_="quiet") if path else None])
    rows.sort(key=lambda row: [str(cell or "").casefold().partition(">")[2] or str(cell or "") for cell in row])
    return shown.table(caption, [*(heading for heading, _ in how.columns), "Source", ""], rows)


def incoming_sections(shown: Shown, thing: str) -> list[Html]:
    """Tables of the named things that point here, one for each property."""
    by: dict[str, list[str]] = {}
    for predicate, subject in shown.dataset.pointing.get(thing, ()):
        types = shown.dataset.types(subject)
        elsewhere = predicate in (term("dcterms:subject"), term("mld:participant"))
        if not elsewhere and (predicate == DERIVED or not (FACTS | DETAILS).intersection(types)):
            by.setdefault(predicate, []).append(subject)
    sections = []
    order = list(_INVERSE)
    for predicate in sorted(by, key=lambda one: (order.index(one) if one in order else len(order), one)):
        subjects = sorted(set(by[predicate]), key=lambda one: (_begin(shown.dataset, one), shown.dataset.label(one)))
        heading = _INVERSE.get(predicate) or f"Things with this {shown.property(predicate)}"
        rows = [
            [
                _named_link(shown, one),
                ", ".join(dict.fromkeys(shown.dataset.label(kind) for kind in shown.dataset.types(one))),
                _first(shown, one, "mld:period"),
                _first(shown, one, "mld:city"),
                shown.citations(one) if predicate != DERIVED else None,
            ]
            for one in subjects
        ]
        table = shown.table(heading, ["Name", "Kind", "When", "Where", "Source"], rows)
        sections.append(shown.section(heading, table, count=len(subjects)))
    return sections


def _named_link(shown: Shown, subject: str) -> Content:
    """A thing by its name; a fact, which has none, by the things it joins."""
    for kind, how in KINDS.items():
        if kind in shown.dataset.types(subject):
            texts = []
            for _, curie in how.columns[:3]:
                turned = curie.startswith("^")
                values = (
                    [s for p, s in shown.dataset.pointing.get(subject, ()) if p == term(curie[1:])]
                    if turned
                    else shown.dataset.values(subject, curie)
                )
                texts += [
                    shown.name(value) if value[0] == "<" else join([parse_term(value).value]) for value in values[:1]
                ]
            path = shown.dataset.path(subject)
            return link(join(texts, " – "), shown.to(shown._href(path))) if path else join(texts, " – ")
    return shown.value(subject)


def _begin(dataset: Dataset, subject: str) -> str:
    return next((dataset.label(one) for one in dataset.values(subject, "mld:period")), "~")


def _first(shown: Shown, subject: str, curie: str) -> Content:
    return next((shown.value(one) for one in shown.dataset.values(subject, curie)), None)
