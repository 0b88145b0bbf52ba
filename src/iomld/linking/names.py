"""Names to keys under which they can be compared: case, marks, apostrophes, articles, inversions, broken lines.

A name has three keys, from the strictest to the loosest:

``plain``    the words in their order, folded, without articles and linking words
``joined``   all words but "the" with no space at all: holds against broken words ("d’ Ivoire", "Viet Nam", "dIvoire")
``sorted``   the words in alphabetical order: holds against inversions ("Iran (Islamic Republic of)")
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Keys", "acronym_beside", "is_acronym", "keys", "readings", "repaired"]

_APOSTROPHES = "'’‘`´ʼʹ′＇"
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and ", "’": " "}
)
#: Articles, "of" and "and" in English, French and Spanish, and what an elided article leaves behind.
_LINKING = frozenset(
    re.findall(
        r"\w+",
        """the of and for on in to a an
        le la les l de du des d et en au aux pour
        el los las del y e para sobre""",
    )
)
#: One spelling for words that differ between houses, and for the short forms of words that all three languages have.
#: ("sur" is no linking word: in Spanish it is the south, and Sudán del Sur is not Sudán.)
_SPELLINGS = {
    "st": "saint", "ste": "sainte", "sts": "states", "s": "", "peoples": "people",
    **dict.fromkeys(("rep", "republique", "republica"), "republic"),
    **dict.fromkeys(("dem", "democratique", "democratica"), "democratic"),
    **dict.fromkeys(("fed", "federated", "federal", "federale", "federative", "federes", "federados"), "federation"),
    "sar": "special administrative region", "rae": "region administrativa especial",
    "fyr": "former yugoslav republic", "tfyr": "former yugoslav republic", "pdr": "people democratic republic",
    "organisation": "organization", "organisations": "organizations", "programme": "program",
    "programmes": "programs", "centre": "center", "labour": "labor", "globalised": "globalized",
    "iberoamerican": "ibero american", "southeast": "south east", "intergovernmental": "inter governmental",
}  # fmt: skip
_REMARK = re.compile(
    # What a table adds behind a name, in brackets: not a part of the name.
    r"\s*\((?:joined|observers?|invited|since|as of|from|until|members?|host|chair|co-chair|including)\b[^()]*\)\s*$",
    re.IGNORECASE,
)
_BRACKETED_ACRONYM = re.compile(r"\s*\(\s*[“\"]?([A-Z][A-Za-z.&/]{1,11})[”\"]?\s*\)")
_BEFORE_BRACKET = re.compile(r"([A-Z][A-Z.]{1,11})\s*\(([^()]{8,})\)")
_NOTE_MARK = re.compile(r"(?<=[A-Za-zÀ-ž]{3})\d{1,2}$|[*†‡]+$")


class Keys(NamedTuple):
    """The three keys of a name; empty strings where nothing is left of it."""

    plain: str
    joined: str
    sorted: str


def repaired(name: str) -> str:
    """The name on one line, without the marks of footnotes and the spaces that extraction leaves behind an apostrophe.

    >>> repaired("Côte d’ Ivoire11")
    'Côte d’Ivoire'
    """
    name = unicodedata.normalize("NFC", name).replace("\u00ad", "").replace("\ufeff", "")
    name = re.sub(rf"(?<=\b[A-Za-z])\s*([{_APOSTROPHES}])\s+", r"\1", name)
    name = re.sub(r"(?<=\w)-\s*\n\s*", "-", name)
    name = " ".join(name.split()).strip(" ,;:")
    return _NOTE_MARK.sub("", name).strip()


@lru_cache(maxsize=100_000)
def keys(name: str) -> Keys:
    """The keys of a name.

    >>> keys("Iran (Islamic Republic of)").sorted == keys("the Islamic Republic of Iran").sorted
    True
    >>> keys("COTE D IVOIRE").joined == keys("Côte d’Ivoire").joined
    True
    """
    folded = unicodedata.normalize("NFKD", repaired(name).casefold())
    folded = "".join(char for char in folded if not unicodedata.combining(char)).translate(_LETTERS)
    folded = re.sub(rf"[{_APOSTROPHES}]", " ", folded)
    folded = (
        re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)|(?<=\b[a-z])\.", "", folded)
        .replace("co-op", "coop")
        .replace("co op", "coop")
    )
    words = [
        word for found in re.findall(r"[a-z0-9+]+|[^\W_]+", folded) for word in _SPELLINGS.get(found, found).split()
    ]
    kept = [word for word in words if word not in _LINKING] or words
    return Keys(" ".join(kept), "".join(word for word in words if word != "the"), " ".join(sorted(kept)))


def readings(name: str) -> list[tuple[str, str]]:
    """What a written name can be read as: (reading, what was left out), the name itself first.

    >>> readings("Timor-Leste (joined at the sixth APC plenary)")[1][0]
    'Timor-Leste'
    >>> [reading for reading, _ in readings("OAU (Organization of African Unity)")][1]
    'Organization of African Unity'
    """
    whole = repaired(name)
    found = [(whole, "")]
    without = _REMARK.sub("", whole)
    if without and without != whole:
        found.append((without, f"the remark “{whole[len(without) :].strip()}” was left out"))
    acronym = _BRACKETED_ACRONYM.search(whole)
    if acronym and acronym.start() and is_acronym(acronym[1]):
        rest = repaired(whole[: acronym.start()] + whole[acronym.end() :])
        if rest:
            found.append((rest, f"the acronym {acronym[1]} was left out"))
    reversed_form = _BEFORE_BRACKET.fullmatch(whole)
    if reversed_form and is_acronym(reversed_form[1]):
        found.append((repaired(reversed_form[2]), f"the acronym {reversed_form[1]} was left out"))
    return found


def acronym_beside(name: str) -> str:
    """The acronym that stands in brackets behind a name, or before a name in brackets; empty where there is none.

    >>> [acronym_beside(name) for name in ("Georgia (USA)", "OAU (Organization of African Unity)", "ABB (Sweden)")]
    ['USA', 'OAU', 'ABB']
    """
    whole = repaired(name)
    for found in (_BRACKETED_ACRONYM.search(whole), _BEFORE_BRACKET.fullmatch(whole)):
        if found and is_acronym(found[1]):
            return found[1]
    return ""


def is_acronym(name: str) -> bool:
    """Whether a name is an acronym or a code standing alone: one word of capitals, stops allowed, an article before it.

    >>> [is_acronym(name) for name in ("OIM", "l’ OIM", "U.N.", "MERCOSUR", "Mali", "RAI News 24")]
    [True, True, True, True, False, False]
    """
    word = re.sub(rf"^(?:the |the$|[lLdD][{_APOSTROPHES}]\s*)", "", repaired(name), flags=re.IGNORECASE).strip(" .")
    if " " in word or not word:
        return False
    letters = [char for char in word if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return len(letters) >= 2 and (capitals == len(letters) or (capitals >= 2 and capitals * 2 > len(letters)))
