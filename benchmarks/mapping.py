"""How fast ``iomld map`` is, beside ``cp`` and Morph-KGC, on made-up data with awkward values.

    python -m venv peer && peer/bin/pip install morph-kgc
    python benchmarks/mapping.py --projects 100000 --pairs 3 --morph peer/bin/python
    python benchmarks/mapping.py --growth docs/mapping-growth.svg --pairs 3

Runs alternate, each into a new file; a ratio is the median of the ratios of the pairs. Processor time counts all
threads of the process, memory is the most that it held. Outputs are compared as multisets of lines. 100,000 projects
make 1.38 million triples, a million make 13.8 million. Keys hold blanks and slashes, but letters of ASCII only:
Morph-KGC encodes others, which RML keeps. With ``--origins``, iomld writes the rule, file and row of each triple too.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
from installed import as_installed
from mapping_data import generate


class Cost(NamedTuple):
    """What a run took: seconds on the clock, seconds of processors, MiB of memory at the peak."""

    wall: float
    cpu: float
    memory: float


# A process inherits the peak of the one that starts it, so that a small one has to.
LAUNCH = """
import json, os, sys, time
start = time.perf_counter()
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(process, 0)
wall = time.perf_counter() - start
with open("cost.json", "w") as file:
    json.dump([wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024], file)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def run(command: Sequence[str], folder: Path) -> Cost:
    """Run a command to its end."""
    launch = [sys.executable, "-I", "-S", "-c", LAUNCH, *command]
    done = subprocess.run(launch, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return Cost(*json.loads((folder / "cost.json").read_text()))


def fingerprint(path: Path) -> tuple[int, int]:
    """Number of lines, and a sum that any other multiset of lines would change."""
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT count(*), sum(hash(line)) FROM read_csv(?, columns = {'line': 'VARCHAR'}, auto_detect = false, "
            "header = false, delim = '\x01', quote = '', escape = '')",
            [str(path)],
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1] or 0)


def lines_of(path: Path) -> Path:
    """A table of origins as lines, each once."""
    lines = path.with_suffix(".lines")
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT DISTINCT concat(subject, ' ', predicate, ' ', object, ' .') FROM read_parquet($1)) "
            f"TO '{lines}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')",
            [str(path)],
        )
    return lines


def iomld(memory: str | None = None, output: str = "ours.nq") -> list[str]:
    """The command line of iomld."""
    code = "import sys; from iomld.cli import main; main(sys.argv[1:])"
    return [sys.executable, "-c", code, "map", "mapping.yml", "-o", output, *(["--memory", memory] if memory else [])]


def compare(projects: int, pairs: int, memory: str | None, morph: str | None, origins: bool) -> None:
    """Run all in turn and print what each took."""
    with tempfile.TemporaryDirectory(prefix="iomld-bench-") as name:
        folder = Path(name)
        generate(folder, projects)
        output = "ours.parquet" if origins else "ours.nq"
        runners = {"iomld": iomld(memory, output), "cp": ["cp", output, "copy"]}
        outputs = {"iomld": output, "cp": "copy", "morph-kgc": "morph.nt"}
        if morph:
            python = shutil.which(morph) or str(Path(morph).absolute())
            runners["morph-kgc"] = [python, "-m", "morph_kgc", "morph.ini"]
        costs: dict[str, list[Cost]] = {runner: [] for runner in runners}
        for _ in range(pairs):
            for runner, command in runners.items():
                (folder / outputs[runner]).unlink(missing_ok=True)
                costs[runner].append(run(command, folder))
        made = fingerprint(lines_of(folder / output) if origins else folder / output)
        print(f"{made[0]:,} triples, {(folder / output).stat().st_size / 1e6:,.0f} MB, {pairs} pairs")
        for runner in runners:
            middle = Cost(*(statistics.median(values) for values in zip(*costs[runner], strict=True)))
            print(f"  {runner:10} wall {middle.wall:7.2f} s, cpu {middle.cpu:7.2f} s, memory {middle.memory:6.0f} MiB")
        if morph:
            same = fingerprint(folder / "morph.nt") == made
            print(f"  outputs are {'the same' if same else 'NOT THE SAME'} multiset of lines")
        for peer in ("cp", "morph-kgc"):
            if peer in costs:
                both = list(zip(costs["iomld"], costs[peer], strict=True))
                ratios = [statistics.median(a[index] / max(b[index], 1e-9) for a, b in both) for index in range(3)]
                print(f"  iomld / {peer:9} wall {ratios[0]:.3f}, cpu {ratios[1]:.3f}, memory {ratios[2]:.3f}")


