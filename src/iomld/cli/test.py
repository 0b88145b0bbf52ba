"""``iomld test``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iomld.cli.options import format_option, goes_with, output_option, project_option, verbosity

if TYPE_CHECKING:
    from iomld.cli.console import Console
    from iomld.pipeline import Prepared
    from iomld.project import Project
    from iomld.query.answers import Asker
    from iomld.query.saved import SavedQuery
    from iomld.query.verdict import Verdict

__all__ = ["command"]

_ENGINES = ("oxigraph", "rdflib", "jena")


@click.command(
    "test",
    epilog="""\b
Examples:
  iomld test                                the saved queries that expect rows, the conflicts, the terms untouched
  iomld test --query who-runs-midsa -f json
  iomld test --engines oxigraph,rdflib      every saved query on both, with the same rows
  iomld test --mutate --sample 500          what damage to the data no shape notices""",
)
@click.option("--query", "name", metavar="NAME", help="Test this saved query only.")
@click.option(
    "--engines", default="oxigraph", show_default=True, metavar="NAMES",
    help=f"Who answers, parted by commas: {', '.join(_ENGINES)}. Several are compared.",
)  # fmt: skip
@click.option("--mutate", is_flag=True, help="Damage one value at a time, and list what no shape notices.")
@click.option(
    "--sample", type=click.IntRange(1), default=200, show_default=True, metavar="N",
    help="How many statements --mutate damages, each in two ways.",
)  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="What --mutate samples by.")
@click.option(
    "--at-least", type=click.FloatRange(0, 100), default=0, metavar="PERCENT",
    help="Exit code 1 where --mutate finds less than this noticed.",
)  # fmt: skip
@project_option
@format_option(("human", "json", "junit"), "human")
@output_option()
@verbosity
def command(
    name: str | None,
    engines: str,
    mutate: bool,
    sample: int,
    seed: int,
    at_least: float,
    project: Path | None,
    format: str,
    output: str,
    quiet: bool,
    verbose: int,
) -> int:
    """Ask the saved queries what they are expected to answer.

    The header of a saved query tells the rows that the documents warrant; missing and surplus rows fail, with exit
    code 1, and so does a query that selects a variable which no pattern binds. Then what the documents say twice and
    differently is listed with the places that say it, the vocabulary terms that no saved query touches, and the shapes
    that have nothing to check: none of these fail.

    With --mutate the shapes are tested instead: one value of a sample is dropped or altered at a time, and the damage
    that no shape notices is listed.
    """
    from iomld.cli.console import Console
    from iomld.cli.results import put, spare
    from iomld.pipeline import prepare
    from iomld.project import open_project
    from iomld.query.competency import examine
    from iomld.query.verdict import Verdict, render

    goes_with(("--sample", "--seed", "--at-least"), "--mutate", mutate)
    goes_with(("--engines",), "saved queries, not with --mutate", not mutate)
    opened = open_project(project)
    spare(output, project=opened)
    console = Console(quiet=quiet, verbose=verbose)
    if mutate:
        if name or format == "junit":
            raise click.UsageError("--mutate goes with neither --query nor --format junit")
        return _mutated(opened, console, sample, seed, at_least, format, output)
    queries = _queries(opened, name)
    chosen = [engine.strip() for engine in engines.split(",") if engine.strip()]
    if not chosen or set(chosen) - set(_ENGINES):
        raise click.UsageError(f"--engines {engines}: the engines are {', '.join(_ENGINES)}")
    prepared = prepare(opened, phases=console.phase)
    with console.phase("queries") as phase:
        asked = {engine: _asker(engine, prepared, opened) for engine in dict.fromkeys(chosen)}
        outcomes = examine(queries, asked, base=opened.base, prefixes=opened.prefixes)
        phase.count(len(outcomes), "answers")
    verdict = Verdict(outcomes) if name else _whole(opened, prepared, queries, Verdict(outcomes), console)
    put(render(verdict, format), output)
    return 1 if verdict.failed else 0


def _mutated(
    project: Project, console: Console, size: int, seed: int, at_least: float, format: str, output: str
) -> int:
    from iomld.cli.results import put
    from iomld.graph import reopen
    from iomld.pipeline import prepare, read_ontology
    from iomld.validation import load_shapes
    from iomld.validation.damage import find_unnoticed
    from iomld.validation.rendering.damage import noticed_share, render

    if not project.shapes:
        raise click.UsageError("the project has no shapes")
    data = reopen(prepare(project, phases=console.phase).relation)
    shapes = load_shapes(project.shapes, root=project.root)
    damages = []
    with console.phase("damage") as phase:
        for damage in find_unnoticed(data, shapes, ontology=read_ontology(project), size=size, seed=seed):
            damages.append(damage)
            phase.progress(len(damages))
        phase.count(len(damages), "damages")
    put(render(damages, format, prefixes=project.prefixes), output)
    return 1 if 100 * noticed_share(damages) < at_least else 0


def _queries(project: Project, name: str | None) -> list[SavedQuery]:
    from iomld.errors import QueryError, nearest
    from iomld.query.saved import load_all

    saved = load_all(project.queries) if project.queries else {}
    if name is None:
        return list(saved.values())
    if name not in saved:
        hint = nearest(name, saved) or "'iomld query --list' shows the saved queries"
        raise QueryError("query-unknown", f"there is no saved query “{name}”", hint=hint)
    if not saved[name].expect:
        raise click.UsageError(f"the saved query {name} expects nothing; give its header a member expect")
    return [saved[name]]


def _asker(engine: str, prepared: Prepared, project: Project) -> Asker:
    if engine == "oxigraph":
        from iomld.query.local import Local, open_index

        return Local(open_index(prepared.index), base=project.base, prefixes=project.prefixes)
    from iomld.graph import reopen
    from iomld.query.portability import ENGINES

    return ENGINES[engine](reopen(prepared.relation).sorted())


def _whole(
    project: Project, prepared: Prepared, queries: list[SavedQuery], verdict: Verdict, console: Console
) -> Verdict:
    from dataclasses import replace

    from iomld.graph import reopen
    from iomld.query.conflicts import find_conflicts
    from iomld.query.coverage import terms_and_shapes

    quads = reopen(prepared.relation)
    with console.phase("conflicts") as phase:
        conflicts = find_conflicts(quads, base=project.base, prefixes=project.prefixes)
        phase.count(len(conflicts), "conflicts")
    terms, counts = terms_and_shapes(
        quads, project.ontology, project.shapes,
        root=project.root, base=project.base, prefixes=project.prefixes, queries=queries,
    )  # fmt: skip
    idle = [shape for shape, count in counts.items() if not count]
    return replace(verdict, conflicts=conflicts, terms=terms, idle_shapes=idle)
