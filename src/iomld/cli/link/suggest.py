"""``iomld link suggest``: candidates for names, as a review file."""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.link.tables import emit, ground, kind_option, read_names, reference_options
from iomld.cli.options import master_option, output_option, verbosity

__all__ = ["suggest"]

_MEMORY = "1GB"  # for the tables of candidates, beyond which they spill: the process stays within 2 GB


@click.command()
@click.argument("names", type=click.Path(path_type=Path), metavar="NAMES")
@click.option(
    "--column",
    metavar="NAME",
    help="Column of NAMES that holds the names, where it is a table [default: one name a line].",
)
@kind_option
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Register: CSV, SKOS or ROR dump [default: the reference tables].",
)
@click.option(
    "--id",
    "id_column",
    default="id",
    show_default=True,
    metavar="NAME",
    help="Column of a CSV register that identifies an entry.",
)
@click.option(
    "--name",
    "name_columns",
    multiple=True,
    metavar="NAME",
    help="Column of a CSV register that holds names; may be repeated [default: name].",
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.85,
    show_default=True,
    help="Score below which nothing is offered.",
)
@click.option("--count", type=click.IntRange(1), default=3, show_default=True, help="Candidates of one name at most.")
@click.option(
    "--decisions", type=click.Path(path_type=Path), metavar="FILE", help="What was decided before: not offered again."
)
@output_option()
@reference_options
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What runs the plan."
)
@master_option
@verbosity
def suggest(
    names: Path, column: str | None, kind: str | None, against: Path | None, id_column: str,
    name_columns: tuple[str, ...], least: float, count: int, decisions: Path | None, output: str,
    reference: Path | None, project: Path | None, engine: str, master: str | None, quiet: bool, verbose: int,
) -> None:  # fmt: skip
    """Candidates for names, as a review file.

    \b
    iomld link suggest bodies.csv --column name --against ror-dump.json -o review.csv
    (fill decision, reviewer and reason in review.csv)
    iomld link decide review.csv --decisions decisions.csv
    """
    import tempfile
    from contextlib import closing

    from iomld.cli.console import Console
    from iomld.cli.results import spare
    from iomld.engine import connect
    from iomld.errors import UsageError
    from iomld.linking import read_reference
    from iomld.linking.decisions import read_decisions, review_table
    from iomld.linking.registers import load_reference, load_register
    from iomld.linking.suggestion import suggest as run

    if master is not None and engine != "spark":
        raise UsageError("engine-master", "--master is an option of Spark", hint="add --engine spark")
    spare(output, names, against, decisions, reference)
    wanted = read_names(names, column)
    decided = [(each.name, each.candidate) for each in read_decisions(decisions)] if decisions else []
    console = Console(quiet=quiet, verbose=verbose)
    with (
        console.phase("candidates") as phase,
        tempfile.TemporaryDirectory() as spill,
        connect(memory=_MEMORY, spill=Path(spill)) as connection,
    ):
        if against:
            load_register(connection, "register", against, id_column=id_column, name_columns=name_columns or ("name",))
        else:
            folder, base, *_ = ground(reference, project)
            spare(output, folder)
            load_reference(connection, "register", read_reference(folder), kind=kind, base=base)
        if engine == "spark":
            from iomld.engine.cluster import Cluster, shared_path
            from iomld.engine.session import start_spark

            near = shared_path("." if output == "-" else str(Path(output).parent))
            with closing(Cluster(start_spark(master), connection, near)) as cluster:
                found = run(connection, wanted, "register", engine=cluster, least=least, count=count, decided=decided)
        else:
            found = run(connection, wanted, "register", least=least, count=count, decided=decided)
        phase.count(len(found), "candidates")
    emit(review_table(found), output)
