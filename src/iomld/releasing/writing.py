"""What a release holds beside the files of a build: its manifest, its hash, what changed, what it was made from."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from iomld import __version__
from iomld.errors import ProjectError, UsageError
from iomld.location import SourceLocation
from iomld.pipeline import FILES, write_files
from iomld.project import Project
from iomld.publish.release import MANIFEST, SUMS, Manifest, parse_date, parse_version, read_manifest, write_manifest

if TYPE_CHECKING:
    from iomld.graph import Quads
    from iomld.serialization import Difference

__all__ = ["CHANGES", "HASH", "INPUTS", "RELEASE_FILES", "dated_as", "input_sums", "name_of", "write_release"]

#: What a release holds beside the files of a build, its manifest and its checksums.
CHANGES, HASH, INPUTS = "CHANGES.md", "iomld.nq.rdfc10.sha256", "inputs.sha256"

RELEASE_FILES = (*FILES[:-1], CHANGES, HASH, INPUTS, MANIFEST)
_VERSION_INFO = """
    SELECT DISTINCT object FROM quad WHERE predicate = '<http://www.w3.org/2002/07/owl#versionInfo>' AND subject IN (
        SELECT subject FROM quad WHERE object = '<http://www.w3.org/2002/07/owl#Ontology>') ORDER BY object LIMIT 1
"""


def dated_as(project: Project, issued: str | None, modified: str | None) -> Project:
    """The project with the dates of a release; None means: as the project file says.

    :raises ProjectError: ``release-undated``
    :raises UsageError: ``release-date``
    """
    dates = {"issued": issued, "modified": modified}
    dates = {name: str(project.dataset.get(name, "")) if value is None else value for name, value in dates.items()}
    if not dates["issued"]:
        raise ProjectError(
            "release-undated",
            "a release needs a date, and the project file has none",
            location=SourceLocation("iomld.toml"),
            hint="give --date, or a member issued in [dataset]",
        )
    dates["modified"] = dates["modified"] or dates["issued"]
    return replace(project, dataset={**project.dataset, **{name: parse_date(day or "") for name, day in dates.items()}})


def input_sums(project: Project) -> str:
    """The checksums of all that a build reads, a line each as in ``SHA256SUMS``."""
    from iomld.serialization import checksums

    return checksums(project.root, [project.shown(path) for path in project.inputs()])


def write_release(
    project: Project,
    quads: Quads,
    ontology: Quads,
    inputs: str,
    since: Path | None,
    folder: Path,
    *,
    previous: str | None,
) -> Manifest:
    """Write all files of a release into a folder.

    :param inputs: what :func:`input_sums` gave when the quads were made
    :param since: release or build to tell the changes from
    :param previous: name of the release before this one, for the description
    """
    from iomld.serialization import checksums, diff, sha256

    write_files(project, quads, ontology, folder, previous=_version(previous))
    (folder / INPUTS).write_text(inputs, encoding="utf-8")
    # The writer's N-Quads are the canonical ones of RDFC-1.0, so that their checksum is the hash of the dataset.
    rdfc10 = sha256(folder / "iomld.nq")
    (folder / HASH).write_text(f"{rdfc10}  iomld.nq\n", encoding="ascii")
    difference = diff(since, folder) if since else None
    manifest = Manifest(
        version=project.release,
        issued=project.dataset["issued"],
        modified=project.dataset["modified"],
        software=f"iomld {__version__}",
        rdfc10=rdfc10,
        previous={"version": name_of(since), "rdfc10": sha256(since / "iomld.nq")} if since else None,
        vocabulary=_vocabulary(ontology, since, difference.advice if difference else None),
    )
    write_manifest(manifest, folder)
    (folder / CHANGES).write_text(_changes(manifest, _count(folder / "iomld.nq"), difference), encoding="utf-8")
    (folder / SUMS).write_text(checksums(folder, RELEASE_FILES), encoding="utf-8")
    return manifest


def name_of(since: Path) -> str:
    """The version of a release, or the name of a build's folder."""
    return read_manifest(since).version if (since / MANIFEST).is_file() else since.resolve().name


def _count(lines: Path) -> int:
    with lines.open("rb") as file:
        return sum(1 for _ in file)


def _version(name: str | None) -> str | None:
    """The name of what changes are told from, if it is a version: a build has none, and no place in the chain."""
    try:
        parse_version(name or "")
    except UsageError:
        return None
    return name


def _vocabulary(ontology: Quads, since: Path | None, change: str | None) -> dict[str, str | None]:
    import duckdb

    from iomld.graph import Quads, read_rdf

    version, before = _version_info(ontology), None
    if since and (since / "ontology.ttl").is_file():
        old = Quads(duckdb.connect())
        read_rdf(since / "ontology.ttl", into=old)
        before = _version_info(old)
    return {"version": version, "previous": before, "change": change, "due": _due(version, before, change)}


def _version_info(ontology: Quads) -> str | None:
    from iomld.terms import parse_term

    row = ontology.connection.execute(_VERSION_INFO).fetchone()
    return parse_term(row[0]).value if row else None


def _due(version: str | None, before: str | None, change: str | None) -> str | None:
    """The version that the vocabulary's change asks for, where the one that it states falls short.

    Source: Semantic Versioning 2.0.0, sections 4 and 6 to 8; below 1.0.0 the second number tells what breaks.
    """
    if change is None or before is None or not (match := re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", before)):
        return None
    major, minor, patch = map(int, match.groups())
    if change == "major" and major:
        due = (major + 1, 0, 0)
    elif change in ("major", "minor"):
        due = (major, minor + 1, 0)
    else:
        due = (major, minor, patch + 1)
    stated = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", version or "")
    return None if stated and tuple(map(int, stated.groups())) >= due else ".".join(map(str, due))


def _changes(manifest: Manifest, statements: int, difference: Difference | None) -> str:
    from iomld.serialization import REPORTS

    if manifest.previous is None or difference is None:
        told = f"The first release: {statements:,} statements.\n"
    else:
        told = f"What changed since {manifest.previous['version']}.\n\n{REPORTS['md'](difference)}"
    return f"# {manifest.version} ({manifest.issued})\n\n{told}\n## Vocabulary\n\n{_advice(manifest.vocabulary)}\n"


def _advice(vocabulary: dict[str, str | None]) -> str:
    version, before, change, due = (vocabulary[name] for name in ("version", "previous", "change", "due"))
    if version is None:
        return "It states no version (owl:versionInfo)."
    was = f", which was {before}" if before and before != version else ""
    if due:
        return f"Version {version}{was}. Its terms changed ({change}): that asks for version {due}."
    if change:
        return f"Version {version}{was}. Its terms changed ({change})."
    return f"Version {version}{was}." + (" No term changed." if before else "")
