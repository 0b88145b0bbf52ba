"""A release: a build that was checked and asked, kept with its proof; and the proof gone through again."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iomld import __version__
from iomld.errors import IomldError, ProjectError, UsageError
from iomld.location import SourceLocation
from iomld.pipeline import FILES, Phases, conformance, keep_prepared, materialize, read_ontology, silent, write_files
from iomld.project import Project
from iomld.publish.release import (
    MANIFEST,
    SUMS,
    Manifest,
    altered,
    appearing,
    compared_inputs,
    parse_date,
    parse_version,
    previous_release,
    read_manifest,
    read_sums,
    refuse_existing,
    write_manifest,
)

if TYPE_CHECKING:
    from iomld.graph import Quads
    from iomld.query.competency import Outcome
    from iomld.serialization import Difference
    from iomld.validation import Report

__all__ = ["CHANGES", "HASH", "INPUTS", "Released", "Verification", "release", "verify"]

#: What a release holds beside the files of a build, its manifest and its checksums.
CHANGES, HASH, INPUTS = "CHANGES.md", "iomld.nq.rdfc10.sha256", "inputs.sha256"

_FILES = (*FILES[:-1], CHANGES, HASH, INPUTS, MANIFEST)
_DATA = ("iomld.nq", "iomld.ttl", "iomld.jsonld")
_SHOWN = 10  # departures from the sources that are told one by one
_VERSION_INFO = """
    SELECT DISTINCT object FROM quad WHERE predicate = '<http://www.w3.org/2002/07/owl#versionInfo>' AND subject IN (
        SELECT subject FROM quad WHERE object = '<http://www.w3.org/2002/07/owl#Ontology>') ORDER BY object LIMIT 1
