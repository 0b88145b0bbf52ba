"""``iomld convert``: any RDF syntax to any other."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import base_option, memory_option, output_option, verbosity

# Spelt out, so that --help loads no room; a test compares them with the rooms.
_READ = ("nquads", "ntriples", "turtle", "trig", "jsonld", "rdfxml", "n3")
_WRITTEN = ("nquads", "ntriples", "turtle", "trig", "jsonld", "rdfxml", "parquet")


__all__ = ["command"]


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="IN…")
@output_option(help="Where the result goes; - is standard output.")
@click.option(
    "-f", "--format", type=click.Choice(_WRITTEN), help="Syntax to write [default: by the output's name, else nquads]."
)
@click.option("--from", "syntax", type=click.Choice(_READ), help="Syntax to read [default: by the name of each file].")
@base_option("What relative IRIs in the files are relative to.")
@click.option(
    "--graph", metavar="IRI|default|union", help="Write one graph: a named one, the default one, or all merged."
)
@click.option(
    "--context", type=click.Path(path_type=Path), help="JSON-LD context to write with [default: prefixes alone]."
)
@click.option("--prefix", "prefixes", multiple=True, metavar="NAME=IRI", help="A prefix to use; may be repeated.")
@click.option(
    "--blank-nodes",
    type=click.Choice(("canonical", "keep")),
    default="canonical",
    show_default=True,
    help="Label them by RDFC-1.0, or number them as they come.",
)
@click.option(
    "--reify",
    metavar="PROPERTY",
    help="RDF 1.2: values of this property (CURIE or IRI) reify the other statements on its subject.",
)
@memory_option
@verbosity
def command(
    inputs: tuple[str, ...],
    output: str,
    format: str | None,
    syntax: str | None,
    base: str | None,
    graph: str | None,
    context: Path | None,
    prefixes: tuple[str, ...],
    blank_nodes: str,
    reify: str | None,
    memory: str | None,
    quiet: bool,
    verbose: int,
) -> None:
    """Read RDF files as one dataset and write it in canonical order, terms kept to the letter.

    IN is a file, or - for standard input. Several files are merged; a statement that stands twice is written once.
    The output may be one of them: all is read before it is replaced.

    \b
    iomld convert data.ttl -o data.nq
    iomld convert a.ttl b.rdf -o both.jsonld
    curl … | iomld convert - --from turtle -f trig
    """
    from iomld.cli.console import Console
    from iomld.cli.results import spare
    from iomld.serialization.convert import convert

    spare(output, context)
    console = Console(quiet=quiet, verbose=verbose)
    with console.phase("convert") as phase:
        read, written = convert(
            [None if name == "-" else Path(name) for name in inputs],
            None if output == "-" else Path(output),
            format=format,
            syntax=syntax,
            base=base,
            graph=graph,
            context=context,
            prefixes=prefixes,
            blank_nodes=blank_nodes,
            reify=reify,
            memory=memory,
        )
        phase.count(read, "statements read")
        phase.count(written, "written")
