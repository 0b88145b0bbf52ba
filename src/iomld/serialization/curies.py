"""Compact IRIs for writers: fast, and with an account of the prefixes that were used."""

from __future__ import annotations

from iomld.serialization.memory import Memory
from iomld.terms import PrefixMap

__all__ = ["DELIMITERS", "Curies", "prefix_definition"]

#: what a namespace ends in that JSON-LD takes for a prefix without a further word (JSON-LD 1.1, section 4.1.5)
DELIMITERS = tuple(":/?#[]@")


class Curies:
    """Spell IRIs as CURIEs, and remember which prefixes were needed.

    >>> curies = Curies(PrefixMap({"ex": "https://example.org/", "unused": "https://example.com/"}))
    >>> curies.spell("<https://example.org/a>"), curies.spell("<https://example.org/a/b>")
    ('ex:a', '<https://example.org/a/b>')
    >>> curies.declarations()
    [('ex', 'https://example.org/')]
    """

    def __init__(self, prefixes: PrefixMap) -> None:
        self._prefixes = prefixes
        # A CURIE's local name has no slash and no hash, so that an IRI whose part up to the last of these is no
        # namespace, nor begins with an odd namespace that ends elsewhere, cannot be compressed: most need no search.
        self._ends = {namespace for namespace in prefixes.values() if namespace[-1:] in "/#"}
        self._odd = tuple(namespace for namespace in prefixes.values() if namespace[-1:] not in "/#")
        self._known = Memory(self.spell_once)
        self._used: set[str] = set()

    def spell(self, term: str) -> str:
        """The CURIE of an IRI spelt as in N-Quads, or the term as it is."""
        return self._known[term]

    def spell_once(self, term: str) -> str:
        """The same, not remembered: for subjects, most of which come once."""
        slash, hash = term.rfind("/"), term.rfind("#")
        if term[1 : (slash if slash > hash else hash) + 1] in self._ends or self._odd:
            return self._curie(term) or term
        return term

    def bare(self, term: str) -> str:
        """The same, without the brackets of an IRI."""
        slash, hash = term.rfind("/"), term.rfind("#")
        if term[1 : (slash if slash > hash else hash) + 1] in self._ends or self._odd:
            curie = self._curie(term)
            if curie is not None:
                return curie
        return term[1:-1] if term[0] == "<" else term

    def _curie(self, term: str) -> str | None:
        curie = self._prefixes.compress(term[1:-1])
        if curie is not None:
            self._used.add(curie.partition(":")[0])
        return curie

    def declarations(self) -> list[tuple[str, str]]:
        """Prefixes used so far with their namespaces, sorted."""
        return [(prefix, self._prefixes[prefix]) for prefix in sorted(self._used)]


def prefix_definition(namespace: str) -> object:
    """What a JSON-LD context says of a prefix.

    >>> prefix_definition("https://example.org/"), prefix_definition("https://example.org/GO_")
    ('https://example.org/', {'@id': 'https://example.org/GO_', '@prefix': True})
    """
    return namespace if namespace.endswith(DELIMITERS) else {"@id": namespace, "@prefix": True}
