"""References to document and place for each row of an answer, as text, BibTeX and CSL-JSON.

Source: CSL-JSON schema 1.0.2 (citationstyles.org); BibTeX entry types of the BibTeX manual.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from iomld.query.answers import Asker, Solutions, text
from iomld.query.support import Nodes, related
from iomld.terms import literal

__all__ = ["REFERENCE_FORMATS", "Reference", "cite", "references_as"]

_MLD = "https://w3id.org/iomld/ns#"
_DCT = "http://purl.org/dc/terms/"
_DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"


@dataclass(frozen=True)
class Reference:
    """A numbered place in a document.

    :param number: from 1, in the order in which the rows first use them
    :param place: the place in words: ``annex 2, row 8``
    :param identifier: of the document; where neither that nor a title is known, how pinpoints name it
    :param date: EDTF text of the date of issue, else of adoption
    """

    number: int
    pinpoint: str
    place: str
    iri: str
    identifier: str = ""
    title: str = ""
    issuer: str = ""
    date: str = ""
    language: str = ""

    def __str__(self) -> str:
        parts = [self.issuer, self.title and f"“{self.title}”", self.identifier, self.date, self.place]
        return f"[{self.number}] {', '.join(part for part in parts if part)}"


def cite(asker: Asker, solutions: Solutions, support: Nodes | None) -> tuple[list[list[int]], list[Reference]]:
    """For each row the numbers of its references, and the references.

    :param support: see :mod:`iomld.query.support`; None where a column ``pinpoints`` says it already
    """
    if support is None:
        column = solutions.variables.index("pinpoints")
        by_row = [[one for one in row[column].split("|") if one] for row in solutions.texts()]
    else:
        nodes = {node for row in support for bearing, every in row for node in (bearing or every)}
        cited = related(asker, nodes, f"?n {_DERIVED}? ?c . ?c <{_MLD}pinpoint> ?v")
        by_row = [
            sorted({text(v) for bearing, _ in row for node in bearing for (v, *_) in cited.get(node, [])})
            for row in support
        ]
    numbers: dict[str, int] = {}
    for row in by_row:
        for pinpoint in row:
            numbers.setdefault(pinpoint, len(numbers) + 1)
    return [sorted(numbers[one] for one in row) for row in by_row], _references(asker, numbers)


def _references(asker: Asker, numbers: dict[str, int]) -> list[Reference]:
    parts = related(
        asker,
        (literal(pinpoint) for pinpoint in numbers),
        f"?v <{_MLD}pinpoint> ?n ; a <{_MLD}DocumentPart> . "
        f"OPTIONAL {{ ?v <{_DCT}isPartOf>+ ?w . ?w a <{_MLD}Document> }}",
    )
    found = {text(pinpoint): (text(rows[0][0]), rows[0][1]) for pinpoint, rows in parts.items()}
    documents = {document for _, document in found.values() if document}
    about = {
        "identifier": related(asker, documents, f"?n <{_DCT}identifier> ?v"),
        "title": related(asker, documents, f"?n <{_DCT}title> ?v"),
        "language": related(asker, documents, f"?n <{_DCT}language> ?v"),
        "issuer": related(asker, documents, f"?n <{_MLD}issuedBy>/{_LABEL} ?v"),
        "date": related(asker, documents, f"?n <{_MLD}dateIssued>/<{_MLD}edtf> ?v"),
        "adopted": related(asker, documents, f"?n <{_MLD}dateAdopted>/<{_MLD}edtf> ?v"),
    }
    references = []
    for pinpoint, number in numbers.items():
        iri, document = found.get(pinpoint, ("", ""))

        def first(member: str, document: str = document) -> str:
            values = [value for (value, *_) in about[member].get(document, [])]
            english = [value for value in values if value.endswith('"@en')]
            return text((english or values)[0]) if values else ""

        members = {member: first(member) for member in ("identifier", "title", "language", "issuer", "date")}
        members["date"] = members["date"] or first("adopted")
        if not members["title"] and not members["identifier"]:  # nothing is said of the document: its slug names it
            members["identifier"] = pinpoint.partition("/")[0]
        references.append(Reference(number, pinpoint, _place(pinpoint), iri, **members))
    return references


def _place(pinpoint: str) -> str:
    """A pinpoint in words.

    >>> _place("mc-inf-259/annex/para-17/ii")
    'annex, para. 17 (ii)'
    """
    words: list[str] = []
    for part in pinpoint.split("/")[1:]:
        name, dash, number = part.partition("-")
        if part == "body":
            continue
        if not dash and words and words[-1].startswith("para."):
            words[-1] += f" ({part})"
        elif dash and name in ("para", "footnote", "row", "annex", "statement", "appendix"):
            words.append(f"{'para.' if name == 'para' else name} {number}")
        else:
            words.append(part.replace("-", " "))
    return ", ".join(words)


def _as_text(references: Sequence[Reference]) -> str:
    return "".join(f"{reference}\n" for reference in references)


_BIBTEX = str.maketrans(
    {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


def _as_bibtex(references: Sequence[Reference]) -> str:
    entries = []
    for reference in references:
        members = {
            "institution": f"{{{reference.issuer.translate(_BIBTEX)}}}" if reference.issuer else "",
            "title": f"{{{reference.title.translate(_BIBTEX)}}}" if reference.title else "",
            "number": reference.identifier.translate(_BIBTEX),
            "year": reference.date[:4],
            "note": reference.place.translate(_BIBTEX),
            "url": reference.iri,
        }
        lines = [f"  {name} = {{{value}}}" for name, value in members.items() if value]
        key = re.sub(r"[^A-Za-z0-9.\-]+", ":", reference.pinpoint)
        entries.append(f"@techreport{{{key},\n" + ",\n".join(lines) + "\n}\n")
    return "\n".join(entries)


def _as_csl(references: Sequence[Reference]) -> str:
    items = []
    for reference in references:
        item: dict[str, object] = {"id": reference.pinpoint, "type": "report", "title": reference.title}
        if reference.issuer:
            item["author"] = [{"literal": reference.issuer}]
            item["publisher"] = reference.issuer
        if reference.identifier:
            item["number"] = reference.identifier
        exact = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", reference.date)
        if exact:
            item["issued"] = {"date-parts": [[int(part) for part in exact.groups() if part]]}
        if reference.language:
            item["language"] = reference.language
        item["section"] = reference.place
        if reference.iri:
            item["URL"] = reference.iri
        items.append(item)
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


#: Forms of references by name.
REFERENCE_FORMATS = {"text": _as_text, "bibtex": _as_bibtex, "csl": _as_csl}


def references_as(format: str, references: Sequence[Reference]) -> str:
    """References as text in one of :data:`REFERENCE_FORMATS`."""
    return REFERENCE_FORMATS[format](references)
