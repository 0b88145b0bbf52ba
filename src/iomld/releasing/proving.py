"""The proof of a release, gone through again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from iomld import __version__
from iomld.errors import IomldError
from iomld.pipeline import Phases, materialize, read_ontology, silent
from iomld.project import Project
from iomld.publish.release import MANIFEST, SUMS, Manifest, altered, compared_inputs, read_manifest, read_sums
from iomld.releasing.writing import CHANGES, HASH, INPUTS, RELEASE_FILES, dated_as, input_sums, write_release

__all__ = ["Verification", "verify"]

_DATA = ("iomld.nq", "iomld.ttl", "iomld.jsonld")
_SHOWN = 10  # departures from the sources that are told one by one


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
        proved.append(f"{len(RELEASE_FILES)} files are as {SUMS} says")
    with phases("hash"):
        problems += (wrong := _hashed(folder, manifest))
    if not wrong:
        proved.append(f"{', '.join(_DATA)} hold one dataset, of RDFC-1.0 hash {manifest.rdfc10}")
    changed = compared_inputs(read_sums(folder / INPUTS), _lines(input_sums(project)))
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
        project = dated_as(replace(project, release=manifest.version), manifest.issued, manifest.modified)
        quads = materialize(project, phases=phases, memory=memory)
        with phases("comparing"):
            previous = manifest.previous["version"] if manifest.previous else None
            write_release(project, quads, read_ontology(project), input_sums(project), since, again, previous=previous)
            compared = [name for name in RELEASE_FILES if name not in left_out]
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
