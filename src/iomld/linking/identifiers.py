"""The forms of identifiers, and their check digits."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["AUTHORITIES", "NAMESPACES", "authority_at", "fault", "isni_check", "lei_check", "namespace_of", "ror_check"]

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def isni_check(digits: str) -> str:
    """The check character of an ISNI's first fifteen digits. Source: ISO 27729; ISO/IEC 7064, MOD 11-2.

    >>> isni_check("000000012188015")
    '6'
    """
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


def lei_check(code: str) -> str:
    """The two check digits of an LEI's first eighteen characters. Source: ISO 17442; ISO/IEC 7064, MOD 97-10.

    >>> lei_check("213800ZOADXV69DW8Z")
    '91'
    """
    return f"{98 - int(''.join(str(int(char, 36)) for char in code + '00')) % 97:02d}"


def ror_check(code: str) -> str:
    """The two check digits of a ROR id's seven characters. Source: ROR, "ROR identifier pattern" (ISO/IEC 7064).

    >>> ror_check("05n4e27")
    '07'
    """
    number = 0
    for char in code:
        number = number * 32 + _CROCKFORD.index(char)
    return f"{98 - number * 100 % 97:02d}"


def _pattern(pattern: str, form: str) -> Callable[[str], str]:
    expression = re.compile(pattern)
    return lambda text: "" if expression.fullmatch(text) else f"expected {form}"


def _isni(text: str) -> str:
    digits = text.replace(" ", "")
    if not re.fullmatch(r"\d{15}[\dX]", digits):
        return "expected sixteen digits, the last one may be X"
    expected = isni_check(digits[:15])
    return "" if digits[15] == expected else f"the check digit should be {expected}"


def _lei(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Z]{18}\d\d", text):
        return "expected eighteen capitals and digits and two check digits"
    expected = lei_check(text[:18])
    return "" if text[18:] == expected else f"the check digits should be {expected}"


def _ror(text: str) -> str:
    code = text.removeprefix("https://ror.org/")
    if not re.fullmatch(r"0[0-9a-hj-km-np-tv-z]{6}\d\d", code):
        return "expected https://ror.org/ and nine characters, the first 0, the last two digits"
    expected = ror_check(code[:7])
    return "" if code[7:] == expected else f"the check digits should be {expected}"


#: authority, as the reference tables name it: what is wrong with an identifier, in words; empty where nothing is
AUTHORITIES: dict[str, Callable[[str], str]] = {
    "wikidata": _pattern(r"Q[1-9]\d*", "Q and a number"),
    "geonames": _pattern(r"[1-9]\d*", "a number"),
    "m49": _pattern(r"\d{3}", "three digits"),
    "eu-country": _pattern(r"[A-Z0-9]{3}", "three capitals or digits"),
    "eu-corporate-body": _pattern(r"[A-Z0-9_]{2,}", "capitals, digits and underlines"),
    "fao": _pattern(r"\S+", "the local name of an individual"),
    "dbpedia": _pattern(r"[^\s<>\"{}|\\^`]+", "the name or IRI of a resource"),
    "ror": _ror,
    "isni": _isni,
    "lei": _lei,
    "grid": _pattern(r"grid\.\d{1,6}\.[0-9a-f]{1,2}", "grid., a number, a dot and one or two characters"),
    "crossref-funder": _pattern(r"(?:100|501)\d{6,9}", "a funder number that begins with 100 or 501"),
    "iati": _pattern(r"[A-Z]{2,3}-[A-Z0-9]+-[A-Za-z0-9.\-]+", "the form XM-DAC-12345"),
    "dac-channel": _pattern(r"\d{5}", "five digits"),
    "cow": _pattern(r"[1-9]\d{1,3}", "two to four digits"),
    "eurovoc": _pattern(r"\d{1,6}|c_[0-9a-f]{1,8}", "a number, or c_ and up to eight hexadecimal digits"),
    "website": _pattern(r"https?://[^\s<>\"]+", "an address that begins with http"),
}

#: authority: where its entries lie, the identifier behind it
NAMESPACES = {
    "wikidata": "http://www.wikidata.org/entity/",
    "geonames": "https://sws.geonames.org/",
    "m49": "http://metadata.un.org/sdg/codes/geoArea/",
    "eu-country": "http://publications.europa.eu/resource/authority/country/",
    "eu-corporate-body": "http://publications.europa.eu/resource/authority/corporate-body/",
    "fao": "http://aims.fao.org/aos/geopolitical.owl#",
    "dbpedia": "http://dbpedia.org/resource/",
    "ror": "https://ror.org/",
    "isni": "https://isni.org/isni/",
    "crossref-funder": "https://doi.org/10.13039/",
    "eurovoc": "http://eurovoc.europa.eu/",
}
#: hosts of one authority alone: what lies there and not in its namespace is a page about an entry
_HOSTS = {
    "wikidata.org": "wikidata", "www.wikidata.org": "wikidata", "m.wikidata.org": "wikidata",
    "geonames.org": "geonames", "www.geonames.org": "geonames", "sws.geonames.org": "geonames",
    "dbpedia.org": "dbpedia", "ror.org": "ror", "isni.org": "isni", "www.isni.org": "isni",
}  # fmt: skip


def namespace_of(iri: str) -> str:
    """An IRI without the identifier at its end."""
    return re.sub(r"[^/#]+/?$", "", iri)


def authority_at(iri: str) -> str:
    """The authority in whose namespace, or on whose own host, an IRI lies; empty where none is known.

    >>> authority_at("http://www.wikidata.org/entity/Q45"), authority_at("https://www.wikidata.org/wiki/Q45")
    ('wikidata', 'wikidata')
    """
    found = next((name for name, namespace in NAMESPACES.items() if iri.startswith(namespace)), "")
    return found or _HOSTS.get(iri.partition("://")[2].partition("/")[0], "")


def fault(authority: str, identifier: str) -> str:
    """What is wrong with an identifier, in words; empty where nothing is.

    >>> fault("isni", "0000 0001 2188 0157")
    'the check digit should be 6'
    >>> fault("wikidata", "Q1050")
    ''
    """
    check = AUTHORITIES.get(authority)
    return f"the authority “{authority}” is not known" if check is None else check(identifier)
