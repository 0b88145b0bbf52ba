"""Writers of iomld against those that a user would otherwise call, in pairs.

    python benchmarks/serialization.py [--triples 20000 200000] [--pairs 5] [--flat] [--what Turtle] [--peer rdflib]
        [--peer-python PATH]
    python benchmarks/serialization.py --large 10000000

Two comparisons, both in turn, as medians of the ratios in elapsed time and in time of the processors (which other work
on the machine disturbs less):

whole       processes that read the same N-Triples from a file and write one file, start-up and all
in memory   the writing alone, from the data that each side holds in its own store: iomld's relation, rdflib's Graph,
            pyoxigraph's Store; the best of five runs in a process of its own

Modules are compiled before, as those of an installed program are. The peers (rdflib, PyLD, pyoxigraph) are those of
``--peer-python``, by default this one. The data has parts whose IRIs lie below that of the whole; ``--flat`` gives
every thing an IRI in one flat namespace, which suits rdflib better.
``--large`` converts so many triples to Turtle with ``--memory 1GB`` and prints time and largest memory; no peer.
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
# The same in memory: load, then write five times, slow ones less often; the best times are printed.
TIMED = """
best = []
while len(best) < 5 and sum(elapsed for elapsed, _ in best) < 3:
    started = time.perf_counter(), time.process_time()
    write()
    best.append((time.perf_counter() - started[0], time.process_time() - started[1]))
print(*min(best))
"""
IOMLD_WRITES = f"""
import sys, time
from pathlib import Path
from iomld.engine import connect
from iomld.graph import Quads, read_rdf
from iomld.serialization import write as write_quads
from iomld.terms import WELL_KNOWN, PrefixMap
names = {{"ex": "https://example.org/def#", "id": "https://example.org/id/"}}
quads, prefixes = Quads(connect()), PrefixMap({{**WELL_KNOWN, **names}})
read_rdf(Path(sys.argv[1]), into=quads)
write = lambda: write_quads(quads, Path(sys.argv[2]), sys.argv[3], prefixes=prefixes)
{TIMED}"""
RDFLIB_WRITES = f"""
import sys, time, rdflib
graph = rdflib.Graph().parse(sys.argv[1], format="nt")
for name, iri in (("ex", "https://example.org/def#"), ("id", "https://example.org/id/")):
    graph.bind(name, iri)
