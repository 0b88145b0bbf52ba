"""The names of things as they are compared, in whatever language and with or without accents."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from iomld.terms import parse_term

if TYPE_CHECKING:
    from iomld.serve.dataset import Dataset

__all__ = ["BETWEEN", "fold", "letter", "names_of", "natural"]

#: what stands between the names of a thing
BETWEEN = " | "
_NAMES = ("skos:prefLabel", "dcterms:title", "mld:acronym", "skos:notation", "dcterms:identifier")


def fold(text: str) -> str:
    """Text without accents and case, as it is compared.

    >>> fold("Söderköping")
    'soderkoping'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def natural(text: str) -> list[tuple[int, str]]:
    """A key by which the numbers in texts count as numbers.

    >>> sorted(["para-10", "para-2"], key=natural)
    ['para-2', 'para-10']
    """
    runs = re.findall(r"[0-9]{1,18}|[^0-9]+", fold(text))
    return [(int(run), "") if "0" <= run[0] <= "9" else (-1, run) for run in runs]


def letter(label: str) -> str:
    """The letter under which a label stands in a list.

    >>> letter("Éthiopie"), letter("5+5 Dialogue")
    ('E', '#')
    """
    first = fold(label)[:1]
    return first.upper() if first.isalpha() else "#"


def names_of(dataset: Dataset, thing: str) -> str:
    """All names, acronyms and identifiers of a thing, folded, sorted, with :data:`BETWEEN` between them."""
    from iomld.serve.dataset import term

    found: set[str] = set()
    named = term("mld:nameOf")
    for predicate, name in dataset.pointing.get(thing, ()):
        if predicate == named:
            found.update(dataset.values(name, "skosxl:literalForm"))
    said = dataset.about[thing]
    for curie in _NAMES:
        found.update(said.get(term(curie), ()))
    return BETWEEN.join(sorted({fold(parse_term(spelt).value) for spelt in found}))
