"""The query of a SPARQL-based constraint: prefixes declared, path put in, forbidden forms refused.

Source: SHACL, sections 5.2 and 5.3 and Appendix A (pre-binding of variables).
"""

from __future__ import annotations

import re

from iomld.terms import parse_term
from iomld.validation.triples import Triples
from iomld.validation.vocabulary import sh

__all__ = ["CustomFunction", "NotAllowed", "bare", "constraint_query"]

_IMPORTS = "<http://www.w3.org/2002/07/owl#imports>"
# Strings, IRIs and comments, which may hold any word (SPARQL 1.1, productions 139, 156 to 159).
_QUOTED = re.compile(
    r"'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"
    r'|"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|<[^<>\"{}|^`\\\x00-\x20]*>"
    r"|#[^\n\r]*",
    re.S,
)


class NotAllowed(ValueError):
    """A query that may not be used as a constraint."""


class CustomFunction(ValueError):
    """A query with a function that SPARQL does not have; SHACL Advanced Features may declare it."""


def bare(query: str) -> str:
    """A query without strings, IRIs and comments, of the same length: words found in it are keywords or variables."""
    return _QUOTED.sub(lambda match: " " * len(match.group()), query)


def _prefixes(triples: Triples, constraint: str) -> str:
    found: dict[str, str] = {}
    front = triples.objects(constraint, sh("prefixes"))
    seen: set[str] = set()
    while front:
        node = front[0]
        front = front[1:]
        if node in seen:
            continue
        seen.add(node)
        front = front + triples.objects(node, _IMPORTS)
        for declaration in triples.objects(node, sh("declare")):
            prefix, namespace = triples.value(declaration, sh("prefix")), triples.value(declaration, sh("namespace"))
            if prefix is None or namespace is None:
                raise NotAllowed("a sh:declare needs both sh:prefix and sh:namespace")
            name, target = parse_term(prefix).value, parse_term(namespace).value
            if found.setdefault(name, target) != target:
                raise NotAllowed(f"the prefix “{name}:” is declared twice, for different namespaces")
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(found.items()))


def constraint_query(triples: Triples, constraint: str, path: str | None) -> str:
    """The SELECT query of a constraint, ready to run but for ``$this``.

    :param path: the path of the property shape as SPARQL writes it, put in for ``$PATH``
    :raises NotAllowed: if it is no SELECT, has a form that pre-binding forbids, or cannot be parsed
    :raises CustomFunction: if it calls a function that is not SPARQL's own
    """
    texts = triples.objects(constraint, sh("select"))
    if len(texts) != 1:
        raise NotAllowed("it has exactly one sh:select")
    query = parse_term(texts[0]).value
    words = bare(query)
    for word in ("MINUS", "VALUES", "SERVICE"):
        if re.search(rf"(?<![\w:?$]){word}(?![\w:])", words, re.I):
            raise NotAllowed(f"{word} may not be used where variables are bound beforehand")
    if re.search(r"\b(?i:AS)\s+[?$](this|currentShape|shapesGraph|PATH)\b", words):
        raise NotAllowed("a variable that is bound beforehand is bound again with AS")
    heads = re.findall(r"(?<![\w:?$])SELECT(?![\w:])(.*?)(?:WHERE\b|\{)", words, re.I | re.S)
    if not heads:
        raise NotAllowed("its sh:select is no SELECT query")
    for head in heads[1:]:
        if "*" not in head and not re.search(r"[?$]this\b", head):
            raise NotAllowed("a nested SELECT must return $this")
    if path is not None:
        positions = [match.start() for match in re.finditer(r"[?$]PATH\b", words)]
        for at in reversed(positions):
            query = query[:at] + path + query[at + len("$PATH") :]
    prefixes = _prefixes(triples, constraint)
    _parse(prefixes, query)
    return prefixes + query


def _parse(prefixes: str, query: str) -> None:
    """See that a query can be parsed, in the words of the engine where it cannot."""
    import pyoxigraph

    try:
        pyoxigraph.Store().query(prefixes + query)
    except RuntimeError as error:  # what the engine does not know, in a query that is well-formed
        raise CustomFunction(str(error)) from None
    except SyntaxError as error:
        place = re.match(r"error at (\d+):(\d+): ", str(error))
        if place is None:
            raise NotAllowed(f"its query cannot be parsed: {error}") from None
        line, column = int(place[1]) - prefixes.count("\n"), int(place[2])
        written = query.split("\n")[line - 1]
        prefix = re.search(r"([\w.-]*):[^\s:]*$", written[: column - 1])
        if "Prefix not found" in str(error) and prefix:
            why = f"the prefix “{prefix[1]}:” is not declared"
        else:
            # Of all that could stand there, only what is said in a sentence is of use.
            words = re.search(r"[A-Z][A-Za-z]*(?: [A-Za-z]+)+", str(error))
            rest = written[column - 1 :][:40].strip()
            why = words[0] if words else f"near “{rest}”" if rest else "near its end"
        raise NotAllowed(f"its query cannot be parsed at line {line}, column {column}: {why}") from None
