"""Writers of iomld against those that a user would otherwise call, in pairs of whole runs.

    python benchmarks/serialization.py [--triples 20000 200000] [--pairs 5] [--peer-python PATH]

Both sides of a pair are whole processes that read the same N-Triples and write one file; they run in turn, and the
medians of their ratios are printed, in elapsed time and in time of the processors (which other work on the machine
disturbs less).
The peers (rdflib, PyLD, pyoxigraph) are those of ``--peer-python``, by default this one.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IOMLD = "import sys; from iomld.cli import main; main(['convert', sys.argv[1], '-o', sys.argv[2], *sys.argv[3:]])"
RDFLIB = """
import sys, rdflib
graph = rdflib.Graph().parse(sys.argv[1], format="nt")
for name, iri in (("ex", "https://example.org/def#"), ("id", "https://example.org/id/")):
    graph.bind(name, iri)
extra = {"auto_compact": True} if sys.argv[3] == "json-ld" else {}
graph.serialize(sys.argv[2], format=sys.argv[3], **extra)
"""
PYLD = """
import json, sys
from pyld import jsonld
data = jsonld.from_rdf(open(sys.argv[1]).read(), {"format": "application/n-quads"})
context = {"ex": "https://example.org/def#", "id": "https://example.org/id/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
json.dump(jsonld.compact(data, context), open(sys.argv[2], "w"))
"""
OXIGRAPH = """
import sys, pyoxigraph as ox
ox.serialize(ox.parse(path=sys.argv[1]), sys.argv[2], getattr(ox.RdfFormat, sys.argv[3]))
"""


def generate(path: Path, triples: int) -> None:
    """Activities with participations, labels in two languages, dates and themes: about twenty statements each."""
    rng = random.Random(7)
    written = 0
    with path.open("w", encoding="utf-8") as file:

        def say(subject: str, predicate: str, object: str) -> None:
            nonlocal written
            written += 1
            file.write(f"<https://example.org/id/{subject}> <{predicate}> {object} .\n")

        ex, xsd = "https://example.org/def#", "http://www.w3.org/2001/XMLSchema#"
        kind, label = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/2004/02/skos/core#prefLabel"
        number = 0
        while written < triples:
            activity = f"activity/a{number}"
            say(activity, kind, f"<{ex}Activity>")
            say(activity, label, f'"Training on \\"{rng.choice("abc")}\\" no. {number}"@en')
            say(activity, label, f'"Formation n° {number}"@fr')
            say(
                activity,
                f"{ex}start",
                f'"20{rng.randrange(10, 24)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}"^^<{xsd}date>',
            )
            say(activity, f"{ex}count", f'"{rng.randrange(500)}"^^<{xsd}integer>')
            for theme in rng.sample(range(30), 3):
                say(activity, f"{ex}theme", f"<https://example.org/code/theme/{theme}>")
            for place in range(rng.randrange(2, 5)):
                part = f"{activity}/participation/{place}"  # a part has its IRI below the whole
                say(part, kind, f"<{ex}Participation>")
                say(part, f"{ex}in", f"<https://example.org/id/{activity}>")
                say(part, f"{ex}agent", f"<https://example.org/id/organisation/o{rng.randrange(triples // 100 + 1)}>")
                say(part, f"{ex}role", f'"{rng.choice(["lead", "partner", "donor"])}"')
            number += 1


def run(python: str, code: str, *arguments: str) -> tuple[float, float, int]:
    """Elapsed seconds, processor seconds, and largest memory in MB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen([python, "-c", code, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"a process of the benchmark ended with {process.returncode}")
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--peer-python", default=sys.executable)
    options = parser.parse_args()
    print("iomld / peer, medians\n")
    print(
        "| what | triples | peer | elapsed | processor | memory | pairs |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    with tempfile.TemporaryDirectory() as folder:
        for triples in options.triples:
            source = Path(folder) / f"{triples}.nt"
            generate(source, triples)
            prefixes = ["--prefix", "ex=https://example.org/def#", "--prefix", "id=https://example.org/id/"]
            pairs = [
                ("Turtle", ".ttl", "rdflib, turtle", RDFLIB, "turtle", options.pairs),
                ("Turtle", ".ttl", "pyoxigraph, not pretty", OXIGRAPH, "TURTLE", options.pairs),
                ("JSON-LD", ".jsonld", "rdflib, auto_compact", RDFLIB, "json-ld", options.pairs),
                ("JSON-LD", ".jsonld", "pyoxigraph, expanded", OXIGRAPH, "JSON_LD", options.pairs),
            ]
            if triples <= 20_000:  # PyLD's time grows with the square
                pairs.append(("JSON-LD", ".jsonld", "PyLD, from RDF and compact", PYLD, "", 1))
            for what, extension, peer, code, name, count in pairs:
                elapsed, processor, memory = [], [], []
                for _ in range(count):
                    ours = run(sys.executable, IOMLD, str(source), str(Path(folder) / f"ours{extension}"), *prefixes)
                    theirs = run(options.peer_python, code, str(source), str(Path(folder) / f"theirs{extension}"), name)
                    elapsed.append(ours[0] / theirs[0])
                    processor.append(ours[1] / theirs[1])
                    memory.append(ours[2] / theirs[2])
                shown = " | ".join(f"{statistics.median(ratios):.3g}" for ratios in (elapsed, processor, memory))
                print(f"| {what} | {triples:,} | {peer} | {shown} | {count} |", flush=True)


if __name__ == "__main__":
    main()
