"""``iomld map``: run one mapping, with no project."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import output_option, verbosity

__all__ = ["command"]


@click.command("map")
@click.argument("mappings", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_option("-", help="File of N-Quads; - is standard output.")
@click.option("--sorted", "sort", is_flag=True, help="Order the lines, so that equal graphs are equal files.")
@click.option("--base", metavar="IRI", help="Base IRI of relative IRIs, where the mapping names none.")
@click.option("--memory", metavar="SIZE", help="Memory to hold, such as 1GB; the rest spills to disk.")
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What runs it."
)
@verbosity
def command(
    mappings: tuple[Path, ...],
    output: str,
    sort: bool,
    base: str | None,
    memory: str | None,
    engine: str,
    quiet: bool,
    verbose: int,
) -> None:
    """Run RML (.ttl) or YARRRML (.yml) mappings into N-Quads.

    Sources are read from the folder of the mapping that names them. The output is a set: no line stands twice.

    \b
    iomld map people.yml -o people.nq
    iomld map people.rml.ttl --base https://example.org/ --sorted | head
    """
    from iomld.cli.console import Console
    from iomld.engine import connect
    from iomld.errors import OutsideError
    from iomld.mapping import load, write_quads

    if engine == "spark":
        raise OutsideError(
            "engine-missing", "the engine spark is not part of this installation", hint="run with --engine duckdb"
        )
    console = Console(quiet=quiet, verbose=verbose)
    root = Path.cwd()
    with console.phase("mapping") as phase:
        mapping = load(mappings, base=base, prefixes={}, root=root)
        phase.count(len(mapping.triples_maps), "triples maps")
    with console.phase("quads") as phase:
        target = None if output == "-" else Path(output)
        phase.count(write_quads(mapping, connect(memory=memory), target, root=root, sort=sort), "bytes")
