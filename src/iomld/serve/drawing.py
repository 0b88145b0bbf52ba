"""Pictures in SVG, drawn where the page is made: with a title and a description, and without a script.

Colours are classes of ``style.css``, so that dark mode and print reach them. Each picture stands beside a table or list
that says the same. Source: SVG 2; WAI-ARIA Graphics Module 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable

from iomld.serve.markup import Content, Html, join, tag
from iomld.serve.shown import scrolling

__all__ = ["drawing", "figure", "legend", "shortened", "whole"]


def whole(number: float) -> str:
    """A number of a drawing, as short as it may be."""
    return f"{number:.1f}".removesuffix(".0")


def drawing(
    name: str, title: str, description: str, box: tuple[float, float, float, float], *content: Content, class_: str
) -> Html:
    """A picture.

    :param name: unique on the page; the ids of title and description are made of it
    :param box: left, top, width and height in units of the drawing
    """
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-desc"),
        *content,
        viewBox=" ".join(map(whole, box)),
        role="group",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        class_=class_,
    )


def figure(picture: Html, caption: Content, key: Content = None, *, wide: str | None = None) -> Html:
    """A picture with its caption and the key to its colours.

    :param wide: where the picture keeps its size on small screens and scrolls: what it is called then
    """
    return tag("figure", scrolling(wide, picture) if wide else picture, key, tag("figcaption", caption))


def legend(entries: Iterable[tuple[str, Content]]) -> Html:
    """The key: class of the colour, and what it says."""
    items = (
        tag(
            "li",
            tag("svg", tag("rect", width="16", height="12", rx="2", class_=f"mark {name}"), width="16", height="12",
                aria_hidden="true"),
            join([" ", text]),
        )
        for name, text in entries
    )  # fmt: skip
    return tag("ul", *items, class_="key")


def shortened(text: str, width: float, *, letter: float = 7.1) -> str:
    """A text that fits a width, in units of the drawing; what is cut off is told by an ellipsis."""
    most = max(int(width / letter), 4)
    return text if len(text) <= most else text[: most - 1].rstrip(" ,;:-–") + "…"
