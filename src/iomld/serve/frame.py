"""The frame of every page: head, navigation, style. Nothing is loaded from elsewhere, and no script is needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from iomld.serve.dataset import term
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.membership import processes, themes
from iomld.serve.shown import Shown

__all__ = ["ASSETS", "FORMATS", "asset", "page", "policy", "script"]

#: files that pages load
ASSETS = ("style.css", "search.js", "editor.js", "reload.js")
#: suffixes of the syntaxes that stand beside each page, and what they are called
FORMATS = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"))
_LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español"}


@cache
def asset(name: str) -> bytes:
    """The style of all pages, or one of the scripts."""
    return (Path(__file__).parent / name).read_bytes()


def script(shown: Shown, name: str, **attributes: str) -> Html:
    """One of our scripts: ``search``, ``editor``, ``reload``. Pages work without them."""
    return tag("script", src=shown.to(f"{name}.js"), defer=True, **attributes)


def policy() -> str:
    """Content Security Policy of every page: style and scripts from our own files, none in the page or of others."""
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src data:; form-action 'self'; base-uri 'none'"
    )


def page(shown: Shown, title: str, *content: Content, head: Content = None, foot: Content = None) -> str:
    """A whole HTML document.

    :param head: elements for the head beside title and style
    :param foot: what stands at the end in place of the usual words
    """
    site = shown.site
    others = [one for one in site.languages if one != shown.language]
    here = [Shown(site, shown.stem, one).page(shown.stem) for one in others]
    inside = join(
        [
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy()),
            tag("meta", name="referrer", content="no-referrer"),
            tag("link", rel="icon", href="data:,"),
            *(tag("link", rel="alternate", hreflang=one, href=href) for one, href in zip(others, here, strict=True)),
            tag("title", f"{title} · {site.name}" if title != site.name else title),
            tag("link", rel="stylesheet", href=shown.to("style.css")),
            head,
        ],
        "\n",
    )
    languages = [
        link(_LANGUAGE_NAMES[one], href, lang=one, hreflang=one, rel="alternate")
        for one, href in zip(others, here, strict=True)
    ]
    body = join(
        [
            link(shown.say("To the content"), "#content", class_="skip"),
            tag(
                "header",
                link(site.name, shown.page("index"), class_="site"),
                _navigation(shown),
                tag("nav", *languages, aria_label=shown.say("Languages"), class_="languages") if languages else None,
                _search(shown),
            ),
            _notices(shown),
            tag("main", *content, id="content", tabindex="-1"),
            tag("footer", foot or shown.say("Every fact names the place in the documents that it rests on.")),
            script(shown, "search"),
            script(shown, "reload", data_news=shown.to("news"), data_build=str(site.watched)) if site.watched else None,
        ],
        "\n",
    )
    return f"<!DOCTYPE html>\n{tag('html', tag('head', inside), tag('body', body), lang=shown.language)}\n"


def _navigation(shown: Shown) -> Html:
    dataset, ways = shown.dataset, []
    kinds = shown.site.kinds
    if term("mld:Dialogue") in kinds:
        ways.append(("Processes", "browse/dialogue"))
    if term("mld:State") in kinds:
        ways.append(("Countries", "browse/state"))
    if processes(dataset):
        ways += [("Compare", "compare/index"), ("Network", "network")]
    if themes(dataset):
        ways.append(("Themes", "themes"))
    if term("mld:Recommendation") in kinds:
        ways.append(("Recommendations", "recommendations"))
    if term("mld:Document") in kinds:
        ways.append(("Documents", "browse/document"))
    if shown.site.queries:
        ways.append(("Questions", "api/index"))
    ways.append(("Everything", "browse/index"))
    ways.append(("Vocabulary", "ns"))
    links = [
        link(shown.say(text), shown.page(stem), aria_current="page" if stem == shown.stem else None)
        for text, stem in ways
    ]
    if shown.site.endpoint:
        links.append(link("SPARQL", shown.page("sparql"), aria_current="page" if shown.stem == "sparql" else None))
    return tag("nav", *links, aria_label=shown.say("Site"))


def _notices(shown: Shown) -> Html | None:
    """What a build that is watched has to say."""
    if not shown.site.notices:
        return None
    items = (tag("li", tag("pre", one)) for one in shown.site.notices)
    return tag("aside", tag("ul", *items), class_="notices", aria_label=shown.say("Findings of the build"))


def _search(shown: Shown) -> Html:
    return tag(
        "form",
        tag(
            "input",
            type="search",
            name="q",
            aria_label=shown.say("Search names"),
            placeholder=shown.say("Name, code or word"),
            autocomplete="off",
        ),
        tag("button", shown.say("Search")),
        action=shown.page("search"),
        role="search",
        data_suggest=shown.to("reconcile/suggest/entity") if shown.site.endpoint else None,
    )
