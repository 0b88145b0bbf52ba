"""The frame of every page: head, navigation, style. Nothing is loaded from elsewhere, and no script is needed."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from iomld.serve.markup import Content, Html, join, link, tag

__all__ = ["FORMATS", "page", "policy", "script"]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


#: suffixes of the syntaxes that stand beside each page, and what they are called
FORMATS = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"))


@cache
def style() -> str:
    """The style of all pages, which stands in each of them."""
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """The script of the search page, for where there is no server."""
    return (Path(__file__).parent / "search.js").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Content Security Policy of every page: our own style, the one script, nothing of anybody else."""
    return (
        f"default-src 'none'; style-src {_hash(style())}; script-src {_hash(script())}; connect-src 'self'; "
        "img-src data:; form-action 'self'; base-uri 'none'"
    )


def page(title: str, *content: Content, root: str, site: str, head: Content = None, foot: Content = None) -> str:
    """A whole HTML document.

    :param root: the way from the page to the root of the site; the empty string at the root
    :param site: name of the site
    :param head: elements for the head beside title and style
    """
    parts = (
        link(site, f"{root}index.html"),
        tag(
            "nav",
            link("Everything", f"{root}browse/index.html"),
            link("Vocabulary", f"{root}ns.html"),
            aria_label="Site",
        ),
        tag(
            "form",
            tag("input", type="search", name="q", aria_label="Search names", placeholder="Name, code or word"),
            tag("button", "Search"),
            action=f"{root}search.html",
            role="search",
        ),
    )
    inside = join(
        [
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy()),
            tag("meta", name="referrer", content="no-referrer"),
            tag("link", rel="icon", href="data:,"),
            tag("title", f"{title} · {site}" if title != site else title),
            tag("style", Html(style())),
            head,
        ],
        "\n",
    )
    body = join(
        [
            link("To the content", "#content", class_="skip"),
            tag("header", *parts),
            tag("main", *content, id="content"),
            tag("footer", foot or "Every fact names the place in the documents that it rests on."),
        ],
        "\n",
    )
    return f"<!DOCTYPE html>\n{tag('html', tag('head', inside), tag('body', body), lang='en')}\n"
