"""Link tables in SSSOM: reading, writing, and putting their links into the relation of quads.

Source: A Simple Standard for Sharing Ontological Mappings (SSSOM), https://mapping-commons.github.io/sssom/ ,
the TSV form: metadata as YAML in lines that begin with ``#``, or in a file beside the table (``.sssom.yml``).
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from iomld.errors import IomldError, LinkError, TermError, nearest, raise_all
from iomld.linking.tables import read_table, read_text, write_table
from iomld.location import SourceLocation
from iomld.terms import WELL_KNOWN, PrefixMap, iri, literal
from iomld.yamltext import yaml_value

if TYPE_CHECKING:
    from iomld.graph import Quads

__all__ = ["COLUMNS", "NO_TERM_FOUND", "Link", "LinkTable", "add_links", "link_files", "read_links", "write_links"]

COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification",
    "confidence", "object_source", "object_source_version", "comment",
)  # fmt: skip
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_OPTIONAL = tuple(column for column in COLUMNS if column not in _REQUIRED)
#: The object of a row that says: looked for, and not there. Source: SSSOM 1.0, "Representing unmapped entities".
NO_TERM_FOUND = "https://w3id.org/sssom/NoTermFound"
#: What a link may say: the same individual, or concepts that match.
PREDICATES = frozenset(
    [
        "http://www.w3.org/2002/07/owl#sameAs",
        *(
            f"http://www.w3.org/2004/02/skos/core#{kind}Match"
            for kind in ("exact", "close", "broad", "narrow", "related")
        ),
    ]
)


@dataclass(frozen=True, slots=True)
class Link:
    """One row of a link table, its CURIEs expanded; ``row`` counts lines as an editor does."""

    subject: str
    predicate: str
    object: str
    justification: str
    subject_label: str = ""
    object_label: str = ""
    confidence: str = ""
    source: str = ""
    source_version: str = ""
    comment: str = ""
    row: int = 0


@dataclass(frozen=True)
class LinkTable:
    """A link table: where it lies, as messages show it; its metadata, prefixes, and links in the order of the file."""

    path: Path
    shown: str
    metadata: Mapping[str, Any]
    prefixes: PrefixMap
    links: tuple[Link, ...]


def link_files(folder: Path) -> list[Path]:
    """The link tables of a folder, sorted."""
    return sorted(path for form in ("tsv", "csv") for path in folder.glob(f"*.sssom.{form}"))


def read_links(path: Path, *, shown: str | None = None) -> LinkTable:
    """Read a link table.

    :param shown: the path as messages show it
    :raises LinkError: all mistakes: ``sssom-metadata``, ``sssom-prefix``, ``sssom-cell``, and those of the table
    """
    shown = shown or str(path)
    text = read_text(path, shown)
    head: list[str] = []
    lines = text.splitlines(keepends=True)
    while len(head) < len(lines) and lines[len(head)].startswith("#"):
        head.append(lines[len(head)][1:])
    metadata = _metadata(path, "".join(head), shown)
    declared = {**WELL_KNOWN, **(metadata.get("curie_map") or {})}
    prefixes = PrefixMap(declared)
    body = "".join(lines[len(head) :])
    delimiter = "," if path.suffix == ".csv" else "\t"
    rows = read_table(path, _REQUIRED, delimiter=delimiter, text=body, shown=shown, first=len(head) + 1)
    errors: list[IomldError] = []
    links = []
    for line, cells in rows:

        def expand(column: str, cells: Mapping[str, str] = cells, line: int = line) -> str:
            value = cells.get(column, "")
            if not value and column not in _REQUIRED:
                return ""
            place = SourceLocation(shown, row=line, field=column)
            try:
                return prefixes.expand(value, where="sssom")
            except TermError as error:
                errors.append(LinkError("sssom-prefix", error.message, location=place, hint=error.hint))
                return ""

        confidence = cells.get("confidence", "")
        if confidence and not re.fullmatch(r"1(?:\.0+)?|0(?:\.\d+)?", confidence):
            place = SourceLocation(shown, row=line, field="confidence")
            errors.append(LinkError("sssom-cell", f"“{confidence}” is no number from 0 to 1", location=place))
        predicate = expand("predicate_id")
        if predicate and predicate not in PREDICATES:
            place = SourceLocation(shown, row=line, field="predicate_id")
            errors.append(
                LinkError(
                    "sssom-cell",
                    f"“{cells['predicate_id']}” is no predicate of a link",
                    location=place,
                    hint="use owl:sameAs or skos:exactMatch, closeMatch, broadMatch, narrowMatch, relatedMatch",
                )
            )
        links.append(
            Link(
                expand("subject_id"), predicate, expand("object_id"), expand("mapping_justification"),
                cells.get("subject_label", ""), cells.get("object_label", ""), confidence,
                expand("object_source"), cells.get("object_source_version", ""), cells.get("comment", ""), line,
            )
        )  # fmt: skip
    raise_all(errors)
    return LinkTable(path, shown, metadata, prefixes, tuple(links))


def _metadata(path: Path, embedded: str, shown: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    beside = path.with_suffix(".yml")
    beside_shown = str(PurePath(shown).with_suffix(".yml"))
    for file, text in ((beside_shown, read_text(beside, beside_shown) if beside.exists() else ""), (shown, embedded)):

        def wrong(message: str, line: int | None, hint: str | None, file: str = file) -> LinkError:
            place = SourceLocation(file, line=line)
            return LinkError("sssom-metadata", f"the metadata is not YAML: {message}", location=place, hint=hint)

        loaded = yaml_value(text, wrong) if text.strip() else {}
        if not isinstance(loaded, dict) or not isinstance(loaded.get("curie_map") or {}, dict):
            place = SourceLocation(file, line=1)
            raise LinkError("sssom-metadata", "the metadata is no mapping of slots to values", location=place)
        found |= loaded
    return found


def write_links(links: Iterable[Link], *, metadata: Mapping[str, Any], prefixes: Mapping[str, str]) -> str:
    """A link table as SSSOM/TSV with its metadata embedded; rows sorted, only the prefixes that occur.

    :param metadata: slots of the mapping set: mapping_set_id, license, …
    :param prefixes: namespaces to shorten IRIs with
    :raises LinkError: ``sssom-prefix`` where an IRI has no prefix
    """
    import yaml

    by_length = sorted(prefixes.items(), key=lambda item: -len(item[1]))
    used: dict[str, str] = {}

    def curie(value: str) -> str:
        if not value:
            return ""
        for prefix, namespace in by_length:
            if value.startswith(namespace):
                used[prefix] = namespace
                return f"{prefix}:{value[len(namespace) :]}"
        raise LinkError("sssom-prefix", f"no prefix for {value}", hint="give its namespace a prefix")

    rows = sorted(
        (
            curie(link.subject), link.subject_label, curie(link.predicate), curie(link.object), link.object_label,
            curie(link.justification), link.confidence, curie(link.source), link.source_version, link.comment,
        )
        for link in links
    )  # fmt: skip
    slots = {**metadata, "curie_map": dict(sorted(used.items()))}
    head = yaml.safe_dump(slots, sort_keys=False, allow_unicode=True, width=1000)
    cells = (dict(zip(COLUMNS, (" ".join(cell.split()) for cell in row), strict=True)) for row in rows)
    return "".join(f"#{line}" for line in io.StringIO(head)) + write_table(COLUMNS, cells, delimiter="\t")


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", plain.lower()).strip("-.")


def _no_subject(link: Link, label: str, subjects: Collection[str], prefixes: PrefixMap) -> LinkError:
    folder, _, name = link.subject.rpartition("/")
    beside = [each[len(folder) + 2 : -1] for each in subjects if each.startswith(f"<{folder}/")]
    shown = prefixes.compress(link.subject) or link.subject
    return LinkError(
        "link-subject-unknown",
        f"neither the dataset nor the reference tables describe {shown}",
        location=SourceLocation(label, row=link.row, field="subject_id"),
        hint=nearest(name, sorted(beside)) or "correct the subject, or describe it in a table",
    )


def add_links(
    quads: Quads,
    folder: Path,
    *,
    base: str,
    root: Path | None = None,
    only_known: bool = True,
    subjects: Collection[str] | None = None,
) -> int:
    """Put the links of a folder into the relation of quads: the link itself, and a ``sssom:Mapping`` that describes it.

    Each quad has its origin: the table and the line.

    :param base: base IRI; a mapping is ``{base}id/mapping/{subject}-{object}``
    :param root: folder that paths are shown relative to
    :param only_known: leave out the links of things that the relation does not describe
    :param subjects: all things under the base that there are, spelt, used by the dataset or not; None: not looked at
    :returns: number of links
    :raises Mistakes: all mistakes of all tables; ``link-subject-unknown``
    """
    from iomld.graph import Rule
    from iomld.graph.quads import Made

    known = {row[0] for row in quads.connection.execute("SELECT DISTINCT subject FROM quad").fetchall()}
    sssom = WELL_KNOWN["sssom"]
    a, mapping = iri(WELL_KNOWN["rdf"] + "type"), iri(sssom + "Mapping")
    decimal = WELL_KNOWN["xsd"] + "decimal"
    errors: list[IomldError] = []
    rows: list[Made] = []
    count = 0
    for path in link_files(folder):
        label = str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)
        try:
            table = read_links(path, shown=label)
        except IomldError as error:
            errors.append(error)
            continue
        source = quads.add_source(label)
        rule = len(quads.rules)
        quads.rules.append(Rule("link", SourceLocation(label), ("subject_id",), ("object_id",)))
        for link in table.links:
            subject = iri(link.subject)
            if (
                subjects is not None
                and link.subject.startswith(base)
                and subject not in known
                and subject not in subjects
            ):
                errors.append(_no_subject(link, label, subjects, table.prefixes))
                continue
            if link.object == NO_TERM_FOUND or (only_known and subject not in known):
                continue
            count += 1
            local = link.subject.partition("/id/")[2] or link.subject.rpartition("/")[2]
            node = iri(f"{base}id/mapping/{_slug(local)}-{_slug(re.sub('^[a-z]+://(?:www[.])?', '', link.object))}")
            facts = [
                (subject, link.predicate, iri(link.object)),
                (node, sssom + "subject_id", subject),
                (node, sssom + "predicate_id", iri(link.predicate)),
                (node, sssom + "object_id", iri(link.object)),
                (node, sssom + "mapping_justification", iri(link.justification)),
            ]
            if link.source:
                facts.append((node, sssom + "object_source", iri(link.source)))
            if link.confidence:
                facts.append((node, sssom + "confidence", literal(link.confidence, datatype=decimal)))
            if link.comment:
                facts.append((node, WELL_KNOWN["rdfs"] + "comment", literal(link.comment, language="en")))
            rows.append((node, a, mapping, "", rule, source, link.row))
            rows += [(s, iri(p), o, "", rule, source, link.row) for s, p, o in facts]
    raise_all(errors)
    quads.insert_made(rows)
    return count
