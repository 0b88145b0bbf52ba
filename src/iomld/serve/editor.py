"""The page to ask in SPARQL from: a form that asks by itself, which ``editor.js`` makes an editor."""

from __future__ import annotations

from iomld.serve.asking import asked_in_words
from iomld.serve.frame import page, script
from iomld.serve.markup import Html, join, tag
from iomld.serve.shown import Shown

__all__ = ["sparql_page"]


def sparql_page(shown: Shown) -> str:
    """A form to ask in SPARQL, with the saved queries to begin from; a script adds completion where it runs."""
    prefixes = shown.site.prefixes
    queries = sorted(shown.site.queries.items(), key=lambda item: asked_in_words(item[1]).casefold())
    english = "en" if shown.language != "en" else None
    form = tag(
        "form",
        tag("p", tag("label", shown.say("Query"), for_="query")),
        tag(
            "textarea",
            "SELECT * WHERE { ?s ?p ?o } LIMIT 10",
            id="query",
            name="query",
            rows="14",
            required=True,
            spellcheck="false",
            autocapitalize="off",
        ),
        tag(
            "p",
            tag("label", shown.say("Answer as"), " ", _formats()),
            " ",
            tag("button", shown.say("Ask")),
            class_="choice",
        ),
        action=shown.to("sparql"),
        method="post",
        id="editor",
        data_failed=shown.say("The query was not answered:"),
        data_rows=shown.say("{count} rows"),
    )
    examples = [
        tag(
            "details",
            tag("summary", asked_in_words(query), lang=english),
            tag("pre", query.text, tabindex="0"),
            id=name,
            class_="example",
        )
        for name, query in queries
    ]
    said = shown.say("These prefixes need not be declared:")
    known = [tag("code", f"{prefix}:", title=iri) for prefix, iri in sorted(prefixes.items())]
    title = shown.say("Ask in SPARQL")
    hint = shown.say("Ctrl+Space completes, Ctrl+Enter asks.")
    terms = _completions(shown)
    return page(
        shown,
        title,
        tag("h1", title),
        form,
        tag("p", hint, id="hint", hidden=True),
        tag("div", id="answer", aria_live="polite"),
        tag("p", said, " ", join(known, " ")),
        tag("datalist", *(tag("option", value=one, label=label) for one, label in terms), id="terms"),
        tag("h2", shown.say("Examples"), shown.count(len(examples))),
        *examples,
        script(shown, "editor"),
    )


def _formats() -> Html:
    names = ("csv", "json", "tsv", "xml", "ttl", "nt")
    return tag("select", *(tag("option", one, value=one) for one in names), name="format")


def _completions(shown: Shown) -> list[tuple[str, str]]:
    """The terms of the vocabulary as queries write them, each with its label."""
    found = []
    for spelt in shown.dataset.vocabulary:
        for prefix, iri in shown.site.prefixes.items():
            local = spelt[1:-1].removeprefix(iri)
            if spelt[1:].startswith(iri) and local.replace("-", "").isalnum():
                found.append((f"{prefix}:{local}", shown.label(spelt)))
    return sorted(found)
