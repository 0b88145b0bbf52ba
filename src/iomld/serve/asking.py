"""Pages to ask from: the questions in words, a form for each, and the table of its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from iomld.query.parameters import lacking
from iomld.serve.frame import page
from iomld.serve.markup import Content, Html, join, link, outside, tag
from iomld.serve.shown import Shown, capital
from iomld.serve.tableservice import PAGING

if TYPE_CHECKING:
    from iomld.query.saved import Parameter, SavedQuery

__all__ = ["answer_page", "asked_in_words", "questions_page"]

#: type of a parameter: that of the field, and what the browser lets through
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "integer": {"type": "number", "step": "1"},
    "decimal": {"type": "number", "step": "any"},
    "date": {"type": "date"},
}


def questions_page(shown: Shown) -> str:
    """All saved queries: the questions by what they are about, then the tables without a question."""
    queries = shown.site.queries
    about: dict[str, list[SavedQuery]] = {}
    for query in queries.values():
        tags = (one for one in query.tags if one != "question")  # what all of them are
        about.setdefault(next(tags, "") if query.question else "", []).append(query)
    parts, index = [], []
    for n, heading in enumerate(sorted(about, key=lambda one: (not one, one))):
        items = [
            tag("li", link(asked_in_words(query), shown.page(f"api/{query.name}")), " ", _parameters(query))
            for query in sorted(about[heading], key=lambda one: asked_in_words(one).casefold())
        ]
        name = capital(heading) if heading else shown.say("Tables")
        english = "en" if heading and shown.language != "en" else None
        index.append(link(name, f"#about-{n}", lang=english))
        parts.append(
            tag("section", tag("h2", tag("span", name, lang=english), shown.count(len(items)), id=f"about-{n}"),
                tag("ul", *items, lang="en" if shown.language != "en" else None))
        )  # fmt: skip
    title = shown.say("Questions with an answer")
    machines = tag(
        "p", shown.say("Described for programs:"), " ", link("openapi.json", "openapi.json"), " (OpenAPI 3.1)"
    )
    return page(
        shown,
        title,
        tag("h1", title, shown.count(len(queries))),
        tag("nav", join(index, " · "), aria_label=shown.say("Subjects"), class_="letters"),
        *parts,
        machines,
    )


def asked_in_words(query: SavedQuery) -> str:
    """The question that a saved query answers, or what it is called."""
    return query.question or query.summary or query.name


def _parameters(query: SavedQuery) -> Html | None:
    names = ", ".join(one.name for one in query.parameters)
    return tag("span", names, class_="quiet") if names else None


def answer_page(
    shown: Shown,
    name: str,
    results: Mapping[str, Any],
    *,
    values: Mapping[str, str],
    total: int,
    limit: int | None = None,
    offset: int = 0,
) -> str:
    """A saved query: its form, its answer, its SPARQL.

    :param results: SPARQL 1.1 Query Results JSON; without rows where a parameter is lacking
    :param values: what its parameters were given
    :param total: rows of the whole answer, of which ``results`` may hold a part
    """
    query = shown.site.queries[name]
    title = asked_in_words(query)
    english = "en" if shown.language != "en" else None
    variables = results["head"]["vars"]
    rows = [
        [_cell(shown, binding.get(variable), variable in query.multiple) for variable in variables]
        for binding in results["results"]["bindings"]
    ]
    lacked = lacking(query, values)
    said = shown.say("{count} rows", count=f"{total:,}")
    if len(rows) < total:
        said = shown.say(
            "Rows {first} to {last} of {count}", first=offset + 1, last=offset + len(rows), count=f"{total:,}"
        )
    asked = urlencode(values)
    forms = [
        link(suffix.upper(), f"{shown.to('api/')}{name}.{suffix}" + (f"?{asked}" if asked else ""))
        for suffix in ("csv", "json")
    ]
    about = query.description if query.description and query.description != title else None
    content: list[Content] = [
        tag("p", link(shown.say("Questions with an answer"), shown.page("api/index")), class_="kind"),
        tag("h1", title, lang=english),
        tag("p", about, lang=english) if about else None,
        _form(shown, query, values),
        tag("p", shown.say("Give a value for: {names}", names=", ".join(lacked)))
        if lacked
        else tag("p", said, " – ", join(forms, " · ")),
        _results_table(title, variables, rows) if rows else None,
        _further(shown, name, values, limit, offset, total),
        tag("details", tag("summary", "SPARQL"), tag("pre", query.text, tabindex="0")),
    ]
    if shown.site.endpoint:
        content.append(tag("p", link(shown.say("Change it in the editor"), f"{shown.page('sparql')}#{name}")))
    return page(shown, title, *content)


def _results_table(caption: str, variables: Sequence[str], rows: Sequence[Sequence[Content]]) -> Html:
    head = tag("tr", *(tag("th", one.replace("_", " "), scope="col") for one in variables))
    body = [tag("tr", *(tag("td", cell) for cell in row)) for row in rows]
    table = tag("table", tag("caption", caption, class_="unseen"), tag("thead", head), tag("tbody", join(body, "\n")))
    return tag("div", table, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _cell(shown: Shown, bound: Mapping[str, str] | None, multiple: bool) -> Content:
    """A value of an answer: what has a page is linked, a place in a document too."""
    if bound is None:
        return None
    value = bound["value"]
    if bound["type"] == "uri":
        return _thing(shown, value)
    if bound["type"] == "bnode":
        return value
    parts = value.split("|") if multiple else [value]
    return join([_text(shown, part, bound.get("xml:lang")) for part in parts], " · ")


def _thing(shown: Shown, iri: str) -> Html:
    spelt = f"<{iri}>"
    known = shown.dataset.path(spelt) is not None or spelt in shown.dataset.vocabulary
    return shown.value(spelt) if known else outside(iri)


def _text(shown: Shown, text: str, language: str | None) -> Content:
    if text.startswith(("http://", "https://")):
        return _thing(shown, text)
    part = f"<{shown.dataset.base}id/document/{text}>"
    if "/" in text and shown.dataset.path(part) is not None:
        return shown.link(part, shown.place(part))
    return tag("span", text, lang=language) if language and language != shown.language else text


def _form(shown: Shown, query: SavedQuery, values: Mapping[str, str]) -> Html | None:
    """Fields for the parameters, where there is a server to take them."""
    if not query.parameters or not shown.site.endpoint:
        return None
    needed = lacking(query, ())
    fields = [
        _field(shown, one, values.get(one.name, one.default or ""), one.name in needed) for one in query.parameters
    ]
    return tag("form", *fields, tag("button", shown.say("Ask")), class_="asking")


def _field(shown: Shown, parameter: Parameter, value: str, needed: bool) -> Html:
    about = parameter.description or parameter.type
    english = "en" if shown.language != "en" else None
    label = tag("span", parameter.name, tag("span", f" – {about}", class_="quiet", lang=english))
    if parameter.type == "boolean":
        options = [tag("option", text, value=text, selected=text == value or None) for text in ("", "true", "false")]
        return tag("p", tag("label", label, tag("select", *options, name=parameter.name, required=needed or None)))
    kind = _FIELDS.get(parameter.type, {"type": "text"})
    names = "iri" if parameter.type == "iri" else None
    box = tag(
        "input", name=parameter.name, value=value, autocomplete="off", data_names=names, required=needed or None, **kind
    )
    return tag("p", tag("label", label, box))


def _further(
    shown: Shown, name: str, values: Mapping[str, str], limit: int | None, offset: int, total: int
) -> Html | None:
    """The ways to the pages before and after."""
    if limit is None:
        return None
    ways = []
    for text, start in ((shown.say("Before"), offset - limit), (shown.say("After"), offset + limit)):
        if (start >= 0 or offset > 0 > start) and start < total:
            asked = urlencode({**values, **dict(zip(PAGING, (limit, max(start, 0)), strict=True))})
            ways.append(link(text, f"{shown.page(f'api/{name}')}?{asked}"))
    return tag("nav", join(ways, " · "), aria_label=shown.say("Pages")) if ways else None
