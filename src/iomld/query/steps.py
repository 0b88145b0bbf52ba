"""A query step by step: how many solutions each pattern and filter leaves, and which one leaves nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from iomld.errors import nearest
from iomld.query.answers import Asker, text
from iomld.query.misspelt import Hint, nearest_iri
from iomld.query.sparql import Token, closing, named_iris, outline, tokenize
from iomld.query.syntax import at
from iomld.terms import PrefixMap, parse_term

__all__ = ["Count", "Step", "count_steps", "split", "steps", "surely_bound", "why_empty"]

_STARTS = ("FILTER", "BIND", "VALUES", "OPTIONAL", "MINUS", "GRAPH", "SERVICE", "LATERAL")


@dataclass(frozen=True)
class Step:
    """One pattern, filter or clause of the outermost group.

    :param kind: ``pattern``, ``filter``, or the clause's keyword in lower case (``optional``, ``union``, ``group``)
    :param text: as SPARQL that stands by itself within a group
    :param start: offset in the query
    """

    kind: str
    text: str
    start: int


def steps(query: str) -> list[Step]:
    """The steps of a query in the order in which they take effect: filters of a group come last (section 5.2.2)."""
    tokens = tokenize(query)
    found = outline(tokens)
    if found is None or found.opening is None or found.closing is None:
        return []
    all_steps = list(split(query, tokens, found.opening + 1, found.closing))
    return [s for s in all_steps if s.kind != "filter"] + [s for s in all_steps if s.kind == "filter"]


def surely_bound(query: str) -> list[str]:
    """The variables that each solution of the outermost pattern binds, in order; then those that it only makes use of.

    The latter stand in a FILTER or BIND and are bound nowhere: a value is what they wait for. Not named are those that
    only an OPTIONAL, a BIND, a sub-select or an aggregate binds: given a value beforehand, they would show that value
    whatever the data says.
    """
    tokens = tokenize(query)
    found = outline(tokens)
    if found is None:
        return []
    opening = found.opening
    if opening is None:  # the short form of CONSTRUCT, or a DESCRIBE without a pattern
        opening = next((index for index in range(found.start, len(tokens)) if tokens[index].text == "{"), None)
    if opening is None:
        return []
    found_steps = list(split(query, tokens, opening + 1, closing(tokens, opening)))
    used: list[str] = []
    elsewhere = {after.text[1:] for token, after in pairwise(tokens) if token.is_word("AS")}
    for step in found_steps:
        names = [token.text[1:] for token in tokenize(step.text) if token.kind == "variable"]
        if step.kind in ("filter", "bind") and "{" not in step.text:
            used += names
        else:
            elsewhere.update(names)
    waiting = [name for name in used if name not in elsewhere]
    return list(dict.fromkeys([*_bound_in(query, tokens, opening), *waiting]))


def _bound_in(query: str, tokens: Sequence[Token], opening: int) -> list[str]:
    """The variables that the group whose brace opens here surely binds."""
    if tokens[opening + 1].is_word("SELECT"):
        return []
    names: dict[str, None] = {}
    for step in split(query, tokens, opening + 1, closing(tokens, opening)):
        names |= dict.fromkeys(_bound_by(step))
    return list(names)


def _bound_by(step: Step) -> list[str]:
    tokens = tokenize(step.text)
    variables = [token.text[1:] for token in tokens if token.kind == "variable"]
    if step.kind == "pattern":
        return variables
    if step.kind == "values":
        return [] if any(token.is_word("UNDEF") for token in tokens) else variables
    if step.kind not in ("group", "union", "graph"):
        return []
    branches = []
    index = 0
    while index < len(tokens):
        if tokens[index].text == "{":
            branches.append(_bound_in(step.text, tokens, index))
            index = closing(tokens, index)
        index += 1
    graph = variables[:1] if step.kind == "graph" and len(tokens) > 1 and tokens[1].kind == "variable" else []
    return [*graph, *(name for name in branches[0] if all(name in branch for branch in branches))]


def split(query: str, tokens: Sequence[Token], first: int, last: int) -> Iterator[Step]:
    index = first
    while index < last:
        token = tokens[index]
        begin = index
        if token.text == ".":
            index += 1
            continue
        if token.text == "{":
            index = closing(tokens, index) + 1
            kind = "group"
            while index < last and tokens[index].is_word("UNION"):
                kind = "union"
                index = closing(tokens, index + 1) + 1
        elif token.is_word("FILTER", "BIND"):
            kind = token.text.lower()
            index += 1
            while index < last and tokens[index].text not in ("(", "{"):
                index += 1
            index = closing(tokens, index) + 1
        elif token.is_word(*_STARTS):
            kind = token.text.lower()
            while index < last and tokens[index].text != "{":
                index += 1
            index = closing(tokens, index) + 1
        else:
            end = _end_of_triples(tokens, index, last)
            yield from _triples(query, tokens, index, end)
            index = end
            continue
        yield Step(kind, query[token.start : tokens[index - 1].end], tokens[begin].start)


def _end_of_triples(tokens: Sequence[Token], index: int, last: int) -> int:
    while index < last:
        token = tokens[index]
        if token.text in (".", "{") or token.is_word(*_STARTS):
            return index
        index = closing(tokens, index) + 1 if token.text in ("(", "[") else index + 1
    return last


def _triples(query: str, tokens: Sequence[Token], first: int, end: int) -> Iterator[Step]:
    """One step for each predicate of a subject; a subject that is itself a list of properties stays whole."""
    if tokens[first].text in ("(", "["):
        yield Step("pattern", query[tokens[first].start : tokens[end - 1].end], tokens[first].start)
        return
    subject = tokens[first].text
    begin = index = first + 1
    while index <= end:
        if index == end or tokens[index].text == ";":
            if index > begin:
                part = query[tokens[begin].start : tokens[index - 1].end]
                start = tokens[first if begin == first + 1 else begin].start
                yield Step("pattern", f"{subject} {part}", start)
            begin = index + 1
        elif tokens[index].text in ("(", "["):
            index = closing(tokens, index)
        index += 1


def _prologue(query: str) -> str:
    tokens = tokenize(query)
    found = outline(tokens)
    return query[: tokens[found.start].start] if found else ""


def _group(chosen: Sequence[Step]) -> str:
    return "\n".join(f"{step.text} ." if step.kind == "pattern" else step.text for step in chosen)


@dataclass(frozen=True)
class Count:
    """How many solutions a step has by itself, and how many are left of all steps up to it; None where not counted."""

    step: Step
    line: int
    alone: int | None
    together: int


def count_steps(asker: Asker, query: str) -> list[Count]:
    """Count the solutions step by step, with ``VALUES`` blocks of bound parameters as steps of their own."""
    found = steps(query)
    counts = []
    for number, step in enumerate(found, 1):
        alone = _count(asker, query, [step]) if step.kind in ("pattern", "union", "group", "values") else None
        line = query.count("\n", 0, step.start) + 1
        counts.append(Count(step, line, alone, _count(asker, query, found[:number])))
    return counts


def _count(asker: Asker, query: str, chosen: Sequence[Step]) -> int:
    answer = asker.ask(f"{_prologue(query)}SELECT (COUNT(*) AS ?n) {{ {_group(chosen)} }}")
    row = answer.solutions.rows[0] if answer.solutions and answer.solutions.rows else (None,)
    return int(text(row[0])) if row[0] else 0


def _any(asker: Asker, query: str, chosen: Sequence[Step]) -> bool:
    return bool(asker.ask(f"{_prologue(query)}ASK {{ {_group(chosen)} }}").boolean)


def why_empty(asker: Asker, query: str, *, name: str, base: str, prefixes: PrefixMap) -> list[Hint]:
    """The first pattern or filter that leaves nothing, and what could be meant instead."""
    found = steps(query)
    for number, step in enumerate(found):
        if _any(asker, query, found[: number + 1]):
            continue
        where = at(query, name, step.start)
        hints = [Hint(f"nothing is left after this {step.kind}: {_one_line(step.text)}", where)]
        if step.kind == "filter":
            return hints + _about_filter(asker, query, step, found[:number])
        if step.kind == "pattern" and not _any(asker, query, [step]):
            hints.append(Hint("it matches nothing in the data, whatever stands beside it"))
            return hints + _about_pattern(asker, query, step, base=base, prefixes=prefixes)
        for other in found[:number]:
            if _any(asker, query, [one for one in found[: number + 1] if one is not other]):
                told = f"it agrees with all that stands before it but this {other.kind}: {_one_line(other.text)}"
                hints.append(Hint(told, at(query, name, other.start)))
        return hints
    if found:
        return [Hint("all patterns and filters leave something: HAVING, OFFSET or LIMIT takes it away")]
    return []


def _one_line(query: str) -> str:
    shown = re.sub(r"\s+", " ", query)
    return shown if len(shown) <= 100 else f"{shown[:99]}…"


def _about_pattern(asker: Asker, query: str, step: Step, *, base: str, prefixes: PrefixMap) -> list[Hint]:
    hints = []
    alone = _prologue(query) + "ASK { " + step.text + " }"
    for named in named_iris(alone, base=base, prefixes=prefixes):
        known = f"ASK {{ {{ <{named.iri}> ?p ?o }} UNION {{ ?s <{named.iri}> ?o }} UNION {{ ?s ?p <{named.iri}> }} }}"
        if not asker.ask(known).boolean:
            hint = nearest_iri(asker, named.iri, base=base, prefixes=prefixes)
            hints.append(Hint(f"{named.written} does not occur in the data", None, hint))
    terms = tokenize(step.text)
    for index, token in enumerate(terms):
        if token.kind == "string":
            tag = terms[index + 1].text if index + 1 < len(terms) and terms[index + 1].kind == "language" else ""
            freed = f"{step.text[: token.start]}?anyValue {step.text[token.end + len(tag) :]}"
            hints += _about_literal(asker, query, token.text + tag, [Step("pattern", freed, 0)], "anyValue")
    return hints


def _about_literal(asker: Asker, query: str, written: str, before: Sequence[Step], variable: str) -> list[Hint]:
    """What values there are where the query has a string, if one is near it."""
    answer = asker.ask(f"{_prologue(query)}SELECT DISTINCT ?{variable} {{ {_group(before)} }}", max_rows=20_000)
    values = [row[0] for row in answer.solutions.rows if row[0]] if answer.solutions else []
    wanted = written.strip("\"'").rpartition('"@')[0] or written.strip("\"'")
    same = [value for value in values if text(value) == wanted and value != written]
    if same:
        shown = " or ".join(sorted(same)[:3])
        return [Hint(f"the data has {shown}: a language tag or datatype is part of a term", None, "compare STR(…)")]
    hint = nearest(wanted, (text(value) for value in values))
    return [Hint(f"{written} is no value there", None, hint)] if hint else []


def _about_filter(asker: Asker, query: str, step: Step, before: Sequence[Step]) -> list[Hint]:
    tokens = tokenize(step.text)
    variables = list(dict.fromkeys(token.text[1:] for token in tokens if token.kind == "variable"))
    strings = [token.text for token in tokens if token.kind == "string"]
    hints = []
    for variable in variables[:3]:
        answer = asker.ask(f"{_prologue(query)}SELECT DISTINCT ?{variable} {{ {_group(before)} }}", max_rows=3)
        values = [row[0] for row in answer.solutions.rows if row[0]] if answer.solutions else []
        if values:
            shown = ", ".join(_one_line(value) for value in values)
            hints.append(Hint(f"before it ?{variable} is, for instance, {shown}"))
        else:
            hints.append(Hint(f"before it ?{variable} is never bound: a filter with an unbound variable fails"))
        if values and all(parse_term(value).kind == "literal" for value in values):
            for written in strings:
                hints += _about_literal(asker, query, written, before, variable)
    return hints
