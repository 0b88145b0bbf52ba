"""A build, as calls to the rooms: tables and mappings in, checked and reproducible files out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from iomld.errors import OutsideError, ProjectError, ShapesError, raise_all
from iomld.location import SourceLocation
from iomld.project import Project, open_project, packaged

if TYPE_CHECKING:
    from iomld.graph import Quads
    from iomld.mapping import Mapping
    from iomld.serve import Documents
    from iomld.validation import Report

__all__ = [
    "FILES",
    "Built",
    "Phases",
    "Prepared",
    "build",
    "conformance",
    "keep_prepared",
    "kept_folder",
    "materialize",
    "prepare",
    "read_ontology",
    "silent",
    "site",
    "write_files",
]

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


class Phase(Protocol):
    """What a phase is told while it lasts (see ``iomld.cli.console.Phase``)."""

    def count(self, number: int, what: str) -> None: ...
    def progress(self, done: int, total: int | None = None) -> None: ...


class _Silent:
    def count(self, number: int, what: str) -> None: ...
    def progress(self, done: int, total: int | None = None) -> None: ...


Phases = Callable[[str], AbstractContextManager[Any]]


def silent(name: str) -> AbstractContextManager[Phase]:
    """Phases that nobody listens to."""
    return nullcontext(_Silent())


@dataclass(frozen=True)
class Built:
    """What a build found and left.

    :param report: the validation report; None where validation was left out
    :param folder: where the files lie; None where nothing was written because the data does not conform
    """

    report: Report | None
    folder: Path | None


@dataclass(frozen=True)
class Prepared:
    """What questions need: the index to ask, and the relation with the origin of each quad.

    :param index: folder of a pyoxigraph store, to be opened read-only
    :param relation: file to be opened with :func:`iomld.graph.reopen`
    """

    index: Path
    relation: Path


def materialize(
    project: Project,
    *,
    phases: Phases = silent,
    memory: str | None = None,
    jobs: int | None = None,
    kept: Path | None = None,
) -> Quads:
    """Tables, mappings and links to the relation of quads.

    :param memory: bound on memory, such as ``1GB``; beyond it work spills to disk
    :param jobs: threads that work at once; one for each core by default
    :param kept: folder that keeps the quads of each source between runs (see :func:`kept_folder`); None makes all anew
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
        _require_declared_terms(project, loaded)
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


def _require_declared_terms(project: Project, mapping: Mapping) -> None:
    """Every mistake in the name of a class or property, of the project's vocabulary or of the packaged one."""
    from iomld.validation.triples import Triples
    from iomld.vocabulary import closed_namespaces, unknown_terms

    own = open_project(packaged())
    closed = closed_namespaces(read_ontology(own), own.base) if project.base != own.base else {}
    closed |= closed_namespaces(read_ontology(project), project.base)
    shapes = Triples()
    for path in project.shapes:
        with suppress(ShapesError):  # told by the validation, which needs the file
            shapes.read(path, project.shown(path))
    raise_all(unknown_terms(mapping, shapes, closed))


def read_ontology(project: Project) -> Quads:
    """The files of the vocabulary as one relation."""
    import duckdb

    from iomld.graph import Quads, read_rdf

    ontology = Quads(duckdb.connect())
    for path in project.ontology:
        read_rdf(path, into=ontology, base=project.base, root=project.root)
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
) -> Built:
    """Build a project into a folder, whole or not at all.

    :param check: validate against the project's shapes; violations keep the files from being written
    :param jobs: threads that work at once; one for each core by default
    :param kept: see :func:`materialize`
    :raises IomldError: for mistakes in tables, mappings, shapes; for a folder that cannot be written
    """
    from iomld.publish import Staging

    quads = materialize(project, phases=phases, memory=memory, jobs=jobs, kept=kept)
    ontology = read_ontology(project)
    report = conformance(project, quads, ontology, phases=phases) if check else None
    if report and report.fails():
        return Built(report, None)
    with phases("writing") as phase, Staging(folder) as staging:
        write_files(project, quads, ontology, staging.path)
        phase.count(len(FILES), "files")
    return Built(report, folder)


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


