"""A build, as calls to the rooms: tables and mappings in, checked and reproducible files out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import ShapesError, raise_all
from iomld.location import SourceLocation
from iomld.pipeline.files import FILES, write_files
from iomld.pipeline.phases import Phases, silent
from iomld.project import Project, open_project, packaged

if TYPE_CHECKING:
    from iomld.graph import Quads, Undescribed
    from iomld.mapping import Mapping
    from iomld.validation import Report

__all__ = ["Built", "build", "conformance", "materialize", "read_ontology", "terms_in_use"]


#: is told what may be meant otherwise
Warn = Callable[[SourceLocation, str], None]


@dataclass(frozen=True)
class Built:
    """What a build found and left.

    :param report: the validation report; None where validation was left out
    :param folder: where the files lie; None where nothing was written because the data does not conform
    :param undescribed: links to things of which nothing is said, by rule; looked for where they are asked for
    """

    report: Report | None
    folder: Path | None
    undescribed: Sequence[Undescribed] = ()


def materialize(
    project: Project,
    *,
    phases: Phases = silent,
    memory: str | None = None,
    jobs: int | None = None,
    kept: Path | None = None,
    warn: Warn | None = None,
) -> Quads:
    """Tables, mappings and links to the relation of quads.

    :param memory: bound on memory, such as ``1GB``; beyond it work spills to disk
    :param jobs: threads that work at once; one for each core by default
    :param kept: folder that keeps the quads of each source between runs (see :func:`kept_folder`); None makes all anew
    :param warn: told what may be meant otherwise: a place in a mapping, and a sentence
    :raises Mistakes: every mistake of the tables, or of the mappings, together
    """
    from iomld import mapping
    from iomld.engine import connect
    from iomld.linking.scope import restrict
    from iomld.linking.sssom import add_links
    from iomld.sources.check import check_tables

    if project.tables:
        with phases("tables") as phase:
            raise_all(check_tables(project.tables, root=project.root))
            phase.count(len(list(project.tables.rglob("*.csv"))), "tables")
    connection = connect(memory=memory, threads=jobs)
    with phases("mapping") as phase:
        loaded = mapping.load(project.mappings, base=project.base, prefixes=project.prefixes, root=project.root)
        for place, sentence in _against_vocabulary(project, loaded):
            if warn is not None:
                warn(place, sentence)
        if kept:
            quads = mapping.materialize_changed(
                loaded, connection, root=project.root, folder=kept, progress=phase.progress
            )
        else:
            quads = mapping.materialize(loaded, connection, root=project.root, progress=phase.progress)
        phase.count(len(quads), "triples")
    with phases("linking") as phase:
        # Taken first: the reference tables also know what the dataset does not use, if only by its codes.
        things = quads.connection.execute(
            "SELECT subject FROM quad UNION SELECT object FROM quad WHERE starts_with(object, $1)", [f"<{project.base}"]
        ).fetchall()
        if project.reference:
            restrict(quads, sources=[project.shown(project.reference)], things=f"{project.base}id/")
        if project.links:
            subjects = {thing for (thing,) in things}
            count = add_links(quads, project.links, base=project.base, root=project.root, subjects=subjects)
            phase.count(count, "links")
    return quads


def _against_vocabulary(project: Project, mapping: Mapping) -> Iterator[tuple[SourceLocation, str]]:
    """Rules whose objects are of another kind than the project's vocabulary, or the packaged one, declares.

    :raises Mistakes: every mistake in the name of a class or property
    """
    from iomld.validation.triples import Triples
    from iomld.vocabulary import closed_namespaces, kinds_of_values, unknown_terms, unlike_objects

    own = open_project(packaged())
    closed: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    for each in (own, project) if project.base != own.base else (project,):
        ontology = read_ontology(each)
        closed |= closed_namespaces(ontology, each.base)
        kinds |= kinds_of_values(ontology)
    shapes = Triples()
    for path in project.shapes:
        with suppress(ShapesError):  # told by the validation, which needs the file
            shapes.read(path, project.shown(path))
    raise_all(unknown_terms(mapping, shapes, closed))
    return unlike_objects(mapping, kinds)


def read_ontology(project: Project) -> Quads:
    """The files of the vocabulary as one relation."""
    import duckdb

    from iomld.graph import Quads, read_rdf

    ontology = Quads(duckdb.connect())
    for path in project.ontology:
        read_rdf(path, into=ontology, base=project.base, root=project.root)
    return ontology


def terms_in_use(project: Project, quads: Quads) -> Quads:
    """The vocabulary of a project, and what the packaged one says of other terms that the data uses.

    :returns: for the pages, which call classes and properties by their labels
    """
    from iomld.validation.vocabulary import rdf

    ontology = read_ontology(project)
    if project.root.resolve() == packaged().resolve():
        return ontology
    used = {
        term
        for (term,) in quads.connection.execute(
            "SELECT predicate FROM quad UNION SELECT object FROM quad WHERE predicate = $1", [rdf("type")]
        ).fetchall()
    }
    used -= {term for (term,) in ontology.connection.execute("SELECT DISTINCT subject FROM quad").fetchall()}
    known = read_ontology(open_project(packaged())).connection.execute(
        "SELECT subject, predicate, object FROM quad WHERE object[1] != '_' ORDER BY ALL"
    )
    rows = [row for row in known.fetchall() if row[0] in used]
    if rows:
        ontology.connection.executemany(
            "INSERT INTO quad (subject, predicate, object, graph) VALUES (?, ?, ?, '')", rows
        )
    return ontology


def build(
    project: Project,
    folder: Path,
    *,
    phases: Phases = silent,
    check: bool = True,
    memory: str | None = None,
    jobs: int | None = None,
    kept: Path | None = None,
    warn: Warn | None = None,
    astray: bool = False,
) -> Built:
    """Build a project into a folder, whole or not at all.

    :param check: validate against the project's shapes; violations keep the files from being written
    :param jobs: threads that work at once; one for each core by default
    :param kept: see :func:`materialize`; so is ``warn``
    :param astray: look for links to things of which nothing is said
    :raises IomldError: for mistakes in tables, mappings, shapes; for a folder that cannot be written
    """
    from iomld.graph import undescribed
    from iomld.publish import Staging

    quads = materialize(project, phases=phases, memory=memory, jobs=jobs, kept=kept, warn=warn)
    ontology = read_ontology(project)
    report = conformance(project, quads, ontology, phases=phases) if check else None
    found = undescribed(quads, project.base, ontology=ontology) if astray else ()
    if report and report.fails():
        return Built(report, None, found)
    with phases("writing") as phase, Staging(folder) as staging:
        write_files(project, quads, ontology, staging.path)
        phase.count(len(FILES), "files")
    return Built(report, folder, found)


def conformance(project: Project, quads: Quads, ontology: Quads, *, phases: Phases = silent) -> Report | None:
    """What the project's shapes say of the data; None where it has none."""
    from iomld.validation import load_shapes, validate

    if not project.shapes:
        return None
    with phases("validation") as phase:
        shapes = load_shapes(project.shapes, root=project.root)
        report = validate(quads, shapes, ontology=ontology)
        phase.count(len(report.results), "findings")
    return report
