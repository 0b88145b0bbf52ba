"""A release: a build that was checked and asked, kept with its proof."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import ProjectError
from iomld.location import SourceLocation
from iomld.pipeline import Phases, conformance, keep_prepared, materialize, read_ontology, silent
from iomld.project import Project
from iomld.publish.release import SUMS, Manifest, altered, appearing, parse_version, previous_release, refuse_existing
from iomld.releasing.writing import RELEASE_FILES, dated_as, input_sums, name_of, write_release

if TYPE_CHECKING:
    from iomld.graph import Quads
    from iomld.query.competency import Outcome
    from iomld.validation import Report

__all__ = ["Released", "release"]


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
    project = dated_as(replace(project, release=version), dated, dated)
    refuse_existing(folder)
    since = since or previous_release(folder)
    if since and (since / SUMS).is_file() and (problems := altered(since)):
        raise ProjectError(
            "release-since-altered",
            f"changes cannot be told from a release that is not as it was: {problems[0]}",
            location=SourceLocation(str(since)),
            hint="restore it, or name another one with --since",
        )
    inputs = input_sums(project)
    quads = materialize(project, phases=phases, memory=memory)
    ontology = read_ontology(project)
    report = conformance(project, quads, ontology, phases=phases)
    if report and report.fails():
        return Released(report, (), None)
    outcomes = _asked(project, quads, phases)
    if not all(outcome.passed for outcome in outcomes):
        return Released(report, outcomes, None)
    with phases("writing") as phase, appearing(folder) as path:
        manifest = write_release(
            project, quads, ontology, inputs, since, path, previous=name_of(since) if since else None
        )
        if input_sums(project) != inputs:
            raise ProjectError(
                "release-inputs-changed",
                "an input was changed while the release was made; nothing was kept",
                location=SourceLocation(str(project.root)),
                hint="run the command again",
            )
        phase.count(len(RELEASE_FILES) + 1, "files")
    return Released(report, outcomes, manifest)


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
