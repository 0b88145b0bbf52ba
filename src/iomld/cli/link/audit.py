"""``iomld link audit``: what is wrong with reference tables and link tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iomld.cli.link.tables import emit, ground, reference_options, render
from iomld.cli.options import format_option, goes_with, output_option, verbosity
from iomld.errors import OutsideError, raise_all

if TYPE_CHECKING:
    from iomld.linking import LinkTable, Reference
    from iomld.linking.recheck import Recheck
    from iomld.project import Project

__all__ = ["audit"]


@click.command()
@click.argument("tables", nargs=-1, type=click.Path(path_type=Path))
@format_option(["human", "csv", "json"], "human")
@output_option()
@click.option("--online", is_flag=True, help="Ask the authorities, too, whether each link still leads to what it did.")
@click.option(
    "--endpoint",
    "endpoints",
    multiple=True,
    metavar="AUTHORITY=URL",
    help="SPARQL endpoint that answers for an authority; may be repeated [default: the public ones, see the manual].",
)
@click.option("--timeout", type=click.FloatRange(1), default=30, show_default=True, help="Seconds for one answer.")
@click.option("--cache", type=click.Path(path_type=Path), metavar="FOLDER", help="Kept answers [default: in ~/.cache].")
@reference_options
@verbosity
def audit(
    tables: tuple[Path, ...], format: str, output: str, online: bool, endpoints: tuple[str, ...], timeout: float,
    cache: Path | None, reference: Path | None, project: Path | None, quiet: bool, verbose: int,
) -> int:  # fmt: skip
    """What is wrong with reference tables and link tables.

    TABLES are SSSOM tables or folders of them; default: those of the project here ([paths] links), else, where it has
    no reference tables either, those that come with iomld. Things of the project are known from what it builds.
    Looks for malformed identifiers and check digits, withdrawn codes, identifiers that two entities share, links of
    or to what is not on record, one-to-many clashes, periods that do not fit, and labels that have drifted. Exit code
    1 where something is found. Without --online nothing is asked of anybody.

    \b
    iomld link audit
    iomld link audit --online --endpoint eurovoc=http://localhost:7878/query
    """
    goes_with(("--endpoint", "--timeout", "--cache"), "--online", online)
    from iomld.cli.console import Console, counted
    from iomld.cli.results import spare
    from iomld.linking import read_links, read_reference
    from iomld.linking.audit import audit as run
    from iomld.linking.sssom import link_files
    from iomld.sources import shown

    console = Console(quiet=quiet, verbose=verbose)
    folder, base, links, opened = ground(reference, project)
    given = tables or ((links,) if links else ())
    files = [file for path in given for file in (link_files(path) if path.is_dir() else [path])]
    spare(output, folder, *files)
    of_project = opened.root if opened and not tables else None  # files that are named are shown as they are named
    links_read = [read_links(file, shown=shown(file, of_project) if of_project else None) for file in files]
    known = read_reference(folder)
    with console.phase("audit") as phase:
        own = opened.base if opened else base
        found = run(known, links_read, base=base, own=own, things=lambda: _things(opened, quiet=quiet))
        phase.count(sum(len(table.links) for table in links_read), "links")
    errors: tuple[OutsideError, ...] = ()
    if online:
        with console.phase("authorities") as phase:
            said = _recheck(known, links_read, base, endpoints, timeout, cache)
            phase.count(said.asked, "identifiers")
        if not quiet:
            click.echo(f"{counted(said.asked, 'identifiers')} asked for", err=True)
        if said.unasked and not quiet:
            click.echo(f"not asked, no endpoint is known: {', '.join(said.unasked)} (--endpoint)", err=True)
        found, errors = [*found, *said.findings], said.errors
    rows = [
        {
            "finding": each.kind, "severity": each.severity, "file": each.location.file,
            "row": each.location.row or each.location.line, "field": each.location.field,
            "subject": each.subject, "message": each.message,
        }
        for each in found
    ]  # fmt: skip
    if format == "human":
        lines = [f"{each.location}: {each.severity}: {each.subject}: {each.message} [{each.kind}]" for each in found]
        emit("\n".join([*lines, counted(len(found), "findings") if found else "nothing found"]), output)
    else:
        emit(render(["finding", "severity", "file", "row", "field", "subject", "message"], rows, format), output)
    raise_all(errors)
    return int(bool(found))


def _things(project: Project | None, *, quiet: bool) -> set[str] | None:
    """The IRIs of the things that a project builds; None where it does not build."""
    from dataclasses import replace

    from iomld.errors import IomldError
    from iomld.pipeline import kept_folder, materialize

    if project is None:
        return set()
    try:
        # Without links, which may be what is wrong, and without what the reference tables know that nobody uses.
        quads = materialize(replace(project, links=None, reference=None), kept=kept_folder(project))
    except IomldError as error:
        if not quiet:
            click.echo(f"{project.root}: its things are not known, since it does not build: {error}", err=True)
        return None
    rows = quads.connection.execute(
        "SELECT subject FROM quad WHERE starts_with(subject, $1) "
        "UNION SELECT object FROM quad WHERE starts_with(object, $1)",
        [f"<{project.base}"],
    ).fetchall()
    return {term[1:-1] for (term,) in rows}


def _recheck(
    known: Reference, tables: list[LinkTable], base: str, endpoints: tuple[str, ...], timeout: float, cache: Path | None
) -> Recheck:
    import datetime

    from iomld.linking.recheck import ENDPOINTS, recheck
    from iomld.linking.remote import Limits, cache_folder

    given = dict(each.partition("=")[::2] for each in endpoints)
    if not all(given.values()):
        raise click.UsageError(
            "--endpoint needs an authority and an address: wikidata=https://query.wikidata.org/sparql"
        )
    return recheck(
        known,
        tables,
        base=base,
        day=datetime.date.today().isoformat(),
        endpoints=ENDPOINTS | given,
        cache=cache or cache_folder(),
        limits=Limits(seconds=timeout),
    )
