"""``iomld why``"""

from __future__ import annotations

import json
from pathlib import Path

import click

from iomld.cli.options import format_option, output_option, project_option, verbosity

__all__ = ["command"]


@click.command(
    "why",
    epilog="""\b
Examples:
  iomld why id/process/midsa                      everything said of a process
  iomld why id/state/SWZ skos:prefLabel           one property
  iomld why id/participation/midsa-state-swz-participant org:role""",
)
@click.argument("iri")
@click.argument("predicate", required=False)
@click.argument("object", required=False)
@project_option
@format_option(("human", "json"), "human")
@output_option()
@verbosity
def command(
    iri: str,
    predicate: str | None,
    object: str | None,
    project: Path | None,
    format: str,
    output: str,
    quiet: bool,
    verbose: int,
) -> int:
    """From a fact to its paragraph, file, row, column and mapping rule.

    IRI is absolute, a CURIE, or relative to the base of the project. Exits with 1 where nothing is said of it.
    """
    from iomld.cli.console import Console
    from iomld.cli.results import put, spare
    from iomld.pipeline import prepare
    from iomld.project import open_project
    from iomld.query.why import explain, unsaid

    console = Console(quiet=quiet, verbose=verbose)
    opened = open_project(project)
    spare(output, project=opened)
    prepared = prepare(opened, phases=console.phase)
    reasons = explain(prepared.relation, iri, predicate, object, base=opened.base, prefixes=opened.prefixes)
    if not reasons:
        what, near = unsaid(prepared.relation, iri, predicate, object, base=opened.base, prefixes=opened.prefixes)
        click.echo(f"{what}{f'; {near}' if near else ''}", err=True)
    if format == "json":
        put(json.dumps([reason.as_dict() for reason in reasons], ensure_ascii=False, indent=2) + "\n", output)
        return 0 if reasons else 1
    if not reasons:
        put("", output)
        return 1
    lines = []
    for reason in reasons:
        lines.append(f"{reason.subject} {reason.predicate} {reason.object}")
        for origin in reason.origins:
            lines.append(f"    made by   {origin.rule} ({origin.rule_location})")
            lines.append(f"    from      {origin.location}")
        if reason.pinpoints:
            lines.append(f"    rests on  {', '.join(reason.pinpoints)}")
    put("".join(f"{line}\n" for line in lines), output)
    return 0
