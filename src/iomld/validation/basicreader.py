"""Reading of queries of one graph pattern: tokens one by one, terms with their prefixes resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from iomld.terms import literal

__all__ = ["Beyond", "Reader"]


class Beyond(ValueError):
    """More than is taken here."""


@dataclass
class Reader:
    """Tokens of a query with the place in them; what is met on the way is kept."""

    stream: list[tuple[str, str]]
    at: int = 0
    prefixes: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    constants: set[str] = field(default_factory=set)
    exists: int = 0

    def peek(self) -> tuple[str, str]:
        """The token at hand, as (kind, text)."""
        return self.stream[self.at] if self.at < len(self.stream) else ("end", "")

    def take(self, *expected: str) -> str:
        """Go on to the next token, where it is one of those expected."""
        text = self.peek()[1]
        if expected and text.upper() not in expected:
            raise Beyond(text)
        self.at += 1
        return text

    def word(self) -> str:
        """The keyword at hand, in capitals; empty where there is none."""
        kind, text = self.peek()
        return text.upper() if kind == "word" else ""

    def term(self) -> str:
        """A variable as ``?name``, or a term spelt."""
        kind, text = self.peek()
        self.at += 1
        if kind == "var":
            return "?" + text[1:]
        spelt = self.constant(kind, text)
        if "{" in spelt or "}" in spelt:
            raise Beyond(spelt)  # braces mark the placeholders of conditions
        self.constants.add(spelt)
        return spelt

    def constant(self, kind: str, text: str) -> str:
        """A term spelt."""
        if kind == "iri" and ":" in text:
            return text
        if kind == "pname":
            prefix, _, local = text.partition(":")
            if prefix not in self.prefixes or "%" in local:
                raise Beyond(text)
            return f"<{self.prefixes[prefix]}{local}>"
        if kind == "string" and text[0] in "\"'" and not text.startswith(('"""', "'''")) and "\\" not in text:
            quote = text[0]
            body, _, tail = text[1:].rpartition(quote)
            if tail.startswith("@"):
                return literal(body, language=tail[1:].lower())
            if not tail:
                return literal(body)
        raise Beyond(text)
