"""What a grouped pass gives, subject by subject, and the name of a subject that it sorts by."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Gathered", "Subject", "parts", "sort_name"]


class Subject(NamedTuple):
    """All that one graph says of one subject: predicate by predicate, in the order asked for, objects sorted."""

    graph: str
    subject: str
    statements: list[tuple[str, list[str]]]


class Gathered(NamedTuple):
    """The same in no order.

    :param said: predicate and object of each statement, with a space between them
    """

    graph: str
    subject: str
    said: set[str]


def sort_name(named: bool) -> str:
    """The name of a row's subject, in SQL: by it subjects come in the order of graph and IRI.

    :param named: whether there are named graphs
    """
    # Without the bracket behind it, an IRI sorts before those it begins: a thing before its parts.
    name = "replace(subject, '>', '')"
    if not named:
        return name
    return f"if(graph = '', {name}, '~' || graph || ' ' || {name})"  # a tilde sorts behind all subjects


def parts(name: str) -> tuple[str, str]:
    """Graph and subject of such a name.

    >>> parts("~<https://example.org/g> _:b0"), parts("<https://example.org/a")
    (('<https://example.org/g>', '_:b0'), ('', '<https://example.org/a>'))
    """
    graph = ""
    if name[0] == "~":
        graph, _, name = name[1:].partition(" ")
    return graph, f"{name}>" if name[0] == "<" else name
