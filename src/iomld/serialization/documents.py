"""One JSON-LD document a resource, as a tree: what is said of it, with the facts that point to it under ``@reverse``.

Nodes that have no name of their own (periods, citations, participations and the like) stand inside; named things are
referred to by their IRI, with a document of their own. All documents are made from one pass, which is held in memory.

Source: JSON-LD 1.1, sections 4.5 (embedding) and 4.8 (reverse properties); HTML, section 4.12.1 (data blocks).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from iomld.graph import Quads
from iomld.serialization.compaction import Compaction
from iomld.serialization.curies import Curies
from iomld.serialization.jsonld import Nodes
from iomld.serialization.selection import Selection
from iomld.serialization.sentences import LABELS
from iomld.serialization.subjects import Gathered
from iomld.terms import PrefixMap

__all__ = ["documents", "in_html"]

_DEPTH = 2  # facts, and their periods and citations


def documents(
    quads: Quads, *, context: Mapping[str, object], base: str | None = None, context_url: str | None = None
) -> Iterator[tuple[str, str]]:
    """Documents of all named IRIs, in the order of the IRIs.

    :param quads: the relation; its graphs are taken as one
    :param context: JSON-LD context to write with
    :param base: absolute IRI, ending in a slash, that is left off before ``@id``
    :param context_url: what the document says in place of the context, for readers that fetch it
    :returns: IRI and JSON text; a thing is named if it has a label or a title
    """
    selection = Selection(quads, graph="union")
    inner = context.get("@context", context)
    schemes = selection.schemes(list(inner) if isinstance(inner, Mapping) else [])
    compaction = Compaction(context, curies=Curies(PrefixMap({})), schemes=schemes, base=base)
    nodes = Nodes(compaction, "")
    subjects = {subject.subject: subject for subject in selection.gathered()}
    named = {
        term
        for term, subject in subjects.items()
        if term[0] == "<" and any(one.partition(" ")[0] in LABELS for one in subject.said)
    }
    inside = {term: subject for term, subject in subjects.items() if term not in named}
    incoming: dict[str, dict[str, list[str]]] = {}
    for term, subject in inside.items():
        for predicate, _, value in [one.partition(" ") for one in subject.said]:
            if value in named:
                incoming.setdefault(value, {}).setdefault(predicate, []).append(term)
    # A context that is fetched cannot set the base of the document: the document does.
    shown: object = (
        compaction.context if context_url is None else [context_url, {"@base": base}] if base else context_url
    )
    for term in sorted(named, key=lambda term: term[:-1]):
        tree = _tree(subjects[term], compaction, nodes, inside, incoming.get(term, {}))
        yield term[1:-1], json.dumps({"@context": shown, **tree}, ensure_ascii=False, indent=2) + "\n"
    compaction.finish()


def _tree(
    root: Gathered,
    compaction: Compaction,
    nodes: Nodes,
    inside: Mapping[str, Gathered],
    incoming: Mapping[str, list[str]],
) -> dict[str, object]:
    def within(subject: Gathered, path: tuple[str, ...]) -> Mapping[str, str]:
        """The texts of the unnamed nodes that a node points to."""
        if len(path) > _DEPTH:
            return {}
        objects = {one[one.index(" ") + 1 :] for one in subject.said}
        return {
            object: nodes.text(inside[object], inside=within(inside[object], (*path, object)))
            for object in sorted(objects & inside.keys() - set(path))
        }

    tree: dict[str, object] = json.loads(nodes.text(root, inside=within(root, (root.subject,))))
    reverse: dict[str, object] = {}
    for predicate in sorted(incoming, key=compaction.key):
        facts = [inside[term] for term in sorted(incoming[predicate])]
        texts = [
            nodes.text(fact, inside=within(fact, (root.subject, fact.subject)), without=root.subject) for fact in facts
        ]
        reverse[compaction.key(predicate)] = [json.loads(text) for text in texts]
    return {**tree, "@reverse": reverse} if reverse else tree


def in_html(document: str) -> str:
    """A JSON-LD document as an element of an HTML page; nothing in it can end the element.

    >>> in_html('{"a": "</script>"}')
    '<script type="application/ld+json">\\n{"a": "\\\\u003c/script>"}</script>'
    """
    return f'<script type="application/ld+json">\n{document.replace("<", chr(92) + "u003c")}</script>'
