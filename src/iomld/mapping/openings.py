"""What the text of an expression begins with, whatever the record says: so two terms are proved apart."""

from __future__ import annotations

import itertools
import re

from iomld.mapping.functions import Lead, registry
from iomld.mapping.model import Call, Constant, Expression, Template
from iomld.terms import parse_term

__all__ = ["is_relative", "opening"]

#: a text that can be no absolute IRI, however it goes on: what comes before the first colon is no scheme
_NO_SCHEME = re.compile(r"[A-Za-z0-9+.\-]*[^A-Za-z0-9+.\-:]")


def opening(expression: Expression | None) -> Lead:
    """The text that an expression begins with for every record, and whether that is all of it.

    Of a function only what it declares is known (:attr:`iomld.mapping.Function.opening`).
    """
    match expression:
        case Constant(term):
            return Lead(parse_term(term).value, True)
        case Template(parts):
            texts = list(itertools.takewhile(lambda part: isinstance(part, str), parts))
            return Lead("".join(map(str, texts)), len(texts) == len(parts))
        case Call():
            function = registry().get(expression.function)
            if function is not None and function.opening is not None:
                given: dict[str, list[Lead]] = {}
                for parameter, each in expression.inputs:
                    given.setdefault(parameter, []).append(opening(each.expression))
                return Lead(function.opening(given), False)
    return Lead("", False)


def is_relative(lead: str) -> bool:
    """Whether every IRI that begins like this is relative.

    >>> [is_relative(lead) for lead in ("id/state/", "https://", "urn", "")]
    [True, False, False, False]
    """
    return _NO_SCHEME.match(lead) is not None
