"""Names that look alike: candidates for a person to judge, never matches."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher

__all__ = ["Similar", "posted", "ratio"]

_LOOKED_AT = 500_000  # places of names in the index, for one question


def _trigrams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def ratio(one: str, other: str) -> float:
    """Likeness of two folded names, 0 to 1, the same both ways.

    >>> ratio("estonia", "estonai") == ratio("estonai", "estonia") > 0.8
    True
    """
    first, second = sorted((one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


class Similar:
    """An index of folded names by their trigrams.

    :param names: folded name and the number of what it names
    """

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        known = sorted(set(names))
        index = posted(text for text, _ in known)
        self._name: Callable[[int], tuple[str, int]] = known.__getitem__
        self._numbers: Callable[[str], Sequence[int]] = lambda trigram: index.get(trigram, ())

    @classmethod
    def kept(cls, name: Callable[[int], tuple[str, int]], numbers: Callable[[str], Sequence[int]]) -> Similar:
        """An index that stands elsewhere.

        :param name: a name by its place, as the constructor takes it
        :param numbers: the places of the names that have a trigram, as :func:`posted` gives them
        """
        similar = cls(())
        similar._name, similar._numbers = name, numbers
        return similar

    def nearest(self, text: str, *, count: int = 3, least: float = 0.75) -> list[tuple[float, int]]:
        """The best few things named alike: (likeness, number), best first; empty where nothing reaches ``least``."""
        if len(text) < 3:
            return []
        trigrams = _trigrams(text)
        shared: Counter[int] = Counter()
        left = _LOOKED_AT
        # The rare ones first: where names are many, those that most of them have tell nothing.
        for numbers in sorted(map(self._numbers, trigrams), key=len):
            if left < _LOOKED_AT and len(numbers) > left:
                break
            shared.update(numbers)
            left -= len(numbers)
        best: dict[int, float] = {}
        for number, _ in shared.most_common(12):
            name, thing = self._name(number)
            if 2 * len(trigrams & _trigrams(name)) >= 0.4 * (len(trigrams) + len(name) + 1):
                best[thing] = max(best.get(thing, 0.0), ratio(text, name))
        found = sorted(
            ((score, thing) for thing, score in best.items() if score >= least), key=lambda item: (-item[0], item[1])
        )
        return found[:count]


def posted(texts: Iterable[str]) -> dict[str, array[int]]:
    """The places, counted from 0, of the names that have each trigram."""
    found: dict[str, array[int]] = {}
    for number, text in enumerate(texts):
        for trigram in _trigrams(text):
            if trigram in found:
                found[trigram].append(number)
            else:
                found[trigram] = array("I", (number,))
    return found
