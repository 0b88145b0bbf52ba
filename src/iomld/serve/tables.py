"""Facts as tables: one row a fact, one column a property, the places in the documents last."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from iomld.serve.dataset import DERIVED, DETAILS, FACTS, Dataset, term
from iomld.serve.excerpt import cited_in, facts_about
from iomld.serve.kinds import INVERSE, INVERSE_OF_CLASS, KINDS, SHOWN_ELSEWHERE, Kind
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.names import fold, natural
from iomld.serve.shown import Shown, by_label, capital
from iomld.terms import parse_term

__all__ = ["column", "fact_sections", "incoming_sections", "own_facts", "things_table"]


def own_facts(shown: Shown, thing: str) -> Html | None:
    """What is said of the thing itself, property by property."""
    about = shown.dataset.about[thing]
    rows = []
    for predicate in sorted(about.keys() - SHOWN_ELSEWHERE, key=by_label(shown)):
        values = [one for one in about[predicate] if not FACTS.intersection(shown.dataset.types(one))]
        own = [one for one in values if one[0] == '"' and parse_term(one).language == shown.language]
        if values:
            items = [tag("dd", shown.value(one)) for one in own or values]
            label, language = shown.text(predicate)
            rows.append(join([tag("dt", capital(label), lang=language), *items]))
    if sources := shown.citations(thing):
        rows.append(join([tag("dt", shown.say("Sources")), tag("dd", sources)]))
    return tag("dl", *rows) if rows else None


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
        heading = shown.say(how.grouped if kind in (grouped or {}) else how.heading)
        by = (grouped or {}).get(kind)
        content = _grouped(shown, thing, how, of_kind, by) if by else _facts(shown, thing, how, heading, of_kind)
        sections.append(shown.section(heading, content, count=len(of_kind), id=_id(how.heading)))
    return sections


def _id(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def _grouped(shown: Shown, thing: str, how: Kind, facts: Sequence[str], by: str) -> Html:
    groups: dict[str, list[str]] = {}
    for fact in facts:
        groups.setdefault(next(iter(shown.dataset.values(fact, by)), ""), []).append(fact)
    parts = []
    for group in sorted(groups, key=lambda one: (-len(groups[one]), shown.dataset.label(one))):
        title, language = shown.text(group) if group else (shown.say("other"), None)
        parts += [
            tag("h3", tag("span", capital(title), lang=language), shown.count(len(groups[group]))),
            _facts(shown, thing, how, capital(title), groups[group], without=by),
        ]
    return join(parts, "\n")


def _facts(shown: Shown, thing: str, how: Kind, caption: str, facts: Sequence[str], without: str = "") -> Html:
    rows = []
    for fact in facts:
        cells: list[Content] = []
        for _, curie in how.columns:
            others = [value for value in column(shown.dataset, fact, curie) if value != thing]
            cells.append(None if curie == without else shown.values(others, "; "))
        href = shown.of(fact)
        about = link(shown.say("fact"), href, class_="quiet") if href else None
        rows.append([*cells, shown.citations(fact), about])
    rows.sort(key=lambda row: [fold(str(cell or "")).partition(">")[2] or fold(str(cell or "")) for cell in row])
    headings = [shown.say(heading) for heading, _ in how.columns]
    return shown.table(caption, [*headings, shown.say("Source"), ""], rows)


def column(dataset: Dataset, fact: str, curie: str) -> list[str]:
    """What stands in a column of a fact: the values of a property, or for ``^`` what points to it."""
    if curie.startswith("^"):
        turned = term(curie[1:])
        return [s for p, s in dataset.pointing.get(fact, ()) if p == turned]
    return dataset.values(fact, curie)


def incoming_sections(shown: Shown, thing: str) -> list[Html]:
    """Tables of the named things that point here, one for each property and for classes of which it says else."""
    by: dict[tuple[str, str], list[str]] = {}
    pointing = [*shown.dataset.pointing.get(thing, ())]
    # who looks at a part of a document looks for what rests on it, not for the node that cites it
    for resting in cited_in(shown.dataset, thing).values():
        pointing += ((DERIVED, subject) for subject in resting)
    for predicate, subject in pointing:
        types = shown.dataset.types(subject)
        elsewhere = predicate in (term("dcterms:subject"), term("mld:participant"))
        if not elsewhere and (predicate == DERIVED or not (FACTS | DETAILS).intersection(types)):
            headings = (INVERSE_OF_CLASS.get((predicate, kind)) for kind in types)
            by.setdefault((predicate, next(filter(None, headings), INVERSE.get(predicate, ""))), []).append(subject)
    sections = []
    place = {predicate: n for n, predicate in enumerate(INVERSE)}
    # The things of which the property says what it says of most come before those of a class of their own.
    for predicate, told in sorted(
        by, key=lambda one: (place.get(one[0], len(place)), one[0], one[1] != INVERSE.get(one[0]))
    ):
        subjects = sorted(set(by[predicate, told]), key=lambda one: _in_order(shown, one))
        heading = (
            shown.say(told) if told else shown.say("Things with this: {property}", property=shown.label(predicate))
        )
        table = things_table(shown, heading, subjects, cited=predicate != DERIVED)
        identifier = _id(told) if told else None
        sections.append(shown.section(heading, table, count=len(subjects), id=identifier))
    return sections


def things_table(shown: Shown, caption: str, things: Sequence[str], *, cited: bool = True) -> Html:
    """Things with their class, time and place, one a row.

    :param cited: whether the places that they rest on stand in the last column
    """
    headings = [shown.say(one) for one in ("Name", "Kind", "When", "Where", "Status", "Source")]
    rows: list[list[Content]] = [
        [
            _named_link(shown, one),
            join(list(dict.fromkeys(map(shown.name, shown.dataset.types(one)))), ", "),
            _first(shown, one, "mld:period"),
            join([each for each in (_first(shown, one, "mld:city"), shown.said(one, "mld:country")) if each], ", "),
            _first(shown, one, "mld:status"),
            shown.citations(one) if cited else None,
        ]
        for one in things
    ]
    return shown.table(caption, headings, rows)


def _named_link(shown: Shown, subject: str) -> Content:
    """A thing by its name; a fact, which has none, by the things it joins."""
    for kind, how in KINDS.items():
        if kind in shown.dataset.types(subject):
            texts = []
            for _, curie in how.columns[:3]:
                for value in column(shown.dataset, subject, curie)[:1]:
                    texts.append(shown.name(value) if value[0] == "<" else join([parse_term(value).value]))
            return shown.link(subject, join(texts, " – "))
    return shown.value(subject)


def _in_order(shown: Shown, subject: str) -> tuple[str, list[tuple[int, str]], str]:
    """When it began, then its name: “para 2” stands before “para 10”."""
    begun = next((shown.dataset.label(one) for one in shown.dataset.values(subject, "mld:period")), "~")
    return begun, natural(shown.label(subject)), subject


def _first(shown: Shown, subject: str, curie: str) -> Content:
    return next((shown.value(one) for one in shown.dataset.values(subject, curie)), None)
