"""How fast ``iomld map`` is, beside ``cp`` and Morph-KGC, on made-up data with awkward values.

    python -m venv peer && peer/bin/pip install morph-kgc
    python benchmarks/mapping.py --projects 100000 --pairs 3 --morph peer/bin/python

Runs alternate; a ratio is the median of the ratios of the pairs. Processor time counts all threads of the process.
Outputs are compared as multisets of lines. 100,000 projects make 1.35 million triples, a million make 13.5 million.
Keys hold blanks and slashes, but letters of ASCII only: Morph-KGC encodes others, which RML keeps.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import duckdb

MAPPING = """
prefixes:
  voc: https://example.org/vocabulary/
  dcterms: http://purl.org/dc/terms/
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  project:
    sources: [[projects.csv~csv]]
    s: https://example.org/project/$(key)
    po:
      - [a, voc:Project]
      - [dcterms:identifier, $(key)]
      - [dcterms:title, $(title), en~lang]
      - [dcterms:abstract, $(summary), en~lang]
      - [voc:begun, $(begun), xsd:date]
      - [voc:ended, $(ended), xsd:date]
      - [voc:cost, $(cost), xsd:decimal]
      - [voc:place, https://example.org/place/$(place)~iri]
      - [dcterms:isPartOf, https://example.org/register~iri]
      - p: voc:led
        o:
          mapping: body
          condition: {function: equal, parameters: [[str1, $(leader), s], [str2, $(key), o]]}
  body:
    sources: [[bodies.csv~csv]]
    s: https://example.org/body/$(place)/$(key)
    po:
      - [a, voc:Body]
      - [voc:name, $(name)]
      - [voc:kind, https://example.org/kind/$(kind)~iri]
  role:
    sources: [[roles.csv~csv]]
    s: https://example.org/project/$(project)
    po:
      - [voc:partner, https://example.org/partner/$(body)~iri]
      - [https://example.org/role/$(role), https://example.org/partner/$(body)~iri]
"""


class Cost(NamedTuple):
    """What a run took: seconds on the clock, seconds of processors, MiB of memory at the peak."""

    wall: float
    cpu: float
    memory: float


def generate(folder: Path, projects: int) -> None:
    """Write three tables: quotes, backslashes, line breaks, empty cells, dangling keys and repeated rows in them."""
    bodies = max(projects // 20, 10)
    with duckdb.connect() as connection:
        connection.execute("CREATE MACRO pick(l, n, salt) AS l[1 + (hash(n, salt) % len(l))::INTEGER]")
        connection.execute(
            "CREATE MACRO word(n, salt) AS pick(['water', 'health', 'Überblick', 'éducation', 'roads', 'farming',"
            "'food security', 'women''s rights', 'migración', '水', 'школа', 'statistics'], n, salt)"
        )
        connection.execute(
            "CREATE MACRO place(n, salt) AS pick(['AT', 'BO', 'CI', 'DJ', 'EC', 'FJ', 'GH', 'HT'], n, salt)"
        )
        connection.execute("CREATE MACRO project(n) AS CASE WHEN n % 9 = 0 THEN 'P 1/' || n ELSE 'P-' || n END")
        connection.execute("CREATE MACRO body(n) AS CASE WHEN n % 31 = 0 THEN 'B/' || n || ' x' ELSE 'B-' || n END")
        tables = {
            "bodies": f"""SELECT body(n) AS key, word(n, 1) || CASE WHEN n % 4 = 0 THEN ', "' || word(n, 2) || '"'
                ELSE ' & Co' END AS name, pick(['state', 'agency', 'company'], n, 3) AS kind, place(n, 4) AS place
                FROM range({bodies}) t(n)""",
            "projects": f"""SELECT project(n) AS key, word(n, 1) || ' and ' || word(n, 2) || ' ' || n % 7 AS title,
                'Works on ' || word(n, 3) || CASE WHEN n % 15 = 0 THEN chr(10) || 'Files: C:\\' || n ELSE '' END
                || ' with a "shared" plan for ' || word(n, 4) || ', measured by ' || word(n, 5) || ' in the region of '
                || word(n, 6) || ', and with what partners bring to it.' AS summary,
                (DATE '2004-02-01' + (hash(n, 7) % 5000)::INTEGER)::VARCHAR AS begun,
                CASE WHEN hash(n, 8) % 3 > 0 THEN (DATE '2014-02-01' + (hash(n, 8) % 4000)::INTEGER)::VARCHAR END ended,
                ((hash(n, 9) % 90000000) / 100.0)::DECIMAL(18, 2)::VARCHAR AS cost, place(n, 10) AS place,
                body((hash(n, 11) % {bodies + bodies // 50})::BIGINT) AS leader FROM range({projects}) t(n)""",
            "roles": f"""SELECT body((hash(n, 12) % {bodies})::BIGINT) AS body,
                project((hash(n // (1 + (n % 5 = 0)::INTEGER), 13) % {projects})::BIGINT) AS project,
                pick(['funds', 'runs', 'checks'], n, 14) AS role FROM range({2 * projects}) t(n)""",
        }
        for name, query in tables.items():
            connection.execute(f"COPY ({query}) TO '{folder / name}.csv' (HEADER, DELIMITER ',', QUOTE '\"')")
    (folder / "mapping.yml").write_text(MAPPING, encoding="utf-8")
    (folder / "morph.ini").write_text(
        "[CONFIGURATION]\noutput_file = morph.nt\noutput_format = N-TRIPLES\nnumber_of_processes = 1\n"
        "logging_level = WARNING\n[DATA]\nmappings = mapping.yml\n",
        encoding="utf-8",
    )


def run(command: list[str], folder: Path) -> Cost:
    """Run a command to its end."""
    start = perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, used = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{process.stderr.read().decode() if process.stderr else ''}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--memory", help="for iomld, such as 1GB")
    parser.add_argument("--morph", help="Python with morph-kgc installed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="iomld-bench-") as name:
        folder = Path(name)
        generate(folder, options.projects)
        code = "import sys; from iomld.cli import main; main(sys.argv[1:])"
        ours = [sys.executable, "-c", code, "map", "mapping.yml", "-o", "ours.nq"]
        if options.memory:
            ours += ["--memory", options.memory]
        runners = {"iomld": ours, "cp": ["cp", "ours.nq", "copy.nq"]}
        if options.morph:
            python = shutil.which(options.morph) or str(Path(options.morph).absolute())
            runners["morph-kgc"] = [python, "-m", "morph_kgc", "morph.ini"]
        costs: dict[str, list[Cost]] = {runner: [] for runner in runners}
        for _ in range(options.pairs):
            for runner, command in runners.items():
                costs[runner].append(run(command, folder))
        made = fingerprint(folder / "ours.nq")
        print(f"{made[0]:,} triples, {(folder / 'ours.nq').stat().st_size / 1e6:,.0f} MB, {options.pairs} pairs")
        for runner in runners:
            middle = Cost(*(statistics.median(values) for values in zip(*costs[runner], strict=True)))
            print(f"  {runner:10} wall {middle.wall:7.2f} s, cpu {middle.cpu:7.2f} s, memory {middle.memory:6.0f} MiB")
        if options.morph:
            same = fingerprint(folder / "morph.nt") == made
            print(f"  outputs are {'the same' if same else 'NOT THE SAME'} multiset of lines")
        for peer in ("cp", "morph-kgc"):
            if peer in costs:
                pairs = list(zip(costs["iomld"], costs[peer], strict=True))
                ratios = [statistics.median(a[index] / max(b[index], 1e-9) for a, b in pairs) for index in range(3)]
                print(f"  iomld / {peer:9} wall {ratios[0]:.3f}, cpu {ratios[1]:.3f}, memory {ratios[2]:.3f}")


if __name__ == "__main__":
    main()