def cache_folder() -> Path:
    """Where prepared projects are kept: ``$IOMLD_CACHE``, else ``$XDG_CACHE_HOME/iomld``, else ``~/.cache/iomld``."""
    if given := os.environ.get("IOMLD_CACHE"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "iomld"


def kept_folder(project: Project) -> Path:
    """Where the quads of each source of a project are kept, so that a build makes only what has changed."""
    return cache_folder() / "sources" / hashlib.sha256(str(project.root.resolve()).encode()).hexdigest()[:32]


def prepare(project: Project, *, phases: Phases = silent) -> Prepared:
    """The index and the relation of a project, made once for each state of its inputs and kept in the cache.

    The data is not validated here: a question may well be how it comes that it does not conform.
    """
    folder = cache_folder() / project.digest()[:32]
    prepared = Prepared(folder / "index", folder / "quads.duckdb")
    if folder.is_dir():
        return prepared
    quads = materialize(project, phases=phases, kept=kept_folder(project))
    with phases("index"):
        keep_prepared(quads, folder)
    return prepared


def keep_prepared(quads: Quads, folder: Path) -> None:
    """Make the folder of a prepared project (``index``, ``quads.duckdb``); it comes into being whole, by one rename."""
    import shutil
    import tempfile

    import pyoxigraph

    from iomld.engine import failures
    from iomld.graph import keep
    from iomld.serialization import write
    from iomld.terms import PrefixMap

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    except OSError as error:
        raise OutsideError(
            "cache-not-writable",
            f"cannot write here: {error.strerror}",
            location=SourceLocation(str(folder.parent)),
            hint="set IOMLD_CACHE to a folder that can be written",
        ) from error
    try:
        with failures():
            keep(quads, temporary / "quads.duckdb")
        write(quads, temporary / "iomld.nq", "nquads", prefixes=PrefixMap({}))
        store = pyoxigraph.Store(str(temporary / "index"))
        store.bulk_load(path=str(temporary / "iomld.nq"), format=pyoxigraph.RdfFormat.N_QUADS)
        store.optimize()
        store.flush()
        del store
        (temporary / "iomld.nq").unlink()
        try:
            temporary.rename(folder)
        except OSError:
            if not folder.is_dir():  # else somebody else has made it meanwhile, from the same input
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def site(project: Project, *, folder: Path | None = None, phases: Phases = silent) -> tuple[Documents, Prepared]:
    """The documents of a project, for a server or a publication, and what questions beside them need.

    :param folder: where the files of a build lie; None makes them, once for each state of the inputs, in the cache
    """
    from iomld.graph import reopen
    from iomld.publish import Staging
    from iomld.query import load_all
    from iomld.serve import STATEMENTS, Dataset, Documents, context_of

    prepared = prepare(project, phases=phases)
    statements = prepared.index.parent / STATEMENTS
    files = folder or prepared.index.parent / "files"
    if not statements.is_file() or not (files / FILES[-1]).is_file():
        quads, ontology = reopen(prepared.relation), read_ontology(project)
        if not (files / FILES[-1]).is_file():
            with phases("writing"), Staging(files) as staging:
                write_files(project, quads, ontology, staging.path)
        if not statements.is_file():
            with phases("pages"):
                Dataset.write(statements, quads, ontology=ontology, base=project.base)
        quads.connection.close()
    documents = Documents(
        Dataset.opened(statements),
        project.prefixes,
        titles=project.title,
        descriptions=project.description,
        context=context_of(files),
        folder=files,
        files=FILES,
        queries=load_all(project.queries) if project.queries else {},
        reference=project.reference,
        site=project.name,
        release=project.release,
    )
    return documents, prepared