"""


@dataclass(frozen=True)
class Released:
    """What became of a release.

    :param report: of the validation; None where the project has no shapes
    :param outcomes: of the saved queries that expect something
    :param manifest: what the release says of itself; None where the data does not conform or a query failed
    """

    report: Report | None
    outcomes: Sequence[Outcome]
    manifest: Manifest | None


@dataclass(frozen=True)
class Verification:
    """What came of going through the proof of a release.

    :param proved: what holds, in words
    :param problems: what differs, in words
    :param notes: what could not be proved here
    """

    version: str
    proved: Sequence[str]
    problems: Sequence[str]
    notes: Sequence[str]


def release(
    project: Project,
    releases: Path,
    version: str,
    *,
    dated: str | None = None,
    since: Path | None = None,
    phases: Phases = silent,
    memory: str | None = None,
) -> Released:
    """Build, validate, ask the saved queries, and only then write a release: whole, or not at all.

    :param releases: folder of releases, in which this one becomes a folder named by its version
    :param version: semantic or calendar version
    :param dated: date of the release, ``YYYY-MM-DD``; None means: as the project file says
    :param since: build or release to tell the changes from; None means: the last release before it beside it
    :raises UsageError: ``version-malformed``, ``release-date``
    :raises ProjectError: ``release-exists``, ``release-undated``, ``release-inputs-changed``,
        ``release-since-altered``; and those of a build
    """
    parse_version(version)
    folder = releases / version
    project = _dated(replace(project, release=version), dated, dated)
    refuse_existing(folder)
    since = since or previous_release(folder)
    if since and (since / SUMS).is_file() and (problems := altered(since)):
        raise ProjectError(
            "release-since-altered",
            f"changes cannot be told from a release that is not as it was: {problems[0]}",
            location=SourceLocation(str(since)),
            hint="restore it, or name another one with --since",
        )
    inputs = _inputs(project)
    quads = materialize(project, phases=phases, memory=memory)
    ontology = read_ontology(project)
    report = conformance(project, quads, ontology, phases=phases)
    if report and report.fails():
        return Released(report, (), None)
    outcomes = _asked(project, quads, phases)
    if not all(outcome.passed for outcome in outcomes):
        return Released(report, outcomes, None)
    with phases("writing") as phase, appearing(folder) as path:
        manifest = _write(project, quads, ontology, inputs, since, path, previous=_name(since) if since else None)
        if _inputs(project) != inputs:
            raise ProjectError(
                "release-inputs-changed",
                "an input was changed while the release was made; nothing was kept",
                location=SourceLocation(str(project.root)),
                hint="run the command again",
            )
        phase.count(len(_FILES) + 1, "files")
    return Released(report, outcomes, manifest)


def _dated(project: Project, issued: str | None, modified: str | None) -> Project:
    dates = {"issued": issued, "modified": modified}
    dates = {name: str(project.dataset.get(name, "")) if value is None else value for name, value in dates.items()}
    if not dates["issued"]:
        raise ProjectError(
            "release-undated",
            "a release needs a date, and the project file has none",
            location=SourceLocation(str(project.root / "iomld.toml")),
            hint="give --date, or a member issued in [dataset]",
        )
    dates["modified"] = dates["modified"] or dates["issued"]
    return replace(project, dataset={**project.dataset, **{name: parse_date(day or "") for name, day in dates.items()}})


def _inputs(project: Project) -> str:
    from iomld.serialization import checksums

    return checksums(project.root, [project.shown(path) for path in project.inputs()])


def _asked(project: Project, quads: Quads, phases: Phases) -> list[Outcome]:
    """The saved queries, asked of the very data that is to be released: no cache has a part in it."""
    from iomld.query.competency import examine
    from iomld.query.local import Local, open_index
    from iomld.query.saved import load_all

    queries = [query for query in load_all(project.queries).values() if query.expect] if project.queries else []
    if not queries:
        return []
    with phases("queries") as phase, tempfile.TemporaryDirectory() as temporary:
        keep_prepared(quads, Path(temporary) / "asked")
        store = open_index(Path(temporary) / "asked" / "index")
        asker = Local(store, base=project.base, prefixes=project.prefixes)
        outcomes = examine(queries, {"oxigraph": asker}, base=project.base, prefixes=project.prefixes)
        phase.count(len(outcomes), "answers")
    return outcomes


def _write(
    project: Project,
    quads: Quads,
    ontology: Quads,
    inputs: str,
    since: Path | None,
    folder: Path,
    *,
    previous: str | None,
) -> Manifest:
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
        previous={"version": _name(since), "rdfc10": sha256(since / "iomld.nq")} if since else None,
        vocabulary=_vocabulary(ontology, since, difference.advice if difference else None),
    )
    write_manifest(manifest, folder)
    (folder / CHANGES).write_text(_changes(manifest, _count(folder / "iomld.nq"), difference), encoding="utf-8")
    (folder / SUMS).write_text(checksums(folder, _FILES), encoding="utf-8")
    return manifest


def _count(lines: Path) -> int:
    with lines.open("rb") as file:
        return sum(1 for _ in file)


def _name(since: Path) -> str:
    return read_manifest(since).version if (since / MANIFEST).is_file() else since.resolve().name


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


def verify(
    folder: Path, project: Project, *, since: Path | None = None, phases: Phases = silent, memory: str | None = None
) -> Verification:
    """Go through the proof of a release: checksums, hash of the dataset, and the same bytes again from the sources.

    :param since: the release that its changes were told from; None means: the one of that version beside it
    :raises DataError: ``release-missing``, ``release-unreadable``
    """
    manifest = read_manifest(folder)
    proved, notes = [], []
    problems = altered(folder)
    if not problems:
        proved.append(f"{len(_FILES)} files are as {SUMS} says")
    with phases("hash"):
        problems += (wrong := _hashed(folder, manifest))
    if not wrong:
        proved.append(f"{', '.join(_DATA)} hold one dataset, of RDFC-1.0 hash {manifest.rdfc10}")
    changed = compared_inputs(read_sums(folder / INPUTS), _lines(_inputs(project)))
    if changed:
        notes.append(
            "not built again: the inputs here are not those of the release; check out its state of the sources"
        )
        return Verification(manifest.version, proved, [*problems, *changed], notes)
    proved.append(f"{len(project.inputs())} inputs are those of the release")
    if manifest.software != f"iomld {__version__}":
        notes.append(f"the release was made by {manifest.software}, and this is iomld {__version__}")
    since, note = _since(folder, manifest, since)
    left_out = {SUMS}
    if note:
        notes.append(note)
        left_out |= {CHANGES, MANIFEST}
    with tempfile.TemporaryDirectory() as temporary:
        again = Path(temporary) / manifest.version
        again.mkdir()
        project = _dated(replace(project, release=manifest.version), manifest.issued, manifest.modified)
        quads = materialize(project, phases=phases, memory=memory)
        with phases("comparing"):
            previous = manifest.previous["version"] if manifest.previous else None
            _write(project, quads, read_ontology(project), _inputs(project), since, again, previous=previous)
            compared = [name for name in _FILES if name not in left_out]
            differing = [name for name in compared if not _same(folder / name, again / name)]
            problems += [f"{name} is not what the sources give" for name in differing]
            if not differing:
                proved.append(f"built again from the sources, {len(compared)} files have the same bytes")
            problems += _told(again, folder, differing)
    return Verification(manifest.version, proved, problems, notes)


def _hashed(folder: Path, manifest: Manifest) -> list[str]:
    """What is wrong with the hash of the dataset, computed anew from each of its syntaxes."""
    import duckdb

    from iomld.graph import Quads, read_rdf
    from iomld.serialization import sha256, write
    from iomld.terms import PrefixMap

    problems = []
    if read_sums(folder / HASH) != {"iomld.nq": manifest.rdfc10}:
        problems.append(f"{HASH} and {MANIFEST} name different hashes")
    for name in (name for name in _DATA if (folder / name).is_file()):
        with tempfile.TemporaryDirectory() as temporary:
            canonical = Path(temporary) / "canonical.nq"
            quads = Quads(duckdb.connect())
            try:
                read_rdf(folder / name, into=quads, root=folder)
                write(quads, canonical, "nquads", prefixes=PrefixMap({}))
            except IomldError as error:
                problems.append(f"{name} cannot be read: {error}")
                continue
            if sha256(canonical) != manifest.rdfc10:
                problems.append(f"{name} holds another dataset: its RDFC-1.0 hash is {sha256(canonical)}")
    return problems


def _since(folder: Path, manifest: Manifest, since: Path | None) -> tuple[Path | None, str | None]:
    """The release that the changes were told from, or why they cannot be told again."""
    from iomld.serialization import sha256

    if manifest.previous is None:
        return None, None
    version, rdfc10 = manifest.previous["version"], manifest.previous["rdfc10"]
    since = since or folder.resolve().parent / version
    if not (since / "iomld.nq").is_file():
        return None, f"{CHANGES} was not told again: {version} is not at {since}; name its folder with --since"
    if sha256(since / "iomld.nq") != rdfc10:
        return None, f"{CHANGES} was not told again: {since} is not the {version} that it was told from"
    return since, None


def _lines(sums: str) -> dict[str, str]:
    return {name: checksum for checksum, name in (line.split("  ", 1) for line in sums.splitlines())}


def _same(one: Path, other: Path) -> bool:
    from iomld.serialization import sha256

    return one.is_file() and sha256(one) == sha256(other)


def _told(again: Path, folder: Path, differing: Sequence[str]) -> list[str]:
    """How the data of a release differs from what the sources give, in sentences of the domain."""
    from iomld.serialization import diff

    if not {"iomld.nq", "ontology.ttl"} & set(differing):
        return []
    try:
        difference = diff(again, folder)
    except IomldError:  # unreadable: that was told with the hash
        return []
    if not difference:
        return []
    events = difference.events
    more, fewer = len(difference.added), len(difference.removed)
    some = "statement" if more == 1 else "statements"
    told = [f"the release departs from the sources by {more:,} {some} more and {fewer:,} fewer"]
    told += [f"the release departs from the sources: {event.text}" for event in events[:_SHOWN]]
    return told + ([f"… and {len(events) - _SHOWN:,} more such departures"] if len(events) > _SHOWN else [])
