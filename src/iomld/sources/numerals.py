"""How a number stands in a text: in digits, with the separators of English, French and Spanish, or in words.

Groups of three digits are parted by a comma, a point or a space, decimals by a point or a comma; the two differ: so
``3,217.5`` and ``3.217,5`` are one number and ``3,217,5`` is none. Where one mark alone stands before three digits, as
in ``3,217``, the page leaves open what it is: it counts as a number of thousands, and as a decimal where it is written
with a point, or where the text is French or Spanish.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

__all__ = ["numerals", "whole", "written"]

_WORDS = {
    1: "one un une", 2: "two deux", 3: "three trois", 4: "four quatre", 5: "five cinq", 6: "six", 7: "seven sept",
    8: "eight huit", 9: "nine neuf", 10: "ten dix", 11: "eleven onze", 12: "twelve douze", 13: "thirteen treize",
    14: "fourteen quatorze", 15: "fifteen quinze", 16: "sixteen seize", 17: "seventeen dix-sept",
    18: "eighteen dix-huit", 19: "nineteen dix-neuf", 20: "twenty vingt",
}  # fmt: skip

# Groups that a space parts belong to one number: three digits behind it go on with it, and where it begins with three
# digits, one to three digits before it begin it. A year (“in 2001 250 people”) begins none.
_GOES_ON = r"(?! \d{3}(?!\d))"
_BEGUN = r"(?<!(?<!\d)\d )(?<!(?<!\d)\d{2} )(?<!(?<!\d)\d{3} )"
_FROM_TWO_ON = "|".join(word for number, forms in _WORDS.items() if number > 1 for word in forms.split())
_NUMERAL = re.compile(
    rf"(?<![\w.,])\d+(?:[.,]\d+|(?<!\d{{4}}) \d{{3}}(?!\d))*(?!\w)|(?<![\w-])(?:{_FROM_TWO_ON})(?!\w)"
)


def whole(pattern: str) -> str:
    """The pattern where it stands as whole words and whole numbers: “7” neither in “7.1” nor in “17” or “7,000”."""
    return rf"(?<!\w)(?<!\d[.,'])(?:{pattern})(?!\w)(?!(?<=\d)[.,']\d)"


def numerals(text: str) -> list[str]:
    """The numbers that stand in a normalized text, to the letter: in digits, and in words from two on.

    >>> numerals("12 450 000 tonnes in twelve states, 3.5 more than in 2001")
    ['12 450 000', 'twelve', '3.5', '2001']
    """
    return _NUMERAL.findall(text)


def written(number: str, text: str, *, decimal_comma: bool = False) -> bool:
    """Whether a number stands in a text, in digits or in words, and not as a part of a larger number.

    :param number: as a cell has it: ``3217.5``
    :param text: normalized (see :func:`iomld.sources.texts.normalize`)
    :param decimal_comma: the text is of a language that writes decimals with a comma

    >>> [written("3217.5", text) for text in ("3,217.5 km", "3 217,5 km", "3217,5 km", "3,217,5 km")]
    [True, True, True, False]
    """
    return re.search(_pattern(number, decimal_comma), text) is not None


@lru_cache(maxsize=1_000)
def _pattern(number: str, decimal_comma: bool) -> str:
    try:
        value = Decimal(number)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > 100:
        return whole(re.escape(number.casefold()))
    integer, _, fraction = f"{abs(value):f}".partition(".")
    fraction = fraction.rstrip("0")
    grouped = f"{int(integer):,}"
    sign = "[-−]" if value < 0 else r"\+?" if number.startswith("+") else ""
    forms = [re.escape(number.casefold())]
    if fraction:
        # Three digits behind one mark may be thousands: 12.5 is not “12.500”, nor 3.217 “3,217”.
        several = len(integer) > 3 or integer == "0"
        for mark in ".,":
            endings = fraction + "0*"
            if not several and not (mark == "," and decimal_comma):
                endings = rf"(?!\d{{3}}(?!\d)){endings}"
            forms.append(f"{integer}[{mark}]{endings}")
        if "," in grouped:
            forms += [
                f"{_parted(grouped, group)}[{marks}]{fraction}0*"
                for group, marks in ((",", "."), (".", ","), (" ", ".,"))
            ]
    else:
        forms.append(rf"{integer}(?:[.,]0{{1,2}})?")
        if "," in grouped:
            forms += [
                rf"{_parted(grouped, group)}(?:[{marks}]0+)?" for group, marks in ((",", "."), (".", ","), (" ", ".,"))
            ]
        if value >= 0:
            forms += _WORDS.get(int(integer), "").split()
    begun = _BEGUN if len(grouped.partition(",")[0]) == 3 else ""
    return begun + whole(f"{sign}(?:{'|'.join(forms)}){_GOES_ON}")


def _parted(grouped: str, separator: str) -> str:
    return grouped.replace(",", re.escape(separator))