extra = {{"auto_compact": True}} if sys.argv[3] == "json-ld" else {{}}
write = lambda: graph.serialize(sys.argv[2], format=sys.argv[3], **extra)
{TIMED}"""
OXIGRAPH_WRITES = f"""
import sys, time, pyoxigraph as ox
store = ox.Store()
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
write = lambda: store.dump(sys.argv[2], getattr(ox.RdfFormat, sys.argv[3]), from_graph=ox.DefaultGraph())
{TIMED}"""


def generate(path: Path, triples: int, *, flat: bool = False) -> None:
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
            activity = f"a{number}" if flat else f"activity/a{number}"
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
                # A part has its IRI below the whole.
                part = f"p{number}-{place}" if flat else f"{activity}/participation/{place}"
                say(part, kind, f"<{ex}Participation>")
                say(part, f"{ex}in", f"<https://example.org/id/{activity}>")
                say(
                    part,
                    f"{ex}agent",
                    f"<https://example.org/id/{'' if flat else 'organisation/'}o{rng.randrange(triples // 100 + 1)}>",
                )
                say(part, f"{ex}role", f'"{rng.choice(["lead", "partner", "donor"])}"')
            number += 1


def whole(python: str, code: str, *arguments: str) -> tuple[float, float, float]:
    """Elapsed seconds, processor seconds, and largest memory in MB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen([python, "-c", code, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"a process of the benchmark ended with {process.returncode}")
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_memory(python: str, code: str, *arguments: str) -> tuple[float, float]:
    """Elapsed and processor seconds that a process says of its writing."""
    done = subprocess.run([python, "-c", code, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"a process of the benchmark ended with {done.returncode}: {done.stderr}")
    elapsed, processor = done.stdout.split()[-2:]
    return float(elapsed), float(processor)


PREFIXES = ("--prefix", "ex=https://example.org/def#", "--prefix", "id=https://example.org/id/")
# what is written, our name of it, its extension; the peer, what it is given, its code for whole processes and in memory
PAIRS = (
    ("Turtle", "turtle", ".ttl", "rdflib", "turtle", RDFLIB, RDFLIB_WRITES),
    ("Turtle", "turtle", ".ttl", "pyoxigraph, neither sorted nor grouped", "TURTLE", OXIGRAPH, OXIGRAPH_WRITES),
    ("JSON-LD", "jsonld", ".jsonld", "rdflib, `auto_compact`", "json-ld", RDFLIB, RDFLIB_WRITES),
    ("JSON-LD", "jsonld", ".jsonld", "pyoxigraph, expanded", "JSON_LD", OXIGRAPH, OXIGRAPH_WRITES),
    ("JSON-LD", "jsonld", ".jsonld", "PyLD, from RDF and compaction", "", PYLD, None),
)


def compare(folder: Path, triples: int, options: argparse.Namespace) -> None:
    """Print a line for each pair."""
    source, few = folder / f"{triples}.nt", folder / "few.nt"
    generate(source, triples, flat=options.flat)
    generate(few, 100)
    for what, format, extension, peer, name, code, writes in PAIRS:
        if not peer.startswith(options.peer) or what not in options.what:
            continue
        if code is PYLD and triples > 20_000:  # its time grows with the square
            continue
        ours, theirs = str(folder / f"ours{extension}"), str(folder / f"theirs{extension}")
        whole(sys.executable, IOMLD, str(few), ours, *PREFIXES)  # not counted: it compiles the modules
        whole(options.peer_python, code, str(few), theirs, name)
        ratios = []
        for _ in range(1 if code is PYLD else options.pairs):
            mine = whole(sys.executable, IOMLD, str(source), ours, *PREFIXES)
            other = whole(options.peer_python, code, str(source), theirs, name)
            ratios.append([one / two for one, two in zip(mine, other, strict=True)])
        show(what, triples, peer, "whole", ratios)
        if writes is None:
            continue
        ratios = []
        for _ in range(options.pairs):
            alone = in_memory(sys.executable, IOMLD_WRITES, str(source), ours, format)
            beside = in_memory(options.peer_python, writes, str(source), theirs, name)
            ratios.append([one / two for one, two in zip(alone, beside, strict=True)])
        show(what, triples, peer, "in memory", ratios)


def show(what: str, triples: int, peer: str, how: str, ratios: list[list[float]]) -> None:
    medians = [f"{statistics.median(column):.3g}" for column in zip(*ratios, strict=True)]
    medians += [""] * (3 - len(medians))
    print(f"| {what} | {triples:,} | {peer} | {how} | {' | '.join(medians)} | {len(ratios)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--what", nargs="+", default=["Turtle", "JSON-LD"])
    parser.add_argument("--peer", default="", help="only peers whose name begins so")
    parser.add_argument("--flat", action="store_true")
    parser.add_argument("--large", type=int)
    parser.add_argument("--peer-python", default=sys.executable)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        if options.large:
            source = folder / "large.nt"
            generate(source, options.large, flat=options.flat)
            target = folder / "large.ttl"
            elapsed, processor, memory = whole(
                sys.executable, IOMLD, str(source), str(target), *PREFIXES, "--memory", "1GB"
            )
            print(f"{options.large:,} triples, {source.stat().st_size / 1e9:.2f} GB, to Turtle with --memory 1GB:")
            print(f"{elapsed:.0f} s, {processor:.0f} s of processor time, largest memory {memory / 1000:.2f} GB")
            return
        print("iomld / peer, medians; less than 1 is faster, or smaller, than the peer\n")
        print("| what | triples | peer | how | elapsed | processor | memory | pairs |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for triples in options.triples:
            compare(folder, triples, options)


if __name__ == "__main__":
    main()
