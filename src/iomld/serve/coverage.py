"""The parts of a document, each with what rests on it; or why nothing does."""

from __future__ import annotations

from iomld.serve.dataset import DERIVED, Dataset, term
from iomld.serve.drawing import drawing, figure, legend, whole
from iomld.serve.excerpt import cited_in
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.names import natural
from iomld.serve.shown import Shown
from iomld.terms import parse_term

__all__ = ["paragraphs"]

_PER_ROW, _CELL = 30, 30


def paragraphs(shown: Shown, document: str) -> Html:
    """The coverage of each paragraph: a cell of a picture, and a row of a table."""
    dataset = shown.dataset
    parts = _parts(dataset, document)
    rows: list[list[Content]] = []
    facts = {part: len(_facts_resting_on(dataset, part)) for part in parts}
    for part in parts:
        notes = join([parse_term(one).value for one in dataset.values(part, "skos:note")], " ")
        href = shown.of(part)
        what = link(shown.place(part), href) if href else shown.value(part)
        count = f"{facts[part]:,}" if facts[part] else shown.say("none")
        rows.append([what, shown.said(part, "mld:heading"), count, notes])
    headings = [shown.say(one) for one in ("Part", "Under the heading", "Facts", "Why none")]
    table = shown.table(shown.say("Coverage of each paragraph"), headings, rows)
    resting = sum(1 for part in parts if facts[part])
    note = shown.say("{resting} of {all} parts have facts that rest on them.", resting=resting, all=len(parts))
    picture = _picture(shown, facts, note) if parts else None
    return shown.section(
        shown.say("Paragraph by paragraph"), join([picture, table] if picture else [tag("p", note), table]),
        count=len(parts), id="paragraphs",
    )  # fmt: skip


def _parts(dataset: Dataset, document: str) -> list[str]:
    part_of, found = term("dcterms:isPartOf"), []

    def below(above: str) -> None:
        children = [s for p, s in dataset.pointing.get(above, ()) if p == part_of]
        for child in sorted(children, key=lambda one: natural(one[1:-1])):
            if term("mld:DocumentPart") in dataset.types(child):
                found.append(child)
                below(child)

    below(document)
    return found


def _facts_resting_on(dataset: Dataset, part: str) -> set[str]:
    direct = {s for p, s in dataset.pointing.get(part, ()) if p == DERIVED}
    return direct.union(*cited_in(dataset, part).values())


def _depth(count: int) -> str:
    return "depth-0" if not count else "depth-1" if count < 5 else "depth-2" if count < 20 else "depth-3"


def _picture(shown: Shown, facts: dict[str, int], note: str) -> Html:
    """A cell for each part in the order of the document, the darker the more rests on it."""
    cells = []
    for n, (part, count) in enumerate(facts.items()):
        x, y = _CELL * (n % _PER_ROW), _CELL * (n // _PER_ROW)
        said = shown.say("{part}: {count} facts", part=shown.place(part), count=count)
        form = tag("rect", x=whole(x + 1), y=whole(y + 1), width=whole(_CELL - 2), height=whole(_CELL - 2), rx="3")
        number = tag(
            "text", str(count), x=whole(x + _CELL / 2), y=whole(y + _CELL / 2 + 4), text_anchor="middle",
            aria_hidden="true",
        )  # fmt: skip
        href = shown.of(part)
        inside = (tag("title", said), form, number)
        kind = f"mark {_depth(count)}"
        cells.append(
            tag("a", *inside, href=href, aria_label=said, class_=kind) if href else tag("g", *inside, class_=kind)
        )
    height = _CELL * ((len(facts) - 1) // _PER_ROW + 1)
    title = shown.say("Facts that rest on each part, in the order of the document")
    picture = drawing(
        "coverage", title, note, (0, 0, _CELL * min(_PER_ROW, len(facts)), height), *cells, class_="coverage"
    )
    key = legend(
        [("depth-0", shown.say("none")), ("depth-1", "1–4"), ("depth-2", "5–19"), ("depth-3", shown.say("20 or more"))]
    )
    return figure(picture, note, key, wide=title)
