"""``iomld link write``: decisions to a link table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from iomld.cli.link.tables import ground, reference_options
from iomld.cli.options import output_option, verbosity

__all__ = ["write"]

_TOOL = "iomld link write"
_SHOWN = 5


@click.command()
@click.argument("decisions", type=click.Path(path_type=Path))
@click.option("--names", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Table of the names.")
@click.option("--column", required=True, metavar="NAME", help="Column of the table that holds the names.")
@click.option(
    "--subject",
    required=True,
    metavar="TEMPLATE",
    help="IRI of the thing that bears a name, with columns of the table: id/state/{key}; relative to the base.",
)
@click.option(
    "--authority",
    "authorities",
    multiple=True,
    metavar="NAME",
    help="Whose identifiers the things are linked to: wikidata, m49, …; may be repeated [default: all that have IRIs].",
)
@output_option()
@reference_options
@verbosity
def write(
    decisions: Path, names: Path, column: str, subject: str, authorities: tuple[str, ...], output: str,
    reference: Path | None, project: Path | None, quiet: bool, verbose: int,
) -> None:  # fmt: skip
    """Make a link table (SSSOM) from decisions.

    DECISIONS is the file that "decide" keeps. Each accepted name links its thing in the project to what the authorities
    call the candidate; a candidate of a register of yours is the object itself. The table is made anew each time; one
    that was written by hand is not overwritten.

    \b
    iomld link write decisions.csv --names tables/states.csv --column name --subject "id/state/{key}"
        --authority wikidata --authority m49 -o links/states.sssom.tsv
    """
    from iomld.cli.console import Console, counted
    from iomld.cli.results import put, spare
    from iomld.linking import read_reference, write_links
    from iomld.linking.chaining import chain, prefixes_of
    from iomld.linking.decisions import read_decisions
    from iomld.linking.naming import bearers
    from iomld.linking.tables import read_text
    from iomld.project import open_project

    folder, base, *_ = ground(reference, project)
    opened = open_project(project)
    spare(output, decisions, names, folder)
    _spare_handmade(output)
    read_text(decisions)  # one that is not there holds no decision, but here that is a mistake
    kept = read_decisions(decisions)
    accepted = {each.name for each in kept if each.decision == "accept"}
    with Console(quiet=quiet, verbose=verbose).phase("links") as phase:
        things = bearers(names, column, subject, base=opened.base, wanted=accepted)
        made = chain(kept, things, read_reference(folder), base=base, authorities=authorities, file=str(decisions))
        phase.count(len(made.links), "links")
    name = "links" if output == "-" else Path(output).name.partition(".")[0]
    metadata = {
        "mapping_set_id": f"{opened.base}links/{name}",
        "license": opened.dataset.get("licence", "https://w3id.org/sssom/license/unspecified"),
        "mapping_tool": _TOOL,
        "subject_source": f"{opened.base}dataset",
    }
    put(write_links(made.links, metadata=metadata, prefixes=prefixes_of(made.links, opened.prefixes)), output)
    if quiet:
        return
    linked = len({link.subject for link in made.links})
    click.echo(f"{counted(len(made.links), 'links')} of {counted(linked, 'things')}: {output}", err=True)
    for authority, lacking in sorted(made.missing.items()):
        click.echo(f"no identifier of {authority} is on record for {_listed(lacking)}", err=True)
    if made.nameless:
        click.echo(f"accepted, and in no row of {names}: {_listed(made.nameless)}", err=True)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{each}”" for each in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _spare_handmade(output: str) -> None:
    """Refuse to take the place of a link table that this command did not make."""
    from iomld.errors import UsageError
    from iomld.linking import read_links

    path = Path(output)
    if output != "-" and path.is_file() and read_links(path).metadata.get("mapping_tool") != _TOOL:
        raise UsageError(
            "output-taken",
            f"{output} is there, and was not made by this command",
            hint="name another file; the build reads all link tables of the folder",
        )
