"""Names that look alike: candidates for a person to judge, never matches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher

__all__ = ["Similar", "ratio"]


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
        self._names = sorted(set(names))
        self._index: dict[str, list[int]] = defaultdict(list)
        for number, (text, _) in enumerate(self._names):
            for trigram in _trigrams(text):
                self._index[trigram].append(number)

    def nearest(self, text: str, *, count: int = 3, least: float = 0.75) -> list[tuple[float, int]]:
        """The best few things named alike: (likeness, number), best first; empty where nothing reaches ``least``."""
        if len(text) < 3:
            return []
        shared: Counter[int] = Counter()
        trigrams = _trigrams(text)
        for trigram in trigrams:
            shared.update(self._index.get(trigram, ()))
        best: dict[int, float] = {}
        for number, common in shared.most_common(12):
            name, thing = self._names[number]
            if 2 * common < 0.4 * (len(trigrams) + len(name) + 1):
                continue
            best[thing] = max(best.get(thing, 0.0), ratio(text, name))
        found = sorted(
            ((score, thing) for thing, score in best.items() if score >= least), key=lambda item: (-item[0], item[1])
        )
        return found[:count]
