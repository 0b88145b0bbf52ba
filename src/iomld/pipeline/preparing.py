"""What is kept between runs: the quads of sources for builds, an index and a relation for questions."""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import OutsideError
from iomld.location import SourceLocation
from iomld.pipeline.building import materialize, read_ontology, terms_in_use
from iomld.pipeline.files import FILES, write_files
from iomld.pipeline.holding import Hold, forget, hold
from iomld.pipeline.phases import Phases, silent
from iomld.pipeline.states import state
from iomld.project import Project

if TYPE_CHECKING:
    from iomld.graph import Quads
    from iomld.serve import Documents

__all__ = ["Prepared", "keep_prepared", "kept_folder", "prepare", "site"]


@dataclass(frozen=True)
class Prepared:
    """What questions need: the index to ask, and the relation with the origin of each quad.

    :param index: folder of a pyoxigraph store, to be opened read-only
    :param relation: file to be opened with :func:`iomld.graph.reopen`
    :param hold: keeps both from being deleted; who opens them again after an hour must have it as long
    """

    index: Path
    relation: Path
    hold: Hold | None = field(default=None, repr=False, compare=False)


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

    The data is not validated here: a question may well be how it comes that it does not conform. Where something is
    made, old states of projects are deleted from the cache: see :func:`iomld.pipeline.holding.forget`.

    :raises Mistakes: what a build raises
    :raises OutsideError: ``cache-not-writable``
    """
    # what follows from more than files is made each time anew
    folder = cache_folder() / (state(project, kept_folder(project)) or uuid.uuid4().hex)[:32]
    held = hold(folder)
    if held is None:
        quads = materialize(project, phases=phases, kept=kept_folder(project))
        with phases("index"):
            keep_prepared(quads, folder)
        held = hold(folder)
        forget(folder.parent)
    return Prepared(folder / "index", folder / "quads.duckdb", held)


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
        quads = reopen(prepared.relation)
        if not (files / FILES[-1]).is_file():
            with phases("writing"), Staging(files) as staging:
                write_files(project, quads, read_ontology(project), staging.path)
        if not statements.is_file():
            with phases("pages"):
                Dataset.write(statements, quads, ontology=terms_in_use(project, quads), base=project.base)
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
        held=prepared.hold,
    )
    return documents, prepared
