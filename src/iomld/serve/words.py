"""The words of the pages in the languages that they speak.

Pages are written in English; ``words.csv`` beside this module has each text of theirs in the other languages.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = ["LANGUAGES", "address", "say", "split_address", "table"]

#: languages of the pages; the first one is that of addresses without a language
LANGUAGES = ("en", "fr", "es")


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """The texts by their English form, each by language."""
    with (Path(__file__).parent / "words.csv").open(encoding="utf-8", newline="") as file:
        return {row["en"]: row for row in csv.DictReader(file)}


def say(language: str, text: str, /, **values: object) -> str:
    """A text of the pages in a language, with values in place of ``{name}``.

    :param text: in English, as the table has it
    :raises KeyError: if the table lacks it: a mistake of ours, which a test finds

    >>> say("fr", "Countries")
    'Pays'
    """
    said = table()[text][language]
    return said.format(**values) if values else said


def address(stem: str, language: str) -> str:
    """The path of a page in a language.

    >>> address("doc/id/process/midsa", "fr")
    'doc/id/process/midsa.fr.html'
    """
    return f"{stem}.html" if language == LANGUAGES[0] else f"{stem}.{language}.html"


def split_address(path: str) -> tuple[str, str] | None:
    """Stem and language of the path of a page; None for what is no page.

    >>> split_address("index.es.html")
    ('index', 'es')
    """
    if not path.endswith(".html"):
        return None
    stem = path.removesuffix(".html")
    before, _, language = stem.rpartition(".")
    return (before, language) if language in LANGUAGES[1:] and before else (stem, LANGUAGES[0])
