"""What a build costs after a change in one table, against a build from nothing.

    python benchmarks/incremental.py --pairs 5
    python benchmarks/incremental.py --projects 100000 --pairs 3

The first takes the packaged project: `iomld build` after one cell has changed, and `iomld build --fresh`, as whole
processes in turn; the files of both are compared. The second takes the tables of benchmarks/mapping_data.py with a
mapping alone: one cell changes in the table on which a quarter of the quads depends, and the relations of both are
compared.
"""

from __future__ import annotations

import argparse
import csv
import filecmp
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from installed import as_installed
from mapping_data import generate

from iomld.project import open_project, packaged
from mapping import Cost, run

ONE = """
import json, sys
from pathlib import Path
from iomld.engine import connect
from iomld.mapping import load, materialize, materialize_changed
mapping = load([Path("mapping.yml")], base=None, prefixes={}, root=Path.cwd())
if sys.argv[1] == "fresh":
    quads = materialize(mapping, connect(), root=Path.cwd())
else:
    quads = materialize_changed(mapping, connect(), root=Path.cwd(), folder=Path("kept"))
if sys.argv[2:]:
    print(json.dumps(quads.connection.execute(
        "SELECT count(*), bit_xor(hash(quad)), sum(hash(quad)) FROM quad").fetchone(), default=str))
"""


def told(pairs: list[tuple[Cost, Cost]]) -> str:
    """Medians of the ratios, and of what each took."""
    ratios = [statistics.median(a[index] / b[index] for a, b in pairs) for index in range(3)]
    ours, theirs = (
        Cost(*(statistics.median(each) for each in zip(*costs, strict=True))) for costs in zip(*pairs, strict=True)
    )
    return (
        f"wall {ratios[0]:.3f}, cpu {ratios[1]:.3f}, memory {ratios[2]:.3f} (n = {len(pairs)}); "
        f"medians {ours.wall:.2f} s and {theirs.wall:.2f} s, cpu {ours.cpu:.2f} s and {theirs.cpu:.2f} s"
    )


def change(table: Path, column: str, text: str) -> None:
    """Another text in the last row of a table."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[-1][column] = text
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def project(folder: Path, pairs: int) -> None:
    """The packaged project."""
    opened = open_project(packaged())
    copy = folder / "project"
    copy.mkdir()
    for part in ("ontology", "mappings", "shapes", "queries"):
        shutil.copytree(opened.root / part, copy / part)
    shutil.copy(opened.root / "iomld.toml", copy)
    os.environ["IOMLD_CACHE"] = str(folder / "cache")
    table = copy / "mappings" / "tables" / "mc-inf-266" / "activities.csv"
    build = [sys.executable, "-m", "iomld", "build", "-q", "-o"]
    run([*build, "changed"], copy)
    costs = []
    for number in range(pairs):
        change(table, "description", f"Changed {number} times.")
        costs.append((run([*build, "changed"], copy), run([*build, "fresh", "--fresh"], copy)))
        names = sorted(path.name for path in (copy / "fresh").iterdir())
        _, different, failed = filecmp.cmpfiles(copy / "changed", copy / "fresh", names, shallow=False)
        if different or failed:
            raise SystemExit(f"the files differ: {different + failed}")
    print(f"packaged build, one cell changed / --fresh: {told(costs)}; the files are the same")


def tables(folder: Path, projects: int, pairs: int) -> None:
    """Generated tables of any size."""
    generate(folder, projects)
    command = [sys.executable, "-c", ONE]
    run([*command, "changed"], folder)
    costs = []
    for number in range(pairs):
        change(folder / "roles.csv", "role", f"role{number}")
        costs.append((run([*command, "changed"], folder), run([*command, "fresh"], folder)))
    outputs = [
        json.loads(subprocess.run([*command, which, "told"], cwd=folder, capture_output=True, check=True).stdout)
        for which in ("changed", "fresh")
    ]
    if outputs[0] != outputs[1]:
        raise SystemExit(f"the relations differ: {outputs}")
    print(f"{outputs[0][0]:,} quads with origins, one cell changed in a quarter of them / all anew: {told(costs)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, help="generated tables of this size instead of the packaged project")
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    as_installed()
    with tempfile.TemporaryDirectory(prefix="iomld-bench-") as name:
        if options.projects:
            tables(Path(name), options.projects, options.pairs)
        else:
            project(Path(name), options.pairs)


if __name__ == "__main__":
    main()
