"""``iomld link evaluate``: precision and recall against a table of right answers."""

from __future__ import annotations

import json
from pathlib import Path

import click

from iomld.cli.link.tables import ground, reference_options, render
from iomld.cli.options import NAMED_FILE, format_option, output_option, verbosity

__all__ = ["evaluate"]


@click.command()
@click.argument("gold", type=click.Path(path_type=Path))
@format_option(["table", "json"], "table")
@click.option("--picture", type=NAMED_FILE, metavar="SVG", help="Draw precision and recall over the threshold.")
@output_option()
@reference_options
@verbosity
def evaluate(
    gold: Path, format: str, picture: Path | None, output: str, reference: Path | None, project: Path | None,
    quiet: bool, verbose: int,
) -> int:  # fmt: skip
    """Precision and recall against a table of right answers.

    GOLD is a CSV table with the columns name, kind, at and expected: the path that is right (state/SWZ), or nothing
    where the name should match nothing. Exit code 1 where something is wrong or missed.

    \b
    iomld link evaluate gold.csv --picture curve.svg
    """
    from iomld.cli.console import Console
    from iomld.cli.results import put, spare
    from iomld.linking import Resolver
    from iomld.linking.evaluation import evaluate as run
    from iomld.linking.evaluation import picture as draw
    from iomld.linking.evaluation import read_gold

    folder, base, *_ = ground(reference, project)
    spare(output, gold, folder)
    if picture:
        spare(picture, gold, folder, output)
    with Console(quiet=quiet, verbose=verbose).phase("names") as phase:
        found = run(Resolver.from_tables(folder, base=base), read_gold(gold))
        phase.count(found.cases, "names")
    if picture:
        put(draw(found.curve), str(picture))
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
        text = json.dumps({**measures, "curve": curve, "faults": faults}, ensure_ascii=False, indent=2)
    else:
        lines = [*(f"{name:<10} {value}" for name, value in measures.items()), ""]
        lines += ["candidates taken from a threshold on:", render(list(curve[0]), curve[::5], "table")]
        lines += [
            f"row {fault['row']}: “{fault['name']}” is {fault['answer'] or 'refused'}, "
            f"expected {fault['expected'] or 'nothing'}"
            for fault in faults
        ]
        text = "\n".join(lines)
    put(f"{text}\n", output)
    return int(bool(faults))
