"""The packaged build as a whole process, against what one would otherwise put together.

The peer is three tools in a chain, in an environment of their own: Morph-KGC makes the triples, rdflib reads them,
pySHACL checks them against the same shapes, rdflib writes Turtle and JSON-LD. Morph-KGC knows no function of ours, so
it is given tables in which slugs, bounds of dates and IRIs are computed already: a lighter task than the build has.

usage: benchmarks/build.py [--peer PYTHON] [--runs 5]
    PYTHON   interpreter of an environment with Morph-KGC and pySHACL:
             python3 -m venv peer && peer/bin/pip install morph-kgc pyshacl

Without --peer only start-up and the ratio to import and parsing are measured.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from installed import as_installed

from iomld.pipeline import materialize
from iomld.project import open_project, packaged
from iomld.terms import parse_term

ROOT = Path(__file__).parents[1]

PEER = """
import sys, runpy
import morph_kgc
graph = morph_kgc.materialize("peer.ini")
import pyshacl
from rdflib import Graph
shapes, ontology = Graph(), Graph()
for path in sys.argv[1].split(","):
    shapes.parse(path)
for path in sys.argv[2].split(","):
    ontology.parse(path)
conforms, _, _ = pyshacl.validate(
    graph, shacl_graph=shapes, ont_graph=ontology, allow_warnings=True, allow_infos=True
)
graph.serialize("peer.ttl", format="turtle")
graph.serialize("peer.jsonld", format="json-ld")
print(len(graph), conforms)
"""


def seconds(command: Sequence[str], cwd: Path) -> float:
    """Wall time of a process."""
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def paired(ours: Sequence[str], theirs: Sequence[str], cwd: Path, runs: int) -> str:
    """Run two commands in turn; the median of the ratios, and their range."""
    pairs = [(seconds(ours, cwd), seconds(theirs, cwd)) for _ in range(runs)]
    ratios = sorted(a / b for a, b in pairs)
    medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
    return (
        f"{statistics.median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f}, n = {runs}); "
        f"medians {medians[0]:.2f} s and {medians[1]:.2f} s"
    )


def peer_files(folder: Path) -> list[str]:
    """Tables and a mapping for the triples of the packaged dataset; gives the command line of the peer."""
    project = open_project(packaged())
    quads = materialize(project)
    kinds: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for subject, predicate, object, _ in quads.sorted():
        term = parse_term(object)
        kind = "iri" if term.kind == "iri" else f"@{term.language}" if term.language else str(term.datatype)
        kinds.setdefault((predicate, kind, ""), []).append((parse_term(subject).value, term.value))
    maps = []
    for number, ((predicate, kind, _), rows) in enumerate(sorted(kinds.items())):
        with (folder / f"{number}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("from", "to"), *rows])
        term_type = {"i": "rr:termType rr:IRI", "@": f'rr:language "{kind[1:]}"'}.get(kind[0], f"rr:datatype <{kind}>")
        maps.append(
            f'<#m{number}> rml:logicalSource [ rml:source "{number}.csv"; rml:referenceFormulation ql:CSV ];\n'
            f'  rr:subjectMap [ rml:reference "from"; rr:termType rr:IRI ];\n'
            f"  rr:predicateObjectMap [ rr:predicate {predicate};\n"
            f'    rr:objectMap [ rml:reference "to"; {term_type} ] ] .\n'
        )
    prefixes = (
        "@prefix rr: <http://www.w3.org/ns/r2rml#> .\n@prefix rml: <http://semweb.mmlab.be/ns/rml#> .\n"
        "@prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n@base <https://example.org/> .\n"
    )
    (folder / "mapping.ttl").write_text(prefixes + "".join(maps), encoding="utf-8")
    (folder / "peer.ini").write_text(
        "[CONFIGURATION]\nlogging_level=ERROR\nnumber_of_processes=1\n[source]\nmappings=mapping.ttl\n",
        encoding="utf-8",
    )
    (folder / "peer.py").write_text(PEER, encoding="utf-8")
    return ["peer.py", ",".join(map(str, project.shapes)), ",".join(map(str, project.ontology))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    as_installed()
    here = [sys.executable, "-m", "iomld"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build = [*here, "build", "-q", "--fresh", "-o", "out"]
        seconds(build, folder)
        parse = "import rdflib; rdflib.Graph().parse('out/iomld.ttl')"
        theirs = ["sh", "-c", f"{sys.executable} -c 'import rdflib, pyshacl' && {sys.executable} -c \"{parse}\""]
        print("build / (import rdflib, pyshacl, then parse the Turtle):", paired(build, theirs, folder, options.runs))
        bare = [sys.executable, "-c", "pass"]
        script = [str(Path(sys.executable).with_name("iomld")), "--help"]
        overs = sorted(1000 * (seconds(script, folder) - seconds(bare, folder)) for _ in range(max(options.runs, 25)))
        print(f"iomld --help over bare python: {statistics.median(overs):.0f} ms ({overs[0]:.0f} to {overs[-1]:.0f})")
        if options.peer:
            peer = [str(options.peer.absolute()), *peer_files(folder)]
            done = subprocess.run(peer, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"the peer failed:\n{done.stderr[-2000:]}")
            print("peer: triples, conforms:", done.stdout.strip())
            print("build / (Morph-KGC, rdflib, pySHACL, rdflib):", paired(build, peer, folder, options.runs))


if __name__ == "__main__":
    main()
