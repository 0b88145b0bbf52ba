"""Answers given before: the data does not change between builds, so a query that is asked again needs no work.

Queries whose answer may differ from time to time are asked anew: those that use NOW, RAND, UUID, STRUUID,
BNODE or SERVICE.
"""

from __future__ import annotations

import re
from collections import OrderedDict

from iomld.serve.questions import Found, Sparql

__all__ = ["Kept"]

_MOST_KEPT = 64 * 2**20  # bytes of answers
_LONGEST = 2**20  # bytes of an answer that is kept
_LONGEST_QUERY = 16_384  # characters
_CHANGING = re.compile(r"\b(now|rand|uuid|struuid|bnode)\s*\(|\bservice\b", re.IGNORECASE)
_MAY_CHANGE = ("NOW", "RAND", "UUID", "BNODE", "SERVICE")  # all that the expression finds has one of these


class Kept:
    """The answers of one build, those asked for last."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Sparql, Found] = OrderedDict()
        self._size = 0

    def get(self, asked: Sparql) -> Found | None:
        """What was answered to this question."""
        found = self._answers.get(asked)
        if found is not None:
            self._answers.move_to_end(asked)
        return found

    def keep(self, asked: Sparql, answer: Found) -> None:
        """Remember an answer, if it may be given again."""
        text = asked.text
        if len(answer[1]) > _LONGEST or len(text) > _LONGEST_QUERY or asked in self._answers:
            return
        upper = text.upper()
        for word in _MAY_CHANGE:
            if word in upper and _CHANGING.search(text):
                return
        self._answers[asked] = answer
        self._size += _size(asked, answer)
        while self._size > _MOST_KEPT:
            self._size -= _size(*self._answers.popitem(last=False))


def _size(asked: Sparql, answer: Found) -> int:
    graphs = sum(map(len, (*asked.default_graphs, *asked.named_graphs)))
    return len(asked.text) + graphs + len(answer[1]) + 1000  # and what holds it
