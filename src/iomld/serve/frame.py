"""The frame of every page: head, navigation, style. Nothing is loaded from elsewhere, and no script is needed."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from iomld.serve.dataset import term
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.membership import themes
from iomld.serve.shown import Shown

__all__ = ["FORMATS", "page", "policy", "script"]

#: suffixes of the syntaxes that stand beside each page, and what they are called
FORMATS = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"))
_LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español"}
_SCRIPTS = ("search", "editor", "reload")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _read(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def script(name: str, **attributes: str) -> Html:
    """One of our scripts, as it stands in a page: ``search``, ``editor``, ``reload``. Pages work without them."""
    return tag("script", Html(_read(f"{name}.js")), **attributes)


@cache
def policy() -> str:
    """Content Security Policy of every page: our own style and scripts, nothing of anybody else."""
    scripts = " ".join(_hash(_read(f"{name}.js")) for name in _SCRIPTS)
    return (
        f"default-src 'none'; style-src {_hash(_read('style.css'))}; script-src {scripts}; connect-src 'self'; "
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
            tag("style", Html(_read("style.css"))),
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
            script("search"),
            script("reload", data_news=shown.to("news"), data_build=str(site.watched)) if site.watched else None,
        ],
        "\n",
    )
    return f"<!DOCTYPE html>\n{tag('html', tag('head', inside), tag('body', body), lang=shown.language)}\n"


def _navigation(shown: Shown) -> Html:
    dataset, ways = shown.dataset, []
    kinds = shown.site.kinds
    if term("mld:Dialogue") in kinds:
        ways += [("Processes", "browse/dialogue"), ("Compare", "compare/index"), ("Network", "network")]
    if term("mld:State") in kinds:
        ways.insert(1, ("Countries", "browse/state"))
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
    )
