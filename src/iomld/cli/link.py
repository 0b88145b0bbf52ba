"""``iomld link``: names to identifiers, candidates, decisions, audit."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from iomld.cli.options import format_option, output_option

__all__ = ["command"]

_MEMORY = "1GB"  # for the tables of candidates, beyond which they spill: the whole process stays within 2 GB
_RESOLUTION = ("name", "iri", "label", "code", "status", "confidence", "reason")
Function = TypeVar("Function", bound=Callable[..., object])


def _reference_option(function: Function) -> Function:
    return click.option(
        "--reference",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Folder of reference tables [default: those of the project here, else those that come with iomld].",
    )(function)


def _kind_option(function: Function) -> Function:
    return click.option("--kind", type=click.Choice(["state", "organisation"]), help="What the names are names of.")(
        function
    )


def _emit(text: str, output: str) -> None:
    if output == "-":
        click.echo(text, nl=not text.endswith("\n"))
    else:
        Path(output).write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")


def _render(columns: Sequence[str], rows: Sequence[dict[str, Any]], form: str) -> str:
    from iomld.linking.tables import write_table

    if form == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=2)
    cells = [{column: "" if row.get(column) is None else str(row.get(column)) for column in columns} for row in rows]
    if form == "csv":
        return write_table(columns, cells)
    widths = [
        max(len(line[column]) for line in [dict(zip(columns, columns, strict=True)), *cells]) for column in columns
    ]
    lines = [columns, *([line[column] for column in columns] for line in cells)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _names(path: Path, column: str | None) -> list[str]:
    from iomld.linking.tables import read_table, read_text

    return [cells[column] for _, cells in read_table(path, [column])] if column else read_text(path).splitlines()


def _ground(reference: Path | None) -> tuple[Path | None, str, Path | None]:
    """Reference tables, base IRI and link tables: of the folder given, else of the project, else of iomld."""
    from iomld.linking.resolver import BASE
    from iomld.project import open_project

    if reference:
        return reference, BASE, None
    project = open_project()
    return (project.reference, project.base, project.links) if project.reference else (None, BASE, None)


@click.group()
def command() -> None:
    """Names to identifiers: resolve, suggest, decide, look up, audit, evaluate."""


@command.command()
@click.argument("names", nargs=-1, metavar="[NAME…|-]")
@_kind_option
@click.option("--at", metavar="DATE", help="Day, month, year or period (EDTF) that the names are of: 2003-11-10, 2003.")
@format_option(["csv", "json", "table"], "csv")
@output_option()
@_reference_option
def resolve(
    names: tuple[str, ...], kind: str | None, at: str | None, format: str, output: str, reference: Path | None
) -> None:
    """Names to IRIs, at a date.

    NAME is a name as written; "-" (or no name) reads one a line from standard input. The columns are
    name, iri, label, code, status (matched, ambiguous, none), confidence and reason.

    \b
    iomld link resolve --kind state --at 2003 "Côte d’ Ivoire" "Serbia and Montenegro"
    cut -d, -f3 people.csv | iomld link resolve --kind state - -f csv
    """
    from iomld.errors import LinkError
    from iomld.linking import Resolver

    folder, base, _ = _ground(reference)
    resolver = Resolver.from_tables(folder, base=base)
    wanted: list[str] = []
    for name in names or ("-",):
        if name != "-":
            wanted.append(name)
            continue
        try:
            wanted += sys.stdin.buffer.read().decode("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise LinkError(
                "link-file-not-utf8", "standard input is not UTF-8", hint="convert it to UTF-8 first"
            ) from None
    found = resolver.resolve_all((name for name in wanted if name.strip()), kind=kind, at=at)
    rows = [{column: getattr(resolution, column) for column in _RESOLUTION} for resolution in found]
    _emit(_render(_RESOLUTION, rows, format), output)


@command.command()
@click.argument("gold", type=click.Path(path_type=Path))
@format_option(["table", "json"], "table")
@click.option(
    "--picture", type=click.Path(path_type=Path), metavar="SVG", help="Draw precision and recall over the threshold."
)
@_reference_option
def evaluate(gold: Path, format: str, picture: Path | None, reference: Path | None) -> int:
    """Precision and recall against a table of right answers.

    GOLD is a CSV table with the columns name, kind, at and expected: the path that is right (state/SWZ), or nothing
    where the name should match nothing. Exit code 1 where something is wrong or missed.

    \b
    iomld link evaluate gold.csv --picture curve.svg
    """
    from iomld.linking import Resolver
    from iomld.linking.evaluation import evaluate as run
    from iomld.linking.evaluation import picture as draw
    from iomld.linking.evaluation import read_gold

    folder, base, _ = _ground(reference)
    found = run(Resolver.from_tables(folder, base=base), read_gold(gold))
    if picture:
        picture.write_text(draw(found.curve), encoding="utf-8")
    curve = [
        {"threshold": p.threshold, "precision": round(p.precision, 4), "recall": round(p.recall, 4)}
        for p in found.curve
    ]
    faults = [
        {
            "row": case.row,
            "name": case.name,
            "at": case.at,
            "expected": case.expected,
            "answer": answer.iri,
            "reason": answer.reason,
        }
        for case, answer in sorted({*found.wrong, *found.missed}, key=lambda pair: pair[0].row)
    ]
    measures = {
        "names": found.cases, "matched": found.matched, "right": found.right, "expected": found.expected,
        "precision": round(found.precision, 4), "recall": round(found.recall, 4),
    }  # fmt: skip
    if format == "json":
        click.echo(json.dumps({**measures, "curve": curve, "faults": faults}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(f"{name:<10} {value}" for name, value in measures.items()))
        click.echo("\ncandidates taken from a threshold on:\n" + _render(list(curve[0]), curve[::5], "table"))
        for fault in faults:
            click.echo(
                f"row {fault['row']}: “{fault['name']}” is {fault['answer'] or 'refused'}, "
                f"expected {fault['expected'] or 'nothing'}"
            )
    return int(bool(faults))


@command.command()
@click.argument("tables", nargs=-1, type=click.Path(path_type=Path))
@format_option(["human", "csv", "json"], "human")
@output_option()
@_reference_option
def audit(tables: tuple[Path, ...], format: str, output: str, reference: Path | None) -> int:
    """What is wrong with reference tables and link tables, offline.

    TABLES are SSSOM tables or folders of them; default: those of the project here, else those that come with iomld.
    Looks for malformed identifiers and check digits, withdrawn codes, identifiers that two entities share, links of
    or to what is not on record, one-to-many clashes, periods that do not fit, and labels that have drifted. Exit code
    1 where something is found.
    """
    from iomld.cli.console import counted
    from iomld.linking import packaged_reference, read_links, read_reference
    from iomld.linking.audit import audit as run
    from iomld.linking.sssom import link_files

    folder, base, links = _ground(reference)
    given = tables or (() if reference else (links or packaged_reference().parent / "links",))
    files = [file for path in given for file in (link_files(path) if path.is_dir() else [path])]
    found = run(read_reference(folder), [read_links(file) for file in files], base=base)
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
        _emit("\n".join([*lines, counted(len(found), "findings") if found else "nothing found"]), output)
    else:
        _emit(_render(["finding", "severity", "file", "row", "field", "subject", "message"], rows, format), output)
    return int(bool(found))


@command.command()
@click.argument("names", type=click.Path(path_type=Path), metavar="NAMES")
@click.option(
    "--column",
    metavar="NAME",
    help="Column of NAMES that holds the names, where it is a table [default: one name a line].",
)
@_kind_option
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
@_reference_option
def suggest(
    names: Path, column: str | None, kind: str | None, against: Path | None, id_column: str,
    name_columns: tuple[str, ...], least: float, count: int, decisions: Path | None, output: str,
    reference: Path | None,
) -> None:  # fmt: skip
    """Candidates for names, as a review file.

    \b
    iomld link suggest bodies.csv --column name --against ror-dump.json -o review.csv
    (fill decision, reviewer and reason in review.csv)
    iomld link decide review.csv --decisions decisions.csv
    """
    import tempfile

    from iomld.engine import connect
    from iomld.linking import read_reference
    from iomld.linking.decisions import read_decisions, review_table
    from iomld.linking.registers import load_reference, load_register
    from iomld.linking.suggestion import suggest as run

    wanted = _names(names, column)
    decided = [(each.name, each.candidate) for each in read_decisions(decisions)] if decisions else []
    with tempfile.TemporaryDirectory() as spill, connect(memory=_MEMORY, spill=Path(spill)) as connection:
        if against:
            load_register(connection, "register", against, id_column=id_column, name_columns=name_columns or ("name",))
        else:
            folder, base, _ = _ground(reference)
            load_reference(connection, "register", read_reference(folder), kind=kind, base=base)
        found = run(connection, wanted, "register", least=least, count=count, decided=decided)
    _emit(review_table(found), output)


@command.command()
@click.argument("names", type=click.Path(path_type=Path), metavar="NAMES")
@click.option("--column", metavar="NAME", help="Column of NAMES that holds the names [default: one name a line].")
@click.option("--endpoint", metavar="URL", help="SPARQL endpoint to ask for entries with these labels.")
@click.option("--service", metavar="URL", help="Reconciliation service (API 0.2) to ask for candidates.")
@click.option("--type", "kind", metavar="ID", help="Type of the service that candidates must have.")
@click.option("--timeout", type=click.FloatRange(1), default=30, show_default=True, help="Seconds for one answer.")
@click.option("--cache", type=click.Path(path_type=Path), metavar="FOLDER", help="Kept answers [default: in ~/.cache].")
@output_option()
def lookup(
    names: Path, column: str | None, endpoint: str | None, service: str | None, kind: str | None, timeout: float,
    cache: Path | None, output: str,
) -> None:  # fmt: skip
    """Ask a remote endpoint or service for names; the answer is a register for "suggest --against".

    This is the one command of the group that uses the network. Names that are bare acronyms are not asked for.

    \b
    iomld link lookup bodies.txt --endpoint https://query.wikidata.org/sparql -o register.csv
    iomld link suggest bodies.txt --against register.csv -o review.csv
    """
    from iomld.linking.remote import Limits, ask_endpoint, ask_service, cache_folder
    from iomld.linking.tables import write_table

    if bool(endpoint) == bool(service):
        raise click.UsageError("give either --endpoint or --service")
    limits, kept = Limits(seconds=timeout), cache or cache_folder()
    wanted = _names(names, column)
    found = (
        ask_endpoint(endpoint, wanted, cache=kept, limits=limits)
        if endpoint
        else ask_service(service or "", wanted, kind=kind, cache=kept, limits=limits)
    )
    rows = sorted(set(found))
    _emit(
        write_table(("id", "name", "label"), (dict(zip(("id", "name", "label"), row, strict=True)) for row in rows)),
        output,
    )


@command.command()
@click.argument("review", type=click.Path(path_type=Path))
@click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Where decisions are kept; made where it is not there.",
)
@click.option("--on", "day", metavar="DATE", help="The day of the decisions [default: today].")
def decide(review: Path, decisions: Path, day: str | None) -> None:
    """Take an edited review file in; keep each decision with who and why.

    Nothing is kept unless the whole file is in order, and what was decided before stays.
    """
    import datetime

    from iomld.linking.decisions import merge, read_decisions, read_review, write_decisions
    from iomld.terms import bounds

    day = day or datetime.date.today().isoformat()
    bounds(day)
    kept = read_decisions(decisions)
    result = merge(kept, read_review(review, decided=day))
    write_decisions(decisions, result)
    click.echo(f"{len(result) - len(kept)} decisions added, {len(result)} in all: {decisions}", err=True)
