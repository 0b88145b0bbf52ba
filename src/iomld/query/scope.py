"""What the variables of a query are to it: which of them a value given beforehand reaches, and which nothing binds.

A value is given by a ``VALUES`` block, first in the outermost pattern (:func:`iomld.query.sparql.bound`). It meets what
is joined with that block: patterns at any depth, filters of the outermost group and of its OPTIONALs, and what SELECT,
HAVING and ORDER BY compute. It does not meet a sub-select that keeps the variable to itself, nor a filter of an inner
group, since groups are evaluated from the innermost outward.

Source: SPARQL 1.1 Query Language, sections 12 (sub-queries), 18.2.1 (variable scope) and 18.6 (evaluation).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from iomld.errors import nearest
from iomld.query.misspelt import Hint
from iomld.query.sparql import Outline, Token, closing, outline, tokenize
from iomld.query.steps import Step, split
from iomld.query.syntax import at

__all__ = ["Scope", "never_bound", "scope"]

_UNBOUND_IS_WELL = ("BOUND", "COALESCE")  # functions that take a variable without a value as something usual


class Unbound(NamedTuple):
    """A variable that is selected and never bound.

    :param offset: where it is selected, in the query
    :param known: the variables that the pattern there binds
    """

    name: str
    offset: int
    known: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """The variables of a query, without ``?``, in the order in which they stand there.

    :param named: all that the pattern names, at whatever depth
    :param reached: those to which a value given beforehand makes a difference
    :param needed: those that no pattern can bind, and that an expression cannot do without
    :param unbound: those that are selected, in a sub-select too, and never bound
    """

    named: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    unbound: tuple[Unbound, ...] = ()


@lru_cache(maxsize=256)
def scope(query: str) -> Scope | None:
    """What the variables of a query are to it; None where the text holds no query form."""
    tokens = tokenize(query)
    found = outline(tokens)
    if found is None:
        return None
    walk = _Walk()
    walk.query(query, tokens, found, 0)
    reached = {**walk.matched, **walk.used}
    return Scope(
        named=tuple(dict.fromkeys(_names(tokens[found.opening or found.start : found.closing]))),
        reached=tuple(name for name in reached if name not in walk.made),
        needed=tuple(name for name in walk.needed if name not in walk.matched and name not in walk.made),
        unbound=tuple(walk.unbound.values()),
    )


def never_bound(query: str, *, name: str, given: Collection[str] = ()) -> list[Hint]:
    """A hint for each variable that is selected and that no pattern binds, with the nearest that one does.

    :param name: of the query, for messages
    :param given: variables that are bound from outside
    """
    found = scope(query)
    if found is None:
        return []
    return [
        Hint(
            f"?{one.name} is never bound: no pattern gives it a value",
            at(query, name, one.offset),
            nearest(f"?{one.name}", (f"?{known}" for known in one.known)),
        )
        for one in found.unbound
        if one.name not in given
    ]


def _names(tokens: Iterable[Token]) -> list[str]:
    return [token.text[1:] for token in tokens if token.kind == "variable"]


@dataclass
class _Walk:
    """What is known of the variables of one SELECT, ASK, CONSTRUCT or DESCRIBE; the dicts are ordered sets.

    :param shown: bound by a pattern, a VALUES or a BIND
    :param matched: bound by a pattern, also one of MINUS or EXISTS, which shows nothing
    :param used: in expressions that see what was given beforehand
    :param needed: those of ``used`` without which the expression is an error
    :param made: computed by the outermost group or the SELECT clause, so that no value can be given for them
    :param unbound: selected and not shown, by name
    """

    shown: dict[str, None] = field(default_factory=dict)
    matched: dict[str, None] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    needed: dict[str, None] = field(default_factory=dict)
    made: dict[str, None] = field(default_factory=dict)
    unbound: dict[str, Unbound] = field(default_factory=dict)

    def query(self, text: str, tokens: Sequence[Token], found: Outline, offset: int) -> None:
        """Walk through a query or sub-select.

        :param offset: of the text in the whole query
        """
        if found.opening is None or found.closing is None:  # VALUES stand behind the whole of it
            self._match(_names(tokens[found.start :]))
            return
        self.group(text, tokens, found.opening, offset, outermost=True)
        head, tail = tokens[found.start + 1 : found.opening], tokens[found.closing + 1 :]
        values = next((index for index, token in enumerate(tail) if token.is_word("VALUES")), len(tail))
        block = next((index for index in range(values, len(tail)) if tail[index].text == "{"), len(tail))
        self._match(_names(tail[values:block]))
        grouped = self._bracketed(text, tail, offset)
        self.shown |= dict.fromkeys(grouped)
        self.made |= dict.fromkeys(grouped)
        if found.form == "SELECT":
            self.made |= dict.fromkeys(self._bracketed(text, head, offset))
        else:
            self.used |= dict.fromkeys(_names(head))
        for token in _selected(head, expressions=found.form == "SELECT"):
            name = token.text[1:]
            if name not in self.shown and name not in self.made:
                self.unbound.setdefault(name, Unbound(name, offset + token.start, tuple(self.shown)))

    def group(
        self,
        text: str,
        tokens: Sequence[Token],
        opening: int,
        offset: int,
        *,
        sees: bool = True,
        shows: bool = True,
        outermost: bool = False,
    ) -> None:
        """Walk through the group whose brace opens here.

        :param sees: whether its filters see values that were given beforehand
        :param shows: whether its variables are those of the solutions
        """
        end = closing(tokens, opening)
        if opening + 1 < end and tokens[opening + 1].is_word("SELECT"):
            start = tokens[opening + 1].start
            self._inner(text[start : tokens[end].start], offset + start, shows=shows)
            return
        for step in split(text, tokens, opening + 1, end):
            self._step(step, offset + step.start, sees=sees, shows=shows, outermost=outermost)

    def _inner(self, text: str, offset: int, *, shows: bool) -> None:
        """A sub-select: only what it selects is joined with what stands around it."""
        tokens = tokenize(text)
        found = outline(tokens)
        if found is None or found.opening is None:
            return
        inner = _Walk()
        inner.query(text, tokens, found, offset)
        head = tokens[found.start + 1 : found.opening]
        everything = any(token.text == "*" for token in head) and not any(token.text == "(" for token in head)
        names = {token.text[1:] for token in _selected(head, expressions=False)}
        self._match((name for name in inner.shown if everything or name in names), shows=shows)
        self._match((name for name in inner.made if name not in inner.shown), shows=shows)  # of the SELECT clause
        self.unbound = {**inner.unbound, **self.unbound}

    def _step(self, step: Step, offset: int, *, sees: bool, shows: bool, outermost: bool) -> None:
        tokens = tokenize(step.text)
        if step.kind in ("pattern", "values"):
            self._match(_names(tokens), shows=shows)
        elif step.kind == "filter":
            self._expression(step.text, tokens, offset, sees=sees)
        elif step.kind == "bind":
            expression, target = _computed(tokens[2:-1])
            self._expression(step.text, expression, offset, sees=sees)
            self.shown |= dict.fromkeys(target if shows else ())
            if outermost:
                self.made |= dict.fromkeys(target)
            else:
                self._match(target, shows=shows)
        else:
            first = next((index for index, token in enumerate(tokens) if token.text == "{"), len(tokens))
            self._match(_names(tokens[:first]), shows=shows)  # of GRAPH and SERVICE
            sees = sees and step.kind in ("optional", "lateral")
            shows = shows and step.kind != "minus"
            while first < len(tokens):
                if tokens[first].text == "{":
                    self.group(step.text, tokens, first, offset, sees=sees, shows=shows)
                    first = closing(tokens, first)
                first += 1

    def _expression(self, text: str, tokens: Sequence[Token], offset: int, *, sees: bool = True) -> None:
        if not sees:
            return
        names = _names(tokens)
        if len(tokens) == 1:  # only called otherwise: what it is called may be bound by a pattern
            self.used |= dict.fromkeys(names)
            return
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.text == "{":  # of EXISTS
                self.group(text, tokens, index, offset, shows=False)
                index = closing(tokens, index)
            elif token.is_word(*_UNBOUND_IS_WELL) and index + 1 < len(tokens):
                end = closing(tokens, index + 1)
                # Who has thought of it in one place has thought of it in others.
                self._match(_names(tokens[index:end]), shows=False)
                index = end
            elif token.kind == "variable":
                self.used[token.text[1:]] = None
                self.needed[token.text[1:]] = None
            index += 1

    def _bracketed(self, text: str, tokens: Sequence[Token], offset: int) -> list[str]:
        """The expressions of a SELECT clause, or of clauses behind the pattern; what ``AS`` calls them."""
        called: list[str] = []
        index = 0
        while index < len(tokens):
            if tokens[index].is_word("VALUES"):
                break
            if tokens[index].text == "(":
                end = closing(tokens, index)
                expression, target = _computed(tokens[index + 1 : end])
                self._expression(text, expression, offset)
                called += target
                index = end
            index += 1
        return called

    def _match(self, names: Iterable[str], *, shows: bool = True) -> None:
        found = dict.fromkeys(names)
        self.matched |= found
        if shows:
            self.shown |= found


def _computed(tokens: Sequence[Token]) -> tuple[Sequence[Token], list[str]]:
    """What stands in brackets: the expression, and the variable that ``AS`` gives its value, if any."""
    if len(tokens) > 2 and tokens[-2].is_word("AS") and tokens[-1].kind == "variable":
        return tokens[:-2], [tokens[-1].text[1:]]
    return tokens, []


def _selected(head: Sequence[Token], *, expressions: bool) -> list[Token]:
    """The variables that a SELECT clause or a template takes from the pattern.

    :param expressions: also those that it computes with; where they may be unbound, they are left out
    """
    found: list[Token] = []
    index, depth = 0, 0
    while index < len(head):
        token = head[index]
        if token.is_word("FROM") and depth == 0:
            break
        if token.is_word(*_UNBOUND_IS_WELL, "EXISTS") and index + 1 < len(head):
            index = closing(head, index + 1)
        elif token.kind == "variable" and (depth == 0 or (expressions and not head[index - 1].is_word("AS"))):
            found.append(token)
        depth += (token.text == "(") - (token.text == ")")
        index += 1
    return found
