"""The files that a build leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import ProjectError, raise_all
from iomld.location import SourceLocation
from iomld.project import Project

if TYPE_CHECKING:
    from iomld.graph import Quads

__all__ = ["FILES", "write_files"]

#: What a build leaves in its folder.
FILES = (
    "iomld.ttl",
    "iomld.jsonld",
    "iomld.nq",
    "context.jsonld",
    "dataset.ttl",
    "ontology.ttl",
    "SHA256SUMS",
)

_DESCRIBED = {
    "licence": 'licence = "https://creativecommons.org/licenses/by/4.0/"',
    "publisher": 'publisher = "The River Council"',
    "issued": 'issued = "2026-01-01"',
    "modified": 'modified = "2026-01-01"',
}


def write_files(project: Project, quads: Quads, ontology: Quads, folder: Path, *, previous: str | None = None) -> None:
    """Write :data:`FILES` to a folder that nobody reads yet.

    :param previous: version of the release before this one, which the description names
    :raises ProjectError: ``project-undescribed``
    """
    import json

    from iomld.serialization import checksums, context_from_ontology, write

    _require_description(project)
    prefixes = project.prefixes
    context = context_from_ontology(ontology, base=project.base, prefixes=prefixes)
    (folder / "context.jsonld").write_text(
        json.dumps(context, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    write(quads, folder / "iomld.nq", "nquads", prefixes=prefixes)
    write(quads, folder / "iomld.ttl", "turtle", prefixes=prefixes, base=project.base)
    write(quads, folder / "iomld.jsonld", "jsonld", prefixes=prefixes, context=context, base=project.base)
    write(ontology, folder / "ontology.ttl", "turtle", prefixes=prefixes)
    write(_description(project, quads, folder, previous), folder / "dataset.ttl", "turtle", prefixes=prefixes)
    (folder / "SHA256SUMS").write_text(checksums(folder, FILES[:-1]), encoding="ascii")


def _require_description(project: Project) -> None:
    raise_all(
        ProjectError(
            "project-undescribed",
            f"[dataset] has no member “{member}”, which the description of the dataset tells",
            location=SourceLocation(str(project.root / "iomld.toml")),
            hint="for instance " + example,
        )
        for member, example in _DESCRIBED.items()
        if not project.dataset.get(member)
    )


def _description(project: Project, quads: Quads, folder: Path, previous: str | None) -> Quads:
    from iomld import __version__
    from iomld.serialization import Distribution, Input, Metadata, describe, sha256

    formats = {"iomld.ttl": "turtle", "iomld.jsonld": "jsonld", "iomld.nq": "nquads"}
    about = project.dataset
    title = project.title.get("en") or next(iter(project.title.values()), "Dataset")
    metadata = Metadata(
        base=project.base,
        release=project.release,
        previous=previous,
        title=project.title,
        description=project.description,
        licence=about["licence"],
        publisher=about["publisher"],
        issued=str(about["issued"]),
        modified=str(about["modified"]),
        keywords=about.get("keywords", ()),
        vocabularies=(project.prefixes["mld"],) if "mld" in project.prefixes else (),
        languages=tuple(project.title),
        software=f"iomld {__version__}",
        citation=f"{about['publisher']} ({str(about['issued'])[:4]}): {title}. Version {project.release}."
        f" {project.base}dataset/{project.release}",
    )
    return describe(
        quads,
        metadata,
        distributions=[
            Distribution(name, format, (folder / name).stat().st_size, sha256(folder / name))
            for name, format in formats.items()
        ],
        # The order of a table's rows is no content: shuffled rows give the same description.
        inputs=[
            Input(project.shown(path), None if path.suffix in (".csv", ".tsv") else sha256(path))
            for path in project.inputs()
        ],
    )
