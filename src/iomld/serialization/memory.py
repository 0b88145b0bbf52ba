"""Answers remembered, so that what comes again and again is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

__all__ = ["Memory"]

_LONGEST = 300  # characters
_Found = TypeVar("_Found")


class Memory(dict[str, _Found]):
    """A mapping that finds out what it does not know; it forgets all before it grows with the data.

    Long keys, such as whole paragraphs, are worked out anew each time: they hardly come twice.

    :param find: what to do with a key that is not known
    :param bound: number of answers that are kept

    >>> lengths = Memory(len)
    >>> lengths["abc"], lengths["abc"]
    (3, 3)
    """

    def __init__(self, find: Callable[[str], _Found], *, bound: int = 100_000) -> None:
        self._find = find
        self._bound = bound

    def __missing__(self, key: str) -> _Found:
        if len(self) > self._bound:
            self.clear()
        value = self._find(key)
        if len(key) <= _LONGEST:
            self[key] = value
        return value