def growth(plot: Path, sizes: Sequence[int], pairs: int, memory: str | None) -> None:
    """Print what sizes of the task take, and draw it."""
    points: list[tuple[int, Cost]] = []
    for projects in sizes:
        with tempfile.TemporaryDirectory(prefix="iomld-bench-") as name:
            folder = Path(name)
            generate(folder, projects)
            costs = []
            for _ in range(pairs):
                (folder / "ours.nq").unlink(missing_ok=True)
                costs.append(run(iomld(memory), folder))
            triples, _ = fingerprint(folder / "ours.nq")
        points.append((triples, Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))))
        triples, cost = points[-1]
        print(
            f"  {triples:>10,} triples: cpu {cost.cpu:6.2f} s, wall {cost.wall:6.2f} s, memory {cost.memory:5.0f} MiB, "
            f"{1e6 * cost.cpu / triples:5.2f} s of processor time for a million"
        )
    plot.write_text(drawn(points), encoding="utf-8")


def drawn(points: Sequence[tuple[int, Cost]]) -> str:
    """Processor time over triples as SVG, both axes in powers of ten, with the line of equal cost for each triple."""
    width, height, left, bottom = 640, 400, 60, 40

    def x(triples: float) -> float:
        return left + (math.log10(triples) - 4) / 3.5 * (width - left - 20)

    def y(seconds: float) -> float:
        return height - bottom - (math.log10(seconds) + 1) / 2.5 * (height - bottom - 20)

    marks = [(10**power, f"{10**power:,}") for power in (4, 5, 6, 7)]
    last, cost = points[-1]
    slope = cost.cpu / last
    first = max(1e4, 0.1 / slope)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        'font-size="12">',
        "<title>Seconds of processor time over triples</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *(
            f'<path d="M{x(at):.1f} 20V{height - bottom}" stroke="#ddd"/>'
            f'<text x="{x(at):.1f}" y="{height - bottom + 18}" text-anchor="middle">{name}</text>'
            for at, name in marks
        ),
        *(
            f'<path d="M{left} {y(at):.1f}H{width - 20}" stroke="#ddd"/>'
            f'<text x="{left - 6}" y="{y(at) + 4:.1f}" text-anchor="end">{at:g} s</text>'
            for at in (0.1, 1, 10)
        ),
        f'<path d="M{x(first):.1f} {y(slope * first):.1f}L{x(last):.1f} {y(cost.cpu):.1f}" stroke="#999" '
        'stroke-dasharray="4 4"/>',
        '<path d="M'
        + "L".join(f"{x(triples):.1f} {y(each.cpu):.1f}" for triples, each in points)
        + '" stroke="#06c" stroke-width="2" fill="none"/>',
        *(f'<circle cx="{x(triples):.1f}" cy="{y(each.cpu):.1f}" r="4" fill="#06c"/>' for triples, each in points),
        f'<text x="{width / 2}" y="{height - 6}" text-anchor="middle">triples (dashed: equal cost for each)</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--memory", help="for iomld, such as 1GB")
    parser.add_argument("--morph", help="Python with morph-kgc installed")
    parser.add_argument("--origins", action="store_true", help="let iomld write the origin of each triple")
    parser.add_argument("--growth", type=Path, metavar="SVG", help="draw the cost of sizes up to 13.8 million triples")
    options = parser.parse_args()
    as_installed()
    if options.growth:
        growth(options.growth, (750, 2_300, 7_300, 23_000, 73_000, 230_000, 1_000_000), options.pairs, options.memory)
    else:
        compare(options.projects, options.pairs, options.memory, options.morph, options.origins)


if __name__ == "__main__":
    main()
