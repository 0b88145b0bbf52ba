"""What the time and memory of ``iomld map`` are made of, on the data of ``mapping.py``.

    python benchmarks/mapping_floor.py --projects 100000 --runs 5

Each step is a process of its own and holds what those before it did; but the tables are read without the modules, and
``cp`` copies the output. Time is the median of the runs, memory the most that a process held. ``files`` are pages of
programs and libraries, which the system shares between processes and drops where it needs them, and ``own`` is what
the process asked for itself, both at its end.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from installed import as_installed
from mapping_data import generate

from mapping import Cost, iomld, run

QUERY = "import duckdb\nconnection = duckdb.connect()\nconnection.execute('SELECT 1').fetchall()\n"

# The options are those of iomld.sources.delimited.
READ = """
def read(table, *columns):
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    connection.execute(
        f"CREATE TABLE {table} AS SELECT * FROM read_csv('{table}.csv', auto_detect = false, columns = {{{types}}}, "
        "header = true, delim = ',', quote = '\\"', escape = '\\"', max_line_size = 2097152, buffer_size = 4194304)"
    )

read("projects", "key", "title", "summary", "begun", "ended", "cost", "place", "leader")
read("bodies", "key", "name", "kind", "place")
read("roles", "body", "project", "role")
"""

MAP = """
import sys
from iomld.cli import main
try:
    main(["map", "mapping.yml", "-o", "ours.nq", *sys.argv[1:]])
except SystemExit as end:
    if end.code:
        raise
"""

STEPS = {
    "Python": "",
    "DuckDB imported": "import duckdb\n",
    "a first query": QUERY,
    "the modules of iomld map": QUERY + "import iomld.cli.map, iomld.mapping, iomld.mapping.yarrrml, yaml\n",
    "the tables read": QUERY + READ,
    "iomld map": MAP,
}

# The peak includes pages of files that are shared; what is asked for anonymously is the process's own.
PAGES = """
import json
with open("/proc/self/status") as status:
    held = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in status if line.startswith("Rss")}
with open("pages.json", "w") as file:
    json.dump([held["RssFile"], held["RssAnon"]], file)
"""


def step(code: str, folder: Path, arguments: Sequence[str]) -> tuple[Cost, float, float]:
    """Run a step: its cost, the MiB of files and the MiB of its own that it held at its end."""
    cost = run([sys.executable, "-c", code + PAGES, *arguments], folder)
    files, own = json.loads((folder / "pages.json").read_text())
    return cost, files, own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", help="for iomld, such as 100MB")
    options = parser.parse_args()
    as_installed()
    with tempfile.TemporaryDirectory(prefix="iomld-bench-") as name:
        folder = Path(name)
        generate(folder, options.projects)
        run(iomld(), folder)
        print("| step | wall | processor | memory | files | own |\n| --- | --- | --- | --- | --- | --- |")
        for title, code in STEPS.items():
            arguments = ["--memory", options.memory] if options.memory and code == MAP else []
            found = [step(code, folder, arguments) for _ in range(options.runs)]
            wall, cpu, memory = (statistics.median(values) for values in zip(*(each[0] for each in found), strict=True))
            files, own = (statistics.median(each[index] for each in found) for index in (1, 2))
            print(f"| {title} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MiB | {files:.0f} | {own:.0f} |")
        copies = []
        for _ in range(options.runs):
            (folder / "copy").unlink(missing_ok=True)
            copies.append(run(["cp", "ours.nq", "copy"], folder))
        wall, cpu, memory = (statistics.median(values) for values in zip(*copies, strict=True))
        print(f"| `cp` of the output | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MiB | | |")


if __name__ == "__main__":
    main()
